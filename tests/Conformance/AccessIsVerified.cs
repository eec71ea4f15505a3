using EnquiryTriage.Conformance.Rig;
using EnquiryTriage.Conformance.Servers;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Worker.Intake;
using Xunit.Abstractions;

namespace EnquiryTriage.Conformance;

/// <summary>TLS is verified, STARTTLS cannot be stripped, and a refusal names the setting and no secret: the same for mailbox and relay.</summary>
public sealed class AccessIsVerified(ImapAndSmtpServers servers, ITestOutputHelper output)
    : ServerTests(servers, output), IClassFixture<ImapAndSmtpServers>, IDisposable
{
    private const string WrongPassword = "hunter-2-never-shown";
    private readonly PrivateFolder _state = new();

    [ServerTheory]
    [InlineData("starttls")]
    [InlineData("tls")]
    public async Task A_certificate_of_the_given_authority_is_good_enough(string security)
    {
        await DeliverAsync();
        await using var rig = new TriageRig(Settings().With("Mailbox:Server:Security", security).With("Mailbox:Server:Port", Port(security)));
        Assert.Equal(1, await rig.ReadAsync());
        Assert.Contains("TLS, session", Dovecot.Log[Dovecot.Log.LastIndexOf($"Login: user=<{Mailbox}>", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [ServerTheory]
    [InlineData("starttls")]
    [InlineData("tls")]
    public async Task A_certificate_of_an_unknown_authority_is_refused(string security)
    {
        var settings = Settings().With("Mailbox:Server:Security", security).With("Mailbox:Server:Port", Port(security));
        Assert.Contains("Mailbox:Server:CertificateAuthorityFile", await RefusedAsync(settings.With("Mailbox:Server:CertificateAuthorityFile", "")), StringComparison.Ordinal);
        using var stranger = new TestAuthority(_state, "stranger");
        Assert.Contains(
            "Mailbox:Server:CertificateAuthorityFile",
            await RefusedAsync(settings.With("Mailbox:Server:CertificateAuthorityFile", stranger.AuthorityFile)),
            StringComparison.Ordinal);
        NobodyLoggedIn();
    }

    [ServerTheory]
    [InlineData("starttls")]
    [InlineData("tls")]
    public async Task A_certificate_for_another_name_is_refused(string security)
    {
        // The certificate is for "localhost" alone.
        var message = await RefusedAsync(Settings()
            .With("Mailbox:Server:Security", security).With("Mailbox:Server:Port", Port(security)).With("Mailbox:Server:Host", "127.0.0.1"));
        Assert.Contains("Mailbox:Server:", message, StringComparison.Ordinal);
        Assert.Contains("TLS", message, StringComparison.Ordinal);
        NobodyLoggedIn();
    }

    [ServerFact]
    public async Task A_server_without_Starttls_never_gets_the_password()
    {
        await using var bare = await DovecotServer.StartAsync(tls: false);
        var message = await RefusedAsync(Settings().With("Mailbox:Server:Port", TestSettings.Text(bare.ImapPort)));
        Assert.Contains("Mailbox:Server:Security", message, StringComparison.Ordinal);
        Assert.DoesNotContain(Mailbox, bare.Log, StringComparison.Ordinal);
    }

    [ServerFact]
    public async Task A_wrong_password_is_told_by_its_setting_and_not_shown()
    {
        var message = await RefusedAsync(Settings().With("Mailbox:Server:PasswordFile", _state.Write("wrong", WrongPassword)));
        Assert.Contains("Mailbox:Server:PasswordFile", message, StringComparison.Ordinal);
        Assert.Contains("Mailbox:Server:User", message, StringComparison.Ordinal);
    }

    [ServerFact]
    public async Task A_folder_that_is_not_there_is_told_by_its_setting()
    {
        await using var rig = new TriageRig(Settings().With("Mailbox:Folder", "Enquiries"));
        var fault = await Assert.ThrowsAsync<MailSourceException>(rig.ReadAsync);
        Assert.Contains("'Enquiries'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Mailbox:Folder", fault.Message, StringComparison.Ordinal);
    }

    [ServerFact]
    public async Task A_relay_of_an_unknown_authority_gets_nothing()
    {
        var reply = await PutOffAsync(Sending().With("Outbox:Server:CertificateAuthorityFile", ""));
        Assert.Contains("Outbox:Server:CertificateAuthorityFile", reply, StringComparison.Ordinal);
    }

    [ServerFact]
    public async Task A_relay_with_a_certificate_for_another_name_gets_nothing()
    {
        var reply = await PutOffAsync(Sending().With("Outbox:Server:Host", "127.0.0.1"));
        Assert.Contains("Outbox:Server:", reply, StringComparison.Ordinal);
        Assert.Contains("TLS", reply, StringComparison.Ordinal);
    }

    [ServerFact]
    public async Task A_relay_without_Starttls_never_gets_the_password()
    {
        var reply = await PutOffAsync(Sending().With("Outbox:Server:Port", TestSettings.Text(Postfix.PlainPort)));
        Assert.Contains("Outbox:Server:Security", reply, StringComparison.Ordinal);
    }

    [ServerFact]
    public async Task A_relay_that_refuses_the_login_is_told_by_its_setting_and_the_secret_not_shown()
    {
        var reply = await PutOffAsync(Sending().With("Outbox:Server:PasswordFile", _state.Write("wrong", WrongPassword)));
        Assert.Contains("Outbox:Server:PasswordFile", reply, StringComparison.Ordinal);
        Assert.DoesNotContain(WrongPassword, reply, StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public void Dispose() => _state.Dispose();

    private static async Task<string> RefusedAsync(Dictionary<string, string?> settings)
    {
        await using var rig = new TriageRig(settings);
        var fault = await Assert.ThrowsAsync<MailSourceException>(rig.ReadAsync);
        Assert.DoesNotContain(WrongPassword, fault.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(DovecotServer.Password, fault.ToString(), StringComparison.Ordinal);
        return fault.Message;
    }

    // The acknowledgement stays in the queue, with the reason as the last reply, and nothing reached the person.
    private async Task<string> PutOffAsync(Dictionary<string, string?> settings)
    {
        await DeliverAsync();
        await using var rig = new TriageRig(settings);
        Assert.Equal(1, await rig.ReadAsync());
        Assert.Equal(1, await rig.SendAsync());
        var row = Assert.Single(Assert.Single(await rig.EnquiriesAsync()).Outbox);
        Assert.Equal((OutboxState.Queued, 0), (row.State, row.UnknownAttempts));
        Assert.Empty(await Dovecot.ReadAsync(Person("ann")));
        return row.LastReply ?? "";
    }

    private void NobodyLoggedIn() => Assert.DoesNotContain($"user=<{Mailbox}>", Dovecot.Log, StringComparison.Ordinal);

    private string Port(string security) => TestSettings.Text(security == "tls" ? Dovecot.ImapsPort : Dovecot.ImapPort);

    private Dictionary<string, string?> Settings() => TestSettings.For(Dovecot, _state, Mailbox);

    private Dictionary<string, string?> Sending() => Settings().Sending(Postfix, Dovecot);

    private Task DeliverAsync() => Lmtp.DeliverAsync(Dovecot, MailboxAddress, PersonAddress("ann"), Mails.Enquiry(PersonAddress("ann"), MailboxAddress, 1));
}
