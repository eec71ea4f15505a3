using System.Security.Cryptography;
using EnquiryTriage.Mail.Html;
using MimeKit;

namespace EnquiryTriage.Mail.Reading;

/// <content>The leaves: decoding, hashing, text.</content>
internal sealed partial class PartWalk
{
    private TextLeaf? Decode(MimePart part, string type, bool wanted, int depth)
    {
        if (_tooMany || _parts.Count >= limits.MaxParts)
        {
            if (!_tooMany)
            {
                defects.Add($"more than {limits.MaxParts} parts: the rest was left out");
            }

            _tooMany = true;
            return wanted ? new TextLeaf(type, "", false, false) : null;
        }

        if (Protection.Describe(part, type) is { } protection)
        {
            defects.Add(protection);
        }

        using var leaf = LeafDecoding.Decode(part);
        _lastBytes = leaf.Bytes.Length;
        _decodedBytes += leaf.Bytes.Length;
        if (_decodedBytes > limits.MaxDecodedBytes)
        {
            defects.Add($"more than {limits.MaxDecodedBytes} bytes of decoded content: the rest was left out");
            _tooMany = true;
            return wanted ? new TextLeaf(type, "", false, false) : null;
        }

        if (leaf.Broken)
        {
            defects.Add($"{type}: broken transfer encoding");
        }

        if (type is "message/rfc822" or "message/global" && depth < limits.MaxDepth && EncodedMessage(leaf.Bytes, depth))
        {
            return null;
        }

        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(leaf.Bytes, digest);
        _parts.Add(new MailPart(type, leaf.Bytes.Length, Convert.ToHexStringLower(digest)));
        if (wanted)
        {
            return Text(part, type, leaf.Bytes);
        }

        if (depth == 0)
        {
            KeepSpare(part, type, leaf.Bytes);
        }

        return null;
    }

    /// <summary>An enclosed message in base64 or quoted-printable, which RFC 2046 forbids and some gateways write all the same.</summary>
    private bool EncodedMessage(ReadOnlySpan<byte> bytes, int depth)
    {
        try
        {
            var message = MimeParsing.Parse(new ArraySegment<byte>(bytes.ToArray()), limits, defects);
            EnclosedMessage ??= message;
            Enclosed(message.Body, depth + 1);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>What can stand in for a body where there is no other, and what hides in a winmail.dat.</summary>
    private void KeepSpare(MimePart part, string type, ReadOnlySpan<byte> bytes)
    {
        if (type is "text/enriched" or "text/richtext")
        {
            Spare ??= HtmlStripper.ToText(TextDecoding.Decode(bytes, part.ContentType.Charset));
        }
        else if (CardText.IsCard(type))
        {
            Spare ??= CardText.Render(ReadableText.Cut(TextDecoding.Decode(bytes, part.ContentType.Charset), limits, defects));
        }
        else if (TnefReading.IsTnef(part, type))
        {
            Tnef ??= TnefReading.Read(bytes, _attachments, defects);
        }
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

        text = WithoutClosingBoundary(text);
        var flowed = type is "text/plain" && string.Equals(part.ContentType.Format, "flowed", StringComparison.OrdinalIgnoreCase);
        var delSp = flowed && string.Equals(part.ContentType.Parameters["delsp"], "yes", StringComparison.OrdinalIgnoreCase);
        return new TextLeaf(type, ReadableText.Cut(text, limits, defects), flowed, delSp);
    }

    // QUIRK: RFC 2046 section 5.1.1 wants the closing boundary on a line of its own; some senders forget the line end before it.
    private string WithoutClosingBoundary(string text)
    {
        var end = text.AsSpan().TrimEnd();
        if (_boundary is not { Length: > 0 } boundary || !end.EndsWith("--", StringComparison.Ordinal) || !end[..^2].EndsWith(boundary, StringComparison.Ordinal))
        {
            return text;
        }

        end = end[..^(boundary.Length + 2)];
        if (!end.EndsWith("--", StringComparison.Ordinal))
        {
            return text;
        }

        defects.Add("closing boundary without a line of its own");
        return end[..^2].ToString();
    }

    /// <summary>Leaves of an enclosed message are listed as parts; its texts and attachments are not this message's.</summary>
    private void Enclosed(MimeEntity? entity, int depth)
    {
        switch (entity)
        {
            case Multipart multipart:
                foreach (var child in multipart)
                {
                    Enclosed(child, depth + 1);
                }

                break;
            case MessagePart { Message: { } message }:
                Enclosed(message.Body, depth + 1);
                break;
            case MimePart part:
                Decode(part, Type(part), wanted: false, Math.Max(depth, 1));
                break;
        }
    }
}
