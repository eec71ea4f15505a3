using System.Net;
using System.Text;
using EnquiryTriage.Mail.Automatic;

namespace EnquiryTriage.Mail.Delivery;

/// <summary>The words of a report, apart from the original message that follows them.</summary>
/// <param name="Lines">The report's own lines.</param>
/// <param name="Tail">What follows the marker of the original message, or "".</param>
internal sealed record ReportText(IReadOnlyList<string> Lines, string Tail)
{
    private const string MailLink = "mailto:";
    private const int MaxBytes = 128 * 1024;
    private const int MaxLines = 1_500;

    /// <summary>Gathers the text parts of the report in the message at depth <paramref name="enclosed"/>.</summary>
    public static ReportText Of(PartScan parts, string text, int enclosed = 0)
    {
        var plain = new StringBuilder();
        var html = new StringBuilder();
        foreach (var part in parts.Parts)
        {
            if (part.Enclosed > enclosed || part.Type.StartsWith("message/rfc822", StringComparison.Ordinal) && part.Enclosed == enclosed && plain.Length > 0)
            {
                break;
            }

            if (part.Enclosed != enclosed)
            {
                continue;
            }

            if (part.Type is "text/html")
            {
                html.Append(PartText.Read(part.Entity, MaxBytes)).Append('\n');
            }
            else if (part.Type is "text/plain" or "text/x-unknown" or "application/octet-stream" or "text/x-amavis" or "message/delivery-status" && part.Entity.ContentDisposition?.FileName is null)
            {
                plain.Append(PartText.Read(part.Entity, MaxBytes)).Append('\n');
            }
        }

        if (enclosed == 0)
        {
            foreach (var loose in parts.Loose)
            {
                plain.Append(loose.AsSpan(0, Math.Min(loose.Length, MaxBytes))).Append('\n');
            }
        }

        if (IsBlank(plain) && html.Length == 0 && enclosed == 0)
        {
            var preamble = parts.PreambleText;
            plain.Append(preamble[..Math.Min(preamble.Length, MaxBytes)].Replace("\r", "", StringComparison.Ordinal));
        }

        var markup = IsBlank(plain) && html.Length > 0 ? html.ToString() : null;
        var split = Split(markup is not null ? Strip(markup) : IsBlank(plain) ? text : plain.ToString());
        return markup is null ? split : split with { Links = MailLinks(markup) };
    }

    /// <summary>Addresses that links of an HTML report point to: a name may stand where the address should.</summary>
    public IReadOnlyList<string> Links { get; private init; } = [];

    private static List<string> MailLinks(string html)
    {
        var links = new List<string>();
        for (var at = html.IndexOf(MailLink, StringComparison.OrdinalIgnoreCase); at >= 0 && links.Count < 20; at = html.IndexOf(MailLink, at + MailLink.Length, StringComparison.OrdinalIgnoreCase))
        {
            var target = html.AsSpan(at + MailLink.Length, Math.Min(300, html.Length - at - MailLink.Length));
            var end = target.IndexOfAny('"', '\'', '?');
            if (AddressScanner.First(end < 0 ? target : target[..end]) is { } address)
            {
                links.Add(address);
            }
        }

        return links;
    }

    /// <summary>Splits at the marker of the original message, or at a header that begins without one.</summary>
    public static ReportText Split(string words)
    {
        var lines = new List<string>();
        var from = 0;
        while (from < words.Length && lines.Count < MaxLines)
        {
            var end = words.IndexOf('\n', from);
            end = end < 0 ? words.Length : end;
            var line = words[from..end];
            if (lines.Count > 0 && (StartsHeader(line) || (IsMarker(line) && HeaderFollows(words, end))))
            {
                return new ReportText(lines, words[(StartsHeader(line) ? from : Math.Min(end + 1, words.Length))..]);
            }

            lines.Add(line.Length > 2_000 ? line[..2_000] : line);
            from = end + 1;
        }

        return new ReportText(lines, "");
    }

    private static bool IsMarker(string line) =>
        line.Length is > 5 and < 200
        && !line.Contains('@', StringComparison.Ordinal)
        && BounceWords.OriginalMarkers.FirstIn(line) is not null;

    // A sentence may hold a marker's words ("a transcript of the original message follows"): then no header field follows it.
    private static bool HeaderFollows(string words, int from)
    {
        var rest = words.AsSpan(from, Math.Min(words.Length - from, 2_000)).TrimStart("\r\n \t>-=*_");
        var end = rest.IndexOf('\n');
        var line = end < 0 ? rest : rest[..end];
        var colon = line.IndexOf(':');
        return rest.IsEmpty || (colon is > 0 and < 60 && !line[..colon].Trim().Contains(' '));
    }

    // Received and Return-Path never stand in the words of a report at the margin, with an address or a host after the colon.
    private static bool StartsHeader(string line) =>
        line.StartsWith("Received:", StringComparison.OrdinalIgnoreCase) && line.Contains(" by ", StringComparison.OrdinalIgnoreCase)
        || line.StartsWith("Received: from ", StringComparison.OrdinalIgnoreCase)
        || line.StartsWith("Received:from ", StringComparison.OrdinalIgnoreCase)
        || line.StartsWith("Return-Path: <", StringComparison.OrdinalIgnoreCase)
        || line.StartsWith("DKIM-Signature: ", StringComparison.OrdinalIgnoreCase);

    private static bool IsBlank(StringBuilder text)
    {
        foreach (var chunk in text.GetChunks())
        {
            if (!chunk.Span.IsWhiteSpace())
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>HTML as lines of text: enough to find words and addresses in it.</summary>
    private static string Strip(string html)
    {
        var text = new StringBuilder(html.Length);
        var i = 0;
        while (i < html.Length)
        {
            if (html[i] != '<')
            {
                text.Append(html[i++]);
                continue;
            }

            var close = html.IndexOf('>', i);
            if (close < 0)
            {
                break;
            }

            var tag = html.AsSpan(i + 1, close - i - 1);
            if (tag.StartsWith("style", StringComparison.OrdinalIgnoreCase) || tag.StartsWith("script", StringComparison.OrdinalIgnoreCase))
            {
                var end = html.IndexOf("</" + tag[..5].ToString(), close, StringComparison.OrdinalIgnoreCase);
                close = end < 0 ? close : end - 1;
            }
            else if (tag.Length > 0 && !IsInline(tag))
            {
                text.Append('\n');
            }

            i = close + 1;
        }

        return WebUtility.HtmlDecode(text.ToString());
    }

    private static bool IsInline(ReadOnlySpan<char> tag)
    {
        var name = tag.TrimStart('/');
        var end = name.IndexOfAny(' ', '/', '\n');
        name = end < 0 ? name : name[..end];
        foreach (var inline in (ReadOnlySpan<string>)["a", "b", "i", "u", "em", "strong", "span", "font", "tt", "code", "small", "wbr"])
        {
            if (name.Equals(inline, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
