using System.Text;
using System.Text.Json;
using EnquiryTriage.Worker.Settings;
using EnquiryTriage.Worker.Tests.Access;

namespace EnquiryTriage.Worker.Tests.Commands;

/// <summary><c>mailbox login</c>, as a person calls it.</summary>
public sealed class LoginTests : IAsyncLifetime, IDisposable
{
    private const string Secret = "s3cret-of-the-client";
    private readonly TemporaryFolder _folder = new();
    private TokenProvider _provider = null!;

    public async Task InitializeAsync() => _provider = await TokenProvider.StartAsync();

    public async Task DisposeAsync() => await _provider.DisposeAsync();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_code_is_shown_and_afterwards_the_worker_has_tokens()
    {
        var identity = new OAuthSettings { Grant = "device-code", Authority = _provider.Https, TenantId = "tenant", ClientId = "app", CertificateAuthorityFile = Authority() };
        var (exit, output, errors) = await RunAsync(identity);
        Assert.Equal((0, ""), (exit, errors));
        Assert.Contains("ABCD-EFGH", output, StringComparison.Ordinal);
        Assert.Contains("ann@agency.example is signed in", output, StringComparison.Ordinal);
        Assert.DoesNotContain("token-1", output, StringComparison.Ordinal);
        using var parts = TestSettings.Parts(_folder, "one", identity, TimeProvider.System);
        Assert.Equal("access-token-1", (await parts.Tokens("one").TokenAsync(false, default)).Value);
    }

    [Fact]
    public async Task Where_no_token_comes_the_setting_is_named_and_the_secret_is_not()
    {
        _provider.Instead = _ => (401, $$"""{"error":"invalid_client","error_description":"not {{Secret}}"}""");
        var (exit, output, errors) = await RunAsync(new OAuthSettings
        {
            Provider = "token-endpoint",
            TokenEndpoint = _provider.Https + "/token",
            ClientId = "app",
            ClientSecret = Secret,
            CertificateAuthorityFile = Authority(),
        });
        Assert.Equal(3, exit);
        Assert.Contains("Credentials:Identities:one:ClientId and ClientSecretFile", errors, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, output + errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_identity_that_is_not_there_is_wrong_usage()
    {
        var (exit, _, errors) = await RunAsync(new OAuthSettings { TenantId = "tenant", ClientId = "app", ClientSecret = Secret }, "--identity", "two");
        Assert.Equal(2, exit);
        Assert.Contains("--identity: there is no identity 'two'", errors, StringComparison.Ordinal);
        Assert.Contains("use one", errors, StringComparison.Ordinal);
    }

    private Task<(int Exit, string Output, string Errors)> RunAsync(OAuthSettings identity, params string[] arguments)
    {
        var settings = new
        {
            Storage = new { Path = _folder.At("state", "enquiries.db") },
            Credentials = new { Identities = new Dictionary<string, OAuthSettings>(StringComparer.Ordinal) { ["one"] = identity } },
        };
        var file = _folder.Write(JsonSerializer.SerializeToUtf8Bytes(settings), "login.json");
        return WorkerProcess.RunAsync(_folder.Root, ["mailbox", "login", "--config", file, .. arguments]);
    }

    private string Authority() => _folder.Write(Encoding.UTF8.GetBytes(_provider.AuthorityPem), "authority.pem");
}
