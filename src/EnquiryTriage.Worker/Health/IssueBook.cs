using EnquiryTriage.Core.Health;

namespace EnquiryTriage.Worker.Health;

/// <summary>An issue that begins or ends.</summary>
/// <param name="Issue">The issue.</param>
/// <param name="Opens">True where it opens, false where it closes.</param>
/// <param name="Message">The newest word on it.</param>
public sealed record IssueChange(OpenIssue Issue, bool Opens, string Message);

/// <summary>
/// Turns facts into issues that open once and close once: what is wrong only for a moment opens nothing where its code has a grace, and what is well only
/// for a moment closes nothing. Of what no fact speaks nothing is known: it stays as it is, until it was not spoken of for a day.
/// </summary>
public sealed class IssueBook(Func<string, TimeSpan> grace, TimeSpan steady)
{
    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Issues that are open, oldest first.</summary>
    public IReadOnlyList<OpenIssue> Open => [.. _entries.Values.Where(e => e.Issue is not null).Select(e => e.Issue!).OrderBy(i => i.Opened).ThenBy(i => i.Code, StringComparer.Ordinal)];

    /// <summary>Takes up the issues that an earlier process left open: nobody is told of them again.</summary>
    public void Recall(IEnumerable<OpenIssue> open, DateTimeOffset now)
    {
        foreach (var issue in open)
        {
            _entries.TryAdd(issue.Code, new Entry { Issue = issue, Spoken = now });
        }
    }

    /// <summary>What the facts change; nothing has changed before <see cref="Settle"/>.</summary>
    public IReadOnlyList<IssueChange> Weigh(IReadOnlyList<HealthFact> facts, DateTimeOffset now)
    {
        var changes = new List<IssueChange>();
        foreach (var fact in facts)
        {
            if (!_entries.TryGetValue(fact.Code, out var entry))
            {
                _entries[fact.Code] = entry = new Entry();
            }

            entry.Spoken = now;
            entry.BadSince = fact.Ok ? null : entry.BadSince ?? now;
            entry.GoodSince = fact.Ok ? entry.GoodSince ?? now : null;
            if (entry.Issue is null && now - entry.BadSince >= grace(fact.Code))
            {
                changes.Add(new IssueChange(new OpenIssue(fact.Code, fact.Message, now), true, fact.Message));
            }
            else if (entry.Issue is { } issue && now - entry.GoodSince >= steady)
            {
                changes.Add(new IssueChange(issue, false, fact.Message));
            }
        }

        foreach (var (code, entry) in _entries.Where(e => now - e.Value.Spoken >= Forgotten).ToList())
        {
            if (entry.Issue is { } issue)
            {
                changes.Add(new IssueChange(issue, false, "It is no longer looked at."));
            }
            else
            {
                _entries.Remove(code);
            }
        }

        return changes;
    }

    /// <summary>A change was recorded or told.</summary>
    public void Settle(IssueChange change) => _entries[change.Issue.Code].Issue = change.Opens ? change.Issue : null;

    private sealed class Entry
    {
        public OpenIssue? Issue { get; set; }

        public DateTimeOffset? BadSince { get; set; }

        public DateTimeOffset? GoodSince { get; set; }

        public DateTimeOffset Spoken { get; set; }
    }
}
