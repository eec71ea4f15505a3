using EnquiryTriage.Core.Intake;

namespace EnquiryTriage.Worker.Settings;

/// <summary>A folder that is watched.</summary>
/// <param name="Name">Its name, on the server and in the ledger.</param>
/// <param name="Path">Its path, for folder and maildir.</param>
/// <param name="Role">What it holds.</param>
public sealed record WatchedFolder(string Name, string Path, FolderRole Role);

/// <summary>A mailbox's settings of a few words, read and checked.</summary>
/// <param name="Key">Where it stands in the configuration: "Mailbox", or "Mailboxes:0".</param>
/// <param name="Settings">The settings as written.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Access">What may be done to it.</param>
/// <param name="AfterIntake">What is done to its mail after the commit.</param>
/// <param name="Security">How its server is reached.</param>
/// <param name="Folders">The folders that are watched: first the inbox.</param>
public sealed record CheckedMailbox(
    string Key,
    MailboxSettings Settings,
    MailboxKind Kind,
    MailboxAccess Access,
    AfterIntake AfterIntake,
    ConnectionSecurity Security,
    IReadOnlyList<WatchedFolder> Folders)
{
    /// <summary>Placeholder in <see cref="MailboxSettings.MoveTo"/>.</summary>
    public const string Team = "{team}";

    /// <summary>Whether committed mail of the inbox is marked or moved.</summary>
    public bool Touches => Access == MailboxAccess.ReadWrite && AfterIntake != AfterIntake.Leave;

    /// <summary>Reads a mailbox's settings and notes what is wrong with them.</summary>
    public static CheckedMailbox Check(string key, MailboxSettings mailbox, ICollection<string> problems)
    {
        var result = new CheckedMailbox(
            key,
            mailbox,
            Choice.Read<MailboxKind>($"{key}:Kind", mailbox.Kind, problems),
            Choice.Read<MailboxAccess>($"{key}:Access", mailbox.Access, problems),
            Choice.Read<AfterIntake>($"{key}:AfterIntake", mailbox.AfterIntake, problems),
            Choice.Read<ConnectionSecurity>($"{key}:Server:Security", mailbox.Server.Security, problems),
            FoldersOf(key, mailbox, problems));
        if (mailbox.Name.Length == 0)
        {
            problems.Add($"{key}:Name is empty: give the mailbox a name, such as strategy; the ledger counts by it.");
        }

        Limits.Address($"{key}:Address", mailbox.Address, problems);
        CheckNumbers(key, mailbox, problems);
        CheckPlace(result, problems);
        return result;
    }

    private static List<WatchedFolder> FoldersOf(string key, MailboxSettings mailbox, ICollection<string> problems)
    {
        var named = mailbox.Kind.Equals("imap", StringComparison.OrdinalIgnoreCase) || mailbox.Kind.Equals("graph", StringComparison.OrdinalIgnoreCase);
        var folders = new List<WatchedFolder> { new(named ? mailbox.Folder : "INBOX", mailbox.Path, FolderRole.Inbox) };
        if ((named ? mailbox.SentFolder : mailbox.SentPath).Length > 0)
        {
            folders.Add(new WatchedFolder(named ? mailbox.SentFolder : "Sent", mailbox.SentPath, FolderRole.Sent));
        }

        if (named && mailbox.JunkFolder.Length > 0)
        {
            folders.Add(new WatchedFolder(mailbox.JunkFolder, "", FolderRole.Junk));
        }

        for (var i = 0; i < mailbox.Folders.Count; i++)
        {
            var folder = mailbox.Folders[i];
            if (folder.Name.Length == 0)
            {
                problems.Add($"{key}:Folders:{i}:Name is empty: name the folder.");
            }

            if (!named && folder.Path.Length == 0)
            {
                problems.Add($"{key}:Folders:{i}:Path is empty: name the {mailbox.Kind} that holds the mail.");
            }

            folders.Add(new WatchedFolder(folder.Name, folder.Path, Choice.Read<FolderRole>($"{key}:Folders:{i}:Role", folder.Role, problems)));
        }

        foreach (var twice in folders.GroupBy(f => f.Name, StringComparer.OrdinalIgnoreCase).Where(g => g.Key.Length > 0 && g.Count() > 1))
        {
            problems.Add($"{key}:Folders: '{twice.Key}' is watched twice: name each folder once.");
        }

        return folders;
    }

    private static void CheckNumbers(string key, MailboxSettings mailbox, ICollection<string> problems)
    {
        Limits.Positive($"{key}:BatchSize", mailbox.BatchSize, problems);
        Limits.Within($"{key}:PollSeconds", mailbox.PollSeconds, 0.01, 86_400, problems);
        Limits.Within($"{key}:IdleRenewMinutes", mailbox.IdleRenewMinutes, 0.001, 29, problems);
        Limits.Within($"{key}:IdlePollSeconds", mailbox.IdlePollSeconds, 0.01, 86_400, problems);
        Limits.Within($"{key}:ReconcileMinutes", mailbox.ReconcileMinutes, 0.001, 10_080, problems);
        Limits.Within($"{key}:MaxMessageBytes", mailbox.MaxMessageBytes, 1, 512L * 1024 * 1024, problems);
        Limits.Within($"{key}:MaxBytesInFlight", mailbox.MaxBytesInFlight, 1, 2048L * 1024 * 1024, problems);
        Limits.Within($"{key}:Timeouts:ConnectSeconds", mailbox.Timeouts.ConnectSeconds, 0.05, 3_600, problems);
        Limits.Within($"{key}:Timeouts:ListSeconds", mailbox.Timeouts.ListSeconds, 0.05, 86_400, problems);
        Limits.Within($"{key}:Timeouts:MetadataSeconds", mailbox.Timeouts.MetadataSeconds, 0.05, 86_400, problems);
        Limits.Within($"{key}:Timeouts:BodySeconds", mailbox.Timeouts.BodySeconds, 0.05, 86_400, problems);
    }

    private static void CheckPlace(CheckedMailbox read, ICollection<string> problems)
    {
        var mailbox = read.Settings;
        if (read.Kind is MailboxKind.Imap or MailboxKind.Graph)
        {
            if (read.Kind == MailboxKind.Imap)
            {
                Limits.Server($"{read.Key}:Server", mailbox.Server, read.Security, problems);
            }

            if (read.AfterIntake == AfterIntake.Move && mailbox.MoveTo.Split('/').Any(p => p.Trim().Length == 0))
            {
                problems.Add($"{read.Key}:MoveTo: '{mailbox.MoveTo}' is not a folder: use one such as Triaged or Teams/{Team}.");
            }

            return;
        }

        if (mailbox.Path.Length == 0)
        {
            problems.Add($"{read.Key}:Path is empty: name the {mailbox.Kind} that holds the mail.");
        }

        if (read.AfterIntake != AfterIntake.Leave)
        {
            problems.Add($"{read.Key}:AfterIntake: '{mailbox.AfterIntake}' needs {read.Key}:Kind imap or graph: use leave.");
        }
    }
}
