namespace EnquiryTriage.Conformance.Servers;

/// <summary>
/// A private Postfix on loopback ports that hands every mail to a <see cref="DovecotServer"/>; nothing can leave the machine.
/// Some recipients are special, see the constants.
/// </summary>
public sealed class PostfixServer : IAsyncDisposable
{
    /// <summary>Domain whose addresses are mailboxes on Dovecot: the agency's.</summary>
    public const string OurDomain = "agency.test";

    /// <summary>Domain whose addresses are mailboxes on Dovecot: people who write in.</summary>
    public const string TheirDomain = "people.test";

    /// <summary>Recipients in this domain are taken, then bounced: no such user (5.1.1).</summary>
    public const string BouncingDomain = "gone.test";

    /// <summary>Recipient that is refused at RCPT TO for good (554).</summary>
    public const string RefusedRecipient = "refused@" + TheirDomain;

    /// <summary>Recipient that is put off at RCPT TO (450).</summary>
    public const string DeferredRecipient = "deferred@" + TheirDomain;

    private static readonly string[] Queues = ["maildrop", "incoming", "active", "deferred"];

    private readonly PrivateFolder _folder = new();
    private readonly DovecotServer _dovecot;
    private readonly string _policy;
    private ServerProcess? _process;

    private PostfixServer(DovecotServer dovecot, int? policyPort)
    {
        _dovecot = dovecot;
        _policy = policyPort is { } port ? $"check_policy_service inet:127.0.0.1:{port}" : "permit";
    }

    /// <summary>SMTP without login, for mail from outside to <see cref="OurDomain"/> and <see cref="TheirDomain"/>.</summary>
    public int SmtpPort { get; private set; }

    /// <summary>Submission (RFC 6409): STARTTLS and login required.</summary>
    public int SubmissionPort { get; private set; }

    /// <summary>Submission with login and without STARTTLS: what a stripped connection looks like.</summary>
    public int PlainPort { get; private set; }

    /// <summary>The server's log so far.</summary>
    public string Log => LogFiles.Read(_folder["postfix.log"]);

    /// <summary>Starts a server; users log in with Dovecot's password, and the certificate is Dovecot's.</summary>
    /// <param name="dovecot">Where mail goes.</param>
    /// <param name="policyPort">A policy service that is asked at RCPT TO and at the message's end; null for none.</param>
    public static async Task<PostfixServer> StartAsync(DovecotServer dovecot, int? policyPort = null)
    {
        var server = new PostfixServer(dovecot, policyPort);
        try
        {
            await LogFiles.RetryAsync(server.LaunchAsync);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until the queue is empty: all that was taken has been handed on or bounced.</summary>
    public Task EmptiedAsync() => Eventually.TrueAsync(
        () => Task.FromResult(Array.TrueForAll(Queues, q => !Directory.EnumerateFiles(_folder["spool/" + q], "*", SearchOption.AllDirectories).Any())),
        () => "Postfix's queue does not empty.");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is { } running)
        {
            await running.DisposeAsync();
        }

        _folder.Dispose();
    }

    private async Task LaunchAsync()
    {
        (SmtpPort, SubmissionPort, PlainPort) = (FreePorts.Take(), FreePorts.Take(), FreePorts.Take());
        var configuration = _folder.Create("conf");
        _folder.Create("spool");
        var data = _folder.Create("data");
        await ServerProcess.RunAsync("/bin/chown", "postfix", data);
        _folder.Write("conf/main.cf", Main(data));
        _folder.Write("conf/master.cf", Master());
        await ServerProcess.RunAsync("/usr/sbin/postfix", "-c", configuration, "check");
        _process = await ServerProcess.StartAsync(Requirements.PostfixMaster, ["-c", configuration], SmtpPort, SubmissionPort, PlainPort);
    }

