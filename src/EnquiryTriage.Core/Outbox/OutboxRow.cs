namespace EnquiryTriage.Core.Outbox;

/// <summary>What an outbound mail is for.</summary>
public enum OutboxPurpose
{
    /// <summary>The acknowledgement to the sender.</summary>
    Acknowledgement,

    /// <summary>An alert to the duty contact.</summary>
    Alert,
}

/// <summary>Where an outbound mail stands.</summary>
public enum OutboxState
{
    /// <summary>Waits for somebody's word.</summary>
    Held,

    /// <summary>May be sent.</summary>
    Queued,

    /// <summary>A sender has it.</summary>
    Claimed,

    /// <summary>The relay accepted it: nothing resends it.</summary>
    Accepted,

    /// <summary>A report says that it is delayed further on.</summary>
    Delayed,

    /// <summary>A report says that it was delivered.</summary>
    Delivered,

    /// <summary>A report says that it could not be delivered.</summary>
    Bounced,

    /// <summary>Refused for good, or out of time.</summary>
    Failed,

    /// <summary>Whom it went to wrote back.</summary>
    Replied,

    /// <summary>None was written, and why is on record: only in lists, for there is no row.</summary>
    Suppressed,
}

/// <summary>A mail to be sent, as the decision made it.</summary>
/// <param name="Id">Row id and token of the Message-ID: letters and digits.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="MessageId">The fixed, signed Message-ID, without angle brackets.</param>
/// <param name="ReturnPath">Envelope sender (MAIL FROM).</param>
/// <param name="Recipient">Envelope recipient.</param>
/// <param name="Subject">Subject of the mail that it answers, for the throttle.</param>
/// <param name="Template">Name of the template.</param>
/// <param name="Raw">The composed message.</param>
/// <param name="HoldReason">Why it waits; null where it may go at once.</param>
/// <param name="Stale">True where the mail answered was too old when it was fetched, or its sender's address is not proven: never released with the rest.</param>
public sealed record NewOutboxRow(
    string Id,
    OutboxPurpose Purpose,
    string MessageId,
    string ReturnPath,
    string Recipient,
    string Subject,
    string Template,
    byte[] Raw,
    string? HoldReason,
    bool Stale);

/// <summary>A row that this process has claimed and may send.</summary>
/// <param name="Id">Row id.</param>
/// <param name="Purpose">What it is for.</param>
/// <param name="MessageId">The fixed Message-ID.</param>
/// <param name="ReturnPath">MAIL FROM.</param>
/// <param name="Recipient">RCPT TO.</param>
/// <param name="Raw">The composed message.</param>
/// <param name="Attempts">Attempts made before this one.</param>
/// <param name="UnknownAttempts">Of these, those whose outcome is unknown.</param>
/// <param name="Since">From when its time to give up counts: made, released, or retried by a person.</param>
public sealed record ClaimedOutboxRow(
    string Id,
    OutboxPurpose Purpose,
    string MessageId,
    string ReturnPath,
    string Recipient,
    byte[] Raw,
    int Attempts,
    int UnknownAttempts,
    DateTimeOffset Since);

/// <summary>How an attempt to send ended.</summary>
/// <param name="Kind">Accepted, put off, refused, or not known.</param>
/// <param name="Reply">Codes as an event may keep them; of an accepted mail the server's words, with addresses left out.</param>
/// <param name="RetryAt">When to try again, for <see cref="SendOutcomeKind.Temporary"/> and a first <see cref="SendOutcomeKind.Unknown"/>.</param>
public sealed record SendOutcome(SendOutcomeKind Kind, string Reply, DateTimeOffset? RetryAt)
{
    /// <summary>What the server said when it did not take the mail: kept with the row, never in an event.</summary>
    public string? Words { get; init; }

    /// <summary>The id under which the server queued the mail; null where it gave none.</summary>
    public string? QueueId { get; init; }

    /// <summary>Whether a copy belongs into the Sent folder once it is accepted.</summary>
    public bool KeepCopy { get; init; }
}

/// <summary>How an attempt to send ended.</summary>
public enum SendOutcomeKind
{
    /// <summary>2xx to the message.</summary>
    Accepted,

    /// <summary>4xx, or no connection before the message was offered.</summary>
    Temporary,

    /// <summary>5xx, or out of time.</summary>
    Permanent,

    /// <summary>The message was offered and no answer came.</summary>
    Unknown,
}
