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
    /// <summary>Every mailbox that is watched, <c>Mailbox</c> first.</summary>
    public IReadOnlyList<CheckedMailbox> Mailboxes { get; init; } = [];

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
            Choice.Read<MailboxKind>("Mailbox:Kind", mailbox.Kind, []),
            Choice.Read<MailboxAccess>("Mailbox:Access", mailbox.Access, []),
            Choice.Read<AfterIntake>("Mailbox:AfterIntake", mailbox.AfterIntake, []),
            Choice.Read<OutboxMode>("Outbox:Mode", outbox.Mode, problems),
            Choice.Read<RelayKind>("Outbox:Kind", outbox.Kind, problems),
            Choice.Read<ConnectionSecurity>("Mailbox:Server:Security", mailbox.Server.Security, []),
            Choice.Read<ConnectionSecurity>("Outbox:Server:Security", outbox.Server.Security, problems))
        {
            Notify = NotifyOf(outbox.Notify, problems),
        };
        result = result with { Mailboxes = CheckMailboxes(settings, problems) };
        CredentialChecks.Identities(settings.Credentials, problems);
        if (result.Mailboxes.Any(m => m.Kind == MailboxKind.Graph) || (result.RelayKind == RelayKind.Graph && result.MaySend))
        {
            CredentialChecks.Graph(settings, problems);
        }

        CheckOutbox(outbox, settings.Credentials, result, problems);
        var acknowledgements = settings.Acknowledgements;
        Limits.Within("Acknowledgements:PerSender", acknowledgements.PerSender, 1, 100_000, problems);
        Limits.Within("Acknowledgements:PerSenderAndSubject", acknowledgements.PerSenderAndSubject, 1, 100_000, problems);
        Limits.Within("Acknowledgements:WindowMinutes", acknowledgements.WindowMinutes, 1, 525_600, problems);
        Windows("Acknowledgements:PerEnquiry", acknowledgements.PerEnquiry, problems);
        Windows("Acknowledgements:PerRecipient", acknowledgements.PerRecipient, problems);
        CheckProtocolLog(settings.ProtocolLog, problems);
        if (outbox.CopyToSent && (result.MailboxKind != MailboxKind.Imap || mailbox.SentFolder.Length == 0))
        {
            problems.Add("Outbox:CopyToSent needs Mailbox:Kind imap and a Mailbox:SentFolder: name the folder, or set it to false.");
        }

        Limits.Within("Acknowledgements:HoldOlderThanHours", acknowledgements.HoldOlderThanHours, 1, 87_600, problems);
        Limits.Within("Urgency:ModelScore", settings.Urgency.ModelScore, 0, 1, problems);
        Limits.Within("Urgency:PhraseScore", settings.Urgency.PhraseScore, 0, 1, problems);
        if (settings.Urgency.DutyContact.Length > 0)
        {
            Limits.Address("Urgency:DutyContact", settings.Urgency.DutyContact, problems);
        }

        CheckedHealth.Check(settings, problems);
        if (settings.Web.Enabled && !(Uri.TryCreate(settings.Web.Url, UriKind.Absolute, out var url) && url.Scheme == "http" && IsLoopback(url.Host)))
        {
            problems.Add($"Web:Url: '{settings.Web.Url}' is not a loopback address: use one such as http://127.0.0.1:5080, or set Web:Enabled to false.");
        }

        return result;
    }

    private static List<CheckedMailbox> CheckMailboxes(WorkerSettings settings, ICollection<string> problems)
    {
        var mailboxes = new List<CheckedMailbox> { CheckedMailbox.Check("Mailbox", settings.Mailbox, problems) };
        mailboxes.AddRange(settings.Mailboxes.Select((m, i) => CheckedMailbox.Check($"Mailboxes:{i}", m, problems)));
        foreach (var further in mailboxes.Skip(1).Where(m => m.Access == MailboxAccess.ReadWrite && mailboxes[0].Access == MailboxAccess.ReadOnly))
        {
            problems.Add($"{further.Key}:Access is read-write while Mailbox:Access is read-only, which is shadow mode for all: use read-only here too, or read-write there.");
        }

        foreach (var imap in mailboxes.Where(m => m.Kind == MailboxKind.Imap))
        {
            CredentialChecks.Server($"{imap.Key}:Server", imap.Settings.Server, imap.Security, settings.Credentials, problems);
        }

        foreach (var twice in mailboxes.GroupBy(m => m.Settings.Name, StringComparer.Ordinal).Where(g => g.Key.Length > 0 && g.Count() > 1))
        {
            problems.Add($"{twice.Last().Key}:Name: '{twice.Key}' names another mailbox already: the ledger counts by names, so give each its own.");
        }

        return mailboxes;
    }

    private static void CheckOutbox(OutboxSettings outbox, CredentialSettings credentials, CheckedSettings read, ICollection<string> problems)
    {
        Limits.Positive("Outbox:GiveUpHours", outbox.GiveUpHours, problems);
        Limits.Positive("Outbox:RetryMinutes", outbox.RetryMinutes, problems);
        Limits.Positive("Outbox:ClaimMinutes", outbox.ClaimMinutes, problems);
        Limits.Within("Outbox:MaxPerHour", outbox.MaxPerHour, 1, 1_000_000, problems);
        Limits.Within("Outbox:TimeoutSeconds", outbox.TimeoutSeconds, 0.1, 600, problems);
        if (!read.MaySend)
        {
            return;
        }

        if (read.RelayKind == RelayKind.Smtp)
        {
            Limits.Server("Outbox:Server", outbox.Server, read.RelaySecurity, problems);
            CredentialChecks.Server("Outbox:Server", outbox.Server, read.RelaySecurity, credentials, problems);
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
            Limits.Within(string.Create(CultureInfo.InvariantCulture, $"{key}:{i}:Minutes"), windows[i].Minutes, 1, 525_600, problems);
            Limits.Within(string.Create(CultureInfo.InvariantCulture, $"{key}:{i}:Most"), windows[i].Most, 1, 100_000, problems);
        }
    }

    private static void CheckProtocolLog(ProtocolLogSettings log, ICollection<string> problems)
    {
        Limits.Within("ProtocolLog:MaxBytes", log.MaxBytes, 4_096, 4L * 1024 * 1024 * 1024, problems);
        Limits.Within("ProtocolLog:Files", log.Files, 1, 1_000, problems);
    }

    /// <summary>Whether a host name or address is this machine itself.</summary>
    public static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
}
