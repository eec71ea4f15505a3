using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Mail;

namespace EnquiryTriage.Core.Intake;

/// <summary>Everything that one ingested mail writes, in one transaction.</summary>
public sealed record IntakeRecord
{
    /// <summary>The mail's key in the ledger.</summary>
    public required LedgerKey Key { get; init; }

    /// <summary>Id of the mail's row.</summary>
    public required string MailId { get; init; }

    /// <summary>Raw bytes; the store compresses them.</summary>
    public required ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>The mail, read.</summary>
    public required InboundMail Mail { get; init; }

    /// <summary>INTERNALDATE.</summary>
    public required DateTimeOffset Received { get; init; }

    /// <summary>When it was fetched.</summary>
    public required DateTimeOffset Fetched { get; init; }

    /// <summary>What the folder holds.</summary>
    public required FolderRole Role { get; init; }

    /// <summary>See <see cref="TriagePipeline.ContentDigest"/>.</summary>
    public required string ContentDigest { get; init; }

    /// <summary>The decision with its reasons, as JSON: personal data, destroyed with the row.</summary>
    public required string DecisionJson { get; init; }

    /// <summary>Whether somebody may be in danger.</summary>
    public required bool Urgent { get; init; }

    /// <summary>Set where the mail opens an enquiry.</summary>
    public NewEnquiry? Opens { get; init; }

    /// <summary>The enquiry that the mail belongs to: the new one or an older one; null for automatic mail of no enquiry.</summary>
    public string? EnquiryId { get; init; }

    /// <summary>The state that the mail moves an enquiry on record to: an answer, or new words in an answered one; null for none.</summary>
    public EnquiryState? MovesTo { get; init; }

    /// <summary>Where an urgent mail takes an enquiry on record: at once to the team of the urgent; null for none.</summary>
    public Escalation? Escalates { get; init; }

    /// <summary>Questions that the mail asks.</summary>
    public IReadOnlyList<NewQuestion> Questions { get; init; } = [];

    /// <summary>Mails that the decision wants sent.</summary>
    public IReadOnlyList<NewOutboxRow> Outbox { get; init; } = [];

    /// <summary>Token of the outbox row that a delivery report is about, and what the report says; null for other mail.</summary>
    public ReportedDelivery? Reported { get; init; }

    /// <summary>Tokens of the mails of ours that a person's mail answers, proven by their HMAC.</summary>
    public IReadOnlyList<string> Replies { get; init; } = [];

    /// <summary>Events, in order.</summary>
    public IReadOnlyList<NewEvent> Events { get; init; } = [];
}

/// <summary>A delivery report matched to a mail of ours.</summary>
/// <param name="Token">The outbox row's token, proven by its HMAC.</param>
/// <param name="State">The state that the report puts the row into.</param>
/// <param name="Detail">Status codes, without addresses.</param>
public sealed record ReportedDelivery(string Token, OutboxState State, string Detail)
{
    /// <summary>Of a bounce, whether it is for good (5.x.x); null for other reports.</summary>
    public bool? Permanent { get; init; }
}

/// <summary>Where an urgent mail takes its enquiry.</summary>
/// <param name="Team">The team.</param>
/// <param name="Rule">The routing rule's name.</param>
/// <param name="Due">When the answer is due; null where no clock runs.</param>
public sealed record Escalation(string Team, string Rule, DateTimeOffset? Due);

/// <summary>A new enquiry.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Reference">Its public reference.</param>
/// <param name="Kind">Kind from the closed list.</param>
/// <param name="Topic">Primary topic, or null where the model abstained and a person decides.</param>
/// <param name="Team">The team that has it.</param>
/// <param name="Rule">The routing rule's name.</param>
/// <param name="Urgent">Whether somebody may be in danger.</param>
/// <param name="Language">ISO 639-1 code.</param>
/// <param name="Due">When the first answer is due; null where no clock runs.</param>
/// <param name="State">Its first state.</param>
public sealed record NewEnquiry(
    string Id,
    string Reference,
    string Kind,
    string? Topic,
    string Team,
    string Rule,
    bool Urgent,
    string Language,
    DateTimeOffset? Due,
    EnquiryState State);

/// <summary>A question of a mail.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Ordinal">Place in the enquiry's mail, from 1.</param>
/// <param name="Text">The sender's words.</param>
/// <param name="Topic">Best topic.</param>
/// <param name="Confidence">Calibrated confidence, 0 to 1.</param>
/// <param name="Abstained">Whether a person decides.</param>
/// <param name="Team">The team that owns it.</param>
/// <param name="Rule">The routing rule's name.</param>
/// <param name="Due">When its answer is due; null where no clock runs.</param>
public sealed record NewQuestion(
    string Id,
    int Ordinal,
    string Text,
    string Topic,
    double Confidence,
    bool Abstained,
    string Team,
    string Rule,
    DateTimeOffset? Due);
