namespace EnquiryTriage.Mail.Automatic;

/// <summary>Finds addresses in running text, in one pass over it: no expression that could be led to backtrack.</summary>
internal static class AddressScanner
{
    private const int MaxLocal = 128;
    private const int MaxDomain = 255;

    /// <summary>An address found, and where.</summary>
    internal readonly record struct Found(string Address, int Start, int End);

    /// <summary>The first address in <paramref name="text"/>, or null.</summary>
    public static string? First(ReadOnlySpan<char> text) => Next(text, 0) is { } found ? found.Address : null;

    /// <summary>All addresses in <paramref name="text"/>, at most <paramref name="limit"/>.</summary>
    public static List<Found> All(ReadOnlySpan<char> text, int limit = 50)
    {
        var all = new List<Found>();
        var from = 0;
        while (all.Count < limit && Next(text, from) is { } found)
        {
            all.Add(found);
            from = found.End;
        }

        return all;
    }

    private static Found? Next(ReadOnlySpan<char> text, int from)
    {
        var floor = from;
        while (from < text.Length)
        {
            var at = text[from..].IndexOf('@');
            if (at < 0)
            {
                return null;
            }

            at += from;
            var start = LocalStart(text, at, floor);
            var end = DomainEnd(text, at + 1);
            if (start < at && end > at + 1)
            {
                return new Found(text[start..end].ToString(), start, end);
            }

            from = at + 1;
            floor = from;
        }

        return null;
    }

    private static int LocalStart(ReadOnlySpan<char> text, int at, int floor)
    {
        if (at > floor && text[at - 1] == '"')
        {
            var open = text[Math.Max(floor, at - MaxLocal)..(at - 1)].LastIndexOf('"');
            return open < 0 ? at : Math.Max(floor, at - MaxLocal) + open;
        }

        var start = at;
        while (start > floor && at - start < MaxLocal && IsLocal(text[start - 1]))
        {
            start--;
        }

        // Punctuation before an address belongs to the sentence, not to the address; within angle brackets it is the address's.
        var bracketed = start > 0 && text[start - 1] == '<' && text[start] is '-' or '.' or '=' or '#' or '/' or '*';
        while (!bracketed && start < at && text[start] is '.' or '\'' or '*' or '|' or '`' or '=' or '/' or '-' or '#' or ':')
        {
            start++;
        }

        return start;
    }

    private static int DomainEnd(ReadOnlySpan<char> text, int start)
    {
        if (start < text.Length && text[start] == '[')
        {
            var close = text[start..Math.Min(text.Length, start + 64)].IndexOf(']');
            return close < 0 ? start : start + close + 1;
        }

        var end = start;
        while (end < text.Length && end - start < MaxDomain && IsDomain(text[end]))
        {
            end++;
        }

        while (end > start && text[end - 1] is '.' or '-' or '_')
        {
            end--;
        }

        return end;
    }

    private static bool IsLocal(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '+' or '-' or '=' or '&' or '\'' or '*' or '!' or '#' or '$' or '%' or '/' or '?' or '^' or '`' or '{' or '|' or '}' or '~'
        || (c >= 0x00C0 && char.IsLetterOrDigit(c) && c < 0x0250);

    private static bool IsDomain(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' || (c >= 0x00C0 && char.IsLetterOrDigit(c) && c < 0x0250);
}
