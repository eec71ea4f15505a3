using System.Globalization;
using System.Net;
using EnquiryTriage.Core.Acknowledgements;
using MailKit;
using MimeKit;

namespace EnquiryTriage.Worker.Settings;

/// <summary>Kinds of mailbox.</summary>
public enum MailboxKind
{
    /// <summary>A folder of raw messages.</summary>
    Folder,

    /// <summary>A Maildir.</summary>
    Maildir,

    /// <summary>An IMAP server.</summary>
    Imap,

    /// <summary>Microsoft 365, by Microsoft Graph.</summary>
    Graph,
}

/// <summary>What may be done to the mailbox.</summary>
public enum MailboxAccess
{
    /// <summary>Shadow mode.</summary>
    ReadOnly,

    /// <summary>Mail may be marked or moved after the commit.</summary>
    ReadWrite,
}

/// <summary>What happens to a mail in the mailbox after the commit.</summary>
public enum AfterIntake
{
    /// <summary>Nothing.</summary>
    Leave,

    /// <summary>Keywords for topic and kind are set (IMAP), or categories (Graph).</summary>
    Keywords,

    /// <summary>It is moved (IMAP, Graph).</summary>
    Move,
}

/// <summary>Whether anything may leave.</summary>
public enum OutboxMode
{
    /// <summary>Nothing is written.</summary>
    Off,

    /// <summary>Mails wait for release.</summary>
    Hold,

    /// <summary>Mails leave.</summary>
    Live,
}

/// <summary>Ways out.</summary>
public enum RelayKind
{
    /// <summary>An SMTP server.</summary>
    Smtp,

    /// <summary>A folder.</summary>
    Folder,

    /// <summary>Microsoft 365, by Microsoft Graph.</summary>
    Graph,
}

/// <summary>How a connection is secured.</summary>
public enum ConnectionSecurity
{
    /// <summary>TLS from the first byte.</summary>
    Tls,

    /// <summary>STARTTLS, required.</summary>
    Starttls,

    /// <summary>None: loopback only.</summary>
    None,
}

