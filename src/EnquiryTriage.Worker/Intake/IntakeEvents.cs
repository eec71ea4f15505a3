using EnquiryTriage.Core;
using EnquiryTriage.Core.Intake;

namespace EnquiryTriage.Worker.Intake;

/// <summary>What became of one mail, for whoever watches: the demo's screen.</summary>
/// <param name="Key">Its ledger key.</param>
/// <param name="State">Its final state.</param>
/// <param name="Reason">Why, where it was not ingested.</param>
/// <param name="Analysis">What the mail says, where it was ingested.</param>
/// <param name="Decision">What was decided; null for mail from the Sent folder.</param>
/// <param name="Record">What was written.</param>
public sealed record IntakeOutcome(
    LedgerKey Key,
    LedgerState State,
    string Reason,
    MailAnalysis? Analysis = null,
    TriageDecision? Decision = null,
    IntakeRecord? Record = null)
{
    /// <summary>For a duplicate, id of the mail that it is a copy of.</summary>
    public string? Original { get; init; }

    /// <summary>Whether an alert was written for a mail that was set aside.</summary>
    public bool Alerts { get; init; }
}

/// <summary>Told of each mail after its commit, and of each look.</summary>
public interface IIntakeObserver
{
    /// <summary>A folder is about to be watched.</summary>
    void Watching(IMailSource source)
    {
    }

    /// <summary>A look at a folder came to its end.</summary>
    void Looked(IMailSource source)
    {
    }

    /// <summary>A look failed; it is tried again.</summary>
    /// <param name="source">The folder.</param>
    /// <param name="attempts">Attempts that failed in a row.</param>
    /// <param name="problem">What was wrong.</param>
    void Failed(IMailSource source, int attempts, string problem)
    {
    }

    /// <summary>A mail was settled; the commit is done.</summary>
    void Settled(IntakeOutcome outcome);
}
