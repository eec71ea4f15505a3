using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Worker.Outbox;
using EnquiryTriage.Worker.Protocol;
using EnquiryTriage.Worker.Settings;
using MailKit;
using Microsoft.Extensions.Time.Testing;

namespace EnquiryTriage.Worker.Tests.Outbox;

/// <summary>The relay against a server that errs. Real servers are in tests/Conformance.</summary>
public sealed class SmtpRelayTests : IAsyncDisposable
{
    private const string Id = "et-01h-mac@agency.example";
    private readonly FakeTimeProvider _time = new(Office.Now);
    private ScriptedSmtp _server = new();
    private SmtpRelay? _relay;

    public async ValueTask DisposeAsync()
    {
        if (_relay is not null)
        {
            await _relay.DisposeAsync();
        }

        await _server.DisposeAsync();
    }

    [Fact]
    public async Task An_accepted_mail_comes_back_with_the_servers_queue_id()
    {
        var reply = await SendAsync();

        Assert.Equal((SendOutcomeKind.Accepted, "4XYZ7890", false), (reply.Kind, reply.QueueId, reply.RelayFault));
        Assert.Contains("Message-Id: <1@candidates.example>", Assert.Single(_server.Messages), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_run_of_mails_goes_over_one_connection_without_a_word_between()
    {
        for (var i = 0; i < 5; i++)
        {
            Assert.Equal(SendOutcomeKind.Accepted, (await SendAsync()).Kind);
        }

        Assert.Equal((1, 5), (_server.Connections, _server.Messages.Count));
        Assert.DoesNotContain("NOOP", _server.Commands);
        Assert.Single(_server.Commands, c => c.StartsWith("AUTH", StringComparison.Ordinal));
    }

    [Fact]
    public async Task After_a_pause_the_kept_connection_is_asked_whether_it_lives()
    {
        await SendAsync();
        _time.Advance(TimeSpan.FromSeconds(6));
        await SendAsync();

        Assert.Equal((1, 1), (_server.Connections, _server.Commands.Count(c => c == "NOOP")));
    }

    [Fact]
    public async Task A_connection_that_nobody_needs_is_given_back()
    {
        await SendAsync();
        await _relay!.RestAsync(default);
        Assert.DoesNotContain("QUIT", _server.Commands);
        _time.Advance(TimeSpan.FromSeconds(31));
        await _relay.RestAsync(default);

        Assert.Contains("QUIT", _server.Commands);
    }

    [Theory]
    [InlineData("MAIL")]
    [InlineData("RCPT")]
    [InlineData("DATA")]
    public async Task A_kept_connection_that_ends_says_nothing_about_the_mail_which_goes_over_a_new_one(string step)
    {
        await SendAsync();
        _server.On(step, Answer.Closing("421 4.4.2 idle too long"));
        Assert.Equal(SendOutcomeKind.Accepted, (await SendAsync()).Kind);
        _server.On(step, Answer.Nothing);
        Assert.Equal(SendOutcomeKind.Accepted, (await SendAsync()).Kind);

        Assert.Equal((3, 3), (_server.Connections, _server.Messages.Count));
    }

    [Fact]
    public async Task A_refused_mail_leaves_the_connection_to_the_next()
    {
        _server.On("RCPT", Answer.Says("550 5.1.1 nobody here"));
        Assert.Equal(SendOutcomeKind.Permanent, (await SendAsync()).Kind);
        Assert.Equal(SendOutcomeKind.Accepted, (await SendAsync()).Kind);

        Assert.Equal(1, _server.Connections);
        Assert.Contains("RSET", _server.Commands);
    }

    [Fact]
    public async Task Commands_are_pipelined_only_where_the_server_offers_it()
    {
        await SendAsync();
        Assert.Contains(_server.Pipelined, c => c.StartsWith("MAIL", StringComparison.Ordinal));

        await AnewAsync(new ScriptedSmtp());
        _server.Capabilities.Remove("PIPELINING");
        Assert.Equal(SendOutcomeKind.Accepted, (await SendAsync()).Kind);
        Assert.Empty(_server.Pipelined);
    }

    [Fact]
    public async Task Reports_are_asked_for_with_our_id_and_the_recipient_and_no_more_than_the_header()
    {
        await SendAsync();

        Assert.Contains(_server.Commands, c => c.StartsWith("MAIL FROM:<", StringComparison.Ordinal) && c.Contains(" RET=HDRS", StringComparison.Ordinal) && c.Contains($" ENVID={Id}", StringComparison.Ordinal));
        Assert.Contains(_server.Commands, c => c.StartsWith("RCPT TO:<ann@candidates.example>", StringComparison.Ordinal) && c.Contains(" NOTIFY=FAILURE,DELAY", StringComparison.Ordinal)
            && c.Contains(" ORCPT=rfc822;ann@candidates.example", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_asked_of_a_server_that_offers_no_reports_nor_where_nothing_is_wanted()
    {
        _server.Capabilities.Remove("DSN");
        await SendAsync();
        await AnewAsync(new ScriptedSmtp());
        await SendAsync(notify: null);

        Assert.DoesNotContain(_server.Commands, c => c.Contains("NOTIFY", StringComparison.Ordinal) || c.Contains("ENVID", StringComparison.Ordinal) || c.Contains("ORCPT", StringComparison.Ordinal));
    }

    public static TheoryData<string> EveryStep => [.. ScriptedSmtp.Steps];

    [Theory]
    [MemberData(nameof(EveryStep))]
    public async Task A_server_that_shuts_down_at_any_step_puts_the_mail_off_and_the_next_one_takes_it(string step)
    {
        _server.On(step, Answer.Closing("421 4.3.2 shutting down"));
        var reply = await SendAsync();

        Assert.Equal((SendOutcomeKind.Temporary, true), (reply.Kind, reply.RelayFault));
        Assert.Equal(SendOutcomeKind.Accepted, (await SendAsync()).Kind);
    }

    [Theory]
    [MemberData(nameof(EveryStep))]
    public async Task A_connection_that_breaks_at_any_step_leaves_the_outcome_open_only_after_the_message(string step)
    {
        _server.On(step, Answer.Nothing);
        var reply = await SendAsync();

        Assert.Equal(step == "." ? SendOutcomeKind.Unknown : SendOutcomeKind.Temporary, reply.Kind);
        Assert.True(reply.RelayFault);
        Assert.Equal(SendOutcomeKind.Accepted, (await SendAsync()).Kind);
    }

    [Theory]
    [MemberData(nameof(EveryStep))]
    public async Task A_server_that_falls_silent_at_any_step_is_left(string step)
    {
        _server.On(step, Answer.Silence);
        var reply = await SendAsync(seconds: 1.5);

        Assert.Equal(step == "." ? SendOutcomeKind.Unknown : SendOutcomeKind.Temporary, reply.Kind);
        Assert.Equal(SendOutcomeKind.Accepted, (await SendAsync()).Kind);
    }

    [Theory]
    [MemberData(nameof(EveryStep))]
    public async Task A_reply_without_end_is_left(string step)
    {
        _server.On(step, Answer.WithoutEnd);
        var reply = await SendAsync();

        Assert.Equal(step == "." ? SendOutcomeKind.Unknown : SendOutcomeKind.Temporary, reply.Kind);
        Assert.True(reply.RelayFault);
    }

    [Fact]
    public async Task Replies_may_come_a_byte_at_a_time()
    {
        await AnewAsync(new ScriptedSmtp { ByteByByte = true });
        _server.On("RCPT", Answer.Says("250-2.1.5 first\r\n250 2.1.5 second"));
        Assert.Equal("4XYZ7890", (await SendAsync()).QueueId);
        _server.On("RCPT", Answer.Says("550-5.1.1 no\r\n550 5.1.1 body home"));
        var reply = await SendAsync();

        Assert.Equal((SendOutcomeKind.Permanent, "550 5.1.1 to RCPT"), (reply.Kind, reply.Text));
        Assert.Equal("5.1.1 no 5.1.1 body home", reply.Words);
    }

    [Theory]
    [InlineData("MAIL", "451 4.3.0 later", SendOutcomeKind.Temporary, "451 4.3.0 to MAIL")]
    [InlineData("MAIL", "550 5.7.1 not you", SendOutcomeKind.Temporary, "550 5.7.1 to MAIL")]
    [InlineData("MAIL", "552 5.3.4 too large", SendOutcomeKind.Permanent, "552 5.3.4 to MAIL")]
    [InlineData("RCPT", "451 4.7.1 greylisted", SendOutcomeKind.Temporary, "451 4.7.1 to RCPT")]
    [InlineData("RCPT", "450 later", SendOutcomeKind.Temporary, "450 to RCPT")]
    [InlineData("RCPT", "550 5.1.1 <ann@candidates.example> unknown", SendOutcomeKind.Permanent, "550 5.1.1 to RCPT")]
    [InlineData("RCPT", "550 4.7.1 greylisted with the wrong code", SendOutcomeKind.Temporary, "550 to RCPT")]
    [InlineData("RCPT", "552 too many recipients", SendOutcomeKind.Temporary, "552 to RCPT")]
    [InlineData("RCPT", "552 5.2.2 mailbox full", SendOutcomeKind.Permanent, "552 5.2.2 to RCPT")]
    [InlineData("RCPT", "530 5.7.0 log in", SendOutcomeKind.Temporary, "530 5.7.0 to RCPT")]
    [InlineData("DATA", "451 4.3.0 disk", SendOutcomeKind.Temporary, "451 4.3.0 to DATA")]
    [InlineData("DATA", "554 5.5.1 no", SendOutcomeKind.Permanent, "554 5.5.1 to DATA")]
    [InlineData(".", "452 4.3.1 disk full", SendOutcomeKind.Temporary, "452 4.3.1 to message")]
    [InlineData(".", "554 5.7.1 spam", SendOutcomeKind.Permanent, "554 5.7.1 to message")]
    [InlineData(".", "354 again", SendOutcomeKind.Unknown, "354 to message")]
    public async Task A_refusal_is_told_by_its_codes_and_step(string step, string said, SendOutcomeKind kind, string codes)
    {
        _server.On(step, Answer.Says(said));
        var reply = await SendAsync();

        Assert.Equal((kind, codes, false), (reply.Kind, reply.Text, reply.RelayFault));
        Assert.DoesNotContain("ann@", reply.Words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DATA", "250 what", SendOutcomeKind.Temporary)]
    [InlineData("RCPT", "what", SendOutcomeKind.Temporary)]
    [InlineData(".", "what", SendOutcomeKind.Unknown)]
    public async Task An_answer_that_makes_no_sense_is_no_acceptance(string step, string said, SendOutcomeKind kind)
    {
        _server.On(step, Answer.Says(said));

        Assert.Equal(kind, (await SendAsync()).Kind);
    }

    [Theory]
    [InlineData("greeting", "554 5.3.2 no service")]
    [InlineData("EHLO", "502 5.5.1 no")]
    public async Task A_server_that_will_not_talk_puts_the_mail_off(string step, string said)
    {
        _server.On(step, Answer.Says(said)).On("HELO", Answer.Says("502 5.5.1 no"));
        var reply = await SendAsync();

        Assert.Equal((SendOutcomeKind.Temporary, true), (reply.Kind, reply.RelayFault));
    }

    [Theory]
    [InlineData("535 5.7.8 wrong")]
    [InlineData("454 4.7.0 later")]
    public async Task A_refused_login_puts_the_mail_off_and_names_the_settings(string said)
    {
        _server.On("AUTH", Answer.Says(said));
        var reply = await SendAsync();

        Assert.Equal((SendOutcomeKind.Temporary, true), (reply.Kind, reply.RelayFault));
        Assert.Contains("Outbox:Server", reply.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_Starttls_nothing_is_said_that_matters()
    {
        var reply = await SendAsync(security: ConnectionSecurity.Starttls);

        Assert.Equal((SendOutcomeKind.Temporary, true), (reply.Kind, reply.RelayFault));
        Assert.Contains("Outbox:Server:Security", reply.Text, StringComparison.Ordinal);
        Assert.All(_server.Commands, c => Assert.True(c.StartsWith("EHLO", StringComparison.Ordinal) || c == "QUIT", c));
    }

    [Theory]
    [InlineData("localhost", -1)]
    [InlineData("other.test", 30)]
    public async Task An_expired_certificate_or_one_for_another_name_gets_nothing(string name, int days)
    {
        var file = Path.GetTempFileName();
        try
        {
            await AnewAsync(new ScriptedSmtp { Certificate = ScriptedSmtp.CertificateFor(name, days) });
            await File.WriteAllTextAsync(file, _server.Certificate!.ExportCertificatePem());
            var reply = await SendAsync(security: ConnectionSecurity.Starttls, authority: file);

            Assert.Equal((SendOutcomeKind.Temporary, true), (reply.Kind, reply.RelayFault));
            Assert.Contains("TLS", reply.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(_server.Commands, c => c.StartsWith("AUTH", StringComparison.Ordinal) || c.StartsWith("MAIL", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task A_certificate_that_is_trusted_and_good_is_enough()
    {
        var file = Path.GetTempFileName();
        try
        {
            await AnewAsync(new ScriptedSmtp { Certificate = ScriptedSmtp.CertificateFor("localhost", 30) });
            await File.WriteAllTextAsync(file, _server.Certificate!.ExportCertificatePem());

            Assert.Equal(SendOutcomeKind.Accepted, (await SendAsync(security: ConnectionSecurity.Starttls, authority: file)).Kind);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Tls_that_fails_puts_the_mail_off()
    {
        // STARTTLS is offered, and then the server talks on in clear.
        _server.Capabilities.Add("STARTTLS");
        _server.On("STARTTLS", Answer.Closing("220 go on\r\n250 this is no TLS"));
        var reply = await SendAsync(security: ConnectionSecurity.Starttls);

        Assert.Equal((SendOutcomeKind.Temporary, true), (reply.Kind, reply.RelayFault));
    }

    private async Task AnewAsync(ScriptedSmtp server)
    {
        await DisposeAsync();
        (_server, _relay) = (server, null);
    }

    private async Task<RelayReply> SendAsync(
        DeliveryStatusNotification? notify = DeliveryStatusNotification.Failure | DeliveryStatusNotification.Delay,
        ConnectionSecurity security = ConnectionSecurity.None,
        string authority = "",
        double seconds = 20)
    {
        _relay ??= new SmtpRelay(
            new OutboxSettings
            {
                TimeoutSeconds = seconds,
                Server = new ServerSettings { Host = "localhost", Port = _server.Port, User = "strategy", Password = "hunter2", CertificateAuthorityFile = authority },
            },
            new CheckedSettings(MailboxKind.Folder, MailboxAccess.ReadWrite, AfterIntake.Leave, OutboxMode.Live, RelayKind.Smtp, ConnectionSecurity.None, security) { Notify = notify },
            _time,
            ProtocolLog.None);
        var row = new ClaimedOutboxRow(
            "o1", OutboxPurpose.Acknowledgement, Id, Mails.Us, "ann@candidates.example", Mails.Raw(messageId: "1@candidates.example"), 0, 0, Office.Now);
        return await _relay.SendAsync(row, default);
    }
}
