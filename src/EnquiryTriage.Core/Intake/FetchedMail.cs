namespace EnquiryTriage.Core.Intake;

/// <summary>A raw message as the mailbox gave it.</summary>
/// <param name="Key">Its ledger key.</param>
/// <param name="Raw">The raw bytes.</param>
/// <param name="Received">When the mailbox took it: INTERNALDATE (RFC 3501 section 2.3.3), or the file's time.</param>
/// <param name="Fetched">When we fetched it.</param>
/// <param name="Role">What the folder holds.</param>
public sealed record FetchedMail(
    LedgerKey Key,
    ReadOnlyMemory<byte> Raw,
    DateTimeOffset Received,
    DateTimeOffset Fetched,
    FolderRole Role);

/// <summary>What a watched folder holds.</summary>
public enum FolderRole
{
    /// <summary>Mail to us.</summary>
    Inbox,

    /// <summary>Mail that people of ours sent from their own mail clients: it stops clocks.</summary>
    Sent,

    /// <summary>
    /// What the server took for junk: recorded and screened for danger, never acknowledged; what looks like a person's is flagged for a person to rescue.
    /// </summary>
    Junk,
}

/// <summary>What there is of a mail that is not taken whole: the beginning of a mail over the size limit.</summary>
/// <param name="Raw">Its first bytes: the headers and the start of the text.</param>
/// <param name="Bytes">Its whole size as the mailbox gives it.</param>
/// <param name="Received">When the mailbox took it, where known.</param>
public sealed record MailHead(ReadOnlyMemory<byte> Raw, long Bytes, DateTimeOffset? Received);
