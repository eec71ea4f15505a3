namespace EnquiryTriage.Conformance.Servers;

/// <summary>
/// A private Exim on a loopback port: submission with STARTTLS and login, delivery reports on request (RFC 3461), mail handed to a
/// <see cref="DovecotServer"/>; nothing can leave the machine. Its package does not go together with Postfix's, so it is run from where it was unpacked.
/// </summary>
public sealed class EximServer : IAsyncDisposable
{
    /// <summary>Recipient that is refused at RCPT TO for good (550).</summary>
    public const string RefusedRecipient = "refused@" + PostfixServer.TheirDomain;

    /// <summary>Recipient that is put off at RCPT TO (451).</summary>
    public const string DeferredRecipient = "deferred@" + PostfixServer.TheirDomain;

    private readonly PrivateFolder _folder = new();
    private readonly DovecotServer _dovecot;
    private ServerProcess? _process;

    private EximServer(DovecotServer dovecot) => _dovecot = dovecot;

    /// <summary>The port: STARTTLS and login required to send.</summary>
    public int Port { get; private set; }

    /// <summary>The server's log so far.</summary>
    public string Log => LogFiles.Read(_folder["log/mainlog"]);

    /// <summary>Starts a server; anybody logs in with Dovecot's password, and the certificate is Dovecot's.</summary>
    public static async Task<EximServer> StartAsync(DovecotServer dovecot)
    {
        var server = new EximServer(dovecot);
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
        Port = FreePorts.Take();
        var (spool, log) = (_folder.Create("spool"), _folder.Create("log"));
        await ServerProcess.RunAsync("/bin/chown", Requirements.EximUser, spool, log);
        var configuration = _folder.Write("exim.conf", Configuration());

        // It starts itself anew for each mail: the libraries beside it are found by the variable, which the configuration keeps.
        _process = await ServerProcess.StartAsync(
            "/usr/bin/env", [$"LD_LIBRARY_PATH={Requirements.EximLibraries}", Requirements.Exim, "-C", configuration, "-bdf"], Port);
    }

    // Exim's own braces.
    private static string Password => "${if eq{$auth3}{" + DovecotServer.Password + "}}";

    private string Configuration() => $$"""
        primary_hostname = exim.agency.test
        local_interfaces = 127.0.0.1
        daemon_smtp_ports = {{Port}}
        exim_path = {{Requirements.Exim}}
        spool_directory = {{_folder["spool"]}}
        log_file_path = {{_folder["log"]}}/%slog
        pid_file_path =
        keep_environment = LD_LIBRARY_PATH
        deliver_drop_privilege = true
        smtp_accept_max = 100
        smtp_accept_max_per_connection = 0
        host_lookup =
        rfc1413_query_timeout = 0s
        log_selector = +smtp_connection
        tls_advertise_hosts = *
        tls_certificate = {{_dovecot.CertificateFile}}
        tls_privatekey = {{_dovecot.KeyFile}}
        dsn_advertise_hosts = *
        chunking_advertise_hosts = *
        acl_smtp_rcpt = rcpt
        begin acl
        rcpt:
          deny recipients = {{RefusedRecipient}}
               message = 5.1.1 nobody of that name
          defer recipients = {{DeferredRecipient}}
               message = 4.7.1 greylisted
          accept authenticated = *
          deny message = 5.7.1 relaying is off
        begin routers
        gone:
          driver = redirect
          domains = {{PostfixServer.BouncingDomain}}
          allow_fail
          data = :fail: no such user
        boxes:
          driver = accept
          domains = {{PostfixServer.OurDomain}} : {{PostfixServer.TheirDomain}}
          transport = lmtp
        begin transports
        lmtp:
          driver = smtp
          protocol = lmtp
          hosts = 127.0.0.1
          hosts_override
          port = {{_dovecot.LmtpPort}}
          allow_localhost
          hosts_avoid_tls = *
        begin retry
        * * F,1h,1m
        begin authenticators
        plain:
          driver = plaintext
          public_name = PLAIN
          server_prompts = :
          server_condition = {{Password}}
          server_set_id = $auth2
          server_advertise_condition = ${if def:tls_in_cipher}

        """;
}
