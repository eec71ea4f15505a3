using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Core.Reporting;

namespace EnquiryTriage.Core.Enquiries;

/// <summary>The reading side of the store: lists, whole lives, and the facts that reports are made from.</summary>
public interface IEnquiryQueries
{
    /// <summary>Enquiries, newest first.</summary>
    Task<IReadOnlyList<EnquirySummary>> ListAsync(EnquiryFilter filter, CancellationToken cancel);

    /// <summary>An enquiry's whole life, or null where there is none of that reference.</summary>
    Task<EnquiryLife?> FindAsync(string reference, CancellationToken cancel);

    /// <summary>One row for each enquiry received in the period, start inclusive, end exclusive; null for no bound.</summary>
    Task<IReadOnlyList<EnquiryFacts>> FactsAsync(DateTimeOffset? receivedFrom, DateTimeOffset? receivedBefore, CancellationToken cancel);

    /// <summary>Decisions on mails fetched since a time, oldest first: what shadow mode would have done.</summary>
    IAsyncEnumerable<DecidedMail> DecisionsAsync(DateTimeOffset? since, CancellationToken cancel);

    /// <summary>The raw bytes of a mail, or null.</summary>
    Task<byte[]?> RawAsync(string mailId, CancellationToken cancel);
}

/// <summary>Which enquiries to list; null for any.</summary>
/// <param name="Team">A team's id.</param>
/// <param name="Topic">A topic's label.</param>
/// <param name="State">A state.</param>
/// <param name="Limit">At most so many.</param>
public sealed record EnquiryFilter(string? Team = null, string? Topic = null, EnquiryState? State = null, int Limit = 500);

/// <summary>An enquiry in a line.</summary>
public sealed record EnquirySummary(
    string Reference,
    EnquiryState State,
    string Kind,
    string? Topic,
    string Team,
    bool Urgent,
    string Language,
    DateTimeOffset Received,
    DateTimeOffset? Due,
    DateTimeOffset? Acknowledged,
    DateTimeOffset? Answered,
    int Questions,
    string Subject,
    string? Sender);

/// <summary>An enquiry's whole life.</summary>
public sealed record EnquiryLife(
    EnquirySummary Summary,
    string Rule,
    IReadOnlyList<EnquiryMail> Mails,
    IReadOnlyList<EnquiryQuestion> Questions,
    IReadOnlyList<OutboxLife> Outbox,
    IReadOnlyList<EnquiryEvent> Events);

/// <summary>A mail of an enquiry. <paramref name="DecisionJson"/> is what <c>inspect</c> prints.</summary>
public sealed record EnquiryMail(
    string Id,
    FolderRole Role,
    DateTimeOffset Received,
    DateTimeOffset Fetched,
    string? MessageId,
    string? Sender,
    string Subject,
    string NewText,
    bool Urgent,
    string? Automatic,
    string DecisionJson);

/// <summary>A question of an enquiry.</summary>
public sealed record EnquiryQuestion(
    string Id,
    int Ordinal,
    string Text,
    string Topic,
    double Confidence,
    bool Abstained,
    string Team,
    string Rule,
    DateTimeOffset? Due,
    string State);

/// <summary>An outbound mail's chain.</summary>
public sealed record OutboxLife(
    string Id,
    OutboxPurpose Purpose,
    OutboxState State,
    string Template,
    string Recipient,
    string MessageId,
    int Attempts,
    int UnknownAttempts,
    string? HoldReason,
    string? LastReply,
    DateTimeOffset Created,
    DateTimeOffset? Accepted)
{
    /// <summary>The id under which the relay queued it; null where it gave none.</summary>
    public string? QueueId { get; init; }

    /// <summary>Of a bounced mail, whether it is for good; else null.</summary>
    public bool? Permanent { get; init; }

    /// <summary>When whom it went to wrote back, or null.</summary>
    public DateTimeOffset? Replied { get; init; }
}

/// <summary>A mail with what was decided on it.</summary>
public sealed record DecidedMail(string MailId, string? Reference, DateTimeOffset Received, DateTimeOffset Fetched, string DecisionJson, string NewText);
