using EnquiryTriage.Core.Enquiries;

namespace EnquiryTriage.Core.Learning;

/// <summary>What a person says of a mail, against what the machine said.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Reference">The enquiry's reference.</param>
/// <param name="MailId">The mail that was judged.</param>
/// <param name="Actor">Who says so.</param>
/// <param name="WasTopic">The topic before; null where it was undecided.</param>
/// <param name="WasKind">The kind before.</param>
/// <param name="WasUrgent">The urgency before.</param>
/// <param name="Topics">The right topics, primary first.</param>
/// <param name="Kind">The right kind.</param>
/// <param name="Urgent">Whether somebody was in danger.</param>
public sealed record Correction(
    string Id,
    string Reference,
    string MailId,
    string Actor,
    string? WasTopic,
    string WasKind,
    bool WasUrgent,
    IReadOnlyList<string> Topics,
    string Kind,
    bool Urgent);

/// <summary>Where a correction takes its enquiry.</summary>
/// <param name="Team">The team that the table gives it now.</param>
/// <param name="Rule">The rule's name.</param>
/// <param name="Due">When the answer is due; null where no clock runs.</param>
/// <param name="State">The state after it; null where it stays.</param>
public sealed record CorrectedRoute(string Team, string Rule, DateTimeOffset? Due, EnquiryState? State);

/// <summary>A correction on record, with the words of its mail.</summary>
/// <param name="Correction">What was said.</param>
/// <param name="At">When.</param>
/// <param name="Subject">The mail's subject.</param>
/// <param name="NewText">What the sender wrote.</param>
/// <param name="Sender">The sender's address, or null.</param>
/// <param name="Release">The release for training, or null.</param>
public sealed record CorrectedMail(
    Correction Correction,
    DateTimeOffset At,
    string Subject,
    string NewText,
    string? Sender,
    TrainingRelease? Release);

/// <summary>A release for training: the redacted words, and who let them go.</summary>
/// <param name="Actor">Who.</param>
/// <param name="At">When.</param>
/// <param name="Subject">The subject without names and numbers.</param>
/// <param name="Body">The new text without names and numbers.</param>
public sealed record TrainingRelease(string Actor, DateTimeOffset At, string Subject, string Body);

/// <summary>The corrections' side of the store. Implementations throw <see cref="Intake.StoreException"/>.</summary>
public interface ICorrectionStore
{
    /// <summary>Records a correction and moves its enquiry, in one transaction.</summary>
    Task CorrectAsync(Correction correction, CorrectedRoute route, DateTimeOffset at, CancellationToken cancel);

    /// <summary>All corrections, oldest first.</summary>
    Task<IReadOnlyList<CorrectedMail>> CorrectionsAsync(CancellationToken cancel);

    /// <summary>Records that a correction's redacted words may be trained on.</summary>
    Task ReleaseForTrainingAsync(string correctionId, TrainingRelease release, CancellationToken cancel);
}
