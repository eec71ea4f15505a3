using EnquiryTriage.Mail.Html;
using EnquiryTriage.Mail.Languages;
using EnquiryTriage.Mail.NewText;
using MimeKit;

namespace EnquiryTriage.Mail.Reading;

/// <summary>What the bodies of a message amount to.</summary>
/// <param name="Text">The readable body.</param>
/// <param name="Html">The HTML body, decoded, or null.</param>
/// <param name="Attachments">Attachments of the message itself.</param>
/// <param name="Parts">All leaves.</param>
/// <param name="Marks">What the HTML gave away about the lines of the text; null where the text is plain.</param>
internal sealed record Bodies(string Text, string? Html, IReadOnlyList<MailAttachment> Attachments, IReadOnlyList<MailPart> Parts, HtmlMarks? Marks);

/// <summary>Chooses and joins the bodies of a message.</summary>
internal static class BodyReading
{
    internal static Bodies Read(MimeMessage message, ReadOnlySpan<byte> raw, ReadingLimits limits, List<string> defects)
    {
        if (message.Body is Multipart { Count: 0 } empty
            && LooseParts.Guess(raw[RawMessage.HeaderEnd(raw)..], empty.ContentType.MediaSubtype, limits) is { } guessed)
        {
            defects.Add("multipart with a missing or wrong boundary: it was guessed");
            message.Body = guessed;
        }

        var walk = new PartWalk(limits, defects);
        walk.Walk(message);
        var html = Join(walk.HtmlBody.Where(l => l.IsHtml), limits);
        var text = Readable(walk, html, limits, 0);
        Uuencode.Find(text.Text, walk.Attachments);
        if (Protection.DescribeText(text.Text) is { } protection)
        {
            defects.Add(protection);
        }

        return new Bodies(text.Text, html, walk.Attachments, walk.Parts, text.Marks);
    }

    /// <summary>The bodies, else the HTML, else what stands in for a body: winmail.dat, a calendar entry, the one enclosed message.</summary>
    private static RenderedText Readable(PartWalk walk, string? html, ReadingLimits limits, int depth)
    {
        var plain = ReadableText.Join(walk.TextBody, limits);
        if (!string.IsNullOrWhiteSpace(plain.Text))
        {
            return plain;
        }

        if (html is not null && HtmlText.Render(html) is { Text.Length: > 0 } rendered)
        {
            return rendered;
        }

        if (walk.Tnef is { Text.Length: > 0 } tnef)
        {
            return tnef;
        }

        if (walk.Spare is { Length: > 0 } spare)
        {
            return new RenderedText(ReadableText.Tidy(spare), null);
        }

        if (walk.EnclosedMessage is { } enclosed && depth < 3)
        {
            var inner = new PartWalk(limits, []);
            inner.Walk(enclosed);
            return Readable(inner, Join(inner.HtmlBody.Where(l => l.IsHtml), limits), limits, depth + 1);
        }

        return plain;
    }

    /// <summary>Reads bytes that are a text body and nothing else.</summary>
    internal static InboundMail Read(ReadOnlyMemory<byte> textBody, ReadingOptions options)
    {
        var defects = new List<string>();
        var bytes = textBody.Span;
        if (bytes.Length > options.Limits.MaxRawBytes)
        {
            bytes = bytes[..(int)options.Limits.MaxRawBytes];
            defects.Add($"larger than {options.Limits.MaxRawBytes} bytes: cut");
        }

        var text = ReadableText.Tidy(ReadableText.Cut(TextDecoding.Decode(bytes, null), options.Limits, defects));
        var newText = NewTextFinder.Find(text).Text;
        var language = LanguageGuesser.Guess(newText.Length > 0 ? newText : text);
        return new InboundMail
        {
            Raw = textBody,
            Text = text,
            NewText = newText,
            Defects = defects,
            Language = language.Code,
            LanguageConfidence = language.Confidence,
            OurTokens = ConversationKeys.OurTokens(options.Ours, [], [], text),
        };
    }

    private static string? Join(IEnumerable<TextLeaf> leaves, ReadingLimits limits)
    {
        string? joined = null;
        foreach (var leaf in leaves)
        {
            joined = joined is null ? leaf.Content : joined.Length > limits.MaxTextChars ? joined : joined + leaf.Content;
        }

        return joined;
    }
}
