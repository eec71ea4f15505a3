namespace EnquiryTriage.Core.Intake;

/// <summary>What the record holds about a mail's past: all that a decision may look at besides the mail.</summary>
/// <param name="DuplicateOf">Id of the mail already ingested with the same Message-ID and content, or null.</param>
/// <param name="SameIdOtherContent">The Message-ID is known with other content: ingested and flagged.</param>
/// <param name="Candidates">Enquiries that the mail may belong to, in the order in which they are to be believed.</param>
/// <param name="AcknowledgedToSender">Acknowledgements made for this recipient within the throttle's window.</param>
/// <param name="AcknowledgedSameSubject">Of these, those for the same subject.</param>
public sealed record MailHistory(
    string? DuplicateOf,
    bool SameIdOtherContent,
    IReadOnlyList<ConversationCandidate> Candidates,
    int AcknowledgedToSender,
    int AcknowledgedSameSubject)
{
    /// <summary>Acknowledgements made for this recipient since <see cref="HistoryQuery.EarlierSince"/>: what the throttles count.</summary>
    public IReadOnlyList<EarlierAcknowledgement> Earlier { get; init; } = [];

    /// <summary>No past at all.</summary>
    public static MailHistory None { get; } = new(null, false, [], 0, 0);
}

/// <summary>An acknowledgement made before.</summary>
/// <param name="EnquiryId">Its enquiry, or null.</param>
/// <param name="At">When it was made.</param>
public sealed record EarlierAcknowledgement(string? EnquiryId, DateTimeOffset At);

/// <summary>How a mail was linked to an enquiry; earlier members are believed before later ones.</summary>
public enum MatchEvidence
{
    /// <summary>One of our own signed ids in In-Reply-To, References or the body.</summary>
    OurSignedId,

    /// <summary>A foreign Message-ID that the record holds.</summary>
    StoredMessageId,

    /// <summary>
    /// A foreign Message-ID that a mail on record names and none bears. In a mail that is addressed to us it counts only from somebody who already
    /// belongs to the enquiry: everybody who answers our circular names the same id.
    /// </summary>
    NamedMessageId,

    /// <summary>A reference in the subject, from somebody who already belongs to the enquiry.</summary>
    SubjectTag,

    /// <summary>A reply with the subject of an enquiry of the same sender's, from a client that sends no References.</summary>
    ReplySubject,
}

/// <summary>An enquiry that a mail may belong to.</summary>
/// <param name="EnquiryId">The enquiry.</param>
/// <param name="Reference">Its reference.</param>
/// <param name="Team">The team that has it, or null.</param>
/// <param name="Evidence">Why it is a candidate.</param>
/// <param name="SenderBelongs">Whether the sender already belongs to the enquiry.</param>
public sealed record ConversationCandidate(
    string EnquiryId,
    string Reference,
    string? Team,
    MatchEvidence Evidence,
    bool SenderBelongs)
{
    /// <summary>The enquiry's primary topic; null where it is undecided or not known.</summary>
    public string? Topic { get; init; }
}

/// <summary>What to look up for a mail.</summary>
/// <param name="MessageId">Its Message-ID, or null.</param>
/// <param name="ContentDigest">See <see cref="TriagePipeline.ContentDigest"/>.</param>
/// <param name="Tokens">Proven tokens of ours, best first.</param>
/// <param name="ForeignIds">In-Reply-To, then References right to left.</param>
/// <param name="SubjectTag">The enquiry reference in the subject, or null.</param>
/// <param name="ReplySubject">The base subject where the mail calls itself a reply, else null.</param>
/// <param name="ReplySince">Enquiries received before this are too old to be joined by subject.</param>
/// <param name="Sender">Where it came from, or null.</param>
/// <param name="Recipient">Where an acknowledgement would go, or null.</param>
/// <param name="Subject">Its subject, for the throttle.</param>
/// <param name="ThrottleSince">Start of the throttle's window.</param>
public sealed record HistoryQuery(
    string? MessageId,
    string ContentDigest,
    IReadOnlyList<string> Tokens,
    IReadOnlyList<string> ForeignIds,
    string? SubjectTag,
    string? ReplySubject,
    DateTimeOffset ReplySince,
    string? Sender,
    string? Recipient,
    string Subject,
    DateTimeOffset ThrottleSince)
{
    /// <summary>Which mails count as the same: a copy in the Sent folder is not a duplicate of one in the inbox.</summary>
    public FolderRole Role { get; init; } = FolderRole.Inbox;

    /// <summary>Start of the throttles' longest window; null where nothing is throttled by windows.</summary>
    public DateTimeOffset? EarlierSince { get; init; }
}
