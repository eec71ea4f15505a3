using EnquiryTriage.Core.Reporting;

namespace EnquiryTriage.Core.Tests.Reporting;

public class ReportTests
{
    private static readonly DateTimeOffset Monday = new(2021, 4, 12, 9, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(new[] { 7 }, 7, 7)]
    [InlineData(new[] { 10, 20 }, 15, 20)]
    [InlineData(new[] { 30, 10, 20 }, 20, 30)]
    [InlineData(new[] { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, 5.5, 9)]
    [InlineData(new[] { 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1 }, 6, 10)]
    public void Median_and_ninetieth_percentile_are_those_worked_out_by_hand(int[] seconds, double median, double p90)
    {
        var report = Report.Build([.. seconds.Select(s => Fact(acknowledged: s))], ReportGrouping.Team, null, null);

        Assert.Equal(new DurationFigures(seconds.Length, median, p90), report.All.Acknowledged);
    }

    [Fact]
    public void The_nearest_rank_is_exact_at_every_multiple_of_ten()
    {
        for (var n = 10; n <= 5_000; n += 10)
        {
            var report = Report.Build([.. Enumerable.Range(1, n).Select(s => Fact(acknowledged: s))], ReportGrouping.Team, null, null);

            Assert.Equal(n / 10 * 9, report.All.Acknowledged.P90Seconds);
        }
    }

    [Fact]
    public void Nothing_has_figures_of_nothing()
    {
        var report = Report.Build([], ReportGrouping.Topic, null, null);

        Assert.Empty(report.Rows);
        Assert.Equal(new ReportRow("all", 0, new DurationFigures(0, null, null), new DurationFigures(0, null, null), 0, null), report.All);
    }

    [Fact]
    public void What_nobody_answered_is_counted_apart_and_does_not_weigh_in_the_durations()
    {
        var report = Report.Build(
            [Fact(answered: 60), Fact(received: Monday.AddDays(-2)), Fact(received: Monday.AddDays(-1)), Fact(received: Monday.AddDays(-9), needsAnswer: false)],
            ReportGrouping.Team,
            null,
            null);

        Assert.Equal(4, report.All.Received);
        Assert.Equal(new DurationFigures(1, 60, 60), report.All.FirstAnswer);
        Assert.Equal(2, report.All.Unanswered);
        Assert.Equal(Monday.AddDays(-2), report.All.OldestUnanswered);
    }

    [Fact]
    public void Rows_stand_by_name_and_add_up_to_the_sum()
    {
        var report = Report.Build([Fact(topic: "fraud"), Fact(topic: "drugs"), Fact(topic: null), Fact(topic: "drugs")], ReportGrouping.Topic, null, null);

        Assert.Equal(["(undecided)", "drugs", "fraud"], report.Rows.Select(r => r.Group));
        Assert.Equal([1, 2, 1], report.Rows.Select(r => r.Received));
        Assert.Equal(report.All.Received, report.Rows.Sum(r => r.Received));
        Assert.Equal(report.All.Unanswered, report.Rows.Sum(r => r.Unanswered));
    }

    [Theory]
    [InlineData(ReportGrouping.Topic, "drugs")]
    [InlineData(ReportGrouping.Team, "general")]
    [InlineData(ReportGrouping.Kind, "enquiry")]
    public void Rows_are_by_what_was_asked_for(ReportGrouping by, string group) =>
        Assert.Equal(group, Assert.Single(Report.Build([Fact()], by, null, null).Rows).Group);

    [Fact]
    public void A_clock_that_runs_backwards_counts_as_nought() =>
        Assert.Equal(0, Report.Build([Fact(acknowledged: -30)], ReportGrouping.Team, null, null).All.Acknowledged.MedianSeconds);

    private static EnquiryFacts Fact(string? topic = "drugs", int? acknowledged = null, int? answered = null, DateTimeOffset? received = null, bool needsAnswer = true)
    {
        var at = received ?? Monday;
        return new EnquiryFacts(
            topic,
            "general",
            "enquiry",
            at,
            acknowledged is { } a ? at.AddSeconds(a) : null,
            answered is { } b ? at.AddSeconds(b) : null,
            needsAnswer);
    }
}
