using MailKit.Net.Imap;
using MailKit.Security;

namespace EnquiryTriage.Conformance.Servers;

/// <summary>
/// A private Cyrus: IMAP and LMTP on loopback ports, without TLS. Where the package conflicts with another server's it lies unpacked in a folder of its
/// own, which tests/run.sh --install makes.
/// </summary>
public sealed class CyrusServer : IMailStore, IAsyncDisposable
{
    /// <summary>Everybody's password.</summary>
    public const string Password = "pass-Word_8841";

    private const string Realm = "conformance";
    private readonly PrivateFolder _folder = new();
    private ServerProcess? _process;

    private CyrusServer()
    {
    }

    /// <summary>Where Cyrus lies: the system's, or the one unpacked for the tests; null where it is missing.</summary>
    public static string? Root { get; } = new[] { "/", Environment.GetEnvironmentVariable("ENQUIRYTRIAGE_CYRUS") ?? "/var/cache/enquiry-triage-tests/cyrus" }
        .FirstOrDefault(r => File.Exists(Path.Combine(r, "usr/lib/cyrus/bin/imapd")) && File.Exists(Path.Combine(r, "usr/sbin/saslpasswd2")));

    /// <summary>IMAP.</summary>
    public int ImapPort { get; private set; }

    /// <inheritdoc/>
    public int LmtpPort { get; private set; }

    /// <summary>Starts a server.</summary>
    public static async Task<CyrusServer> StartAsync()
    {
        var server = new CyrusServer();
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

    /// <summary>Makes a user with a mailbox.</summary>
    public async Task AddAsync(string user)
    {
        await ServerProcess.RunAsync(
            "/bin/sh", "-c", "printf %s \"$1\" | \"$2\" -p -c -f \"$3\" -u \"$4\" \"$5\" && chown nobody:nogroup \"$3\"", "add", Password, At("usr/sbin/saslpasswd2"), _folder["sasldb2"], Realm, user);
        // The first login makes the mailbox.
        using var client = await LogInAsync(user);
        await client.Inbox!.OpenAsync(MailKit.FolderAccess.ReadOnly);
        await client.DisconnectAsync(quit: true);
    }

    /// <inheritdoc/>
    public async Task<ImapClient> LogInAsync(string user)
    {
        var client = new ImapClient();
        await client.ConnectAsync("127.0.0.1", ImapPort, SecureSocketOptions.None);
        await client.AuthenticateAsync(user, Password);
        return client;
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

    private static string At(string path) => Path.Combine(Root!, path);

    private async Task LaunchAsync()
    {
        (ImapPort, LmtpPort) = (FreePorts.Take(), FreePorts.Take());
        foreach (var name in (string[])["conf", "conf/socket", "spool", "run", "sieve"])
        {
            _folder.Create(name);
        }

        var (imapd, cyrus) = (_folder.Write("imapd.conf", Imapd()), _folder.Write("cyrus.conf", Cyrus()));
        // Cyrus drops to this user, which must own what it writes.
        await ServerProcess.RunAsync("/bin/chown", "-R", "nobody:nogroup", _folder.Path);
        _process = await ServerProcess.StartAsync(
            "/usr/bin/env",
            [$"LD_LIBRARY_PATH={At("usr/lib/x86_64-linux-gnu")}:{At("usr/lib/aarch64-linux-gnu")}", At("usr/lib/cyrus/bin/master"), "-C", imapd, "-M", cyrus, "-p", _folder["master.pid"], "-D"],
            ImapPort,
            LmtpPort);
    }

    private string Imapd() => $"""
        configdirectory: {_folder["conf"]}
        partition-default: {_folder["spool"]}
        defaultpartition: default
        servername: {Realm}
        admins: cyrusadmin
        allowplaintext: yes
        sasl_pwcheck_method: auxprop
        sasl_auxprop_plugin: sasldb
        sasl_sasldb_path: {_folder["sasldb2"]}
        sasl_mech_list: PLAIN LOGIN
        cyrus_user: nobody
        cyrus_group: nogroup
        unixhierarchysep: yes
        altnamespace: yes
        autocreate_quota: 0
        autocreate_inbox_folders: Sent | Junk
        autocreate_post: yes
        lmtpsocket: {_folder["run/lmtp"]}
        idlesocket: {_folder["run/idle"]}
        notifysocket: {_folder["run/notify"]}
        imapidlepoll: 60
        sievedir: {_folder["sieve"]}
        duplicatesuppression: no
        lmtp_downcase_rcpt: yes
        conversations: no

        """;

    private string Cyrus()
    {
        var configuration = $"-C {_folder["imapd.conf"]}";
        return $$"""
            START {
              recover cmd="{{At("usr/lib/cyrus/bin/ctl_cyrusdb")}} {{configuration}} -r"
            }
            SERVICES {
              imap cmd="{{At("usr/lib/cyrus/bin/imapd")}} {{configuration}}" listen="127.0.0.1:{{ImapPort}}" prefork=1
              lmtp cmd="{{At("usr/lib/cyrus/bin/lmtpd")}} {{configuration}} -a" listen="127.0.0.1:{{LmtpPort}}" prefork=0
            }
            DAEMON {
              idled cmd="{{At("usr/lib/cyrus/bin/idled")}} {{configuration}}"
            }
            EVENTS {
            }

            """;
    }
}

/// <summary>A test that needs Cyrus: skipped where it is missing, and a failure there in continuous integration.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class CyrusFactAttribute : FactAttribute
{
    /// <summary>Creates the attribute.</summary>
    public CyrusFactAttribute()
    {
        if (CyrusHost.Missing is { } missing && !Requirements.Required)
        {
            Skip = missing;
        }
    }
}

/// <summary>A Cyrus of a test class's own.</summary>
public sealed class CyrusHost : IAsyncLifetime
{
    private CyrusServer? _server;

    /// <summary>What is missing and the remedy; null where nothing is.</summary>
    public static string? Missing { get; } = CyrusServer.Root is null ? "Cyrus IMAP is not installed: run tests/run.sh --install."
        : Environment.IsPrivilegedProcess ? null
        : "Cyrus drops privileges, which only root can: run the tests as root, in a container say.";

    /// <summary>The server.</summary>
    public CyrusServer Server => _server ?? throw new InvalidOperationException("Not started.");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (Missing is { } missing)
        {
            if (Requirements.Required)
            {
                throw new InvalidOperationException(missing);
            }

            return;
        }

        _server = await CyrusServer.StartAsync();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
