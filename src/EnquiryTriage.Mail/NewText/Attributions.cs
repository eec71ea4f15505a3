namespace EnquiryTriage.Mail.NewText;

/// <summary>"On Monday, 5 May 2025 at 09:30, Ann wrote:" in the languages and orders of the common clients.</summary>
internal static class Attributions
{
    private const int MaxLines = 5;
    private const int MaxLine = 300;

    /// <summary>Digits that a date has, beside those of a time: "10:30" alone dates no mail.</summary>
    private const int DateDigits = 6;

    /// <summary>
    /// Looks for an attribution that ends at line <paramref name="last"/>. Only lines that end as one does cost anything.
    /// </summary>
    /// <param name="lines">The text.</param>
    /// <param name="last">Line that might be its last.</param>
    /// <param name="beforeQuote">Whether marked quotes follow, so that less proof is needed.</param>
    /// <param name="floor">First line that may belong to it.</param>
    /// <returns>The first line of the attribution, or -1.</returns>
    internal static int StartOf(TextLines lines, int last, bool beforeQuote, int floor)
    {
        if (lines.IsBlank(last) || lines[last].Length > MaxLine)
        {
            return -1;
        }

        var line = Strip(lines.Trimmed(last));
        var framed = lines[last].StartsWith("---", StringComparison.Ordinal) && lines[last].EndsWith("---", StringComparison.Ordinal);
        if (line.IsEmpty || !EndsLikeOne(line, framed, out var verbLast))
        {
            return -1;
        }

        Span<char> joined = stackalloc char[(MaxLine + 1) * MaxLines];
        for (var first = last; first >= Math.Max(floor, last - MaxLines + 1); first--)
        {
            if (lines.IsBlank(first) && first < last && lines.Trimmed(first + 1) is ['<', ..])
            {
                // Polymail leaves a line free between the date and "<".
                continue;
            }

            if (lines.IsBlank(first) || lines[first].Length > MaxLine || (first < last && (lines.IsQuote(first) || EndsSentence(lines[first]))))
            {
                break;
            }

            if (Proves(Join(lines, first, last, joined), verbLast, beforeQuote, framed))
            {
                return Extend(lines, first, floor);
            }
        }

        return -1;
    }

    /// <summary>"On 5 May 2025, at 09:30, Ann Jones &lt;ann@example.org&gt; wrote:" or its last line, by itself.</summary>
    internal static bool IsLastLineOfOne(ReadOnlySpan<char> line) =>
        line.Length is > 5 and < MaxLine && line[^1] is ':' or '：' && line[^Math.Min(line.Length, 40)..].ContainsAny(AttributionWords.Verbs) && (line.Contains('@') || (HasTime(line) && Digits(line) >= DateDigits));

    /// <summary>A name and address that wrapped in front of what already proved enough ("On Mon, 1 May 2025 at 10:00, Ann" / "&lt;ann@…&gt; wrote:").</summary>
    private static int Extend(TextLines lines, int first, int floor)
    {
        var bracket = false;
        for (var up = first; up >= Math.Max(floor, first - (bracket ? 4 : 2)); up--)
        {
            if (lines.IsBlank(up))
            {
                if (!bracket)
                {
                    break;
                }

                continue;
            }

            bracket = lines.Trimmed(up) is "<";

            var line = Strip(lines.Trimmed(up));
            if (HasStart(line) || (!line.IsEmpty && char.IsAsciiDigit(line[0]) && line.Contains(' ')) || (StartsWithDay(line) && HasTime(line)))
            {
                return up;
            }

            if (up < first && EndsSentence(lines[up]))
            {
                break;
            }
        }

        return first;
    }

    /// <summary>A full stop, but not that of "a.m.".</summary>
    private static bool EndsSentence(ReadOnlySpan<char> line) => line[^1] is '!' or '?' || (line[^1] is '.' && !line.EndsWith("m.", StringComparison.OrdinalIgnoreCase));

    private static bool EndsLikeOne(ReadOnlySpan<char> line, bool framed, out bool verbLast)
    {
        verbLast = false;
        var tail = line[^Math.Min(line.Length, 40)..];
        if (line[^1] is ':' or '：')
        {
            verbLast = tail.ContainsAny(AttributionWords.Verbs);
            return true;
        }

        if (framed)
        {
            // "---- On Mon, 05 May 2025 09:30:12 +0100 Ann <ann@example.org> wrote ----" (Zoho), in any language.
            verbLast = HasTime(line) ? line.Contains('@') || tail.ContainsAny(AttributionWords.Verbs) : IsNamed(line);
            return verbLast;
        }

        verbLast = line.EndsWith("wrote", StringComparison.OrdinalIgnoreCase) || line.EndsWith("a écrit", StringComparison.OrdinalIgnoreCase) || line.EndsWith("schrieb", StringComparison.OrdinalIgnoreCase);
        return verbLast || (line[^1] is '>' && line.Contains('@'));
    }

