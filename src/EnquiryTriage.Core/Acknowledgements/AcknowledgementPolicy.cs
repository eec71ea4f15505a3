using EnquiryTriage.Core.Intake;
using EnquiryTriage.Mail;

namespace EnquiryTriage.Core.Acknowledgements;

/// <summary>Decides whether a mail is acknowledged: a machine acknowledges, a person answers.</summary>
public sealed class AcknowledgementPolicy(AcknowledgementSettings settings)
{
    /// <summary>Window in which acknowledgements to one recipient are counted.</summary>
    public TimeSpan Window => TimeSpan.FromMinutes(settings.WindowMinutes);

    /// <summary>The decision for a person's mail.</summary>
    /// <param name="mail">The mail.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="urgent">Whether somebody may be in danger.</param>
    /// <param name="joins">Whether it joins an enquiry that was there.</param>
    /// <param name="history">Its past.</param>
    /// <param name="received">INTERNALDATE.</param>
    /// <param name="now">Now.</param>
    /// <param name="adoptedBefore">Mail received before this was taken over; null for none.</param>
    public AcknowledgementDecision Decide(
        InboundMail mail,
        string kind,
        bool urgent,
        bool joins,
        MailHistory history,
        DateTimeOffset received,
        DateTimeOffset now,
        DateTimeOffset? adoptedBefore)
    {
        var policy = urgent ? settings.Urgent
            : settings.Kinds.TryGetValue(kind, out var forKind) ? forKind
            : new KindPolicy();
        if (adoptedBefore is { } date && received < date)
        {
            return None($"received before {date:yyyy-MM-dd HH:mm} UTC, when the mailbox was taken over");
        }

        if (!mail.Answerable)
        {
            // "header X-Loop: what the sender wrote": the name is a code, what follows is the sender's.
            return None(string.Join("; ", mail.AnswerableReasons)) with { Code = string.Join("; ", mail.AnswerableReasons.Select(r => r.Split(": ", 2)[0])) };
        }

        if (mail.AnswerTo is null)
        {
            return None("no address to answer to");
        }

        if (policy.Action == AcknowledgementAction.None)
        {
            return None(urgent ? "urgent mail is not acknowledged by this configuration" : $"kind '{kind}' is not acknowledged");
        }

        if (joins && !settings.FollowUps && !urgent)
        {
            return None("the enquiry that it belongs to was acknowledged before");
        }

        if (history.AcknowledgedSameSubject >= settings.PerSenderAndSubject || history.AcknowledgedToSender >= settings.PerSender)
        {
            return None($"throttled: {history.AcknowledgedToSender} acknowledgements to this sender in {settings.WindowMinutes} minutes, {history.AcknowledgedSameSubject} for this subject");
        }

        var stale = now - received > TimeSpan.FromHours(settings.HoldOlderThanHours);
        var hold = stale ? $"received more than {settings.HoldOlderThanHours} hours before it was fetched"
            : policy.Action == AcknowledgementAction.Hold ? $"kind '{kind}' waits for a named person's release"
            : null;
        var reason = urgent ? "urgent: the signposts go at once" : $"kind '{kind}' is acknowledged with template '{policy.Template}'";
        return new AcknowledgementDecision(true, policy.Template, reason, hold, stale);
    }

    private static AcknowledgementDecision None(string reason) => new(false, null, reason, null, false);
}
