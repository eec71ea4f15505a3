using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MailKit.Net.Imap;
using MailKit.Security;

namespace EnquiryTriage.Conformance.Servers;

/// <summary>
/// A private Dovecot: IMAP with STARTTLS, IMAPS, LMTP, and SASL for Postfix, on loopback ports. Every user name exists and has
/// <see cref="Password"/>; what stands after "+" or "@" in an address is not part of it.
/// </summary>
public sealed class DovecotServer : IMailStore, IAsyncDisposable
{
    /// <summary>Everybody's password.</summary>
    public const string Password = "pass-Word_8841";

    private const string MailUser = "5000";
    private readonly PrivateFolder _folder = new();
    private readonly TestAuthority _authority;
    private readonly bool _tls;
    private readonly string _more;
    private ServerProcess? _process;

    private DovecotServer(bool tls, Func<PrivateFolder, string>? more)
    {
        _tls = tls;
        _more = more?.Invoke(_folder) ?? "";
        _authority = new TestAuthority(_folder);
        (CertificateFile, KeyFile) = _authority.Issue(_folder);
    }

    /// <summary>IMAP, with STARTTLS unless started without TLS.</summary>
    public int ImapPort { get; private set; }

    /// <summary>IMAP over TLS; nobody listens there where started without TLS.</summary>
    public int ImapsPort { get; private set; }

    /// <summary>LMTP (RFC 2033).</summary>
    public int LmtpPort { get; private set; }

    /// <summary>Dovecot's authentication protocol, for Postfix.</summary>
    public int SaslPort { get; private set; }

    /// <summary>PEM file of the authority that signed the server's certificate.</summary>
    public string AuthorityFile => _authority.AuthorityFile;

    /// <summary>PEM file of the certificate, for "localhost".</summary>
    public string CertificateFile { get; }

    /// <summary>PEM file of its key.</summary>
    public string KeyFile { get; }

    /// <summary>The server's log so far.</summary>
    public string Log => LogFiles.Read(_folder["dovecot.log"]);

