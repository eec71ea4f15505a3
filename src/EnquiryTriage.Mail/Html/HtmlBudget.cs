namespace EnquiryTriage.Mail.Html;

/// <summary>Tells HTML that a tree builder can take from HTML made to hurt one.</summary>
internal static class HtmlBudget
{
    /// <summary>Deepest nesting given to the tree builder: its work for a tag grows with the elements that are open.</summary>
    internal const int MaxDepth = 400;

    /// <summary>Most tags given to the tree builder.</summary>
    internal const int MaxTags = 30_000;

    /// <summary>Most attributes given to the tree builder in one tag: each is compared with those before it.</summary>
    internal const int MaxTagChars = 100_000;

    /// <summary>One linear look over the tags; an estimate that errs towards "hostile".</summary>
    internal static bool IsHostile(ReadOnlySpan<char> html)
    {
        var depth = 0;
        var tags = 0;
        while (true)
        {
            var open = html.IndexOf('<');
            if (open < 0 || open + 1 >= html.Length)
            {
                return false;
            }

            html = html[(open + 1)..];
            var closing = html[0] == '/';
            var name = closing ? html[1..] : html;
            if (name.IsEmpty || !char.IsAsciiLetter(name[0]))
            {
                continue;
            }

            var close = html.IndexOf('>');
            if (close > MaxTagChars || ++tags > MaxTags)
            {
                return true;
            }

            if (closing)
            {
                depth = Math.Max(0, depth - 1);
            }
            else if (!IsVoid(name) && !(close > 0 && html[close - 1] == '/') && ++depth > MaxDepth)
            {
                return true;
            }

            html = close < 0 ? [] : html[close..];
        }
    }

    /// <summary>Elements without an end tag, or whose end tag is as a rule left out.</summary>
    private static bool IsVoid(ReadOnlySpan<char> name)
    {
        var end = 0;
        while (end < name.Length && char.IsAsciiLetterOrDigit(name[end]))
        {
            end++;
        }

        Span<char> lower = stackalloc char[8];
        if (end > lower.Length)
        {
            return false;
        }

        name[..end].ToLowerInvariant(lower);
        return lower[..end] is "br" or "hr" or "img" or "meta" or "link" or "input" or "col" or "area" or "base" or "wbr" or "p" or "li" or "td" or "tr" or "th" or "dt" or "dd" or "option" or "param" or "source" or "embed";
    }
}
