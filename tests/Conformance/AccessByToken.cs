using EnquiryTriage.Conformance.Rig;
using EnquiryTriage.Conformance.Servers;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Worker.Intake;
using EnquiryTriage.Worker.Tests.Access;

namespace EnquiryTriage.Conformance;

/// <summary>Login by OAuth token (XOAUTH2, OAUTHBEARER) at a mailbox and a relay that ask the provider about each token.</summary>
public sealed class AccessByToken : IAsyncLifetime, IDisposable
{
    private readonly PrivateFolder _state = new();
    private readonly string _mailbox = "strategy-" + Guid.NewGuid().ToString("N")[..8];
    private TokenProvider _provider = null!;
    private DovecotServer _dovecot = null!;

    public async Task InitializeAsync()
    {
        if (Requirements.Missing is null)
        {
            _provider = await TokenProvider.StartAsync();
            _provider.User = _mailbox;
            _dovecot = await DovecotServer.StartAsync(more: folder => $$"""
                auth_mechanisms = plain login xoauth2 oauthbearer
                passdb {
                  driver = oauth2
                  mechanisms = xoauth2 oauthbearer
                  args = {{folder.Write("oauth2.conf", $"introspection_url = {_provider.Http}/introspect\nintrospection_mode = post\nusername_attribute = user\nactive_attribute = active\nactive_value = true\n")}}
                }

                """);
        }
    }

    public async Task DisposeAsync()
    {
        if (Requirements.Missing is null)
        {
            await _dovecot.DisposeAsync();
            await _provider.DisposeAsync();
        }
    }

    public void Dispose() => _state.Dispose();

