namespace EnquiryTriage.Mail.NewText;

/// <summary>What mail programs and habits put below the words: delimiters, dashed names, the footers of lists.</summary>
internal static class Signatures
{
    /// <summary>Most lines that a signature below a mere rule may have.</summary>
    private const int MaxBelowRule = 6;

    /// <summary>The delimiter of RFC 3676 section 4.3, also without its space.</summary>
    internal static bool IsDelimiter(ReadOnlySpan<char> line) => line.Trim() is "--" or "- --" or "\u2014\u2014" or "\u2013\u2013";

    /// <summary>A line of dashes or underscores, or a long dash alone, which parts a signature from the words, or one part of the words from the next.</summary>
    internal static bool IsWeakDelimiter(ReadOnlySpan<char> line)
    {
        line = line.Trim();
        return line is "\u2014" or "\u2013" or "__" || (line.Length >= 3 && line[0] is '-' or '_' or '=' or '*' or '—' or '–' && Separators.IsRule(line));
    }

    /// <summary>Whether the lines below a mere rule are a signature or a list's footer: few, short, nothing told or asked, and an address or a name among them.</summary>
    /// <param name="lines">The text.</param>
    /// <param name="start">First line below the rule.</param>
    /// <param name="end">One past the last.</param>
    /// <param name="struck">Lines that have been found to be no text of the sender's.</param>
    internal static bool IsBlockBelow(TextLines lines, int start, int end, ReadOnlySpan<bool> struck)
    {
        var filled = 0;
        var address = false;
        var name = false;
        var alone = lines.Trimmed(start - 1).Length == 1;
        for (var i = start; i < end; i++)
        {
            var line = lines.Trimmed(i);
            if (line.IsEmpty || struck[i] || lines.IsQuote(i))
            {
                continue;
            }

            var contact = line.Contains('@') || line.Contains("://", StringComparison.Ordinal) || line.Contains("www.", StringComparison.OrdinalIgnoreCase) || IsPhone(line);
            if (++filled > MaxBelowRule || line.Length > 120 || (!contact && TellsOrAsks(line)))
            {
                return false;
            }

            // Below a single long dash stands the footer of a notification, or the sender's own flourish.
            address |= contact && (!alone || line.Contains("://", StringComparison.Ordinal));
            name |= filled == 1 && Closings.IsName(line);
        }

        return filled > 0 && (address || (name && filled <= 3 && !alone));
    }

    private static bool TellsOrAsks(ReadOnlySpan<char> line) =>
        line[^1] is '.' or '?' or '!' || Separators.IsRule(line) || Closings.IsClosing(line, out _) || (char.IsLower(line[0]) && line.Count(' ') > 3);

    private static bool IsPhone(ReadOnlySpan<char> line)
    {
        var digits = 0;
        var letters = 0;
        foreach (var c in line)
        {
            digits += char.IsAsciiDigit(c) ? 1 : 0;
            letters += char.IsLetter(c) ? 1 : 0;
        }

        return digits is >= 7 and <= 26 && letters <= 12;
    }

    /// <summary>"-Ann Jones" as the last line.</summary>
    internal static bool IsDashedName(ReadOnlySpan<char> line)
    {
        line = line.Trim();
        if (line.Length is < 3 or > 40 || line[0] is not ('-' or '–' or '—'))
        {
            return false;
        }

        var name = line[1..].TrimStart();
        if (name.Length != line.Length - 1 || name.IsEmpty || !char.IsUpper(name[0]))
        {
            return false;
        }

        foreach (var c in name)
        {
            if (!char.IsLetter(c) && c is not (' ' or '.' or '\'' or '-' or '’'))
            {
                return false;
            }
        }

        return name.Count(' ') <= 3 && name[^1] != '.';
    }

    /// <summary>"P.S." and its like: the sender's own words, even below the name.</summary>
    internal static bool IsPostscript(ReadOnlySpan<char> line)
    {
        foreach (var start in s_postscripts)
        {
            if (line.Length > start.Length + 3 && line.StartsWith(start, StringComparison.Ordinal) && (line[start.Length] is ' ' or ':' or '.' or '-' or ',' or '：'))
            {
                return true;
            }
        }

        return false;
    }

    private static readonly string[] s_postscripts =
        ["P.S", "PS", "P.P.S", "PPS", "p.s", "P. S", "O.N", "O.Y", "ON.", "N.B", "NB", "P.D", "PD:", "P.-S", "З.Ы", "P.S.:", "附言", "追伸", "ОN", "Ps", "ps:"];
}
