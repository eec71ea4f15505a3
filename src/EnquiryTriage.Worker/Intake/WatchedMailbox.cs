using System.Diagnostics.CodeAnalysis;
using EnquiryTriage.Core.Intake;

namespace EnquiryTriage.Worker.Intake;

/// <summary>A mailbox that is watched: its folders, and what may be done with its mail.</summary>
/// <param name="Sources">Its folders.</param>
/// <param name="Writer">Writes its rows: what it sends comes from this mailbox's address.</param>
/// <param name="Touches">Whether mail of its inbox is marked or moved after the commit.</param>
public sealed record WatchedMailbox(IReadOnlyList<IMailSource> Sources, IntakeWriter Writer, bool Touches)
{
    /// <summary>Mails fetched and committed together.</summary>
    public int BatchSize { get; init; } = 50;

    /// <summary>Bytes that are fetched and not committed yet, at most.</summary>
    public long MaxBytesInFlight { get; init; } = 48L * 1024 * 1024;

    /// <summary>Time between listings of a whole folder.</summary>
    public TimeSpan Reconcile { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The mailbox with its settings, around its sources.</summary>
    public static WatchedMailbox Of(Settings.CheckedMailbox mailbox, IReadOnlyList<IMailSource> sources, IntakeWriter writer) => new(sources, writer, mailbox.Touches)
    {
        BatchSize = mailbox.Settings.BatchSize,
        MaxBytesInFlight = mailbox.Settings.MaxBytesInFlight,
        Reconcile = TimeSpan.FromMinutes(mailbox.Settings.ReconcileMinutes),
    };
}

/// <summary>What one loop knows of its folder.</summary>
[SuppressMessage("Performance", "CA1812:Avoid uninstantiated internal classes", Justification = "Made by the intake.")]
internal sealed class WatchedFolderState(WatchedMailbox mailbox)
{
    /// <summary>The mailbox that it belongs to.</summary>
    public WatchedMailbox Mailbox { get; } = mailbox;

    /// <summary>Who waits for a look.</summary>
    public LookRequests Looks { get; } = new();

    /// <summary>Keys that are settled and, at the last whole listing, were in the mailbox.</summary>
    public HashSet<string> Settled { get; } = new(StringComparer.Ordinal);

    /// <summary>Mails of this pass that were listed and gone when they were fetched.</summary>
    public int Gone { get; set; }

    /// <summary>How many mails were settled since the start.</summary>
    public long Committed { get; set; }

    /// <summary>Mails that were set aside and are tried again in this pass.</summary>
    public HashSet<LedgerKey> Retried { get; } = [];

    /// <summary>Failed fetches by key.</summary>
    public Dictionary<string, int> Failures { get; } = new(StringComparer.Ordinal);

    /// <summary>Whether the last pass came to its end with nothing left over: else the ledger may hold pending mail that the next listing must name.</summary>
    public bool Complete { get; set; }

    /// <summary>When the folder was last listed whole, as a timestamp of the clock.</summary>
    public long WholeAt { get; set; }

    /// <summary>How many mails the server held and did not name at the last whole listing.</summary>
    public long Unnamed { get; set; }

    /// <summary>Whether mails are fetched one by one, because a batch broke.</summary>
    public bool Singly { get; set; }

    /// <summary>Waits for mail that broke, one after the other.</summary>
    public int BrokenWaits { get; set; }
}
