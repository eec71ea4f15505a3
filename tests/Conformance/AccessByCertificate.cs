using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EnquiryTriage.Conformance.Rig;
using EnquiryTriage.Conformance.Servers;
using EnquiryTriage.Worker.Intake;
using EnquiryTriage.Worker.Tests.Access;
using Xunit.Abstractions;

namespace EnquiryTriage.Conformance;

/// <summary>Pinned certificates of the server, certificates of our own, and when the server's ends.</summary>
public sealed class AccessByCertificate(ImapServers servers, ITestOutputHelper output) : ServerTests(servers, output), IClassFixture<ImapServers>, IDisposable
{
    private readonly PrivateFolder _state = new();

    [ServerTheory]
    [InlineData("certificate", "starttls")]
    [InlineData("key", "tls")]
    public async Task A_pinned_certificate_needs_neither_authority_nor_name(string what, string security)
    {
        await using var rig = new TriageRig(Settings()
            .With("Mailbox:Server:Host", "127.0.0.1")
            .With("Mailbox:Server:Security", security)
            .With("Mailbox:Server:Port", TestSettings.Text(security == "tls" ? Dovecot.ImapsPort : Dovecot.ImapPort))
            .With("Mailbox:Server:CertificateAuthorityFile", "")
            .With("Mailbox:Server:PinnedSha256:0", new string('0', 64))
            .With("Mailbox:Server:PinnedSha256:1", what == "key" ? Convert.ToBase64String(KeyDigest()) : Convert.ToHexString(Digest())));
        Assert.Equal(0, await rig.ReadAsync());
    }

    [ServerFact]
    public async Task A_certificate_that_is_not_pinned_is_refused_and_shown_though_its_authority_is_known()
    {
        var settings = Settings().With("Mailbox:Server:PinnedSha256:0", new string('0', 64));
        foreach (var authority in (string[])[Dovecot.AuthorityFile, ""])
        {
            var message = await RefusedAsync(settings.With("Mailbox:Server:CertificateAuthorityFile", authority));
            Assert.Contains(Convert.ToHexString(Digest()), message, StringComparison.Ordinal);
            Assert.Contains("Mailbox:Server:PinnedSha256", message, StringComparison.Ordinal);
        }
    }

    [ServerFact]
    public async Task A_pinned_certificate_of_a_named_authority_needs_the_right_name_too()
    {
        var settings = Settings().With("Mailbox:Server:PinnedSha256:0", Convert.ToHexString(Digest()));
        await using (var rig = new TriageRig(settings))
        {
            Assert.Equal(0, await rig.ReadAsync());
        }

        await RefusedAsync(settings.With("Mailbox:Server:Host", "127.0.0.1"));
    }

    [ServerTheory]
    [InlineData("pem")]
    [InlineData("pem and key")]
    [InlineData("pfx")]
    public async Task A_server_that_wants_our_certificate_gets_it(string form)
    {
        using var certificates = new TestCertificates();
        await using var strict = await StrictAsync(certificates);
        using var own = certificates.Client();
        var settings = Settings(strict);
        if (form == "pfx")
        {
            File.WriteAllBytes(_state["own.pfx"], own.ExportPkcs12(Pkcs12ExportPbeParameters.Pbes2Aes256Sha256, "pfx-password"));
            settings.With("Mailbox:Server:ClientCertificateFile", _state["own.pfx"])
                .With("Mailbox:Server:ClientCertificatePasswordFile", _state.Write("pfx-password", "pfx-password\n"));
        }
        else
        {
            var key = TestCertificates.KeyPem(own);
            settings.With("Mailbox:Server:ClientCertificateFile", _state.Write("own.pem", own.ExportCertificatePem() + (form == "pem" ? "\n" + key : "")))
                .With("Mailbox:Server:ClientCertificateKeyFile", form == "pem" ? "" : _state.Write("own.key", key));
        }

        await using var rig = new TriageRig(settings);
        Assert.Equal(0, await rig.ReadAsync());
    }

    [ServerFact]
    public async Task A_server_that_wants_our_certificate_refuses_without()
    {
        using var certificates = new TestCertificates();
        await using var strict = await StrictAsync(certificates);
        await RefusedAsync(Settings(strict));
        Assert.Contains("Mailbox:Server:ClientCertificateFile", await RefusedAsync(Settings(strict).With("Mailbox:Server:ClientCertificateFile", _state["missing.pem"])), StringComparison.Ordinal);
    }

    [ServerFact]
    public async Task The_end_of_the_servers_certificate_is_known_once_it_was_seen()
    {
        await using var rig = new TriageRig(Settings());
        await rig.ReadAsync();
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(Dovecot.CertificateFile);
        var end = new DateTimeOffset(certificate.NotAfter.ToUniversalTime());
        Assert.True(Fact(end.AddDays(-22)));
        Assert.False(Fact(end.AddDays(-20)));

        bool Fact(DateTimeOffset now) => Assert.Single(rig.Facts(now), f => f.Code == "server-certificate:Mailbox:Server").Ok;
    }

    public void Dispose() => _state.Dispose();

    private static async Task<string> RefusedAsync(Dictionary<string, string?> settings)
    {
        await using var rig = new TriageRig(settings);
        return (await Assert.ThrowsAsync<MailSourceException>(rig.ReadAsync)).Message;
    }

    private static Task<DovecotServer> StrictAsync(TestCertificates certificates) => DovecotServer.StartAsync(more: folder => $$"""
        ssl_ca = <{{folder.Write("clients.pem", certificates.AuthorityPem)}}
        ssl_require_crl = no
        ssl_verify_client_cert = yes
        auth_ssl_require_client_cert = yes

        """);

    private byte[] Digest()
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(Dovecot.CertificateFile);
        return SHA256.HashData(certificate.RawData);
    }

    private byte[] KeyDigest()
    {
        using var certificate = X509CertificateLoader.LoadCertificateFromFile(Dovecot.CertificateFile);
        return SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo());
    }

    private Dictionary<string, string?> Settings(DovecotServer? server = null) => TestSettings.For(server ?? Dovecot, _state, Mailbox).With("Mailbox:SentFolder", "Sent");
}
