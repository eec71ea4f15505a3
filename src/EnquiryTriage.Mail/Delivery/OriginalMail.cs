using EnquiryTriage.Mail.Automatic;
using MimeKit;

namespace EnquiryTriage.Mail.Delivery;

/// <summary>What a report lets us know of the mail it reports on.</summary>
/// <param name="MessageId">Its Message-ID without angle brackets, or null.</param>
/// <param name="Recipients">Its To and Cc, and whom Received lines name, in order.</param>
/// <param name="Written">Whom it was written to: Recipients without those that only Received lines name.</param>
internal sealed record OriginalMail(string? MessageId, IReadOnlyList<string> Recipients, IReadOnlyList<string> Written)
{
    private const int MaxBytes = 64 * 1024;

    /// <summary>Looks into the enclosed message or its header, then into the text after the report's words.</summary>
    /// <param name="parts">The report's parts.</param>
    /// <param name="enclosed">How deep the report itself is enclosed.</param>
    /// <param name="tail">The text after the marker.</param>
    public static OriginalMail Find(PartScan parts, int enclosed, string tail)
    {
        string? id = null;
        var recipients = new List<string>();
        var written = new List<string>();
        foreach (var part in parts.Parts)
        {
            if (part.Enclosed != enclosed)
            {
                continue;
            }

            var fields = Fields(part.Entity, part.Type);
            id ??= Collect(fields, recipients, written);
        }

        if (tail.Length > 0)
        {
            id ??= Collect(HeaderLines(tail), recipients, written);
        }

        return new OriginalMail(id, recipients, written);
    }

    private static IEnumerable<(string Name, string Value)> Fields(MimeEntity entity, string type)
    {
        if (entity is MessagePart { Message: { } message })
        {
            return Headers(message.Headers);
        }

        if (type is "text/rfc822-headers" or "text/rfc822" or "message/rfc822" or "message/global" or "message/global-headers" or "message/rfc822-headers" or "message/partial" or "text/rfc822-header"
            || entity.ContentDisposition?.FileName is { } name && name.Contains("header", StringComparison.OrdinalIgnoreCase))
        {
            return HeaderLines(PartText.Read(entity, MaxBytes));
        }

        // QUIRK: some systems put the original's header where the part's own header belongs (RFC 2046 section 5.1: parts have MIME fields only).
        return entity.Headers.Contains("Received") || entity.Headers.Contains("Message-Id") ? Headers(entity.Headers) : [];
    }

    private static IEnumerable<(string Name, string Value)> Headers(HeaderList headers)
    {
        foreach (var header in headers)
        {
            yield return (header.Field, HeaderFacts.Ascii(header.RawValue));
        }
    }

    private static IEnumerable<(string Name, string Value)> HeaderLines(string text)
    {
        string? name = null;
        var value = "";
        var seen = 0;
        foreach (var line in text.AsSpan(0, Math.Min(text.Length, MaxBytes)).ToString().Split('\n'))
        {
            if (name is not null && line.Length > 0 && line[0] is ' ' or '\t' && value.Length < 4_000)
            {
                value += " " + line.Trim();
                continue;
            }

            if (name is not null)
            {
                yield return (name, value);
                name = null;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon is > 0 and < 60 && !line.AsSpan(0, colon).Contains(' '))
            {
                (name, value) = (line[..colon], line[(colon + 1)..].Trim());
                seen++;
            }
            else if (string.IsNullOrWhiteSpace(line) && seen > 3)
            {
                break;
            }
        }

        if (name is not null)
        {
            yield return (name, value);
        }
    }

    private static string? Collect(IEnumerable<(string Name, string Value)> fields, List<string> recipients, List<string> written)
    {
        string? id = null;
        foreach (var (name, value) in fields)
        {
            if (id is null && name.Equals("Message-ID", StringComparison.OrdinalIgnoreCase))
            {
                id = BareId(value);
            }
            else if (Names(name, "To", "Cc", "X-Envelope-To", "Envelope-To", "X-Original-To", "X-Rcpt-To", "X-Receiver"))
            {
                Add(recipients, value);
                Add(written, value);
            }
            else if (name.Equals("Received", StringComparison.OrdinalIgnoreCase)
                && value.IndexOf(" for ", StringComparison.OrdinalIgnoreCase) is > 0 and var at)
            {
                Add(recipients, value[at..], 1);
            }
        }

        return id;
    }

    /// <summary>A Message-ID without brackets and comment, or null for none.</summary>
    public static string? BareId(string value)
    {
        var open = value.IndexOf('<', StringComparison.Ordinal);
        var close = open < 0 ? -1 : value.IndexOf('>', open);
        var id = (close > open ? value[(open + 1)..close] : value).Trim();
        return id.Length is 0 or > 998 || id.Contains(' ', StringComparison.Ordinal) ? null : id;
    }

    private static void Add(List<string> recipients, string value, int limit = 50)
    {
        foreach (var found in AddressScanner.All(value, limit))
        {
            if (recipients.Count < 100 && !recipients.Contains(found.Address, StringComparer.OrdinalIgnoreCase))
            {
                recipients.Add(found.Address);
            }
        }
    }

    private static bool Names(string name, params ReadOnlySpan<string> names)
    {
        foreach (var expected in names)
        {
            if (name.Equals(expected, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
