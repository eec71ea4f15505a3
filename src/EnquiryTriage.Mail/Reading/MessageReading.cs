using EnquiryTriage.Mail.Authentication;
using EnquiryTriage.Mail.Automatic;
using EnquiryTriage.Mail.Languages;
using EnquiryTriage.Mail.NewText;
using MimeKit;

namespace EnquiryTriage.Mail.Reading;

/// <summary>The main road of reading: parse, headers, bodies, new text, verdicts.</summary>
internal static class MessageReading
{
    internal static InboundMail Read(ReadOnlyMemory<byte> raw, ReadingOptions options)
    {
        var defects = new List<string>();
        var prepared = RawMessage.Prepare(raw, options.Limits, defects);
        using var message = MimeParsing.Parse(prepared, options.Limits, defects);
        return Read(message, prepared, raw, options, defects);
    }

    private static InboundMail Read(MimeMessage message, ArraySegment<byte> prepared, ReadOnlyMemory<byte> raw, ReadingOptions options, List<string> defects)
    {
        var headers = new HeaderReading(message, options.Limits, defects);
        var bodies = BodyReading.Read(message, prepared, options.Limits, defects);
        var subject = headers.Subject();
        var from = headers.From();
        var replyTo = headers.Addresses(HeaderId.ReplyTo);
        var inReplyTo = headers.Ids(HeaderId.InReplyTo);
        var references = headers.Ids(HeaderId.References);
        var newText = NewTextReading.Find(bodies, Subjects.IsForward(subject));
        var language = LanguageGuesser.Guess(newText.Length > 0 ? newText : bodies.Text);
        var verdict = Judge(message, subject, bodies.Text, options, defects);
        return new InboundMail
        {
            Raw = raw,
            MessageId = headers.MessageId(),
            InReplyTo = inReplyTo,
            References = references,
            Date = headers.Date(),
            TopmostReceived = headers.TopmostReceived(),
            Subject = subject,
            From = from,
            To = headers.Addresses(HeaderId.To),
            Cc = headers.Addresses(HeaderId.Cc),
            ReplyTo = replyTo,
            AnswerTo = AnswerTo(replyTo, from),
            ReturnPath = headers.ReturnPath(),
            Text = bodies.Text,
            Html = bodies.Html,
            NewText = newText,
            Attachments = bodies.Attachments,
            Parts = bodies.Parts,
            Defects = defects,
            Automatic = verdict.Automatic,
            Answerable = verdict.Answerable,
            AnswerableReasons = verdict.AnswerableReasons,
            ViaList = verdict.ViaList,
            Language = language.Code,
            LanguageConfidence = language.Confidence,
            OurTokens = ConversationKeys.OurTokens(options.Ours, inReplyTo, references, bodies.Text),
            SubjectTag = ConversationKeys.SubjectTag(subject),
            Authentication = AuthenticationResultsReader.Read(message, options.AuthservId),
        };
    }

    private static MailAddress? AnswerTo(IReadOnlyList<MailAddress> replyTo, MailAddress? from)
    {
        var to = replyTo.Count == 1 ? replyTo[0] : from;
        return to?.Address.Contains('@', StringComparison.Ordinal) == true ? to : null;
    }

    /// <summary>A mail whose kind cannot be judged is a person's, and is not answered by a machine.</summary>
    private static AutomaticVerdict Judge(MimeMessage message, string subject, string text, ReadingOptions options, List<string> defects)
    {
#pragma warning disable CA1031 // Rule 1 of the house: the rest of the mail has been read by now, and must not be lost with the verdict.
        try
        {
            return AutomaticMailScreen.Judge(message, subject, text, options);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            defects.Add($"whether it is automatic could not be judged: {e.GetType().Name}");
            return new AutomaticVerdict(null, false, ["whether it is automatic could not be judged"], false);
        }
#pragma warning restore CA1031
    }
}
