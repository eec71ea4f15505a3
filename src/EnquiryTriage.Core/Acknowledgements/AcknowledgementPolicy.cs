using EnquiryTriage.Core.Intake;
using EnquiryTriage.Mail;

namespace EnquiryTriage.Core.Acknowledgements;

/// <summary>Decides whether a mail is acknowledged: a machine acknowledges, a person answers.</summary>
public sealed class AcknowledgementPolicy(AcknowledgementSettings settings)
{
    /// <summary>Window in which acknowledgements to one recipient are counted.</summary>
    public TimeSpan Window => TimeSpan.FromMinutes(settings.WindowMinutes);

    /// <summary>The longest window of the throttles by enquiry and recipient; null where there are none.</summary>
    public TimeSpan? LongestWindow =>
        settings.PerEnquiry.Concat(settings.PerRecipient).Select(w => (TimeSpan?)TimeSpan.FromMinutes(w.Minutes)).Max();

    /// <summary>The decision for a person's mail.</summary>
    /// <param name="mail">The mail.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="urgent">Whether somebody may be in danger.</param>
    /// <param name="joins">The enquiry on record that it joins; null where it opens one.</param>
    /// <param name="history">Its past.</param>
    /// <param name="received">INTERNALDATE.</param>
    /// <param name="now">Now.</param>
    /// <param name="adoptedBefore">Mail received before this was taken over; null for none.</param>
    public AcknowledgementDecision Decide(
        InboundMail mail,
        string kind,
        bool urgent,
        string? joins,
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

        if (joins is not null && !settings.FollowUps && !urgent)
        {
            return None("the enquiry that it belongs to was acknowledged before");
        }

        if (history.AcknowledgedSameSubject >= settings.PerSenderAndSubject || history.AcknowledgedToSender >= settings.PerSender)
        {
            return None($"throttled: {history.AcknowledgedToSender} acknowledgements to this sender in {settings.WindowMinutes} minutes, {history.AcknowledgedSameSubject} for this subject");
        }

        if (Throttled(joins, history, now) is { } throttled)
        {
            return None(throttled);
        }

        var stale = now - received > TimeSpan.FromHours(settings.HoldOlderThanHours);
        var hold = stale ? $"received more than {settings.HoldOlderThanHours} hours before it was fetched"
            : Forged(mail) ? "the receiving server says that the sender's address is not proven: an acknowledgement may go to somebody who never wrote"
            : policy.Action == AcknowledgementAction.Hold ? $"kind '{kind}' waits for a named person's release"
            : null;
        var reason = urgent ? "urgent: the signposts go at once" : $"kind '{kind}' is acknowledged with template '{policy.Template}'";
        return new AcknowledgementDecision(true, policy.Template, reason, hold, stale || Forged(mail));
    }

    private string? Throttled(string? joins, MailHistory history, DateTimeOffset now)
    {
        int Within(ThrottleWindow window, Func<EarlierAcknowledgement, bool> counts) =>
            history.Earlier.Count(e => e.At > now - TimeSpan.FromMinutes(window.Minutes) && counts(e));

        foreach (var window in joins is null ? [] : settings.PerEnquiry)
        {
            if (Within(window, e => e.EnquiryId == joins) >= window.Most)
            {
                return $"throttled: {window.Most} acknowledgements to this recipient in this enquiry in {window.Minutes} minutes";
            }
        }

        foreach (var window in settings.PerRecipient)
        {
            if (Within(window, _ => true) >= window.Most)
            {
                return $"throttled: {window.Most} acknowledgements to this recipient in {window.Minutes} minutes";
            }
        }

        return null;
    }

    // Only what our own receiving server found counts, and only its no: where it is not configured, or found nothing, nobody is accused.
    private static bool Forged(InboundMail mail) =>
        mail is { Authentication: { } found, From: { } from }
        && !found.ProvesDomainOf(from.Address)
        && (found.Dmarc == AuthenticationVerdict.Fail
            || (found.Dmarc != AuthenticationVerdict.Pass && (found.Spf == AuthenticationVerdict.Fail || found.Dkim == AuthenticationVerdict.Fail)));

    private static AcknowledgementDecision None(string reason) => new(false, null, reason, null, false);
}
