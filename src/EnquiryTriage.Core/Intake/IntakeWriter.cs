using System.Security.Cryptography;
using System.Text.Json;
using EnquiryTriage.Core.Acknowledgements;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Core.Reporting;
using EnquiryTriage.Core.Routing;
using EnquiryTriage.Mail;

namespace EnquiryTriage.Core.Intake;

/// <summary>Turns a decision into the rows that one transaction writes; composes the acknowledgement and the alert.</summary>
public sealed partial class IntakeWriter(
    TriageSettings settings,
    SignedMessageIds ids,
    AcknowledgementTemplates templates,
    TimeZoneInfo zone,
    Func<string, bool, string> topicName,
    string? holdEverything,
    bool outboxOff,
    TimeProvider time)
{
    /// <summary>The rows of a mail to us.</summary>
    public IntakeRecord Write(FetchedMail fetched, MailAnalysis analysis, TriageDecision decision, MailHistory history)
    {
        var mail = analysis.Mail;
        if (fetched.Role == FolderRole.Junk)
        {
            decision = InJunk(analysis, decision);
        }

        var opens = decision.Joins is null && decision.Triage is { } triage && (fetched.Role != FolderRole.Junk || analysis.Urgent) ? NewEnquiryOf(analysis, decision, triage) : null;
        var enquiryId = opens?.Id ?? decision.Joins?.EnquiryId;
        var reference = opens?.Reference ?? decision.Joins?.Reference;
        var events = new List<NewEvent> { NewEvent.ByMachine(EventTypes.MailReceived, ReceivedDetail(mail, history)) };
        if (fetched.Role == FolderRole.Junk && RescueReason(analysis, decision) is { } rescue)
        {
            events.Add(NewEvent.ByMachine(EventTypes.RescueSuggested, ("mailbox", fetched.Key.Mailbox), ("folder", fetched.Key.Folder), ("why", rescue)));
        }

        if (opens is not null)
        {
            events.Add(NewEvent.ByMachine(EventTypes.EnquiryOpened, ("kind", opens.Kind), ("topic", opens.Topic ?? "")));
            events.Add(NewEvent.ByMachine(EventTypes.Routed, ("team", opens.Team), ("rule", opens.Rule)));
        }
        else if (decision.Joins is { } joins)
        {
            events.Add(NewEvent.ByMachine(EventTypes.MailJoined, ("evidence", joins.Evidence.ToString())));
        }

        if (analysis.Urgent)
        {
            events.Add(NewEvent.ByMachine(EventTypes.UrgencyFound));
        }

        var escalates = decision is { Joins: not null, Triage: { } urgent } && analysis.Urgent
            ? new Escalation(urgent.Route.Team, urgent.Route.Rule, urgent.Due?.Due)
            : null;
        if (escalates is not null)
        {
            events.Add(NewEvent.ByMachine(EventTypes.Routed, ("team", escalates.Team), ("rule", escalates.Rule)));
        }

        var outbox = new List<NewOutboxRow>();
        if (enquiryId is not null && decision.Triage?.Acknowledgement is { } acknowledgement)
        {
            Acknowledge(analysis, decision.Triage, acknowledgement, reference!, outbox, events);
        }

        // Mail from before the mailbox was taken over is recorded and never acted on.
        if (analysis.Urgent && decision.ActedOn)
        {
            Alert(fetched.Received, fetched.Fetched, reference ?? "no enquiry (automatic mail)", analysis.Kind, outbox, events);
        }

        var reported = ReportedOf(mail);
        if (reported is not null)
        {
            events.Add(ReportEvent(reported));
        }

        // A machine's answer is no reply, and a token proves only what hangs on the enquiry that the mail joins.
        IReadOnlyList<string> replies = mail.Automatic is null && decision.Joins is not null ? mail.OurTokens : [];

        return new IntakeRecord
        {
            Key = fetched.Key,
            MailId = NewId(),
            Raw = fetched.Raw,
            Mail = mail,
            Received = fetched.Received,
            Fetched = fetched.Fetched,
            Role = fetched.Role,
            ContentDigest = analysis.ContentDigest,
            DecisionJson = JsonSerializer.Serialize(DecisionDocument.Of(analysis, decision, reference), ContractJson.Line),
            Urgent = analysis.Urgent,
            Opens = opens,
            EnquiryId = enquiryId,
            Escalates = escalates,
            MovesTo = Reopens(analysis, decision) ? EnquiryState.Assigned : null,
            Questions = enquiryId is null ? [] : QuestionsOf(analysis, decision),
            Outbox = outbox,
            Reported = reported,
            Replies = replies,
            Events = events,
        };
    }

    /// <summary>The rows of a mail that a person of ours sent: it answers the enquiry that it belongs to.</summary>
    public IntakeRecord WriteSent(FetchedMail fetched, MailAnalysis analysis, ConversationCandidate answers) => new()
    {
        Key = fetched.Key,
        MailId = NewId(),
        Raw = fetched.Raw,
        Mail = analysis.Mail,
        Received = fetched.Received,
        Fetched = fetched.Fetched,
        Role = FolderRole.Sent,
        ContentDigest = analysis.ContentDigest,
        DecisionJson = JsonSerializer.Serialize(
            DecisionDocument.Of(analysis, new TriageDecision(answers, "sent by a person", null), answers.Reference), ContractJson.Line),
        Urgent = false,
        EnquiryId = answers.EnquiryId,
        MovesTo = EnquiryState.Answered,
        Events = [NewEvent.ByMachine(EventTypes.Answered, ("by", "sent-folder")) with { At = fetched.Received }],
    };

    /// <summary>Whether a Message-ID is one that the worker signed.</summary>
    public bool IsOurs(string? messageId) => ids.TryVerify(messageId, out _);

    private string NewId() => RecordId.New(time);

    private static (string, string)[] ReceivedDetail(InboundMail mail, MailHistory history)
    {
        var detail = new List<(string, string)>();
        if (mail.Automatic is { } automatic)
        {
            detail.Add(("automatic", automatic.Kind.ToString()));
        }

        if (history.SameIdOtherContent)
        {
            detail.Add(("flag", "the Message-ID is on record with other content"));
        }

        return [.. detail];
    }

    // Out-of-office mail and thanks never reopen: only a person's new words that want an answer do.
    private static bool Reopens(MailAnalysis analysis, TriageDecision decision) =>
        decision is { Joins: not null, Triage: not null } && (analysis.Urgent || analysis.Kind is not (MailKinds.Logistics or MailKinds.Spam));

    private NewEnquiry NewEnquiryOf(MailAnalysis analysis, TriageDecision decision, Triage triage)
    {
        var prediction = analysis.Prediction!;
        var spam = analysis.Kind == MailKinds.Spam && !analysis.Urgent;
        var state = spam || (triage.Due is null && triage.Route.Target is not null) ? EnquiryState.NoAnswerNeeded
            : prediction.Abstained && !analysis.Urgent ? EnquiryState.Triage
            : EnquiryState.Assigned;
        return new NewEnquiry(
            NewId(),
            EnquiryReference.Create(settings.ReferencePrefix, RandomNumberGenerator.GetBytes(8)).ToString(),
            analysis.Kind!,
            prediction.Abstained ? null : prediction.Top,
            triage.Route.Team,
            triage.Route.Rule,
            analysis.Urgent,
            analysis.Mail.Language,
            triage.Due?.Due,
            state);
    }

    private List<NewQuestion> QuestionsOf(MailAnalysis analysis, TriageDecision decision)
    {
        // A thank-you or an out-of-office in an enquiry that is there asks nothing new.
        if (decision.Triage is not { } triage || (decision.Joins is not null && analysis.Kind == MailKinds.Logistics))
        {
            return [];
        }

        return [.. analysis.Questions.Zip(triage.Questions, (q, r) => (q, r)).Select((pair, i) => new NewQuestion(
            NewId(),
            i + 1,
            pair.q.Text,
            pair.q.Prediction.Top,
            pair.q.Prediction.Confidence,
            pair.q.Prediction.Abstained,
            pair.r.Route.Team,
            pair.r.Route.Rule,
            pair.r.Due?.Due))];
    }

    private void Acknowledge(
        MailAnalysis analysis,
        Triage triage,
        AcknowledgementDecision decision,
        string reference,
        List<NewOutboxRow> outbox,
        List<NewEvent> events)
    {
        if (!decision.Send || outboxOff)
        {
            events.Add(NewEvent.ByMachine(EventTypes.AcknowledgementSuppressed, ("reason", decision.Send ? "Outbox:Mode is off" : decision.Code)));
            return;
        }

        var mail = analysis.Mail;
        var welsh = mail.Language == "cy";
        var values = new AcknowledgementValues(
            reference,
            mail.Subject,
            AcknowledgementTemplates.TeamName(settings.Teams[triage.Route.Team], welsh),
            AcknowledgementTemplates.DueInWords(triage.Due?.Due, zone, welsh),
            analysis.Prediction!.Abstained ? [] : [.. analysis.Prediction.Topics.Select(t => topicName(t.Topic, welsh))],
            settings.MailboxAddress,
            settings.Acknowledgements.PrivacyUrl);
        var rendered = templates.Render(decision.Template!, mail.Language, values);
        var id = NewId();
        var messageId = ids.Create(id);
        var draft = new OutboundDraft
        {
            MessageId = messageId,
            Date = time.GetUtcNow(),
            From = new MailAddress(settings.MailboxName, settings.MailboxAddress),
            To = [mail.AnswerTo!],
            Subject = rendered.Subject,
            Text = rendered.Text,
            Html = rendered.Html,
            InReplyTo = mail.MessageId,
            References = mail.References,
            AutoReplied = true,
            Loop = messageId,
            Language = rendered.Language,
        };
        var raw = MailComposer.Compose(draft, settings.Dkim);
        var row = new NewOutboxRow(
            id,
            OutboxPurpose.Acknowledgement,
            messageId,
            ids.ReturnPath(settings.MailboxAddress, id),
            mail.AnswerTo!.Address,
            mail.Subject,
            decision.Template!,
            raw,
            decision.HoldReason ?? holdEverything,
            decision.Stale);
        Add(row, EventTypes.AcknowledgementQueued, outbox, events);
    }

    private static void Add(NewOutboxRow row, string type, List<NewOutboxRow> outbox, List<NewEvent> events)
    {
        outbox.Add(row);
        events.Add(NewEvent.ByMachine(type, ("template", row.Template)) with { OutboxId = row.Id });
        if (row.HoldReason is not null)
        {
            events.Add(NewEvent.ByMachine(EventTypes.OutboundHeld, ("reason", row.HoldReason)) with { OutboxId = row.Id });
        }
    }

    private ReportedDelivery? ReportedOf(InboundMail mail)
    {
        if (mail.Automatic?.Delivery is not { } report || !ids.TryVerify(report.OriginalMessageId, out var token))
        {
            return null;
        }

        var state = report.Action switch
        {
            DeliveryAction.Failed => OutboxState.Bounced,
            DeliveryAction.Delayed => OutboxState.Delayed,
            _ => OutboxState.Delivered,
        };
        return new ReportedDelivery(token, state, string.Join(' ', report.Recipients.Select(r => r.Status).Where(s => s is not null)))
        {
            Permanent = state == OutboxState.Bounced ? report.Permanent : null,
        };
    }

    private static NewEvent ReportEvent(ReportedDelivery reported)
    {
        var detail = new List<(string, string)> { ("state", reported.State.ToString()), ("status", reported.Detail) };
        if (reported.Permanent is { } permanent)
        {
            detail.Add(("permanent", permanent ? "true" : "false"));
        }

        return NewEvent.ByMachine(EventTypes.DeliveryReported, [.. detail]) with { OutboxId = reported.Token };
    }
}
