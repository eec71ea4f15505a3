using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Outbox;

namespace EnquiryTriage.Core.Intake;

/// <summary>Mails that were set aside: looked at, tried again, taken out and brought in. Who did what is an event.</summary>
public interface IQuarantineStore
{
    /// <summary>All of them, oldest first.</summary>
    Task<IReadOnlyList<QuarantinedMail>> QuarantinedAsync(CancellationToken cancel);

    /// <summary>What is kept of one: the whole mail or its beginning; null where it is not there.</summary>
    Task<byte[]?> QuarantinedRawAsync(LedgerKey key, CancellationToken cancel);

    /// <summary>Makes mails pending again, for the worker's next look; returns those that were there.</summary>
    Task<IReadOnlyList<LedgerKey>> RetryAsync(IReadOnlyList<LedgerKey> keys, string actor, DateTimeOffset at, CancellationToken cancel);

    /// <summary>Notes that somebody took a mail's bytes.</summary>
    Task ExportedAsync(LedgerKey key, string actor, DateTimeOffset at, CancellationToken cancel);

    /// <summary>Brings in the bytes of a mail, whole, for the worker's next look: for a mail that was set aside, or as a new one.</summary>
    /// <returns>False where the key was settled for good before.</returns>
    Task<bool> ImportAsync(LedgerKey key, byte[] raw, string actor, DateTimeOffset at, CancellationToken cancel);

    /// <summary>Mails of a folder that are pending again, with their bytes where these are whole.</summary>
    Task<IReadOnlyList<RetriedMail>> RetriedAsync(string mailbox, string folder, CancellationToken cancel);
}

/// <summary>A mail to be set aside.</summary>
public sealed record HeldMail
{
    /// <summary>Folder of the ledger for mails that came as files.</summary>
    public const string ImportFolder = "import";

    /// <summary>Its key.</summary>
    public required LedgerKey Key { get; init; }

    /// <summary>Why, in words.</summary>
    public required string Reason { get; init; }

    /// <summary>The whole mail, its beginning, or nothing.</summary>
    public required ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>Whether <see cref="Raw"/> is all of it.</summary>
    public required bool Whole { get; init; }

    /// <summary>Its size in the mailbox.</summary>
    public required long Bytes { get; init; }

    /// <summary>SHA-256 of <see cref="Raw"/>: known again under another key; empty where there is nothing.</summary>
    public required string Digest { get; init; }

    /// <summary>Its Message-ID, or null.</summary>
    public string? MessageId { get; init; }

    /// <summary>Its author's address, or null.</summary>
    public string? Sender { get; init; }

    /// <summary>Its subject.</summary>
    public string Subject { get; init; } = "";

    /// <summary>Whether somebody may be in danger.</summary>
    public bool Urgent { get; init; }

    /// <summary>When the mailbox took it, where known.</summary>
    public DateTimeOffset? Received { get; init; }

    /// <summary>The alert, where it is urgent.</summary>
    public IReadOnlyList<NewOutboxRow> Outbox { get; init; } = [];

    /// <summary>Events, in order.</summary>
    public IReadOnlyList<NewEvent> Events { get; init; } = [];
}

/// <summary>A mail that was set aside, in a line.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Reason">Why.</param>
/// <param name="Bytes">Its size in the mailbox.</param>
/// <param name="Kept">Bytes of it that are kept.</param>
/// <param name="Whole">Whether that is all of it.</param>
/// <param name="Received">When the mailbox took it, where known.</param>
/// <param name="Held">When it was set aside.</param>
/// <param name="Sender">Its author, or null.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="MessageId">Its Message-ID, or null.</param>
/// <param name="Urgent">Whether somebody may be in danger.</param>
/// <param name="Pending">Whether the worker takes it up again at its next look.</param>
public sealed record QuarantinedMail(
    LedgerKey Key,
    string Reason,
    long Bytes,
    long Kept,
    bool Whole,
    DateTimeOffset? Received,
    DateTimeOffset? Held,
    string? Sender,
    string Subject,
    string? MessageId,
    bool Urgent,
    bool Pending);

/// <summary>A mail that was set aside and is pending again.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Raw">Its bytes where they are whole; else it is fetched again.</param>
/// <param name="Received">When the mailbox took it, where known.</param>
public sealed record RetriedMail(LedgerKey Key, byte[]? Raw, DateTimeOffset? Received);