    /// <summary>"Ann Jones wrote", and not "What he wrote".</summary>
    private static bool IsNamed(ReadOnlySpan<char> line) =>
        line.EndsWith(" wrote", StringComparison.Ordinal) && !line.StartsWith("W", StringComparison.Ordinal) && !line.StartsWith("How", StringComparison.Ordinal) && Closings.IsName(line[..^6]);

    private static bool Proves(ReadOnlySpan<char> text, bool verbLast, bool beforeQuote, bool framed)
    {
        if (text.IsEmpty)
        {
            return false;
        }

        var start = HasStart(text);
        var at = text.Contains('@');
        var time = HasTime(text);
        if (text[^1] is not (':' or '：'))
        {
            // "2025/5/5 Ann Jones <ann@example.org>" (older Gmail) only where quotes follow.
            return verbLast ? framed || (start && time && at) : beforeQuote && char.IsAsciiDigit(text[0]) && at && text[..Math.Min(text.Length, 12)].ContainsAny('/', '-', '.');
        }

        if (!verbLast && !text.ContainsAny(AttributionWords.Verbs))
        {
            return ProvesWithoutVerb(text, start, at, time);
        }

        var digits = Digits(text);
        if (!beforeQuote && ((!at && text.ContainsAny(AttributionWords.Persons)) || text.EndsWith(" to me:", StringComparison.OrdinalIgnoreCase) || text.EndsWith(" to us:", StringComparison.OrdinalIgnoreCase)))
        {
            return false;
        }

        if ((start && (at || (time && digits >= DateDigits))) || (at && time) || (StartsWithDay(text) && time && digits >= DateDigits))
        {
            return true;
        }

        // "Ann Jones wrote on 5/5/2025 9:30 AM:".
        if (time && digits >= DateDigits && text.Length < 160 && HasTime(text[^Math.Min(text.Length, 14)..]))
        {
            return true;
        }

        // "Ann Jones <ann@example.org> wrote:" says it all.
        if (verbLast && at && text[0] != '<' && text.Contains('<') && text.Contains('>') && text.Length < 160)
        {
            return true;
        }

        // Marked quotes below are proof enough for "Ann Jones wrote:".
        return beforeQuote && (digits > 0 || (verbLast && text.Length < 120));
    }

    /// <summary>"2025-05-05 9:30 GMT+01:00 Ann Jones &lt;ann@example.org&gt;:", "5 May 2025, 09:30 by ann@example.org:", "Quoting Ann &lt;ann@example.org&gt;:".</summary>
    private static bool ProvesWithoutVerb(ReadOnlySpan<char> text, bool start, bool at, bool time)
    {
        if (at && StartsWithAny(text, AttributionWords.Quoting))
        {
            return true;
        }

        if (!time || !(start || char.IsDigit(text[0]) || StartsWithDay(text)))
        {
            return false;
        }

        var end = text[..^1].TrimEnd(" \u200E\u200F\u202A\u202C");
        var zone = char.IsDigit(text[0]) && text.Contains("GMT", StringComparison.Ordinal);
        return zone || (at && !end.IsEmpty && (end[^1] is '>' or ')' or ']' || (Digits(text) >= DateDigits && end[(end.LastIndexOf(' ') + 1)..].Contains('@'))));
    }

    private static int Digits(ReadOnlySpan<char> text)
    {
        var digits = 0;
        foreach (var c in text)
        {
            digits += char.IsAsciiDigit(c) ? 1 : 0;
        }

        return digits;
    }

    private static bool HasStart(ReadOnlySpan<char> text) => StartsWithAny(text, AttributionWords.Starts);

    private static bool StartsWithAny(ReadOnlySpan<char> text, string[] starts)
    {
        foreach (var start in starts)
        {
            if (text.StartsWith(start, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>"ср, 30 апр.", "tir. 18. apr.", "Wednesday, 17 November": a short word, then a digit near by.</summary>
    private static bool StartsWithDay(ReadOnlySpan<char> text)
    {
        var digit = text.IndexOfAnyInRange('0', '9');
        if (digit is < 0 or > 24)
        {
            return false;
        }

        return text[..digit].Count(' ') <= 3;
    }

    /// <summary>hh:mm, hh.mm or 18h30.</summary>
    internal static bool HasTime(ReadOnlySpan<char> text)
    {
        for (var i = 1; i + 2 < text.Length; i++)
        {
            if (text[i] is ':' or '.' or 'h' or '時' or '：' or '∶' && char.IsAsciiDigit(text[i - 1]) && char.IsAsciiDigit(text[i + 1]) && char.IsAsciiDigit(text[i + 2])
                && (i + 3 >= text.Length || !char.IsAsciiDigit(text[i + 3])))
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<char> Strip(ReadOnlySpan<char> line) => line.Trim("-‐–—*_ \u00A0\u200E\u200F\u202A\u202B\u202C");

    private static ReadOnlySpan<char> Join(TextLines lines, int first, int last, Span<char> buffer)
    {
        var length = 0;
        for (var i = first; i <= last; i++)
        {
            var line = Strip(lines.Trimmed(i));
            if (length > 0)
            {
                buffer[length++] = ' ';
            }

            line.CopyTo(buffer[length..]);
            length += line.Length;
        }

        return buffer[..length];
    }
}