    [ServerTheory]
    [InlineData("xoauth2", "XOAUTH2")]
    [InlineData("oauthbearer", "OAUTHBEARER")]
    [InlineData("auto", "OAUTHBEARER")]
    public async Task The_shared_mailbox_is_read_with_a_token(string mechanism, string used)
    {
        await DeliverAsync();
        var user = $"{_mailbox}@{PostfixServer.OurDomain}";
        await using (var rig = new TriageRig(Settings().With("Credentials:Identities:m365:Mechanism", mechanism).With("ProtocolLog:Path", _state["protocol.log"])))
        {
            Assert.Equal(1, await rig.ReadAsync());
        }

        Assert.Equal(1, _provider.Asked);
        var said = await File.ReadAllTextAsync(_state["protocol.log"]);
        Assert.Contains($"AUTHENTICATE {used} ********", said, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"user={user}\u0001auth=Bearer access"))[..60], said, StringComparison.Ordinal);
        Assert.Contains($"Login: user=<{_mailbox}>, method={used}", _dovecot.Log, StringComparison.Ordinal);
    }

    [ServerFact]
    public async Task A_plain_token_endpoint_does_as_well()
    {
        await DeliverAsync();
        await using var rig = new TriageRig(Settings()
            .With("Credentials:Identities:m365:Provider", "token-endpoint").With("Credentials:Identities:m365:Grant", "refresh-token")
            .With("Credentials:Identities:m365:TokenEndpoint", _provider.Https + "/token").With("Credentials:Identities:m365:TenantId", "")
            .With("Credentials:Identities:m365:RefreshTokenFile", _state.Write("refresh", "first\n")));
        Assert.Equal(1, await rig.ReadAsync());
    }

    [ServerFact]
    public async Task A_token_that_was_revoked_before_its_time_is_replaced_once_and_the_mail_is_read()
    {
        await DeliverAsync();
        await using (var before = new TriageRig(Settings()))
        {
            Assert.Equal(1, await before.ReadAsync());
        }

        _provider.RevokeAccess();
        await DeliverAsync(2);
        await using var rig = new TriageRig(Settings());
        Assert.Equal(1, await rig.ReadAsync());
        Assert.Equal(2, _provider.Asked);
    }

    [ServerFact]
    public async Task Tokens_that_do_not_open_the_mailbox_are_told_by_the_setting_and_not_shown()
    {
        _provider.User = "somebody-else";
        await using var rig = new TriageRig(Settings());
        var fault = await Assert.ThrowsAsync<MailSourceException>(rig.ReadAsync);
        Assert.Contains("Mailbox:Server:User", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Credentials:Identities:m365", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("access-token", fault.ToString(), StringComparison.Ordinal);

        // The one at hand and one new one: no more.
        Assert.Equal(2, _provider.Asked);
    }

    [ServerFact]
    public async Task A_server_that_takes_no_tokens_is_told_so_and_gets_none()
    {
        await using var bare = await DovecotServer.StartAsync();
        await using var rig = new TriageRig(Settings()
            .With("Mailbox:Server:Port", TestSettings.Text(bare.ImapPort)).With("Mailbox:Server:CertificateAuthorityFile", bare.AuthorityFile));
        var fault = await Assert.ThrowsAsync<MailSourceException>(rig.ReadAsync);
        Assert.Contains("offers neither OAUTHBEARER nor XOAUTH2", fault.Message, StringComparison.Ordinal);
    }

    [ServerFact]
    public async Task A_provider_that_gives_no_token_is_told_by_its_setting()
    {
        _provider.Instead = _ => (401, """{"error":"invalid_client","error_description":"AADSTS7000222: The provided client secret keys are expired."}""");
        await using var rig = new TriageRig(Settings());
        var fault = await Assert.ThrowsAsync<MailSourceException>(rig.ReadAsync);
        Assert.Contains("AADSTS7000222", fault.Message, StringComparison.Ordinal);
        Assert.Contains("ClientSecretFile", fault.Message, StringComparison.Ordinal);
    }

    [ServerFact]
    public async Task The_relay_takes_a_token_too()
    {
        await using var postfix = await PostfixServer.StartAsync(_dovecot);
        await DeliverAsync();
        await using var rig = new TriageRig(Settings().Sending(postfix, _dovecot)
            .With("Outbox:Server:Identity", "m365").With("Outbox:Server:PasswordFile", ""));
        Assert.Equal(1, await rig.ReadAsync());
        Assert.Equal(1, await rig.SendAsync());
        Assert.Equal(OutboxState.Accepted, Assert.Single(Assert.Single(await rig.EnquiriesAsync()).Outbox).State);
        Assert.Contains("sasl_method=OAUTHBEARER", postfix.Log, StringComparison.Ordinal);

        // One identity, one token for both.
        Assert.Equal(1, _provider.Asked);
    }

    [ServerFact]
    public async Task The_relay_gets_a_new_token_in_place_of_a_revoked_one_and_each_mail_leaves_once()
    {
        await using var postfix = await PostfixServer.StartAsync(_dovecot);
        await DeliverAsync();
        await using var rig = new TriageRig(Settings().Sending(postfix, _dovecot)
            .With("Outbox:Server:Identity", "m365").With("Outbox:Server:PasswordFile", ""));
        Assert.Equal(1, await rig.ReadAsync());
        _provider.RevokeAccess();
        Assert.Equal(1, await rig.SendAsync());
        var row = Assert.Single(Assert.Single(await rig.EnquiriesAsync()).Outbox);
        Assert.Equal((OutboxState.Accepted, 0), (row.State, row.UnknownAttempts));
        Assert.Equal(2, _provider.Asked);
    }

    private Dictionary<string, string?> Settings() => TestSettings.For(_dovecot, _state, _mailbox)
        .With("Mailbox:Server:PasswordFile", "")
        .With("Mailbox:Server:User", $"{_mailbox}@{PostfixServer.OurDomain}")
        .With("Mailbox:Server:Identity", "m365")
        .With("Credentials:Identities:m365:Provider", "microsoft")
        .With("Credentials:Identities:m365:Authority", _provider.Https)
        .With("Credentials:Identities:m365:TenantId", "agency-tenant")
        .With("Credentials:Identities:m365:ClientId", "app-1")
        .With("Credentials:Identities:m365:ClientSecretFile", _state.Write("client-secret", "s3cret-of-the-client"))
        .With("Credentials:Identities:m365:CertificateAuthorityFile", _state.Write("provider.pem", _provider.AuthorityPem));

    private Task DeliverAsync(int number = 1) => Lmtp.DeliverAsync(
        _dovecot, $"{_mailbox}@{PostfixServer.OurDomain}", "ann@people.test", Mails.Enquiry("ann@people.test", $"{_mailbox}@{PostfixServer.OurDomain}", number));
}