/// <summary>Settings of a few words, read and checked.</summary>
public sealed record CheckedSettings(
    MailboxKind MailboxKind,
    MailboxAccess Access,
    AfterIntake AfterIntake,
    OutboxMode OutboxMode,
    RelayKind RelayKind,
    ConnectionSecurity MailboxSecurity,
    ConnectionSecurity RelaySecurity)
{
    /// <summary>What the relay is asked to report on; null to ask for nothing.</summary>
    public DeliveryStatusNotification? Notify { get; init; }

    /// <summary>Whether anything may leave: both settings say so.</summary>
    public bool MaySend => Access == MailboxAccess.ReadWrite && OutboxMode != OutboxMode.Off;

    /// <summary>Why every outbound mail is held, or null where none is.</summary>
    public string? HoldReason =>
        Access == MailboxAccess.ReadOnly ? "shadow mode: Mailbox:Access is read-only"
        : OutboxMode == OutboxMode.Hold ? "Outbox:Mode is hold"
        : null;

    /// <summary>Checks what can be checked without touching disk or net.</summary>
    public static CheckedSettings Check(WorkerSettings settings, ICollection<string> problems)
    {
        var (mailbox, outbox) = (settings.Mailbox, settings.Outbox);
        var result = new CheckedSettings(
            Choice.Read<MailboxKind>("Mailbox:Kind", mailbox.Kind, problems),
            Choice.Read<MailboxAccess>("Mailbox:Access", mailbox.Access, problems),
            Choice.Read<AfterIntake>("Mailbox:AfterIntake", mailbox.AfterIntake, problems),
            Choice.Read<OutboxMode>("Outbox:Mode", outbox.Mode, problems),
            Choice.Read<RelayKind>("Outbox:Kind", outbox.Kind, problems),
            Choice.Read<ConnectionSecurity>("Mailbox:Server:Security", mailbox.Server.Security, problems),
            Choice.Read<ConnectionSecurity>("Outbox:Server:Security", outbox.Server.Security, problems))
        {
            Notify = NotifyOf(outbox.Notify, problems),
        };
        CredentialChecks.Identities(settings.Credentials, problems);
        if (result.MailboxKind == MailboxKind.Graph || (result.RelayKind == RelayKind.Graph && result.MaySend))
        {
            CredentialChecks.Graph(settings, problems);
        }

        CheckMailbox(mailbox, settings.Credentials, result, problems);
        CheckOutbox(outbox, settings.Credentials, result, problems);
        var acknowledgements = settings.Acknowledgements;
        Within("Acknowledgements:PerSender", acknowledgements.PerSender, 1, 100_000, problems);
        Within("Acknowledgements:PerSenderAndSubject", acknowledgements.PerSenderAndSubject, 1, 100_000, problems);
        Within("Acknowledgements:WindowMinutes", acknowledgements.WindowMinutes, 1, 525_600, problems);
        Windows("Acknowledgements:PerEnquiry", acknowledgements.PerEnquiry, problems);
        Windows("Acknowledgements:PerRecipient", acknowledgements.PerRecipient, problems);
        CheckProtocolLog(settings.ProtocolLog, problems);
        if (outbox.CopyToSent && (result.MailboxKind != MailboxKind.Imap || mailbox.SentFolder.Length == 0))
        {
            problems.Add("Outbox:CopyToSent needs Mailbox:Kind imap and a Mailbox:SentFolder: name the folder, or set it to false.");
        }

        Within("Acknowledgements:HoldOlderThanHours", acknowledgements.HoldOlderThanHours, 1, 87_600, problems);
        Within("Urgency:ModelScore", settings.Urgency.ModelScore, 0, 1, problems);
        if (settings.Urgency.DutyContact.Length > 0)
        {
            Address("Urgency:DutyContact", settings.Urgency.DutyContact, problems);
        }

        if (settings.Web.Enabled && !(Uri.TryCreate(settings.Web.Url, UriKind.Absolute, out var url) && url.Scheme == "http" && IsLoopback(url.Host)))
        {
            problems.Add($"Web:Url: '{settings.Web.Url}' is not a loopback address: use one such as http://127.0.0.1:5080, or set Web:Enabled to false.");
        }

        return result;
    }

    private static void CheckMailbox(MailboxSettings mailbox, CredentialSettings credentials, CheckedSettings read, ICollection<string> problems)
    {
        if (mailbox.Name.Length == 0)
        {
            problems.Add("Mailbox:Name is empty: give the mailbox a name, such as strategy; the ledger counts by it.");
        }

        Address("Mailbox:Address", mailbox.Address, problems);
        Positive("Mailbox:BatchSize", mailbox.BatchSize, problems);
        Within("Mailbox:PollSeconds", mailbox.PollSeconds, 0.01, 86_400, problems);
        Within("Mailbox:MaxMessageBytes", mailbox.MaxMessageBytes, 1, 512L * 1024 * 1024, problems);
        if (read.MailboxKind == MailboxKind.Imap)
        {
            Server("Mailbox:Server", mailbox.Server, read.MailboxSecurity, credentials, problems);
        }
        else if (read.MailboxKind != MailboxKind.Graph)
        {
            if (mailbox.Path.Length == 0)
            {
                problems.Add($"Mailbox:Path is empty: name the {mailbox.Kind} that holds the mail.");
            }

            if (read.AfterIntake != AfterIntake.Leave)
            {
                problems.Add($"Mailbox:AfterIntake: '{mailbox.AfterIntake}' needs Mailbox:Kind imap or graph: use leave.");
            }
        }
    }

    private static void CheckOutbox(OutboxSettings outbox, CredentialSettings credentials, CheckedSettings read, ICollection<string> problems)
    {
        Positive("Outbox:GiveUpHours", outbox.GiveUpHours, problems);
        Positive("Outbox:RetryMinutes", outbox.RetryMinutes, problems);
        Positive("Outbox:ClaimMinutes", outbox.ClaimMinutes, problems);
        Within("Outbox:MaxPerHour", outbox.MaxPerHour, 1, 1_000_000, problems);
        Within("Outbox:TimeoutSeconds", outbox.TimeoutSeconds, 0.1, 600, problems);
        if (!read.MaySend)
        {
            return;
        }

        if (read.RelayKind == RelayKind.Smtp)
        {
            Server("Outbox:Server", outbox.Server, read.RelaySecurity, credentials, problems);
        }
        else if (read.RelayKind == RelayKind.Folder && outbox.Path.Length == 0)
        {
            problems.Add("Outbox:Path is empty: name the folder that outgoing mail is written to.");
        }
    }

    private static DeliveryStatusNotification? NotifyOf(string written, ICollection<string> problems)
    {
        DeliveryStatusNotification? notify = null;
        foreach (var word in written.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            notify = (notify ?? DeliveryStatusNotification.Never) | Choice.Read<DeliveryStatusNotification>("Outbox:Notify", word, problems);
        }

        return notify;
    }

    private static void Windows(string key, IList<ThrottleWindow> windows, ICollection<string> problems)
    {
        for (var i = 0; i < windows.Count; i++)
        {
            Within(string.Create(CultureInfo.InvariantCulture, $"{key}:{i}:Minutes"), windows[i].Minutes, 1, 525_600, problems);
            Within(string.Create(CultureInfo.InvariantCulture, $"{key}:{i}:Most"), windows[i].Most, 1, 100_000, problems);
        }
    }

    private static void CheckProtocolLog(ProtocolLogSettings log, ICollection<string> problems)
    {
        Within("ProtocolLog:MaxBytes", log.MaxBytes, 4_096, 4L * 1024 * 1024 * 1024, problems);
        Within("ProtocolLog:Files", log.Files, 1, 1_000, problems);
    }

    private static void Server(string key, ServerSettings server, ConnectionSecurity security, CredentialSettings credentials, ICollection<string> problems)
    {
        if (server.Host.Length == 0)
        {
            problems.Add($"{key}:Host is empty: name the server.");
        }

        if (server.Port is < 1 or > 65535)
        {
            problems.Add($"{key}:Port: {server.Port.ToString(CultureInfo.InvariantCulture)} is not a port: use 1 to 65535.");
        }

        if (security == ConnectionSecurity.None && !IsLoopback(server.Host))
        {
            problems.Add($"{key}:Security: none is for loopback only: use tls or starttls for {server.Host}.");
        }

        CredentialChecks.Server(key, server, security, credentials, problems);
    }

    /// <summary>Whether a host name or address is this machine itself.</summary>
    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    private static void Address(string key, string value, ICollection<string> problems)
    {
        if (!MailboxAddress.TryParse(value, out var parsed) || !parsed.Address.Contains('@', StringComparison.Ordinal))
        {
            problems.Add($"{key}: '{value}' is not a mail address: use one such as strategy@agency.example.");
        }
    }

    private static void Within(string key, double value, double least, double most, ICollection<string> problems)
    {
        if (!(value > 0) && least > 0)
        {
            Positive(key, value, problems);
        }
        else if (!(value >= least && value <= most))
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{key}: {value} is out of range: use a number from {least} to {most}."));
        }
    }

    private static void Positive(string key, double value, ICollection<string> problems)
    {
        if (!(value > 0))
        {
            problems.Add($"{key}: {value.ToString(CultureInfo.InvariantCulture)} is not above zero: use a number above zero.");
        }
    }
}
