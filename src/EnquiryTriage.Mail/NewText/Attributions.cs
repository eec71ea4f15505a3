using System.Buffers;

namespace EnquiryTriage.Mail.NewText;

/// <summary>"On Monday, 5 May 2025 at 09:30, Ann wrote:" in the languages and orders of the common clients.</summary>
internal static class Attributions
{
    private const int MaxLines = 4;
    private const int MaxLine = 300;

    private static readonly SearchValues<string> s_verbs = SearchValues.Create(
        [
            "wrote", "writes", "said:", "ysgrifennodd", "ysgrifenodd", "a écrit", "écrivait", "a ecrit", "schrieb", "geschrieben", "escribió", "escribio", "ha scritto", "escreveu", "schreef", "geschreven", "napisał", "pisze", "skrev", "skreiv", "kirjoitti", "napsal", "пишет", "писал", "написал", "写道", "寫道", "写到", "撰寫",
            "のメール", "書きました", "は書", "a scris", "írta", "yazdı", "έγραψε", "작성", "님이 작성", "написав", "написала", "napísal", "je napisao", "je napisal", "ha escrit", "rašė", "rakstīja",
        ],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>First words of an attribution; a line that starts otherwise must carry a time and an address.</summary>
    private static readonly string[] s_starts =
        ["On ", "Ar ", "Le ", "Am ", "El ", "Il ", "In data ", "Il giorno ", "Em ", "A ", "Op ", "W dniu ", "Dnia ", "Den ", "På ", "Dne ", "Dňa ", "В ", "Во ", "在 ", "於 ", "于", "На ", "La ", "Pe data ", "Στις ", "Quoting ", "O "];

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
        var line = Strip(lines.Trimmed(last));
        if (line.IsEmpty || lines[last].Length > MaxLine || !EndsLikeOne(line, out var verbLast))
        {
            return -1;
        }

        Span<char> joined = stackalloc char[(MaxLine + 1) * MaxLines];
        for (var first = last; first >= Math.Max(floor, last - MaxLines + 1); first--)
        {
            if (lines.IsBlank(first) || lines[first].Length > MaxLine || (first < last && lines.IsQuote(first)))
            {
                break;
            }

            if (Proves(Join(lines, first, last, joined), verbLast, beforeQuote))
            {
                return Extend(lines, first, floor);
            }
        }

        return -1;
    }

    /// <summary>A name and address that wrapped in front of what already proved enough ("On Mon, 1 May 2025 at 10:00, Ann" / "&lt;ann@…&gt; wrote:").</summary>
    private static int Extend(TextLines lines, int first, int floor)
    {
        for (var up = first; up >= Math.Max(floor, first - 2) && !lines.IsBlank(up); up--)
        {
            var line = Strip(lines.Trimmed(up));
            if (HasStart(line) || (!line.IsEmpty && char.IsAsciiDigit(line[0])) || (StartsWithDay(line) && HasTime(line)))
            {
                return up;
            }

            if (up < first && lines[up][^1] is '.' or '!' or '?')
            {
                break;
            }
        }

        return first;
    }

    private static bool EndsLikeOne(ReadOnlySpan<char> line, out bool verbLast)
    {
        verbLast = false;
        var tail = line[^Math.Min(line.Length, 40)..];
        if (line[^1] is ':' or '：')
        {
            verbLast = tail.ContainsAny(s_verbs);
            return true;
        }

        verbLast = line.EndsWith("wrote", StringComparison.OrdinalIgnoreCase) || line.EndsWith("a écrit", StringComparison.OrdinalIgnoreCase) || line.EndsWith("schrieb", StringComparison.OrdinalIgnoreCase);
        return verbLast || (line[^1] is '>' && line.Contains('@'));
    }

    private static bool Proves(ReadOnlySpan<char> text, bool verbLast, bool beforeQuote)
    {
        var start = HasStart(text);
        var verb = verbLast || text.ContainsAny(s_verbs);
        var at = text.Contains('@');
        var time = HasTime(text);
        var digit = text.IndexOfAnyInRange('0', '9') >= 0;
        var colon = text[^1] is ':' or '：';
        if (!colon)
        {
            // "2025/5/5 Ann Jones <ann@example.org>" (older Gmail) only where quotes follow.
            return verbLast ? start && time && at : beforeQuote && char.IsAsciiDigit(text[0]) && at && text[..Math.Min(text.Length, 12)].ContainsAny('/', '-', '.');
        }

        // Without a verb: "2025-05-05 9:30 GMT+01:00 Ann Jones <ann@example.org>:".
        if (!verb)
        {
            return time && at && digit && text[^2] is '>' or ')' or ']' && (start || char.IsDigit(text[0]) || StartsWithDay(text));
        }

        if (start && (at || (time && digit)))
        {
            return true;
        }

        if (at && time)
        {
            return true;
        }

        if (StartsWithDay(text) && time)
        {
            return true;
        }

        // "Ann Jones <ann@example.org> wrote:" says it all.
        if (verbLast && at && text[0] != '<' && text.Contains('<') && text.Contains('>') && text.Length < 160)
        {
            return true;
        }

        // Marked quotes below are proof enough for "Ann Jones wrote:".
        return beforeQuote && (digit || (verbLast && text.Length < 120));
    }

    private static bool HasStart(ReadOnlySpan<char> text)
    {
        foreach (var start in s_starts)
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
    private static bool HasTime(ReadOnlySpan<char> text)
    {
        for (var i = 1; i + 2 < text.Length; i++)
        {
            if (text[i] is ':' or '.' or 'h' or '時' or '：' && char.IsAsciiDigit(text[i - 1]) && char.IsAsciiDigit(text[i + 1]) && char.IsAsciiDigit(text[i + 2])
                && (i + 3 >= text.Length || !char.IsAsciiDigit(text[i + 3])))
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<char> Strip(ReadOnlySpan<char> line) => line.Trim("-–—*_ \u00A0\u200E\u200F\u202A\u202C");

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
