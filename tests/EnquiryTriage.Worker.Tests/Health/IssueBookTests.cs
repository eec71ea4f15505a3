using EnquiryTriage.Core.Health;
using EnquiryTriage.Worker.Health;

namespace EnquiryTriage.Worker.Tests.Health;

public sealed class IssueBookTests
{
    private static readonly DateTimeOffset Start = Office.Now;

    private readonly IssueBook _book = new(code => code == "slow" ? TimeSpan.FromMinutes(15) : TimeSpan.Zero, TimeSpan.FromMinutes(5));

    [Fact]
    public void An_issue_opens_once_and_closes_once()
    {
        Assert.Equal([true], Look(0, Bad("disk")));
        Assert.Empty(Look(1, Bad("disk")));
        Assert.Empty(Look(2, Good("disk")));
        Assert.Empty(Look(6, Good("disk")));
        Assert.Equal([false], Look(7, Good("disk")));
        Assert.Empty(Look(8, Good("disk")));
    }

    [Fact]
    public void What_is_well_only_for_a_moment_closes_nothing()
    {
        Look(0, Bad("disk"));
        Look(1, Good("disk"));
        Look(5, Bad("disk"));

        Assert.Empty(Look(6, Good("disk")));
        Assert.Empty(Look(10, Good("disk")));
        Assert.Equal([false], Look(11, Good("disk")));
    }

    [Fact]
    public void What_is_wrong_only_for_a_moment_opens_nothing_where_there_is_a_grace()
    {
        Assert.Empty(Look(0, Bad("slow")));
        Assert.Empty(Look(14, Good("slow")));
        Assert.Empty(Look(15, Bad("slow")));
        Assert.Empty(Look(29, Bad("slow")));
        Assert.Equal([true], Look(30, Bad("slow")));
    }

    [Fact]
    public void What_an_earlier_process_left_open_is_not_told_again_and_closes_here()
    {
        _book.Recall([new OpenIssue("disk", "full", Start.AddDays(-1))], Start);

        Assert.Empty(Look(0, Bad("disk")));
        Look(1, Good("disk"));
        Assert.Equal([false], Look(6, Good("disk")));
    }

    [Fact]
    public void Of_what_no_fact_speaks_nothing_is_known_until_it_is_forgotten_after_a_day()
    {
        Look(0, Bad("disk"));

        Assert.Empty(Look(60));
        Assert.Empty(Look((24 * 60) - 1));
        Assert.Equal([false], Look(24 * 60));
        Assert.Empty(_book.Open);
    }

    private static HealthFact Bad(string code) => new(code, false, "wrong");

    private static HealthFact Good(string code) => new(code, true, "well");

    private IEnumerable<bool> Look(int minute, params HealthFact[] facts)
    {
        var changes = _book.Weigh(facts, Start.AddMinutes(minute));
        foreach (var change in changes)
        {
            _book.Settle(change);
        }

        return changes.Select(c => c.Opens);
    }
}
