using EnquiryTriage.Core.Clocks;
using EnquiryTriage.Core.Health;

namespace EnquiryTriage.Core.Tests.Health;

public sealed class UsualMailTests
{
    /// <summary>A Tuesday at 12:20 in London, in summer time.</summary>
    private static readonly DateTimeOffset Now = new(2021, 6, 22, 11, 20, 0, TimeSpan.Zero);

    private static readonly UsualMail Usual = new(WorkingCalendar.Default, 100_000);

    [Fact]
    public void A_silent_morning_in_a_busy_mailbox_is_noticed_and_the_reckoning_said()
    {
        var volume = Usual.Judge(Weeks(20, today: hour => hour < Now.AddHours(-3) ? 20 : 0), DateTimeOffset.MinValue, Now);

        Assert.True(volume!.Fewer);
        Assert.StartsWith("0 mails from Tuesday 11:00 to Tuesday 12:00 (1 h); the same hours of the 8 comparable weeks before brought 20, 20,", volume.Arithmetic, StringComparison.Ordinal);
        Assert.EndsWith("with 20 (their lower quartile) as usual, the chance of 0 or fewer is 2.1e-9", volume.Arithmetic, StringComparison.Ordinal);
    }

    [Fact]
    public void An_ordinary_day_is_no_issue() => Assert.False(Usual.Judge(Weeks(20, _ => 19), DateTimeOffset.MinValue, Now)!.Fewer);

    [Fact]
    public void In_a_small_mailbox_some_hours_without_mail_mean_nothing_and_days_do()
    {
        // One mail every four hours.
        static int Slow(DateTimeOffset hour) => hour.Hour % 4 == 0 ? 1 : 0;
        Assert.False(Usual.Judge(Count(Slow, hour => hour < Now.AddHours(-20) ? Slow(hour) : 0), DateTimeOffset.MinValue, Now)!.Fewer);
        Assert.True(Usual.Judge(Count(Slow, hour => hour < Now.AddDays(-4) ? Slow(hour) : 0), DateTimeOffset.MinValue, Now)!.Fewer);
    }

    [Fact]
    public void Neither_a_campaign_nor_one_silent_week_sets_the_measure()
    {
        var campaign = Weeks(2, _ => 2);
        foreach (var hour in campaign.Keys.Where(h => h > Now.AddDays(-17) && h < Now.AddDays(-5)).ToList())
        {
            campaign[hour] = 500;
        }

        Assert.False(Usual.Judge(campaign, DateTimeOffset.MinValue, Now)!.Fewer);
        var silent = Weeks(20, _ => 0);
        foreach (var hour in silent.Keys.Where(h => h > Now.AddDays(-10) && h < Now.AddDays(-5)).ToList())
        {
            silent[hour] = 0;
        }

        Assert.True(Usual.Judge(silent, DateTimeOffset.MinValue, Now)!.Fewer);
    }

    [Fact]
    public void With_fewer_than_four_weeks_nothing_is_said()
    {
        var counts = Weeks(20, _ => 0);

        Assert.Null(Usual.Judge(counts, Now.AddDays(-27), Now));
        Assert.NotNull(Usual.Judge(counts, Now.AddDays(-29), Now));
    }

    [Fact]
    public void A_bank_holiday_is_compared_with_nothing()
    {
        // The spring bank holiday, a Monday; the weeks before have bank holidays too.
        var holiday = new DateTimeOffset(2021, 5, 31, 11, 20, 0, TimeSpan.Zero);

        Assert.Null(Usual.Judge(Weeks(20, _ => 0), DateTimeOffset.MinValue, holiday));
    }

    [Fact]
    public void The_clock_on_the_wall_is_compared_over_the_change_to_summer_time()
    {
        // Mails come at nine in the morning in London alone; the clocks went forward on 28 March.
        var now = new DateTimeOffset(2021, 3, 30, 9, 10, 0, TimeSpan.Zero);
        static int AtNine(DateTimeOffset hour) =>
            TimeZoneInfo.ConvertTime(hour, WorkingCalendar.Default.Zone).Hour == 9 ? 40 : 0;

        var volume = Usual.Judge(Count(AtNine, hour => hour >= now.AddHours(-2) ? 0 : AtNine(hour), now), DateTimeOffset.MinValue, now);

        Assert.True(volume!.Fewer);
        Assert.Contains("from Tuesday 09:00 to Tuesday 10:00", volume.Arithmetic, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(0, 2, 0.1353)]
    [InlineData(2, 2, 0.6767)]
    [InlineData(5, 12, 0.0203)]
    [InlineData(3360, 3360, 0.5046)]
    [InlineData(3192, 3360, 0.0018)]
    [InlineData(1680, 3360, 0)]
    [InlineData(5000, 10, 1)]
    public void The_odds_are_Poissons(int count, double usual, double chance) => Assert.Equal(chance, UsualMail.ChanceOfAtMost(count, usual), 4);

    private static Dictionary<DateTimeOffset, int> Weeks(int anHour, Func<DateTimeOffset, int> today) => Count(_ => anHour, today);

    private static Dictionary<DateTimeOffset, int> Count(Func<DateTimeOffset, int> usual, Func<DateTimeOffset, int> lately, DateTimeOffset? now = null)
    {
        var end = now ?? Now;
        var hour = new DateTimeOffset(end.UtcDateTime.Date, TimeSpan.Zero).AddHours(end.Hour);
        var counts = new Dictionary<DateTimeOffset, int>();
        for (var i = 1; i <= 24 * 7 * 10; i++)
        {
            var at = hour.AddHours(-i);
            counts[at] = i <= 24 * 6 ? lately(at) : usual(at);
        }

        return counts;
    }
}
