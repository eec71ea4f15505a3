using System.Buffers;
using EnquiryTriage.Mail.Automatic;

namespace EnquiryTriage.Mail.Delivery;

/// <summary>
/// Recipients of a report that is written for people. Whatever the system, the address stands alone on its line, or opens a line of
/// reasons, or follows a label or an SMTP command: the strongest of these that is found counts, the weaker ones are ignored.
/// </summary>
internal static class FreeTextReport
{
    private const int MaxDiagnostic = 1_000;
    private const int MaxRecipients = 200;

    private static readonly SearchValues<char> LabelStarts = SearchValues.Create(":><;([");
    private static readonly SearchValues<char> WordStarts = SearchValues.Create(" \t<\"'(");

    /// <summary>How surely an address is a recipient's.</summary>
    private enum Strength
    {
        Listed,
        Labelled,
        OnErrorLine,
        Mentioned,
    }

    /// <summary>An address found, how surely, on which line; in a sentence, and under a heading of those who were reached.</summary>
    private readonly record struct Candidate(string Address, Strength Strength, int Line, bool Prose, bool Reached);

    /// <summary>Recipients found, each with the words that go with it; "" where there are none.</summary>
    /// <param name="lines">The report's lines.</param>
    /// <param name="notRecipients">Addresses of the sender and of the reporting system.</param>
    /// <param name="original">Whom the original mail was written to: breaks ties, and takes in an excluded address again.</param>
    public static List<(string Address, string Said)> Recipients(IReadOnlyList<string> lines, IReadOnlySet<string> notRecipients, IReadOnlyList<string> original)
    {
        var all = Candidates(lines);
        var kept = all.FindAll(c => !notRecipients.Contains(c.Address) && !IsSystem(c.Address, original));
        if (kept.Exists(c => c.Reached) && kept.Exists(c => !c.Reached))
        {
            kept.RemoveAll(c => c.Reached);
        }

        if (kept.Count == 0)
        {
            // Somebody who wrote to himself, or to a postmaster.
            kept = all.FindAll(c => c.Strength <= Strength.Labelled && original.Contains(c.Address, StringComparer.OrdinalIgnoreCase));
        }

        if (kept.Count == 0)
        {
            return [];
        }

        var best = kept.Min(c => c.Strength);
        var chosen = kept.Where(c => c.Strength == best).DistinctBy(c => c.Address, StringComparer.OrdinalIgnoreCase).Take(MaxRecipients).ToList();
        if (best == Strength.Labelled && chosen.Exists(c => Known(c, original)))
        {
            // "Send mail to" names a helper where the one written to is named as well.
            chosen.RemoveAll(c => c.Prose && !Known(c, original));
        }
        else if (best == Strength.Mentioned)
        {
            chosen = chosen.FindAll(c => Known(c, original)) is { Count: > 0 } known ? known : chosen[..1];
        }

        return [.. chosen.Select((c, i) => (c.Address, Said(lines, c.Line, i + 1 < chosen.Count ? chosen[i + 1].Line : lines.Count)))];
    }

    private static bool Known(Candidate candidate, IReadOnlyList<string> original) => original.Contains(candidate.Address, StringComparer.OrdinalIgnoreCase);

    private static List<Candidate> Candidates(IReadOnlyList<string> lines)
    {
        var all = new List<Candidate>();
        var reached = false;
        for (var i = 0; i < lines.Count && all.Count < 2_000; i++)
        {
            var line = lines[i];
            if (!line.Contains('@', StringComparison.Ordinal))
            {
                reached = string.IsNullOrWhiteSpace(line) ? reached : IsReachedHeading(line);
                continue;
            }

            if (IsAfter(lines, i, AddressLabels.OtherHeadings))
            {
                continue;
            }

            AddOf(line, i, reached, lines, all);
        }

        return all;
    }

    private static void AddOf(string line, int at, bool reached, IReadOnlyList<string> lines, List<Candidate> all)
    {
        var end = -1;
        (Strength Strength, bool Prose)? last = null;
        foreach (var found in AddressScanner.All(line, 20))
        {
            // "ann@far.example, bob@far.example": the second is what the first is.
            var continues = end >= 0 && line.AsSpan(end, found.Start - end).Trim(" \t<>\"'") is "," or ";" or ">, <" or "and" or "&";
            last = continues ? last : Classify(line, found, lines, at);
            end = found.End;
            if (last is { } judged)
            {
                all.Add(new Candidate(found.Address, judged.Strength, at, judged.Prose, reached || IsSent(line)));
            }
        }
    }

    // Sendmail's transcript tells of those whom it reached too.
    private static bool IsSent(string line) => line.Contains("... Sent", StringComparison.Ordinal) || line.Contains("... Successfully delivered", StringComparison.Ordinal);

    private static bool IsReachedHeading(string line)
    {
        foreach (var heading in AddressLabels.Reached)
        {
            if (line.Contains(heading, StringComparison.OrdinalIgnoreCase))
            {
                return !line.Contains(" not ", StringComparison.OrdinalIgnoreCase);
            }
        }

        return false;
    }

