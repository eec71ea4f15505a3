namespace EnquiryTriage.Core.Outbox;

/// <summary>An outbound mail in a line: where it stands with its one recipient.</summary>
/// <param name="Id">Row id; of a suppressed one, the id of the mail that was not acknowledged.</param>
/// <param name="Reference">Its enquiry, or null.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Recipient">Whom it is for; empty where that is not known.</param>
/// <param name="Attempts">Attempts made.</param>
/// <param name="UnknownAttempts">Of these, those of unknown outcome.</param>
/// <param name="QueueId">The relay's id, or null.</param>
/// <param name="Permanent">Of a bounced one, whether it is for good; else null.</param>
/// <param name="Why">Why it waits or was suppressed, or the relay's last word; null for none.</param>
/// <param name="Created">When it was written.</param>
/// <param name="Next">When it is due, where it is queued; else null.</param>
/// <param name="Accepted">When the relay accepted it, or null.</param>
/// <param name="Replied">When whom it went to wrote back, or null.</param>
public sealed record OutboxLine(
    string Id,
    string? Reference,
    OutboxPurpose Purpose,
    OutboxState State,
    string Recipient,
    int Attempts,
    int UnknownAttempts,
    string? QueueId,
    bool? Permanent,
    string? Why,
    DateTimeOffset Created,
    DateTimeOffset? Next,
    DateTimeOffset? Accepted,
    DateTimeOffset? Replied);

/// <summary>An accepted mail whose copy is not in the Sent folder yet.</summary>
/// <param name="Id">Row id.</param>
/// <param name="MessageId">Its Message-ID, without angle brackets.</param>
/// <param name="Raw">The mail.</param>
/// <param name="Accepted">When the relay took it.</param>
public sealed record DueCopy(string Id, string MessageId, byte[] Raw, DateTimeOffset Accepted);
