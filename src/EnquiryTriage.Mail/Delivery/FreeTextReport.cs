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

    /// <summary>An address found, how surely, on which line; in a sentence, and under a heading of those who were reached.</summary>
    private readonly record struct Candidate(string Address, AddressPlace.Strength Strength, int Line, bool Prose, bool Reached);

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
            kept = all.FindAll(c => c.Strength <= AddressPlace.Strength.Labelled && original.Contains(c.Address, StringComparer.OrdinalIgnoreCase));
        }

        if (kept.Count == 0)
        {
            return [];
        }

        var best = kept.Min(c => c.Strength);
        var chosen = kept.Where(c => c.Strength == best).DistinctBy(c => c.Address, StringComparer.OrdinalIgnoreCase).Take(MaxRecipients).ToList();
        if (best == AddressPlace.Strength.Labelled && chosen.Exists(c => Known(c, original)))
        {
            // "Send mail to" names a helper where the one written to is named as well.
            chosen.RemoveAll(c => c.Prose && !Known(c, original));
        }
        else if (best == AddressPlace.Strength.Mentioned)
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

            if (AddressPlace.IsAfter(lines, i, AddressLabels.OtherHeadings))
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
        (AddressPlace.Strength Strength, bool Prose)? last = null;
        foreach (var found in AddressScanner.All(line, 20))
        {
            // "ann@far.example, bob@far.example": the second is what the first is.
            var continues = end >= 0 && line.AsSpan(end, found.Start - end).Trim(" \t<>\"'") is "," or ";" or ">, <" or "and" or "&";
            last = continues ? last : AddressPlace.Classify(line, found, lines, at);
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
}
