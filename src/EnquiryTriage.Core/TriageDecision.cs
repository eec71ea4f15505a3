using EnquiryTriage.Core.Acknowledgements;
using EnquiryTriage.Core.Clocks;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Routing;
using EnquiryTriage.Mail;
using EnquiryTriage.Topics;

namespace EnquiryTriage.Core;

/// <summary>What can be said of a mail from its own bytes: no history, so it may be worked out beside other mails.</summary>
/// <param name="Mail">The mail, read.</param>
/// <param name="ContentDigest">See <see cref="TriagePipeline.ContentDigest"/>.</param>
/// <param name="Urgent">Whether somebody may be in danger.</param>
/// <param name="UrgentReasons">Why.</param>
/// <param name="Kind">Kind from the closed list; null for automatic mail.</param>
/// <param name="KindReason">Why this kind.</param>
/// <param name="Prediction">What the model says; null for automatic mail.</param>
/// <param name="Questions">The questions with what the model says of each.</param>
public sealed record MailAnalysis(
    InboundMail Mail,
    string ContentDigest,
    bool Urgent,
    IReadOnlyList<string> UrgentReasons,
    string? Kind,
    string KindReason,
    Prediction? Prediction,
    IReadOnlyList<AnalysedQuestion> Questions);

/// <summary>A question and what the model says of it.</summary>
/// <param name="Text">The sender's words.</param>
/// <param name="Prediction">The model's word.</param>
public sealed record AnalysedQuestion(string Text, Prediction Prediction);

/// <summary>What would be done with a mail, and why.</summary>
/// <param name="Joins">The enquiry that it belongs to; null where it opens one or belongs to none.</param>
/// <param name="ConversationReason">Why it belongs there.</param>
/// <param name="Triage">The decisions on a person's mail; null for automatic mail.</param>
public sealed record TriageDecision(ConversationCandidate? Joins, string ConversationReason, Triage? Triage)
{
    /// <summary>False for mail from before the mailbox was taken over: recorded and labelled, never acted on.</summary>
    public bool ActedOn { get; init; } = true;

    /// <summary>Why the mail may be a new enquiry in an old thread: a person is offered to split it off. Null where nothing says so.</summary>
    public string? SplitOffer { get; init; }
}

/// <summary>The decisions on a person's mail.</summary>
/// <param name="Route">Team and rule.</param>
/// <param name="Due">When the first answer is due, with its arithmetic; null where no clock runs.</param>
/// <param name="Questions">Where each question goes, in the order of the analysis.</param>
/// <param name="Acknowledgement">Whether it is acknowledged, and why.</param>
public sealed record Triage(
    Route Route,
    DueDate? Due,
    IReadOnlyList<(Route Route, DueDate? Due)> Questions,
    AcknowledgementDecision Acknowledgement);
