namespace EnquiryTriage.Core.Intake;

/// <summary>Names one mail in one mailbox for ever: what the ledger counts.</summary>
/// <param name="Mailbox">Configured name of the mailbox.</param>
/// <param name="Folder">Folder in it ("INBOX", "Sent").</param>
/// <param name="Key">"UIDVALIDITY:UID" for IMAP, the unique name for Maildir, path and digest for a folder.</param>
public readonly record struct LedgerKey(string Mailbox, string Folder, string Key)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Mailbox}/{Folder}/{Key}";
}

/// <summary>What became of a mail that was seen. All but <see cref="Pending"/> are final.</summary>
public enum LedgerState
{
    /// <summary>Listed by the mailbox, not settled yet.</summary>
    Pending,

    /// <summary>Recorded, automatic mail and spam included.</summary>
    Ingested,

    /// <summary>The same mail was ingested under another key.</summary>
    Duplicate,

    /// <summary>Could not be fetched, or is over the size limit; what there is of it is kept.</summary>
    Quarantined,

    /// <summary>Passed over by a rule that the row names.</summary>
    Ignored,

    /// <summary>Gone from the mailbox before it could be fetched.</summary>
    Vanished,
}

/// <summary>The ledger's sum: seen = ingested + duplicate + quarantined + ignored + vanished, with nothing pending.</summary>
/// <param name="Mailbox">Which mailbox.</param>
/// <param name="Folder">Which folder.</param>
/// <param name="Seen">Mails ever listed.</param>
/// <param name="Ingested">Recorded.</param>
/// <param name="Duplicate">Known already.</param>
/// <param name="Quarantined">Set aside.</param>
/// <param name="Ignored">Passed over by rule.</param>
/// <param name="Vanished">Expunged before their fetch.</param>
/// <param name="Pending">Listed and not settled.</param>
/// <param name="ServerCount">The server's own count at the last check, or null before one.</param>
/// <param name="PresentCount">How many of the mails that the server held at the last check the ledger knew, or null before one.</param>
public sealed record LedgerBalance(
    string Mailbox,
    string Folder,
    long Seen,
    long Ingested,
    long Duplicate,
    long Quarantined,
    long Ignored,
    long Vanished,
    long Pending,
    long? ServerCount,
    long? PresentCount)
{
    /// <summary>Whether every mail that was seen is accounted for, and the server holds none that the ledger does not know.</summary>
    public bool Balances =>
        Pending == 0
        && Seen == Ingested + Duplicate + Quarantined + Ignored + Vanished
        && ServerCount == PresentCount;
}