    private string Main(string data) => $$"""
        compatibility_level = 3.6
        queue_directory = {{_folder["spool"]}}
        data_directory = {{data}}
        command_directory = /usr/sbin
        daemon_directory = /usr/lib/postfix/sbin
        meta_directory = /etc/postfix
        shlib_directory = /usr/lib/postfix
        mail_owner = postfix
        setgid_group = postdrop
        maillog_file = {{_folder["postfix.log"]}}
        maillog_file_prefixes = {{_folder.Path}}
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        myhostname = relay.agency.test
        mydomain = agency.test
        myorigin = agency.test
        mydestination =
        local_transport = error:5.1.1 no local delivery
        local_recipient_maps =
        alias_maps =
        alias_database =
        recipient_delimiter = +
        virtual_mailbox_domains = {{OurDomain}}, {{TheirDomain}}, relay.agency.test
        virtual_mailbox_maps = static:ok
        virtual_transport = lmtp:inet:127.0.0.1:{{_dovecot.LmtpPort}}
        transport_maps = inline:{ {{{BouncingDomain}} = gone:} }
        default_transport = error:5.7.1 nothing leaves this machine
        relay_transport = error:5.7.1 nothing leaves this machine
        relayhost =
        relay_domains =
        mynetworks =
        smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
        smtpd_recipient_restrictions = check_recipient_access inline:{ { {{RefusedRecipient}} = REJECT }, { {{DeferredRecipient}} = DEFER } }, {{_policy}}
        smtpd_end_of_data_restrictions = {{_policy}}
        smtp_host_lookup = native
        lmtp_host_lookup = native
        smtp_dns_support_level = disabled
        disable_dns_lookups = yes
        smtpd_peername_lookup = no
        lmtp_destination_recipient_limit = 1
        message_size_limit = 52428800
        virtual_mailbox_limit = 0
        mailbox_size_limit = 0
        biff = no
        append_dot_mydomain = no
        notify_classes =
        smtpd_client_connection_rate_limit = 0
        smtpd_client_connection_count_limit = 0
        smtpd_client_message_rate_limit = 0
        smtpd_error_sleep_time = 0
        in_flow_delay = 0
        smtpd_sasl_type = dovecot
        smtpd_sasl_path = inet:127.0.0.1:{{_dovecot.SaslPort}}
        smtpd_sasl_auth_enable = yes
        smtpd_tls_security_level = may
        smtpd_tls_auth_only = yes
        smtpd_tls_cert_file = {{_dovecot.CertificateFile}}
        smtpd_tls_key_file = {{_dovecot.KeyFile}}
        smtp_tls_security_level = none
        lmtp_tls_security_level = none
        tls_random_source = dev:/dev/urandom

        """;

    private string Master() => $$"""
        127.0.0.1:{{SmtpPort}} inet n - n - - smtpd
        127.0.0.1:{{SubmissionPort}} inet n - n - - smtpd
          -o syslog_name=submission
          -o smtpd_tls_security_level=encrypt
          -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
        127.0.0.1:{{PlainPort}} inet n - n - - smtpd
          -o syslog_name=plain
          -o smtpd_tls_security_level=none
          -o smtpd_tls_auth_only=no
          -o smtpd_relay_restrictions=permit_sasl_authenticated,reject
        pickup unix n - n 60 1 pickup
        cleanup unix n - n - 0 cleanup
        qmgr unix n - n 300 1 qmgr
        tlsmgr unix - - n 1000? 1 tlsmgr
        rewrite unix - - n - - trivial-rewrite
        bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce
        trace unix - - n - 0 bounce
        verify unix - - n - 1 verify
        flush unix n - n 1000? 0 flush
        proxymap unix - - n - - proxymap
        proxywrite unix - - n - 1 proxymap
        showq unix n - n - - showq
        error unix - - n - - error
        retry unix - - n - - error
        lmtp unix - - n - - lmtp
        anvil unix - - n - 1 anvil
        scache unix - - n - 1 scache
        postlog unix-dgram n - n - 1 postlogd
        gone unix - n n - - pipe
          user=nobody argv=/bin/sh -c { exit 67 }

        """;
}
