using System.Security.Cryptography;
using MimeKit;
using MimeKit.Tnef;

namespace EnquiryTriage.Mail.Reading;

/// <summary>
/// One walk over the MIME tree: every leaf is decoded once, hashed, and given its role as RFC 8621 section 4.1.4 does it
/// (text body, HTML body, attachment).
/// </summary>
internal sealed class PartWalk(ReadingLimits limits, List<string> defects)
{
    private readonly List<MailPart> _parts = [];
    private readonly List<MailAttachment> _attachments = [];
    private bool _tooMany;

    internal List<TextLeaf> TextBody { get; } = [];

    internal List<TextLeaf> HtmlBody { get; } = [];

    internal IReadOnlyList<MailAttachment> Attachments => _attachments;

    internal IReadOnlyList<MailPart> Parts => _parts;

    internal void Walk(MimeMessage message)
    {
        if (message.Body is { } body)
        {
            Structure([body], "mixed", inAlternative: false, TextBody, HtmlBody, 0);
        }
    }

    /// <summary>RFC 8621's parseStructure. A null list means that this kind of body is not wanted here.</summary>
    private void Structure(IEnumerable<MimeEntity> entities, string multipart, bool inAlternative, List<TextLeaf>? text, List<TextLeaf>? html, int depth)
    {
        var textBefore = text?.Count ?? -1;
        var htmlBefore = html?.Count ?? -1;
        var index = 0;
        foreach (var entity in entities)
        {
            if (entity is Multipart inner)
            {
                var subtype = inner.ContentType.MediaSubtype.ToLowerInvariant();
                Structure(inner, subtype, inAlternative || subtype is "alternative", text, html, depth + 1);
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

    private void Leaf(MimeEntity entity, int index, string multipart, bool inAlternative, ref List<TextLeaf>? text, ref List<TextLeaf>? html)
    {
        var type = Type(entity);
        var media = type.StartsWith("image/", StringComparison.Ordinal) || type.StartsWith("audio/", StringComparison.Ordinal) || type.StartsWith("video/", StringComparison.Ordinal);
        var readable = type is "text/plain" or "text/html" or "text/enriched" or "text/richtext" && entity is MimePart;
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

    private long _lastBytes;

    /// <summary>Decodes and hashes; returns the text where it is asked for.</summary>
    private TextLeaf? Record(MimeEntity entity, string type, bool wanted)
    {
        _lastBytes = 0;
        switch (entity)
        {
            case MessagePart { Message: { } enclosed }:
                Enclosed(enclosed.Body);
                return null;
            case MimePart part:
                return Decode(part, type, wanted);
            default:
                return null;
        }
    }

    private TextLeaf? Decode(MimePart part, string type, bool wanted)
    {
        if (_parts.Count >= limits.MaxParts)
        {
            if (!_tooMany)
            {
                defects.Add($"more than {limits.MaxParts} parts: the rest was left out");
            }

            _tooMany = true;
            return wanted ? new TextLeaf(type, "", false, false) : null;
        }

        using var leaf = LeafDecoding.Decode(part);
        _lastBytes = leaf.Bytes.Length;
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(leaf.Bytes, digest);
        _parts.Add(new MailPart(type, leaf.Bytes.Length, Convert.ToHexStringLower(digest)));
        if (leaf.Broken)
        {
            defects.Add($"{type}: broken transfer encoding");
        }

        return wanted ? Text(part, type, leaf.Bytes) : null;
    }

    private TextLeaf Text(MimePart part, string type, ReadOnlySpan<byte> bytes)
    {
        var maxBytes = (long)limits.MaxTextChars * 4;
        if (bytes.Length > maxBytes)
        {
            bytes = bytes[..(int)maxBytes];
        }

        var text = TextDecoding.Decode(bytes, part.ContentType.Charset, out var relabelled);
        if (relabelled is not null)
        {
            defects.Add($"{type} is labelled {part.ContentType.Charset} but is in {relabelled}");
        }

        var flowed = type is "text/plain" && string.Equals(part.ContentType.Format, "flowed", StringComparison.OrdinalIgnoreCase);
        var delSp = flowed && string.Equals(part.ContentType.Parameters["delsp"], "yes", StringComparison.OrdinalIgnoreCase);
        return new TextLeaf(type, ReadableText.Cut(text, limits, defects), flowed, delSp);
    }

    /// <summary>Leaves of an enclosed message are listed as parts; its texts and attachments are not this message's.</summary>
    private void Enclosed(MimeEntity? entity)
    {
        switch (entity)
        {
            case Multipart multipart:
                foreach (var child in multipart)
                {
                    Enclosed(child);
                }

                break;
            case MessagePart { Message: { } message }:
                Enclosed(message.Body);
                break;
            case MimePart part:
                Decode(part, Type(part), wanted: false);
                break;
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
