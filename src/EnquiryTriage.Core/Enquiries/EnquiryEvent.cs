using System.Text.Json;

namespace EnquiryTriage.Core.Enquiries;

/// <summary>Names of events: a closed list. Events hold ids and codes, never a correspondent's words or address.</summary>
public static class EventTypes
{
    /// <summary>A mail was recorded.</summary>
    public const string MailReceived = "mail-received";

    /// <summary>A mail was set aside.</summary>
    public const string MailQuarantined = "mail-quarantined";

    /// <summary>Somebody had a mail that was set aside tried again.</summary>
    public const string QuarantineRetried = "quarantine-retried";

    /// <summary>Somebody took the bytes of a mail that was set aside.</summary>
    public const string QuarantineExported = "quarantine-exported";

    /// <summary>Somebody brought in a mail as a file.</summary>
    public const string QuarantineImported = "quarantine-imported";

    /// <summary>A mailbox held mails that earlier listings had missed; they are taken in now.</summary>
    public const string GapFound = "gap-found";

    /// <summary>A server names fewer mails than it says it holds.</summary>
    public const string ListingShort = "listing-short";

    /// <summary>A server numbered a folder anew (UIDVALIDITY): its mails are matched with the record by their content.</summary>
    public const string FolderRenumbered = "folder-renumbered";

    /// <summary>A mail in the junk folder looks like one that a person should rescue.</summary>
    public const string RescueSuggested = "rescue-suggested";

    /// <summary>A mail opened an enquiry.</summary>
    public const string EnquiryOpened = "enquiry-opened";

    /// <summary>A mail joined an enquiry that was there.</summary>
    public const string MailJoined = "mail-joined";

    /// <summary>A team got the enquiry.</summary>
    public const string Routed = "routed";

    /// <summary>The mail says that somebody may be in danger.</summary>
    public const string UrgencyFound = "urgency-found";

    /// <summary>An acknowledgement was written.</summary>
    public const string AcknowledgementQueued = "acknowledgement-queued";

    /// <summary>No acknowledgement goes out, and why.</summary>
    public const string AcknowledgementSuppressed = "acknowledgement-suppressed";

    /// <summary>An alert to the duty contact was written.</summary>
    public const string AlertQueued = "alert-queued";

    /// <summary>A mail of ours waits for somebody's word.</summary>
    public const string OutboundHeld = "outbound-held";

    /// <summary>Somebody let a held mail go.</summary>
    public const string OutboundReleased = "outbound-released";

    /// <summary>A sender took the row.</summary>
    public const string OutboundClaimed = "outbound-claimed";

    /// <summary>The relay accepted a mail of ours.</summary>
    public const string OutboundAccepted = "outbound-accepted";

    /// <summary>The relay put a mail of ours off.</summary>
    public const string OutboundDeferred = "outbound-deferred";

    /// <summary>The relay refused a mail of ours for good, or its time ran out.</summary>
    public const string OutboundFailed = "outbound-failed";

    /// <summary>It is not known whether the relay took a mail of ours.</summary>
    public const string OutboundUnknown = "outbound-unknown";

    /// <summary>A delivery report about a mail of ours came in.</summary>
    public const string DeliveryReported = "delivery-reported";

    /// <summary>A person answered from their own mail client.</summary>
    public const string Answered = "answered";

    /// <summary>Somebody sent a failed or waiting mail of ours on its way again.</summary>
    public const string OutboundRetried = "outbound-retried";

    /// <summary>Whom a mail of ours went to wrote back.</summary>
    public const string OutboundReplied = "outbound-replied";

    /// <summary>No copy of an accepted mail of ours could be put into the Sent folder.</summary>
    public const string SentCopyFailed = "sent-copy-failed";

    /// <summary>The alarm: as many mails were sent in an hour as are allowed, and the others wait.</summary>
    public const string OutboxCapped = "outbox-capped";

    /// <summary>The cap on sends no longer stops anything.</summary>
    public const string OutboxUncapped = "outbox-uncapped";

    /// <summary>Sending was paused.</summary>
    public const string OutboxPaused = "outbox-paused";

    /// <summary>Sending was resumed.</summary>
    public const string OutboxResumed = "outbox-resumed";

    /// <summary>A person said what a mail is about, against the machine's word.</summary>
    public const string Corrected = "corrected";

    /// <summary>A person released a correction's redacted words for training.</summary>
    public const string CorrectionReleased = "correction-released";

    /// <summary>Another model was taken into use.</summary>
    public const string ModelPromoted = "model-promoted";

    /// <summary>The model before was taken back.</summary>
    public const string ModelRolledBack = "model-rolled-back";

    /// <summary>A mailbox was taken over.</summary>
    public const string MailboxAdopted = "mailbox-adopted";
}

/// <summary>An event to be appended.</summary>
/// <param name="Type">One of <see cref="EventTypes"/>.</param>
/// <param name="Actor">Who did it: "machine", or a person's name.</param>
/// <param name="Detail">Ids, codes and numbers; no personal data.</param>
/// <param name="OutboxId">The outbox row it is about, or null.</param>
/// <param name="At">When it happened where that is not the time of writing (an answer seen in the Sent folder later), else null.</param>
public sealed record NewEvent(
    string Type,
    string Actor,
    IReadOnlyDictionary<string, string> Detail,
    string? OutboxId = null,
    DateTimeOffset? At = null)
{
    /// <summary>The worker itself.</summary>
    public const string Machine = "machine";

    /// <summary>An event of the worker's.</summary>
    public static NewEvent ByMachine(string type, params (string Key, string Value)[] detail) =>
        new(type, Machine, detail.ToDictionary(d => d.Key, d => d.Value, StringComparer.Ordinal));
}

/// <summary>An event as recorded.</summary>
/// <param name="Sequence">Place in the record.</param>
/// <param name="At">When, in UTC.</param>
/// <param name="Type">One of <see cref="EventTypes"/>.</param>
/// <param name="Actor">Who.</param>
/// <param name="EnquiryId">The enquiry, or null.</param>
/// <param name="MailId">The mail, or null.</param>
/// <param name="OutboxId">The outbox row, or null.</param>
/// <param name="Detail">Ids, codes and numbers.</param>
public sealed record EnquiryEvent(
    long Sequence,
    DateTimeOffset At,
    string Type,
    string Actor,
    string? EnquiryId,
    string? MailId,
    string? OutboxId,
    JsonElement Detail);
