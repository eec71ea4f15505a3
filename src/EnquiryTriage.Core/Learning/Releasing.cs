using EnquiryTriage.Core.Marking;
using EnquiryTriage.Topics;

namespace EnquiryTriage.Core.Learning;

/// <summary>What may be learnt from a correction, and in which words (rule 6 of the house: opt-in, redacted, never from marked or safeguarding mail).</summary>
public static class Releasing
{
    /// <summary>Why a corrected mail may not be trained on; null where it may.</summary>
    /// <param name="mail">The corrected mail.</param>
    /// <param name="all">All corrections: one that calls the mail safeguarding holds against later ones that do not.</param>
    public static string? Forbids(CorrectedMail mail, IEnumerable<CorrectedMail> all)
    {
        ArgumentNullException.ThrowIfNull(mail);
        return all.Append(mail).Any(c => c.Correction.MailId == mail.Correction.MailId && IsSafeguarding(c.Correction)) ? "safeguarding mail is never trained on"
            : ProtectiveMarking.Read(mail.Subject).Restricted ? "marked mail is never trained on"
            : null;
    }

    /// <summary>The release of a mail that may be trained on.</summary>
    /// <param name="mail">The corrected mail.</param>
    /// <param name="actor">Who lets it go.</param>
    /// <param name="at">When.</param>
    /// <param name="names">Names that are known to be in it: the sender's.</param>
    public static TrainingRelease Of(CorrectedMail mail, string actor, DateTimeOffset at, IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(mail);
        return new TrainingRelease(actor, at, Redaction.Of(ProtectiveMarking.Read(mail.Subject).Subject, names), Redaction.Of(mail.NewText, names));
    }

    /// <summary>A released correction as a training text; one text for each unit of weight, which is the same to every trainer.</summary>
    public static IEnumerable<TrainingExample> Examples(CorrectedMail mail, int weight)
    {
        ArgumentNullException.ThrowIfNull(mail);
        return mail.Release is not { } release
            ? []
            : Enumerable.Range(1, weight).Select(i => Example(mail, $"correction-{mail.Correction.Id}-{i}", release.Subject, release.Body));
    }

    /// <summary>A correction as an evaluation text, in the words of the mail itself: they stay in the process.</summary>
    public static TrainingExample ToCheck(CorrectedMail mail)
    {
        ArgumentNullException.ThrowIfNull(mail);
        return Example(mail, $"correction-{mail.Correction.Id}", mail.Subject, mail.NewText);
    }

    private static bool IsSafeguarding(Correction correction) => correction.Kind == MailKinds.Safeguarding || correction.WasKind == MailKinds.Safeguarding;

    private static TrainingExample Example(CorrectedMail mail, string id, string subject, string body) => new()
    {
        Id = id,
        Subject = subject,
        Body = body,
        Topics = mail.Correction.Topics,
        Kind = mail.Correction.Kind,
        Urgent = mail.Correction.Urgent,
        Source = "corrections",
    };
}
