using System.Security.Cryptography;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Mail;

namespace EnquiryTriage.Core.Intake;

/// <summary>What the duty contact is told, mails that are set aside, and mails from the junk folder.</summary>
public sealed partial class IntakeWriter
{
    /// <summary>The rows of a mail that is set aside. Danger is told of like in any other mail.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="reason">Why.</param>
    /// <param name="head">What there is of it; null for nothing.</param>
    /// <param name="whole">Whether that is all of it.</param>
    /// <param name="analysis">What that says; null where it cannot be read.</param>
    /// <param name="role">What the folder holds.</param>
    /// <param name="now">Now.</param>
    /// <param name="adoptedBefore">Mail received before this was taken over and is never acted on; null for none.</param>
    public HeldMail WriteHeld(
        LedgerKey key, string reason, MailHead? head, bool whole, MailAnalysis? analysis, FolderRole role, DateTimeOffset now, DateTimeOffset? adoptedBefore)
    {
        var (outbox, events) = (new List<NewOutboxRow>(), new List<NewEvent>());
        var received = head?.Received ?? now;
        var urgent = analysis?.Urgent == true && role != FolderRole.Sent;
        if (urgent)
        {
            events.Add(NewEvent.ByMachine(EventTypes.UrgencyFound, ("mailbox", key.Mailbox), ("folder", key.Folder), ("key", key.Key)));
            if (adoptedBefore is null || received >= adoptedBefore)
            {
                Alert(received, now, $"none yet: the mail is set aside as {key}", analysis!.Kind, outbox, events);
            }
        }

        return new HeldMail
        {
            Key = key,
            Reason = reason,
            Raw = head?.Raw ?? default,
            Whole = whole,
            Bytes = head?.Bytes ?? 0,
            Digest = head is { Raw.Length: > 0 } ? Convert.ToHexStringLower(SHA256.HashData(head.Raw.Span)) : "",
            MessageId = analysis?.Mail.MessageId,
            Sender = analysis?.Mail.From?.Address,
            Subject = analysis?.Mail.Subject ?? "",
            Urgent = urgent,
            Received = head?.Received,
            Outbox = outbox,
            Events = events,
        };
    }

    // What a server took for junk is never acknowledged: most of it is, and an answer would tell its sender that somebody reads.
    private static TriageDecision InJunk(MailAnalysis analysis, TriageDecision decision) => decision.Triage is not { } triage ? decision : decision with
    {
        Triage = triage with
        {
            Acknowledgement = new Acknowledgements.AcknowledgementDecision(false, null, "it lies in the junk folder", null, false),
            Due = analysis.Urgent || decision.Joins is not null ? triage.Due : null,
        },
    };

    private static string? RescueReason(MailAnalysis analysis, TriageDecision decision) =>
        analysis.Urgent ? "urgent"
        : decision.Joins is not null ? "belongs to an enquiry"
        : analysis is { Mail.Automatic: null, Kind: not (null or MailKinds.Spam) } ? "looks like a person's"
        : null;

    private void Alert(DateTimeOffset received, DateTimeOffset fetched, string where, string? kind, List<NewOutboxRow> outbox, List<NewEvent> events)
    {
        if (settings.DutyContact.Length == 0 || outboxOff)
        {
            return;
        }

        var stale = fetched - received > TimeSpan.FromHours(settings.Acknowledgements.HoldOlderThanHours);
        var hold = stale ? $"received more than {settings.Acknowledgements.HoldOlderThanHours} hours before it was fetched" : holdEverything;
        var id = NewId();
        var messageId = ids.Create(id);
        var draft = new OutboundDraft
        {
            MessageId = messageId,
            Date = time.GetUtcNow(),
            From = new MailAddress(settings.MailboxName, settings.MailboxAddress),
            To = [new MailAddress(null, settings.DutyContact)],
            Subject = $"Urgent: {where}",
            Text = $"A mail in {settings.MailboxAddress} may mean that somebody is in danger.\n\n"
                + $"Enquiry: {where}\nKind: {kind ?? "automatic mail"}\n\nRead the mail itself now; this notice does not quote it.\n",
            AutoReplied = false,
            Loop = messageId,
        };
        var raw = MailComposer.Compose(draft, settings.Dkim);
        var row = new NewOutboxRow(
            id, OutboxPurpose.Alert, messageId, ids.ReturnPath(settings.MailboxAddress, id), settings.DutyContact, "", "alert", raw, hold, stale);
        Add(row, EventTypes.AlertQueued, outbox, events);
    }
}
