namespace EnquiryTriage.Core.Reporting;

/// <summary>What happened to one enquiry, as a report needs it. All times in UTC, from the events.</summary>
/// <param name="Topic">Primary topic, or null where a person has to decide.</param>
/// <param name="Team">The team that has it.</param>
/// <param name="Kind">Kind from the closed list.</param>
/// <param name="Received">INTERNALDATE of the mail that opened it.</param>
/// <param name="Acknowledged">When the relay accepted the first acknowledgement, or null.</param>
/// <param name="FirstAnswer">When a person first answered by any route, or null. Acknowledgements do not count.</param>
/// <param name="NeedsAnswer">False where nobody is expected to answer.</param>
public sealed record EnquiryFacts(
    string? Topic,
    string Team,
    string Kind,
    DateTimeOffset Received,
    DateTimeOffset? Acknowledged,
    DateTimeOffset? FirstAnswer,
    bool NeedsAnswer);

/// <summary>What a report's rows are.</summary>
public enum ReportGrouping
{
    /// <summary>By primary topic.</summary>
    Topic,

    /// <summary>By team.</summary>
    Team,

    /// <summary>By kind.</summary>
    Kind,
}

/// <summary>The spread of a set of durations, in calendar seconds.</summary>
/// <param name="N">How many.</param>
/// <param name="MedianSeconds">Median; null for none.</param>
/// <param name="P90Seconds">90th percentile, nearest rank; null for none.</param>
public sealed record DurationFigures(int N, double? MedianSeconds, double? P90Seconds);

/// <summary>One row of a report.</summary>
/// <param name="Group">Topic, team or kind; "all" for the sum.</param>
/// <param name="Received">Enquiries received in the period.</param>
/// <param name="Acknowledged">Received → acknowledgement accepted by the relay.</param>
/// <param name="FirstAnswer">Received → first public human reply.</param>
/// <param name="Unanswered">Enquiries that need an answer and have none.</param>
/// <param name="OldestUnanswered">When the oldest of these was received, or null.</param>
public sealed record ReportRow(
    string Group,
    int Received,
    DurationFigures Acknowledged,
    DurationFigures FirstAnswer,
    int Unanswered,
    DateTimeOffset? OldestUnanswered);

/// <summary>A report over a period.</summary>
/// <param name="From">Start, inclusive; null for the beginning.</param>
/// <param name="To">End, exclusive; null for the end.</param>
/// <param name="By">What the rows are.</param>
/// <param name="Rows">The groups by name, without the sum.</param>
/// <param name="All">The sum.</param>
public sealed record Report(
    DateTimeOffset? From,
    DateTimeOffset? To,
    ReportGrouping By,
    IReadOnlyList<ReportRow> Rows,
    ReportRow All)
{
    /// <summary>The group that holds enquiries whose topic a person has to decide.</summary>
    public const string Undecided = "(undecided)";

    /// <summary>Computes a report from the facts of each enquiry.</summary>
    public static Report Build(IReadOnlyList<EnquiryFacts> facts, ReportGrouping by, DateTimeOffset? from, DateTimeOffset? to)
    {
        var rows = facts
            .GroupBy(
                f => by switch
                {
                    ReportGrouping.Topic => f.Topic ?? Undecided,
                    ReportGrouping.Team => f.Team,
                    _ => f.Kind,
                },
                StringComparer.Ordinal)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g => Row(g.Key, [.. g]))
            .ToList();
        return new Report(from, to, by, rows, Row("all", facts));
    }

    private static ReportRow Row(string group, IReadOnlyList<EnquiryFacts> facts)
    {
        var unanswered = facts.Where(f => f.NeedsAnswer && f.FirstAnswer is null).ToList();
        return new ReportRow(
            group,
            facts.Count,
            Figures(facts.Select(f => f.Acknowledged - f.Received)),
            Figures(facts.Select(f => f.FirstAnswer - f.Received)),
            unanswered.Count,
            unanswered.Count == 0 ? null : unanswered.Min(f => f.Received));
    }

    private static DurationFigures Figures(IEnumerable<TimeSpan?> durations)
    {
        var seconds = durations.Where(d => d is not null).Select(d => Math.Max(0, d!.Value.TotalSeconds)).Order().ToArray();
        if (seconds.Length == 0)
        {
            return new DurationFigures(0, null, null);
        }

        var middle = seconds.Length / 2;
        var median = seconds.Length % 2 == 1 ? seconds[middle] : (seconds[middle - 1] + seconds[middle]) / 2;
        var p90 = seconds[(int)Math.Ceiling(0.9 * seconds.Length) - 1];
        return new DurationFigures(seconds.Length, median, p90);
    }
}
