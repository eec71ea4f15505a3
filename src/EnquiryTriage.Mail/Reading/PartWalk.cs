using EnquiryTriage.Mail.Html;
using MimeKit;

namespace EnquiryTriage.Mail.Reading;

/// <summary>
/// One walk over the MIME tree: every leaf is decoded once, hashed, and given its role as RFC 8621 section 4.1.4 does it
/// (text body, HTML body, attachment).
/// </summary>
internal sealed partial class PartWalk(ReadingLimits limits, List<string> defects)
{
    private readonly List<MailPart> _parts = [];
    private readonly List<MailAttachment> _attachments = [];
    private bool _tooMany;
    private long _lastBytes;
    private long _decodedBytes;
    private string? _boundary;

    internal List<TextLeaf> TextBody { get; } = [];

    internal List<TextLeaf> HtmlBody { get; } = [];

    internal List<MailAttachment> Attachments => _attachments;

    /// <summary>Readable content of a part that is no body, for mails without one.</summary>
    internal string? Spare { get; private set; }

    /// <summary>The body inside a winmail.dat.</summary>
    internal RenderedText? Tnef { get; private set; }

    /// <summary>The first enclosed message, for mails that hold nothing else.</summary>
    internal MimeMessage? EnclosedMessage { get; private set; }

    internal IReadOnlyList<MailPart> Parts => _parts;

    internal void Walk(MimeMessage message)
    {
        if (message.Body is { } body)
        {
            Structure([body], "mixed", inAlternative: false, TextBody, HtmlBody);
        }
    }

    /// <summary>RFC 8621's parseStructure. A null list means that this kind of body is not wanted here.</summary>
    private void Structure(IEnumerable<MimeEntity> entities, string multipart, bool inAlternative, List<TextLeaf>? text, List<TextLeaf>? html)
    {
        var textBefore = text?.Count ?? -1;
        var htmlBefore = html?.Count ?? -1;
        var index = 0;
        foreach (var entity in entities)
        {
            if (entity is Multipart { Count: 0 } empty)
            {
                Loose(empty, text, html);
            }
            else if (entity is Multipart inner)
            {
                var subtype = inner.ContentType.MediaSubtype.ToLowerInvariant();
                var outer = _boundary;
                _boundary = inner.Boundary;
                Structure(inner, subtype, inAlternative || subtype is "alternative", text, html);
                _boundary = outer;
            }
            else
            {
                Leaf(entity, index, multipart, inAlternative, ref text, ref html);
            }

            index++;
        }

        if (multipart is "alternative" && text is not null && html is not null)
        {
            // Only one of the two kinds was there: it serves as the other as well.
            if (textBefore == text.Count && htmlBefore != html.Count)
            {
                text.AddRange(html.Skip(htmlBefore));
            }
            else if (htmlBefore == html.Count && textBefore != text.Count)
            {
                html.AddRange(text.Skip(textBefore));
            }
        }
    }

    /// <summary>No part was found: what stands where the preamble would be is all the text there is.</summary>
    private void Loose(Multipart empty, List<TextLeaf>? text, List<TextLeaf>? html)
    {
        var preamble = empty.Preamble;
        if (string.IsNullOrWhiteSpace(preamble))
        {
            return;
        }

        defects.Add($"{Type(empty)} without any part: its content is read as text");
        var leaf = new TextLeaf("text/plain", ReadableText.Cut(preamble, limits, defects), false, false);
        text?.Add(leaf);
        html?.Add(leaf);
    }

    private void Leaf(MimeEntity entity, int index, string multipart, bool inAlternative, ref List<TextLeaf>? text, ref List<TextLeaf>? html)
    {
        var type = Type(entity);
        var media = type.StartsWith("image/", StringComparison.Ordinal) || type.StartsWith("audio/", StringComparison.Ordinal) || type.StartsWith("video/", StringComparison.Ordinal);
        var readable = type is "text/plain" or "text/html" && entity is MimePart;
        var inline = (readable || media)
            && !string.Equals(entity.ContentDisposition?.Disposition, "attachment", StringComparison.OrdinalIgnoreCase)
            && (index == 0 || (multipart is not "related" && (media || Name(entity) is null)));
        var leaf = Record(entity, type, readable && inline);
        if (!inline)
        {
            Attach(entity, type);
            return;
        }

        if (multipart is "alternative")
        {
            (type is "text/html" ? html : media ? null : text)?.Add(leaf!);
            if (media)
            {
                Attach(entity, type);
            }

            return;
        }

        if (inAlternative && type is "text/plain")
        {
            html = null;
        }

        if (inAlternative && type is "text/html")
        {
            text = null;
        }

        if (leaf is not null)
        {
            text?.Add(leaf);
            html?.Add(leaf);
        }
        else if (media)
        {
            Attach(entity, type);
        }
    }

    /// <summary>Decodes and hashes; returns the text where it is asked for.</summary>
    private TextLeaf? Record(MimeEntity entity, string type, bool wanted)
    {
        _lastBytes = 0;
        switch (entity)
        {
            case MessagePart { Message: { } enclosed }:
                EnclosedMessage ??= enclosed;
                Enclosed(enclosed.Body, 1);
                return null;
            case MimePart part:
                return Decode(part, type, wanted, 0);
            default:
                return null;
        }
    }

    private void Attach(MimeEntity entity, string type)
    {
        if (!_tooMany)
        {
            _attachments.Add(new MailAttachment(Name(entity), type, _lastBytes));
        }
    }

    private static string? Name(MimeEntity entity)
    {
        var name = entity.ContentDisposition?.FileName ?? entity.ContentType.Name;
        return string.IsNullOrWhiteSpace(name) ? null : HeaderText.Collapse(name);
    }

    private static string Type(MimeEntity entity) => entity.ContentType.MimeType.ToLowerInvariant();
}
