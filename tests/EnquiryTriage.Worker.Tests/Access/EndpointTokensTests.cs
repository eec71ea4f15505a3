using System.Text;
using EnquiryTriage.Worker.Access;
using EnquiryTriage.Worker.Settings;
using Microsoft.Extensions.Time.Testing;

namespace EnquiryTriage.Worker.Tests.Access;

/// <summary>Tokens of a plain token endpoint: renewed in time, rotated refresh tokens kept, nothing secret shown.</summary>
public sealed class EndpointTokensTests : IAsyncLifetime, IDisposable
{
    private const string Secret = "s3cret&with=signs";
    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Office.Now);
    private TokenProvider _provider = null!;

    public async Task InitializeAsync() => _provider = await TokenProvider.StartAsync();

    public async Task DisposeAsync()
    {
        await _provider.DisposeAsync();
    }

    public void Dispose()
    {
        _folder.Dispose();
    }

    [Fact]
    public async Task A_rotated_refresh_token_is_kept_and_is_the_one_that_is_used_after_a_restart()
    {
        _provider.RefreshToken = "first";
        using (var parts = Parts(Settings()))
        {
            Assert.Equal("access-token-1", (await parts.Tokens("other").TokenAsync(false, default)).Value);
        }

        _time.Advance(TimeSpan.FromHours(2));
        using (var parts = Parts(Settings()))
        {
            Assert.Equal("access-token-2", (await parts.Tokens("other").TokenAsync(false, default)).Value);
        }

        Assert.Equal(["first", "refresh-token-1"], _provider.Requests.Select(r => r.Form["refresh_token"]));
    }

    [Fact]
    public async Task A_token_is_used_until_five_minutes_before_its_end_and_then_renewed()
    {
        using var parts = Parts(Settings());
        var tokens = parts.Tokens("other");
        Assert.Equal(Office.Now.AddHours(1), (await tokens.TokenAsync(false, default)).Expires);
        _time.Advance(TimeSpan.FromMinutes(54));
        Assert.Equal("access-token-1", (await tokens.TokenAsync(false, default)).Value);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("access-token-2", (await tokens.TokenAsync(false, default)).Value);
    }

    [Fact]
    public async Task A_refused_token_is_renewed_whatever_its_time()
    {
        using var parts = Parts(Settings());
        var tokens = parts.Tokens("other");
        await tokens.TokenAsync(false, default);
        Assert.Equal("access-token-2", (await tokens.TokenAsync(true, default)).Value);
    }

    [Fact]
    public async Task Two_workers_share_one_refresh_token_without_using_it_twice()
    {
        _provider.RefreshToken = "first";
        using var one = Parts(Settings());
        using var two = Parts(Settings());
        await Task.WhenAll(one.Tokens("other").TokenAsync(false, default), two.Tokens("other").TokenAsync(false, default));
        Assert.Equal(1, _provider.Asked);

        // And a refusal that the other one has mended already asks nobody.
        await one.Tokens("other").TokenAsync(true, default);
        Assert.Equal("access-token-2", (await two.Tokens("other").TokenAsync(true, default)).Value);
        Assert.Equal(2, _provider.Asked);
    }

    [Fact]
    public async Task A_new_refresh_token_of_the_operators_counts_more_than_the_one_that_was_kept()
    {
        using (var parts = Parts(Settings()))
        {
            await parts.Tokens("other").TokenAsync(false, default);
        }

        _provider.RefreshToken = "second";
        using (var parts = Parts(Settings() with { RefreshTokenFile = Write("refresh", "second\n") }))
        {
            await parts.Tokens("other").TokenAsync(false, default);
        }

        Assert.Equal("second", _provider.Requests.Last().Form["refresh_token"]);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public async Task What_is_kept_cannot_be_read_and_only_its_owner_may_open_it()
    {
        using var parts = Parts(Settings());
        await parts.Tokens("other").TokenAsync(false, default);
        var credentials = _folder.At("state", "credentials");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(credentials));
        var files = Directory.GetFiles(credentials, "*", SearchOption.AllDirectories);
        Assert.Contains(files, f => f.EndsWith("other.token", StringComparison.Ordinal));
        Assert.Contains(files, f => f.EndsWith(".xml", StringComparison.Ordinal));
        Assert.All(files, f =>
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(f));
            var text = Encoding.Latin1.GetString(File.ReadAllBytes(f));
            Assert.DoesNotContain("refresh-token", text, StringComparison.Ordinal);
            Assert.DoesNotContain("access-token", text, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Where_the_keys_are_lost_the_operators_file_is_tried_again()
    {
        using (var parts = Parts(Settings()))
        {
            await parts.Tokens("other").TokenAsync(false, default);
        }

        Directory.Delete(_folder.At("state", "credentials", "keys"), recursive: true);
        _provider.RefreshToken = null;
        using (var parts = Parts(Settings()))
        {
            await parts.Tokens("other").TokenAsync(false, default);
        }

        Assert.Equal("first", _provider.Requests.Last().Form["refresh_token"]);
    }

    [Fact]
    public async Task A_refresh_token_that_cannot_be_written_is_used_all_the_same_and_health_says_so_until_it_is()
    {
        using var parts = Parts(Settings());
        var tokens = parts.Tokens("other");
        var inTheWay = Directory.CreateDirectory(_folder.At("state", "credentials", "other.token.new"));
        Assert.Equal("access-token-1", (await tokens.TokenAsync(false, default)).Value);
        Assert.Contains(tokens.Facts(_time.GetUtcNow()), f => f is { Code: "oauth-store:other", Ok: false });
        inTheWay.Delete();
        Assert.Equal("access-token-1", (await tokens.TokenAsync(false, default)).Value);
        Assert.DoesNotContain(tokens.Facts(_time.GetUtcNow()), f => !f.Ok);
        using var restarted = Parts(Settings());
        await restarted.Tokens("other").TokenAsync(false, default);
        Assert.Equal(1, _provider.Asked);
    }

    [Fact]
    public async Task A_revoked_refresh_token_is_told_by_its_setting_and_no_secret_is_shown()
    {
        _provider.Instead = form => (400, $$"""{"error":"invalid_grant","error_description":"{{form["refresh_token"]}} of {{Secret}}\nis revoked"}""".Replace("\n", "\\n", StringComparison.Ordinal));
        using var parts = Parts(Settings());
        var tokens = parts.Tokens("other");
        var fault = await Assert.ThrowsAsync<TokenException>(() => tokens.TokenAsync(false, default));
        Assert.False(fault.Temporary);
        Assert.Contains("Credentials:Identities:other:RefreshTokenFile", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', fault.Message);
        Assert.DoesNotContain(Secret, fault.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("first", fault.ToString(), StringComparison.Ordinal);
        var fact = Assert.Single(tokens.Facts(_time.GetUtcNow()), f => !f.Ok);
        Assert.Equal(("oauth-token:other", fault.Message), (fact.Code, fact.Message));

        _provider.Instead = _ => null;
        await tokens.TokenAsync(false, default);
        Assert.All(tokens.Facts(_time.GetUtcNow()), f => Assert.True(f.Ok));
    }

    [Theory]
    [InlineData(503, "try later")]
    [InlineData(200, "<html>a portal</html>")]
    [InlineData(200, """{"access_token":""}""")]
    [InlineData(302, "")]
    public async Task An_answer_without_a_token_may_be_better_another_time(int status, string body)
    {
        _provider.Instead = _ => (status, body);
        using var parts = Parts(Settings());
        Assert.True((await Assert.ThrowsAsync<TokenException>(() => parts.Tokens("other").TokenAsync(false, default))).Temporary);
    }

    [Fact]
    public async Task An_endpoint_of_an_unknown_authority_gets_no_secret()
    {
        using var parts = Parts(Settings() with { CertificateAuthorityFile = "" });
        var fault = await Assert.ThrowsAsync<TokenException>(() => parts.Tokens("other").TokenAsync(false, default));
        Assert.Contains("CertificateAuthorityFile", fault.Message, StringComparison.Ordinal);
        Assert.Empty(_provider.Requests);
    }

    [Theory]
    [InlineData("basic")]
    [InlineData("post")]
    public async Task Client_credentials_are_told_as_the_provider_wants_them(string way)
    {
        using var parts = Parts(Settings() with { Grant = "client-credentials", RefreshTokenFile = "", ClientAuthentication = way, Scopes = ["mail", "send"] });
        await parts.Tokens("other").TokenAsync(false, default);
        var (_, form, authorization) = Assert.Single(_provider.Requests);
        Assert.Equal(("client_credentials", "mail send"), (form["grant_type"], form["scope"]));
        if (way == "post")
        {
            Assert.Equal(("the client", Secret), (form["client_id"], form["client_secret"]));
            Assert.Null(authorization);
        }
        else
        {
            // RFC 6749 section 2.3.1: form-encoded, then joined.
            Assert.Equal("the+client:s3cret%26with%3Dsigns", Encoding.UTF8.GetString(Convert.FromBase64String(authorization!["Basic ".Length..])));
            Assert.False(form.ContainsKey("client_secret"));
        }
    }

    [Fact]
    public async Task A_refresh_token_about_to_end_is_warned_of()
    {
        _provider.RefreshLife = 90 * 86_400;
        using var parts = Parts(Settings());
        var tokens = parts.Tokens("other");
        await tokens.TokenAsync(false, default);
        Assert.True(Fact(tokens, 68).Ok);
        Assert.False(Fact(tokens, 70).Ok);

        // One that lives for half an hour is no alarm while it is renewed in time.
        _provider.RefreshLife = 1800;
        await tokens.TokenAsync(true, default);
        Assert.True(Fact(tokens, 0.01).Ok);
        Assert.False(Fact(tokens, 0.02).Ok);

        EnquiryTriage.Worker.Health.HealthFact Fact(ITokenSource of, double days) => Assert.Single(of.Facts(Office.Now.AddDays(days)), f => f.Code == "oauth-refresh-token:other");
    }

    private AccessParts Parts(OAuthSettings identity) => TestSettings.Parts(_folder, "other", identity, _time);

    private string Write(string name, string text) => _folder.Write(Encoding.UTF8.GetBytes(text), name);

    private OAuthSettings Settings() => new()
    {
        Provider = "token-endpoint",
        Grant = "refresh-token",
        TokenEndpoint = _provider.Https + "/token",
        ClientId = "the client",
        ClientSecretFile = Write("secret", Secret + "\n"),
        RefreshTokenFile = Write("refresh", "first\n"),
        CertificateAuthorityFile = Write("authority.pem", _provider.AuthorityPem),
    };
}
