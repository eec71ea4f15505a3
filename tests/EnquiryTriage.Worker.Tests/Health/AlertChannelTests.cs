using System.Security.Cryptography;
using System.Text;
using EnquiryTriage.Worker.Health;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Tests.Health;

public sealed class AlertChannelTests : IDisposable
{
    private const string Body = """{"event":"opened","code":"disk"}""";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_webhook_posts_the_notice_in_JSON_with_a_signature_over_time_and_body()
    {
        await using var receiver = await Receiver.StartAsync();
        var secret = _folder.Write("of a kind\n"u8.ToArray(), "secret");
        using var channel = Webhook(receiver, secret);

        await channel.SendAsync("opened-7", Body, default);

        var request = Assert.Single(receiver.Requests);
        Assert.Equal(("POST", Body, "application/json; charset=utf-8", "opened-7"), (request.Method, request.Body, request.Headers["Content-Type"], request.Headers["Idempotency-Key"]));
        var signed = HMACSHA256.HashData("of a kind"u8, Encoding.UTF8.GetBytes($"{request.Headers["X-Timestamp"]}.{Body}"));
        Assert.Equal("sha256=" + Convert.ToHexStringLower(signed), request.Headers["X-Signature"]);
    }

    [Fact]
    public async Task What_is_passing_is_tried_again_under_the_same_key()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answers.Enqueue(503);
        receiver.Answers.Enqueue(429);
        using var channel = Webhook(receiver);

        await channel.SendAsync("opened-7", Body, default);

        Assert.Equal(["opened-7", "opened-7", "opened-7"], receiver.Requests.Select(r => r.Headers["Idempotency-Key"]));
        Assert.All(receiver.Requests, r => Assert.False(r.Headers.ContainsKey("X-Signature")));
    }

    [Theory]
    [InlineData(404, "answered 404")]
    [InlineData(302, "answered 302")]
    public async Task What_is_refused_is_not_tried_at_once_again_and_the_path_is_not_shown(int status, string words)
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answers.Enqueue(status);
        using var channel = Webhook(receiver);

        var fault = await Assert.ThrowsAsync<AlertException>(() => channel.SendAsync("k", Body, default));

        Assert.Single(receiver.Requests);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-path", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_is_given_up()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answers.Enqueue(0);
        using var channel = new WebhookChannel("webhook", new WebhookSettings { Url = receiver.Url, TimeoutSeconds = 0.2, Attempts = 1 }, TimeProvider.System);

        var fault = await Assert.ThrowsAsync<AlertException>(() => channel.SendAsync("k", Body, default));

        Assert.Contains("no answer within 0.2 s", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_is_not_there_is_said_to_be_so()
    {
        string url;
        await using (var receiver = await Receiver.StartAsync())
        {
            url = receiver.Url;
        }

        using var channel = new WebhookChannel("webhook", new WebhookSettings { Url = url, Attempts = 1 }, TimeProvider.System);

        Assert.Contains(url, (await Assert.ThrowsAsync<AlertException>(() => channel.SendAsync("k", Body, default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_gets_the_notice_on_its_input_and_its_arguments_as_they_stand()
    {
        var (output, arguments) = (_folder.At("out"), _folder.At("arguments"));
        var channel = Command("/bin/sh", "-c", """cat >"$1"; printf %s "$2" >"$3" """, "sh", output, "$(id); `id` *", arguments);

        await channel.SendAsync("k", Body, default);

        Assert.Equal(Body + "\n", await File.ReadAllTextAsync(output));
        Assert.Equal("$(id); `id` *", await File.ReadAllTextAsync(arguments));
    }

    [Fact]
    public async Task A_command_that_fails_is_quoted()
    {
        var fault = await Assert.ThrowsAsync<AlertException>(() => Command("/bin/sh", "-c", "echo no pager >&2; exit 4").SendAsync("k", Body, default));

        Assert.Equal("/bin/sh: exit code 4: no pager", fault.Message);
    }

    [Fact]
    public async Task A_command_that_hangs_is_killed_with_what_it_started()
    {
        var pid = _folder.At("pid");
        var channel = new CommandChannel("command", new CommandSettings { Run = ["/bin/sh", "-c", $"sleep 600 & echo $! >{pid}; wait"], TimeoutSeconds = 1 }, TimeProvider.System);

        var fault = await Assert.ThrowsAsync<AlertException>(() => channel.SendAsync("k", Body, default));

        Assert.Contains("was killed after 1 s", fault.Message, StringComparison.Ordinal);
        var state = $"/proc/{(await File.ReadAllTextAsync(pid)).Trim()}/stat";
        Assert.True(!File.Exists(state) || (await File.ReadAllTextAsync(state)).Contains(") Z ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_program_that_is_not_there_is_said_to_be_so() =>
        Assert.Contains("cannot be run", (await Assert.ThrowsAsync<AlertException>(() => Command("/no/such/program").SendAsync("k", Body, default))).Message, StringComparison.Ordinal);

    private static WebhookChannel Webhook(Receiver receiver, string secret = "") =>
        new("webhook", new WebhookSettings { Url = receiver.Url + "/secret-path", SecretFile = secret }, TimeProvider.System);

    private static CommandChannel Command(params string[] run) => new("command", new CommandSettings { Run = run }, TimeProvider.System);
}