    // "A message sent by" / an address alone / "could not be delivered": the address is the sender's.
    private static bool IsAfter(IReadOnlyList<string> lines, int at, IReadOnlyList<string> headings)
    {
        var before = Before(lines, at);
        foreach (var heading in headings)
        {
            if (before.EndsWith(heading, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static ReadOnlySpan<char> Before(IReadOnlyList<string> lines, int at)
    {
        for (var i = at - 1; i >= 0 && i >= at - 3; i--)
        {
            var before = lines[i].AsSpan().Trim();
            if (before.Length > 0)
            {
                return before;
            }
        }

        return [];
    }

    private static (Strength Strength, bool Prose)? Classify(string line, AddressScanner.Found found, IReadOnlyList<string> lines, int at)
    {
        var before = line.AsSpan(0, found.Start);
        var after = line.AsSpan(found.End);
        if (IsInside(before, after))
        {
            return null;
        }

        var lead = before.Trim(" \t*>\"'<([{-•·・|.　").ToString();
        if (Label(lead) is { } label)
        {
            if (AddressLabels.Other.Contains(label))
            {
                return null;
            }

            if (AddressLabels.Recipient.Contains(label, StringComparer.OrdinalIgnoreCase))
            {
                return (label.Length <= 4 ? Strength.OnErrorLine : Strength.Labelled, false);
            }

            if (Array.Exists(AddressLabels.RecipientWords, w => label.Contains(w, StringComparison.OrdinalIgnoreCase)) && !label.Contains("sender", StringComparison.Ordinal))
            {
                return (Strength.Labelled, true);
            }
        }

        if (lead.Length == 0 || IsOrdinal(lead))
        {
            return (Opens(after) ? Strength.Listed : Strength.OnErrorLine, false);
        }

        if (EndsWithAny(lead, "generated from", "generated by", "generated from:", "expanded from", "expanded from:") && lead.Length < 20)
        {
            // The line before names no address but a pipe or a file: then this is whom the mail was for.
            return (Before(lines, at).Contains('@') ? Strength.OnErrorLine : Strength.Listed, false);
        }

        if (EndsWithAny(lead, "mail from", "from", "contact", "sender", "admin", "administrator", "postmaster", "support at", "e-mail", "by", "sent from"))
        {
            return EndsWithAny(lead, "generated from", "generated by") ? (Strength.OnErrorLine, false) : null;
        }

        if (EndsWithAny(lead, "rcpt to", "rcpt to:", "delivered to", "deliver to", "delivered to:", "mail to", "message to", "recipient", "recipient:", "address", "user", "unknown user", "user unknown", "for", "mailbox", "account", "recipients:", "errors:", "to:", "to"))
        {
            return (EndsWithAny(lead, "for") ? Strength.OnErrorLine : Strength.Labelled, !lead.EndsWith(':') && !EndsWithAny(lead, "rcpt to"));
        }

        return (StatusCodes.Reply(line) is not null || StatusCodes.Enhanced(line) is not null ? Strength.OnErrorLine : Strength.Mentioned, true);
    }

    // What may follow an address that opens its line: nothing, a colon, a bracket, or the reason.
    private static bool Opens(ReadOnlySpan<char> after)
    {
        var rest = after.TrimStart(" \t>\"')]");
        return rest.Length == 0 || rest[0] is ':' or ',' or ';' or '[' or '(' or '<' or '-' or '.' or '{' || char.IsAsciiDigit(rest[0]) || after.Length - rest.Length >= 1;
    }

    // In a URL, in a Message-ID, or as a sender's argument.
    private static bool IsInside(ReadOnlySpan<char> before, ReadOnlySpan<char> after)
    {
        var word = before[(before.LastIndexOfAny(WordStarts) + 1)..];
        return word.Contains("://", StringComparison.Ordinal)
            || before.EndsWith("<mailto:", StringComparison.OrdinalIgnoreCase)
            || before.TrimEnd('<').EndsWith("id ", StringComparison.OrdinalIgnoreCase)
            || (after.StartsWith(">", StringComparison.Ordinal) && before.TrimEnd('<').TrimEnd().EndsWith("message-id:", StringComparison.OrdinalIgnoreCase))
            || before.TrimEnd('<').TrimEnd().EndsWith("mail from:", StringComparison.OrdinalIgnoreCase);
    }

    private static string? Label(string lead)
    {
        var colon = Math.Max(lead.LastIndexOf(':'), lead.LastIndexOf('：'));
        if (colon < 0 || colon < lead.Length - 8)
        {
            return null;
        }

        var label = lead[..colon];
        var start = label.AsSpan().LastIndexOfAny(LabelStarts);
        return label[(start + 1)..].Trim(' ', '\t', '*', '-', '>', '"').ToLowerInvariant();
    }

    private static bool IsOrdinal(string lead) => lead.Length <= 4 && lead.Trim('.', ')', '(', '#').All(char.IsAsciiDigit);

    private static bool IsSystem(string address, IReadOnlyList<string> original) =>
        AnswerPolicy.RobotName(address) is not null && !original.Contains(address, StringComparer.OrdinalIgnoreCase);

    private static string Said(IReadOnlyList<string> lines, int from, int to)
    {
        var said = new System.Text.StringBuilder();
        for (var i = from; i < Math.Min(to <= from ? lines.Count : to, from + 25) && said.Length < MaxDiagnostic; i++)
        {
            var line = lines[i].Trim();
            if (line.Length > 0)
            {
                said.Append(said.Length > 0 ? " " : "").Append(line);
            }
        }

        return said.Length > MaxDiagnostic ? said.ToString(0, MaxDiagnostic) : said.ToString();
    }

    private static bool EndsWithAny(string lead, params ReadOnlySpan<string> endings)
    {
        foreach (var ending in endings)
        {
            if (lead.EndsWith(ending, StringComparison.OrdinalIgnoreCase)
                && (lead.Length == ending.Length || !char.IsLetter(lead[lead.Length - ending.Length - 1])))
            {
                return true;
            }
        }

        return false;
    }
}
