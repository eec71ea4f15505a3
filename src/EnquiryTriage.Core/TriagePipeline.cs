using System.Security.Cryptography;
using System.Text;
using EnquiryTriage.Core.Acknowledgements;
using EnquiryTriage.Core.Clocks;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Questions;
using EnquiryTriage.Core.Routing;
using EnquiryTriage.Core.Urgency;
using EnquiryTriage.Mail;
using EnquiryTriage.Topics;

namespace EnquiryTriage.Core;

/// <summary>The topic model's one call: what it says of a subject and a text.</summary>
public delegate Prediction Classify(string? subject, string text);

/// <summary>
/// The main flow, pure: a mail and its history in, a decision with reasons out. Reading, then urgency (every mail), then for people's
/// mail kind, questions and topics; then, with the history, conversation, team, due date and acknowledgement.
/// </summary>
public sealed class TriagePipeline(
    TriageSettings settings,
    ReadingOptions reading,
    Classify classify,
    RoutingTable routing,
    AcknowledgementPolicy acknowledgements,
    WorkingCalendar calendar)
{
    private const int LongestSubject = 1_000;
    private const int LongestText = 3_000;
    private const double OwnWords = 0.5;

    /// <summary>How long after it was opened an enquiry can be joined by its subject alone.</summary>
    public static readonly TimeSpan ReplyWindow = TimeSpan.FromDays(60);

    /// <summary>Reads a mail and works out all that needs no history.</summary>
    public MailAnalysis Analyse(ReadOnlyMemory<byte> raw) => Analyse(MailReader.Read(raw, reading));

    /// <summary>Works out all that needs no history of a mail that was read.</summary>
    public MailAnalysis Analyse(InboundMail mail)
    {
        var digest = ContentDigest(mail);
        var written = mail.Automatic is not null || mail.NewText.Length == 0 ? mail.Text : mail.NewText;
        var screened = UrgencyScreen.Screen(mail.Subject, written);
        if (mail.Automatic is not null)
        {
            return new MailAnalysis(mail, digest, screened.Urgent, screened.Reasons, null, "automatic mail has no kind", null, []);
        }

        var prediction = Ask(mail.Subject, written);
        var urgent = IsUrgent(mail, written, screened, prediction);
        IReadOnlyList<string> reasons = !urgent ? [] : screened.Urgent ? screened.Reasons : [$"model: urgency score {prediction.UrgencyScore:0.00}"];
        var (kind, kindReason) = KindOf(prediction, urgent, screened.Kind);
        var questions = QuestionCutter.Cut(written);
        return new MailAnalysis(
            mail,
            digest,
            urgent,
            reasons,
            kind,
            kindReason,
            InEnglishOnly(mail, prediction),
            questions.Count == 1
                ? [new AnalysedQuestion(questions[0], InEnglishOnly(mail, prediction))]
                : [.. questions.Select(q => new AnalysedQuestion(q, InEnglishOnly(mail, InContext(Ask(mail.Subject, q), prediction))))]);
    }

    /// <summary>What can be said of a mail that cannot be worked out: its headers, and the phrases of danger.</summary>
    public MailAnalysis Screen(ReadOnlyMemory<byte> raw)
    {
        var mail = MailReader.Read(raw, reading);
        var screened = UrgencyScreen.Screen(mail.Subject, mail.Text);
        return new MailAnalysis(mail, ContentDigest(mail), screened.Urgent, screened.Reasons, null, "not worked out", null, []);
    }

    /// <summary>Decides, with the mail's history.</summary>
    /// <param name="analysis">What the mail says.</param>
    /// <param name="history">What the record holds.</param>
    /// <param name="received">INTERNALDATE: where clocks start.</param>
    /// <param name="now">Now.</param>
    /// <param name="adoptedBefore">Mail received before this was taken over: it starts no clock; null for none.</param>
    public TriageDecision Decide(MailAnalysis analysis, MailHistory history, DateTimeOffset received, DateTimeOffset now, DateTimeOffset? adoptedBefore)
    {
        var (joins, why) = Conversation(analysis.Mail, history);
        var acts = adoptedBefore is null || received >= adoptedBefore;
        if (analysis.Kind is not { } kind || analysis.Prediction is not { } prediction)
        {
            return new TriageDecision(joins, why, null) { ActedOn = acts };
        }

        var route = RouteOf(kind, prediction, analysis);
        if (joins?.Team is { } team && !analysis.Urgent && kind is MailKinds.Enquiry or MailKinds.Logistics)
        {
            route = route with { Team = team, Rule = $"follows enquiry {joins.Reference}" };
        }

        var due = Due(route, received, acts);
        var questions = analysis.Questions
            .Select(q => RouteOf(kind, q.Prediction, analysis))
            .Select(r => (r, Due(r, received, acts)))
            .ToList();
        var acknowledgement = acknowledgements.Decide(analysis.Mail, kind, analysis.Urgent, joins?.EnquiryId, history, received, now, adoptedBefore);
        return new TriageDecision(joins, why, new Triage(route, due, questions, acknowledgement))
        {
            ActedOn = acts,
            SplitOffer = joins is null ? null : NewMatter.Find(analysis, prediction, joins.Topic),
        };
    }

    /// <summary>Whether an address is one of ours.</summary>
    public bool IsOwn(MailAddress? address) => address is not null && reading.OwnAddresses.Contains(address.Address);

    /// <summary>What to look up for a mail before deciding.</summary>
    public HistoryQuery QueryFor(MailAnalysis analysis, DateTimeOffset now)
    {
        var mail = analysis.Mail;
        return new HistoryQuery(
            mail.MessageId,
            analysis.ContentDigest,
            [.. ReportedToken(mail), .. mail.OurTokens],
            [.. mail.InReplyTo.Concat(mail.References.Reverse()).Distinct(StringComparer.Ordinal)],
            EnquiryReference.TryParse(mail.SubjectTag, out var tag) ? tag.ToString() : null,
            BaseSubject.Of(mail.Subject) is { IsReply: true, Key.Length: > 0 } reply ? reply.Key : null,
            now - ReplyWindow,
            mail.From?.Address,
            mail.AnswerTo?.Address,
            mail.Subject,
            now - acknowledgements.Window)
        {
            EarlierSince = now - acknowledgements.LongestWindow,
        };
    }

    /// <summary>Where a mail goes after a person said what it is, and by when it is due.</summary>
    /// <param name="facts">What the person said.</param>
    /// <param name="received">INTERNALDATE: where clocks start.</param>
    public (Route Route, DueDate? Due) Reroute(RoutingFacts facts, DateTimeOffset received)
    {
        var route = routing.Find(facts);
        return (route, Due(route, received, acts: true));
    }

    /// <summary>
    /// SHA-256 over what the sender made: author, subject, date and the decoded parts. Equal for copies of one mail that came by different ways,
    /// whose Received headers differ. Mail without Message-ID is told apart by its raw bytes instead.
    /// </summary>
    public static string ContentDigest(InboundMail mail)
    {
        if (mail.MessageId is null)
        {
            return mail.Digest;
        }

        var text = new StringBuilder()
            .Append(mail.From?.Address).Append('\n')
            .Append(mail.Subject).Append('\n')
            .Append(mail.Date?.UtcTicks).Append('\n');
        foreach (var part in mail.Parts)
        {
            text.Append(part.Type).Append(' ').Append(part.Sha256).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    // A delivery report belongs to the enquiry whose mail it reports on.
    private IEnumerable<string> ReportedToken(InboundMail mail) =>
        reading.Ours is { } ours && ours.TryVerify(mail.Automatic?.Delivery?.OriginalMessageId, out var token) ? [token] : [];

    private (ConversationCandidate? Joins, string Why) Conversation(InboundMail mail, MailHistory history)
    {
        var addressedToUs = mail.To.Any(IsOwn);

        // Where the receiving server says who stands behind a mail, a sender it does not vouch for is nobody who belongs.
        var forged = mail is { Authentication: { } authentication, From: { } from } && !authentication.ProvesDomainOf(from.Address);
        foreach (var candidate in history.Candidates)
        {
            // A tag can be typed by anybody, and our circular's id is named by everybody who answers it: both count only from somebody who belongs already.
            if ((candidate.SenderBelongs && !forged)
                || candidate.Evidence is MatchEvidence.OurSignedId or MatchEvidence.StoredMessageId
                || (candidate.Evidence == MatchEvidence.NamedMessageId && !addressedToUs))
            {
                var why = candidate.Evidence switch
                {
                    MatchEvidence.OurSignedId => "answers a mail of ours, proven by its signed id",
                    MatchEvidence.StoredMessageId => "refers to a mail on record",
                    MatchEvidence.NamedMessageId => "named by, or names the same mail as, one on record",
                    MatchEvidence.SubjectTag => "carries the reference, from a sender who belongs to the enquiry",
                    _ => "a reply with the same subject, from the same sender",
                };
                return (candidate, why);
            }
        }

        return history.Candidates.Count > 0
            ? (null, "names an enquiry, or a mail that one answers, and its sender does not belong there: a new enquiry")
            : (null, "refers to nothing on record");
    }

    // Two opinions: the model's own score, or a phrase that the model does not think quite harmless (a policy question may quote a threat).
    // What the model cannot read, or has not read to the end, the phrases decide alone.
    private bool IsUrgent(InboundMail mail, string written, UrgencyVerdict screened, Prediction prediction)
    {
        var read = ReadByModel(mail) && written.Length <= LongestText && prediction.Urgent is not null;
        return (settings.ModelUrgency > 0 ? prediction.UrgencyScore >= settings.ModelUrgency : prediction.Urgent == true)
            || (screened.Urgent && (!read || prediction.UrgencyScore >= settings.PhraseUrgency));
    }

    private (string Kind, string Reason) KindOf(Prediction prediction, bool urgent, string? screenedKind)
    {
        var (kind, reason) = prediction.Kind is { } guess && prediction.KindConfidence >= settings.KindConfidence
            ? (guess, $"model: {prediction.KindConfidence:0.00}")
            : (MailKinds.Enquiry, "no kind was likely enough");
        var grave = kind is MailKinds.ThreatToLife or MailKinds.Safeguarding or MailKinds.CrimeReport;
        return urgent && !grave && screenedKind is not null ? (screenedKind, "urgency phrases") : (kind, reason);
    }

    // What a mail is about is said in its beginning, and the encoder takes 5 ms for each 96 word pieces: a megabyte of subject must not cost an hour.
    // Urgency is screened by phrases over the whole text.
    private Prediction Ask(string subject, string text) => classify(Head(subject, LongestSubject), Head(text, LongestText));

    private static string Head(string text, int length) => text.Length <= length ? text : text[..length];

    // The model reads English: mail in another language is noticed and left to a person.
    private static Prediction InEnglishOnly(InboundMail mail, Prediction prediction) =>
        ReadByModel(mail) ? prediction : prediction with { Abstained = true };

    private static bool ReadByModel(InboundMail mail) => mail.Language is "en" or "und";

    // A question's own words come first; where they do not carry a topic, the mail's does. One sentence seldom reaches the threshold
    // that is set for whole mails: likelier than not is enough to speak for itself.
    private static Prediction InContext(Prediction question, Prediction whole) =>
        question.Abstained && question.Confidence < OwnWords && whole.Confidence > question.Confidence ? whole : question;

    private Route RouteOf(string kind, Prediction prediction, MailAnalysis analysis) =>
        routing.Find(new RoutingFacts(kind, prediction.Top, prediction.Abstained, analysis.Urgent, analysis.Mail.Language));

    private DueDate? Due(Route route, DateTimeOffset received, bool acts) =>
        acts && route.Target is { } target ? calendar.Due(received, target) : null;
}