    /// <summary>A client's check of the server's certificate: it is this very one.</summary>
    public bool IsOwnCertificate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        using var own = X509CertificateLoader.LoadCertificateFromFile(CertificateFile);
        return certificate is not null && own.RawDataMemory.Span.SequenceEqual(certificate.GetRawCertData());
    }

    /// <summary>Starts a server.</summary>
    /// <param name="tls">False for one that offers no STARTTLS.</param>
    /// <param name="more">Further configuration, which wins; files that it needs may be written into the server's folder.</param>
    public static async Task<DovecotServer> StartAsync(bool tls = true, Func<PrivateFolder, string>? more = null)
    {
        var server = new DovecotServer(tls, more);
        try
        {
            await LogFiles.RetryAsync(server.LaunchOnNewPortsAsync);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Breaks every connection at once and leaves nobody at the ports. Mail stays.</summary>
    public async Task CutAsync()
    {
        if (_process is { } running)
        {
            _process = null;
            await running.CutAsync();
        }
    }

    /// <summary>Starts the server again, on the same ports; one that runs is cut first.</summary>
    public async Task StartAgainAsync()
    {
        await CutAsync();
        await LaunchAsync();
    }

    /// <summary>A client that is logged in as <paramref name="user"/>.</summary>
    public async Task<ImapClient> LogInAsync(string user)
    {
        var client = new ImapClient();
        await client.ConnectAsync("127.0.0.1", ImapPort, SecureSocketOptions.None);
        await client.AuthenticateAsync(user, Password);
        return client;
    }

    /// <summary>Deletes a user's list of UIDs: the next look finds the same mails under new numbers and a new UIDVALIDITY, as after a restore.</summary>
    public void ForgetUids(string user)
    {
        var maildir = _folder[$"mail/{user}/Maildir"];
        foreach (var file in Directory.EnumerateFiles(maildir, "dovecot.index*").Append(Path.Combine(maildir, "dovecot-uidlist")))
        {
            File.Delete(file);
        }
    }

    /// <summary>Puts mails into a new user's mailbox all at once, as files; returns when they lie there.</summary>
    public async Task FillAsync(string user, IEnumerable<byte[]> mails)
    {
        var home = _folder[$"mail/{user}"];
        var current = Directory.CreateDirectory(Path.Combine(home, "Maildir", "cur")).FullName;
        var number = 0;
        foreach (var mail in mails)
        {
            await File.WriteAllBytesAsync(Path.Combine(current, $"1600000000.{number++:D6}.conformance:2,"), mail);
        }

        await ServerProcess.RunAsync("/bin/chown", "-R", $"{MailUser}:{MailUser}", home);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_process is { } running)
        {
            await running.DisposeAsync();
        }

        _authority.Dispose();
        _folder.Dispose();
    }

    private async Task LaunchOnNewPortsAsync()
    {
        (ImapPort, ImapsPort, LmtpPort, SaslPort) = (FreePorts.Take(), FreePorts.Take(), FreePorts.Take(), FreePorts.Take());
        await LaunchAsync();
    }

    private async Task LaunchAsync()
    {
        foreach (var name in (string[])["run", "state", "mail", "tmp"])
        {
            _folder.Create(name);
        }

        var mail = _folder["mail"];
        File.SetUnixFileMode(mail, File.GetUnixFileMode(mail) | UnixFileMode.OtherWrite);
        // A server that was cut left its mark; Dovecot would take whatever runs under that number now for itself.
        File.Delete(_folder["run/master.pid"]);
        var configuration = _folder.Write("dovecot.conf", Configuration() + _more);
        _process = await ServerProcess.StartAsync(Requirements.Dovecot, ["-F", "-c", configuration], ImapPort, LmtpPort, SaslPort);
    }

    // The directory of mail is for a user number of its own: Dovecot refuses mail access as root.
    private string Configuration() => $$"""
        instance_name = conformance
        base_dir = {{_folder["run"]}}
        state_dir = {{_folder["state"]}}
        log_path = {{_folder["dovecot.log"]}}
        log_timestamp = "%H:%M:%S.%{usecs} "
        protocols = imap lmtp
        listen = 127.0.0.1
        default_internal_user = dovecot
        default_login_user = dovenull
        default_internal_group = dovecot
        first_valid_uid = 1
        mail_uid = {{MailUser}}
        mail_gid = {{MailUser}}
        ssl = {{(_tls ? "yes" : "no")}}
        ssl_cert = <{{CertificateFile}}
        ssl_key = <{{KeyFile}}
        ssl_min_protocol = TLSv1.2
        disable_plaintext_auth = no
        auth_mechanisms = plain login
        auth_verbose = yes
        auth_failure_delay = 0
        auth_username_format = %Ln
        passdb {
          driver = static
          args = password={{Password}}
        }
        userdb {
          driver = static
          args = uid={{MailUser}} gid={{MailUser}} home={{_folder["mail"]}}/%n allow_all_users=yes
        }
        mail_location = maildir:~/Maildir
        mail_temp_dir = {{_folder["tmp"]}}
        mail_fsync = never
        mail_max_userip_connections = 100
        submission_host = 127.0.0.1:1
        namespace inbox {
          inbox = yes
          separator = /
          mailbox Sent {
            auto = subscribe
            special_use = \Sent
          }
        }
        service imap-login {
          service_count = 0
          process_min_avail = 1
          inet_listener imap {
            address = 127.0.0.1
            port = {{ImapPort}}
          }
          inet_listener imaps {
            address = 127.0.0.1
            port = {{(_tls ? ImapsPort : 0)}}
            ssl = yes
          }
        }
        service lmtp {
          inet_listener lmtp {
            address = 127.0.0.1
            port = {{LmtpPort}}
          }
        }
        # No penalty after failed logins: tests of bad passwords would slow each other down.
        service anvil {
          unix_listener anvil-auth-penalty {
            mode = 0
          }
        }
        service auth {
          inet_listener sasl {
            address = 127.0.0.1
            port = {{SaslPort}}
          }
        }

        """;
}
