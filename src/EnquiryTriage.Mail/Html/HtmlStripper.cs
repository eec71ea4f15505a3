using System.Net;
using System.Text;

namespace EnquiryTriage.Mail.Html;

/// <summary>Text out of HTML that is too much for a tree builder: tags are dropped in one linear pass.</summary>
internal static class HtmlStripper
{
    /// <summary>The text between the tags; block tags end a line, script and style content is left out.</summary>
    internal static string ToText(ReadOnlySpan<char> html)
    {
        var text = new StringBuilder(Math.Min(html.Length, 1 << 20));
        while (!html.IsEmpty)
        {
            var open = html.IndexOf('<');
            text.Append(open < 0 ? html : html[..open]);
            if (open < 0)
            {
                break;
            }

            html = html[open..];
            html = SkipTag(html, text);
        }

        return WebUtility.HtmlDecode(text.ToString()).Trim();
    }

    private static ReadOnlySpan<char> SkipTag(ReadOnlySpan<char> html, StringBuilder text)
    {
        if (html.StartsWith("<!--", StringComparison.Ordinal))
        {
            var end = html.IndexOf("-->", StringComparison.Ordinal);
            return end < 0 ? [] : html[(end + 3)..];
        }

        var name = html[1..].TrimStart('/');
        if (name.IsEmpty || !(char.IsAsciiLetter(name[0]) || name[0] is '!' or '?'))
        {
            text.Append('<');
            return html[1..];
        }

        var close = html.IndexOf('>');
        if (close < 0)
        {
            return [];
        }

        var rest = html[(close + 1)..];
        if (Starts(name, "script") || Starts(name, "style"))
        {
            var end = rest.IndexOf(Starts(name, "script") ? "</script" : "</style", StringComparison.OrdinalIgnoreCase);
            return html[1] == '/' ? rest : end < 0 ? [] : rest[end..];
        }

        if (Starts(name, "br") || Starts(name, "p") || Starts(name, "div") || Starts(name, "tr") || Starts(name, "li") || Starts(name, "h") || Starts(name, "blockquote"))
        {
            text.Append('\n');
        }

        return rest;
    }

    private static bool Starts(ReadOnlySpan<char> name, string tag) =>
        name.StartsWith(tag, StringComparison.OrdinalIgnoreCase) && (name.Length == tag.Length || !char.IsAsciiLetter(name[tag.Length]));
}
