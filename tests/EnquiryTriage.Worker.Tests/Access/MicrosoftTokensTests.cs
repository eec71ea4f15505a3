using System.Text;
using System.Text.Json;
using EnquiryTriage.Worker.Access;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Tests.Access;

/// <summary>Tokens of Microsoft 365 by MSAL, against a local stand-in of its token endpoints.</summary>
public sealed class MicrosoftTokensTests : IAsyncLifetime, IDisposable
{
    private const string Secret = "s3cret~of.the~application";
    private readonly TemporaryFolder _folder = new();
    private readonly TestCertificates _certificates = new();
    private TokenProvider _provider = null!;

    public async Task InitializeAsync() => _provider = await TokenProvider.StartAsync();

    public async Task DisposeAsync()
    {
        await _provider.DisposeAsync();
    }

    public void Dispose()
    {
        _certificates.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_application_with_a_secret_gets_a_token_that_is_kept_over_a_restart()
    {
        foreach (var _ in (int[])[1, 2])
        {
            using var parts = Parts(Settings());
            Assert.Equal("access-token-1", (await parts.Tokens("m365").TokenAsync(false, default)).Value);
        }

        var (path, form, _) = Assert.Single(_provider.Requests);
        Assert.Equal("/agency-tenant/oauth2/v2.0/token", path);
        Assert.Equal(("client_credentials", Secret), (form["grant_type"], form["client_secret"]));
        Assert.Contains("https://outlook.office365.com/.default", form["scope"], StringComparison.Ordinal);
        Assert.DoesNotContain("access-token", Encoding.Latin1.GetString(File.ReadAllBytes(_folder.At("state", "credentials", "m365.token"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_token_is_renewed_whatever_its_time()
    {
        using var parts = Parts(Settings());
        await parts.Tokens("m365").TokenAsync(false, default);
        Assert.Equal("access-token-2", (await parts.Tokens("m365").TokenAsync(true, default)).Value);
        Assert.Equal("access-token-2", (await parts.Tokens("m365").TokenAsync(false, default)).Value);
    }

    [Theory]
    [InlineData("pem")]
    [InlineData("pfx")]
    public async Task An_application_with_a_certificate_signs_its_claim(string form)
    {
        using var certificate = _certificates.Client();
        var file = form == "pfx"
            ? _folder.Write(certificate.ExportPkcs12(System.Security.Cryptography.X509Certificates.Pkcs12ExportPbeParameters.Pbes2Aes256Sha256, "pfx-password"), "app.pfx")
            : Write("app.pem", certificate.ExportCertificatePem() + "\n" + TestCertificates.KeyPem(certificate));
        using var parts = Parts(Settings() with
        {
            ClientSecretFile = "",
            CertificateFile = file,
            CertificatePasswordFile = form == "pfx" ? Write("pfx-password", "pfx-password\n") : "",
        });
        Assert.Equal("access-token-1", (await parts.Tokens("m365").TokenAsync(false, default)).Value);
        var sent = Assert.Single(_provider.Requests).Form;
        Assert.False(sent.ContainsKey("client_secret"));
        var header = JsonDocument.Parse(Convert.FromBase64String(Padded(sent["client_assertion"].Split('.')[0]))).RootElement;
        Assert.Equal(Convert.ToBase64String(certificate.RawData), header.GetProperty("x5c") is { ValueKind: JsonValueKind.Array } chain ? chain[0].GetString() : header.GetProperty("x5c").GetString());
    }

    [Fact]
    public async Task Somebody_who_signed_in_by_device_code_stays_signed_in_over_a_restart()
    {
        _provider.Hesitation = 1;
        var shown = "";
        using (var parts = Parts(Device()))
        {
            var (user, token) = await ((MicrosoftTokens)parts.Tokens("m365")).SignInAsync(m => shown += m, default);
            Assert.Equal(("ann@agency.example", "access-token-1"), (user, token.Value));
        }

        Assert.Contains("ABCD-EFGH", shown, StringComparison.Ordinal);
        using (var parts = Parts(Device()))
        {
            Assert.Equal("access-token-1", (await parts.Tokens("m365").TokenAsync(false, default)).Value);
            Assert.Equal("access-token-2", (await parts.Tokens("m365").TokenAsync(true, default)).Value);
        }

        Assert.Equal("refresh-token-1", _provider.Requests.Last().Form["refresh_token"]);
    }

    [Fact]
    public async Task Before_anybody_signed_in_the_verb_is_named()
    {
        using var parts = Parts(Device());
        var fault = await Assert.ThrowsAsync<TokenException>(() => parts.Tokens("m365").TokenAsync(false, default));
        Assert.False(fault.Temporary);
        Assert.Contains("mailbox login --identity m365", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_secret_is_told_by_its_setting_and_not_shown()
    {
        _provider.Instead = _ => (401, $$"""{"error":"invalid_client","error_description":"AADSTS7000215: Invalid client secret provided: {{Secret}}."}""");
        using var parts = Parts(Settings());
        var tokens = parts.Tokens("m365");
        var fault = await Assert.ThrowsAsync<TokenException>(() => tokens.TokenAsync(false, default));
        Assert.False(fault.Temporary);
        Assert.Contains("AADSTS7000215", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Credentials:Identities:m365:ClientId and ClientSecretFile", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, Assert.Single(tokens.Facts(Office.Now), f => !f.Ok).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_provider_that_is_not_there_may_be_another_time()
    {
        using var parts = Parts(Settings() with { Authority = "https://localhost:1" });
        var fault = await Assert.ThrowsAsync<TokenException>(() => parts.Tokens("m365").TokenAsync(false, default));
        Assert.True(fault.Temporary);
        Assert.Contains("Credentials:Identities:m365", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_end_of_secret_and_certificate_is_warned_of()
    {
        using var certificate = _certificates.Client(toDays: 60);
        using var parts = Parts(Settings() with
        {
            ClientSecretFile = "",
            ClientSecretExpires = "2021-06-01",
            CertificateFile = Write("app.pem", certificate.ExportCertificatePem() + "\n" + TestCertificates.KeyPem(certificate)),
        });
        var tokens = parts.Tokens("m365");
        Assert.True(Fact("oauth-client-secret:m365", new(2021, 5, 10, 0, 0, 0, TimeSpan.Zero)).Ok);
        var late = Fact("oauth-client-secret:m365", new(2021, 5, 12, 0, 0, 0, TimeSpan.Zero));
        Assert.False(late.Ok);
        Assert.Contains("in 20 days", late.Message, StringComparison.Ordinal);
        Assert.Contains("ended on 2021-06-01", Fact("oauth-client-secret:m365", new(2021, 6, 2, 0, 0, 0, TimeSpan.Zero)).Message, StringComparison.Ordinal);
        var end = new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
        Assert.True(Fact("oauth-certificate:m365", end.AddDays(-22)).Ok);
        Assert.False(Fact("oauth-certificate:m365", end.AddDays(-20)).Ok);

        EnquiryTriage.Worker.Health.HealthFact Fact(string code, DateTimeOffset now) => Assert.Single(tokens.Facts(now), f => f.Code == code);
    }

    private AccessParts Parts(OAuthSettings identity) => TestSettings.Parts(_folder, "m365", identity, TimeProvider.System);

    private string Write(string name, string text) => _folder.Write(Encoding.UTF8.GetBytes(text), name);

    private OAuthSettings Device() => Settings() with { Grant = "device-code", ClientSecretFile = "" };

    private OAuthSettings Settings() => new()
    {
        Authority = _provider.Https,
        TenantId = "agency-tenant",
        ClientId = "app-1",
        ClientSecretFile = Write("secret", Secret + "\n"),
        CertificateAuthorityFile = Write("authority.pem", _provider.AuthorityPem),
    };

    private static string Padded(string text) => text.Replace('-', '+').Replace('_', '/').PadRight((text.Length + 3) / 4 * 4, '=');
}
