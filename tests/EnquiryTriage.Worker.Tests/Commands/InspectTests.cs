using System.Text;
using System.Text.Json;

namespace EnquiryTriage.Worker.Tests.Commands;

[Collection(nameof(WorkerProcessTests))]
public sealed class InspectTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _config;

    public InspectTests(TinyModel model)
    {
        _config = model.Configure(_folder.Root);
        _folder.Write(Mails.Raw(), "mails", "1.eml");
        _folder.Write(Mails.Raw("I agree with you.", "Re: County lines", messageId: "m2@candidates.example", headers: ("In-Reply-To", "<m1@candidates.example>")), "mails", "deep", "2.eml");
        _folder.Write(Mails.Raw("I am away.", messageId: "m3@candidates.example", headers: ("Auto-Submitted", "auto-replied")), "mails", "3.eml");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_message_is_one_object_with_every_name_of_the_contract()
    {
        var (exit, lines, errors) = await JsonAsync("mails/1.eml");

        var mail = Assert.Single(lines);
        Assert.Equal((0, ""), (exit, errors));
        Has(mail, "source", "error", "message", "automatic", "answerable", "answerableReasons", "viaList", "conversation", "urgent", "urgentReasons", "language", "triage");
        Has(mail.GetProperty("message"), "messageId", "inReplyTo", "references", "date", "subject", "from", "to", "cc", "replyTo", "text", "newText", "attachments", "parts", "defects");
        var triage = mail.GetProperty("triage");
        Has(triage, "kind", "top", "confidence", "abstained", "topics", "questions", "team", "rule", "due", "acknowledgement");
        Has(triage.GetProperty("questions")[0], "text", "top", "confidence", "abstained");
        Has(triage.GetProperty("acknowledgement"), "send", "template", "reason");
        Assert.Equal("mails/1.eml", mail.GetProperty("source").GetString());
        Assert.Equal(JsonValueKind.Null, mail.GetProperty("error").ValueKind);
        Assert.Equal("2021-04-12T08:00:00Z", mail.GetProperty("message").GetProperty("date").GetString());
        Assert.Equal("drugs", triage.GetProperty("top").GetString());
    }

    [Fact]
    public async Task A_folder_is_read_recursively_and_its_conversations_build_up()
    {
        var (exit, lines, _) = await JsonAsync("mails");

        Assert.Equal(0, exit);
        Assert.Equal(["mails/1.eml", "mails/3.eml", "mails/deep/2.eml"], lines.Select(l => l.GetProperty("source").GetString()));
        Assert.Equal(lines[0].GetProperty("conversation").GetString(), lines[2].GetProperty("conversation").GetString());
        Assert.NotEqual(lines[0].GetProperty("conversation").GetString(), lines[1].GetProperty("conversation").GetString());
        Assert.Equal("auto-reply", lines[1].GetProperty("automatic").GetProperty("kind").GetString());
        Assert.Equal(JsonValueKind.Null, lines[1].GetProperty("triage").ValueKind);
    }

    [Fact]
    public async Task An_mbox_has_an_object_for_each_of_its_messages()
    {
        var mbox = new StringBuilder();
        foreach (var name in new[] { "1", "3" })
        {
            mbox.Append("From ann@candidates.example Mon Apr 12 09:00:00 2021\n")
                .Append(Encoding.UTF8.GetString(File.ReadAllBytes(_folder.At("mails", $"{name}.eml"))).Replace("\r\n", "\n", StringComparison.Ordinal)).Append('\n');
        }

        File.WriteAllText(_folder.At("archive.mbox"), mbox.ToString());

        var (_, lines, _) = await JsonAsync("archive.mbox");

        Assert.Equal(["archive.mbox#1", "archive.mbox#2"], lines.Select(l => l.GetProperty("source").GetString()));
        Assert.Equal("m3@candidates.example", lines[1].GetProperty("message").GetProperty("messageId").GetString());
    }

    [Fact]
    public async Task A_message_may_come_by_standard_input()
    {
        var (exit, lines, _) = await JsonAsync(["-"], Encoding.UTF8.GetString(Mails.Raw()));

        Assert.Equal(0, exit);
        Assert.Equal(("-", "County lines"), (lines[0].GetProperty("source").GetString(), lines[0].GetProperty("message").GetProperty("subject").GetString()));
    }

    [Fact]
    public async Task A_file_that_is_not_there_is_an_object_with_an_error_and_the_others_are_done()
    {
        var (exit, lines, _) = await JsonAsync("nowhere.eml", "mails/1.eml");

        Assert.Equal(1, exit);
        Assert.Equal("nowhere.eml", lines[0].GetProperty("source").GetString());
        Assert.NotEqual("", lines[0].GetProperty("error").GetString());
        Assert.Equal(JsonValueKind.Null, lines[0].GetProperty("message").ValueKind);
        Assert.Equal(JsonValueKind.Null, lines[1].GetProperty("error").ValueKind);
    }

    [Fact]
    public async Task A_body_is_taken_as_words_without_headers()
    {
        File.WriteAllText(_folder.At("body.txt"), "Subject: this is the first line\n\nWho helps pensioners with scams?\n");

        var (exit, lines, _) = await JsonAsync("body.txt", "--body");

        Assert.Equal(0, exit);
        Assert.StartsWith("Subject: this is the first line", lines[0].GetProperty("message").GetProperty("text").GetString(), StringComparison.Ordinal);
        Assert.Equal("fraud", lines[0].GetProperty("triage").GetProperty("top").GetString());
    }

    [Fact]
    public async Task For_people_the_same_is_said_in_words()
    {
        var (exit, output, errors) = await WorkerProcess.RunAsync(_folder.Root, ["inspect", "mails/1.eml", "--config", _config]);

        Assert.Equal((0, ""), (exit, errors));
        Assert.All(["mails/1.eml", "County lines", "team", "due", "acknowledge"], word => Assert.Contains(word, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Inspecting_leaves_nothing_behind()
    {
        await JsonAsync("mails");

        Assert.Equal(["mails", "worker.json"], Directory.GetFileSystemEntries(_folder.Root).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    private static void Has(JsonElement element, params string[] names) => Assert.All(names, name => Assert.True(element.TryGetProperty(name, out _), name));

    private Task<(int Exit, List<JsonElement> Lines, string Errors)> JsonAsync(params string[] arguments) => JsonAsync(arguments, null);

    private async Task<(int Exit, List<JsonElement> Lines, string Errors)> JsonAsync(string[] arguments, string? input)
    {
        var (exit, output, errors) = await WorkerProcess.RunAsync(_folder.Root, ["inspect", .. arguments, "--format", "json", "--config", _config], input);
        return (exit, [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonElement.Parse(l))], errors);
    }
}
