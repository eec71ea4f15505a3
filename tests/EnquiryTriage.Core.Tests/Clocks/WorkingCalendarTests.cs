using System.Globalization;
using EnquiryTriage.Core.Clocks;

namespace EnquiryTriage.Core.Tests.Clocks;

/// <summary>Examples reckoned by hand with a wall calendar.</summary>
public sealed class WorkingCalendarTests
{
    private static readonly WorkingCalendar SplitHours = new(
        "Europe/London",
        WorkingWeek.Parse(Enumerable.Range(1, 5).ToDictionary(day => (DayOfWeek)day, _ => "09:00-12:30, 13:30-17:00")),
        BankHolidays.Shipped,
        ["england-and-wales"]);

    private static readonly WorkingCalendar RoundTheClock = new(
        "Europe/London",
        WorkingWeek.Parse(Enumerable.Range(0, 7).ToDictionary(day => (DayOfWeek)day, _ => "00:00-24:00")),
        BankHolidays.Shipped,
        []);

    [Theory]
    // Easter 2021: Good Friday 2 April, Easter Monday 5 April.
    [InlineData("2021-04-01 16:30", "4 working hours", "2021-04-06 12:30")]
    [InlineData("2021-04-01 16:30", "1 working day", "2021-04-06 17:00")]
    [InlineData("2021-04-03 11:00", "1 working hour", "2021-04-06 10:00")]
    // The letter's 20 working days end on polling day, with only 3 May between.
    [InlineData("2021-04-07 10:00", "20 working days", "2021-05-06 17:00")]
    [InlineData("2021-04-30 16:00", "2 working hours", "2021-05-04 10:00")]
    [InlineData("2021-04-30 23:59", "1 working day", "2021-05-04 17:00")]
    // Outside hours.
    [InlineData("2021-04-13 07:15", "1 working hour", "2021-04-13 10:00")]
    [InlineData("2021-04-13 17:00", "1 working hour", "2021-04-14 10:00")]
    [InlineData("2021-04-13 09:00", "8 working hours", "2021-04-13 17:00")]
    [InlineData("2021-04-13 07:15", "2 working days", "2021-04-15 17:00")]
    [InlineData("2021-04-13 17:01", "30 minutes", "2021-04-13 17:31")]
    // Months: the same date, a holiday, a weekend, no such date.
    [InlineData("2021-04-07 10:00", "1 month", "2021-05-07 17:00")]
    [InlineData("2021-04-03 10:00", "1 month", "2021-05-04 17:00")]
    [InlineData("2021-04-08 10:00", "1 month", "2021-05-10 17:00")]
    [InlineData("2021-03-31 10:00", "1 month", "2021-04-30 17:00")]
    [InlineData("2021-01-31 10:00", "1 month", "2021-03-01 17:00")]
    [InlineData("2020-01-31 10:00", "1 month", "2020-03-02 17:00")]
    [InlineData("2021-11-27 10:00", "1 month", "2021-12-29 17:00")]
    [InlineData("2021-04-30 10:00", "3 months", "2021-07-30 17:00")]
    // Before a date.
    [InlineData("2021-04-07 10:00", "before 2021-05-06", "2021-05-05 17:00")]
    [InlineData("2021-04-07 10:00", "before 2021-05-04", "2021-04-30 17:00")]
    public void A_target_falls_due_where_a_wall_calendar_says(string start, string target, string due) =>
        Assert.Equal(London(due), WorkingCalendar.Default.Due(London(start), Target.Parse(target)).Due);

    [Theory]
    [InlineData("2021-04-13 12:00", "1 working hour", "2021-04-13 14:00")]
    [InlineData("2021-04-13 12:45", "1 working hour", "2021-04-13 14:30")]
    [InlineData("2021-04-13 09:00", "4 working hours", "2021-04-13 14:00")]
    [InlineData("2021-04-13 09:00", "7 working hours", "2021-04-13 17:00")]
    [InlineData("2021-04-16 16:30", "1 working hour", "2021-04-19 09:30")]
    public void Split_hours_leave_out_the_break(string start, string target, string due) =>
        Assert.Equal(London(due), SplitHours.Due(London(start), Target.Parse(target)).Due);

    [Theory]
    // Clocks forward on Sunday 28 March 2021 at 01:00 UTC, back on Sunday 31 October 2021 at 01:00 UTC.
    [InlineData("2021-03-27T23:00Z", 4, "2021-03-28T03:00Z")]
    [InlineData("2021-10-30T23:00Z", 4, "2021-10-31T03:00Z")]
    [InlineData("2021-03-26T23:00Z", 24, "2021-03-27T23:00Z")]
    public void A_team_that_never_closes_counts_real_hours_over_a_clock_change(string start, int hours, string due) =>
        Assert.Equal(Utc(due), RoundTheClock.Due(Utc(start), Target.WorkingHours(hours)).Due);

    [Fact]
    public void Days_keep_their_wall_clock_over_a_clock_change()
    {
        // Friday 26 March 16:00 is GMT, Monday 29 March 10:00 is BST.
        var due = WorkingCalendar.Default.Due(Utc("2021-03-26T16:00Z"), Target.WorkingHours(2));

        Assert.Equal(Utc("2021-03-29T09:00Z"), due.Due);
        Assert.Contains("The clocks go forward by 1 h in between.", due.Arithmetic, StringComparer.Ordinal);
    }

    [Fact]
    public void The_day_of_a_clock_change_has_23_or_25_hours()
    {
        Assert.Equal(TimeSpan.FromHours(23), RoundTheClock.WorkingTimeBetween(Utc("2021-03-28T00:00Z"), Utc("2021-03-28T23:00Z")));
        Assert.Equal(TimeSpan.FromHours(25), RoundTheClock.WorkingTimeBetween(Utc("2021-10-30T23:00Z"), Utc("2021-11-01T00:00Z")));
        Assert.Equal(23, NightShift(DayOfWeek.Sunday, "00:00-24:00").WorkingTimeBetween(Utc("2021-03-27T12:00Z"), Utc("2021-03-29T12:00Z")).TotalHours);
    }

    [Fact]
    public void Hours_inside_the_skipped_hour_begin_and_the_repeated_one_is_worked_throughout()
    {
        Assert.Equal(1, NightShift(DayOfWeek.Sunday, "01:30-03:00").WorkingTimeBetween(Utc("2021-03-27T12:00Z"), Utc("2021-03-29T12:00Z")).TotalHours);
        Assert.Equal(2.5, NightShift(DayOfWeek.Sunday, "01:30-03:00").WorkingTimeBetween(Utc("2021-10-30T12:00Z"), Utc("2021-11-01T12:00Z")).TotalHours);
    }

    [Theory]
    // 12 July is a holiday in Northern Ireland, 2 August in Scotland, 5 April not in Scotland: the law counts them all.
    [InlineData("2021-07-09 10:00", "1 working day", "2021-07-13 17:00")]
    [InlineData("2021-07-30 10:00", "1 working day", "2021-08-03 17:00")]
    [InlineData("2021-04-10 10:00", "1 working day", "2021-04-12 17:00")]
    [InlineData("2021-04-07 23:30", "20 working days", "2021-05-06 17:00")]
    [InlineData("2021-07-02 10:00", "1 month", "2021-08-03 17:00")]
    public void Statutory_days_leave_out_the_holidays_of_every_division(string start, string target, string due) =>
        Assert.Equal(London(due), WorkingCalendar.Default.Due(London(start), Target.Parse(target), WorkingDayRule.Statutory).Due);

    [Fact]
    public void A_teams_own_closure_moves_its_targets_but_not_the_laws()
    {
        var closed = new WorkingCalendar(
            "Europe/London", WorkingWeek.Default, BankHolidays.Shipped, ["england-and-wales"], new Dictionary<DateOnly, string> { [new(2021, 4, 14)] = "office move" });

        var own = closed.Due(London("2021-04-13 10:00"), Target.WorkingDays(1));
        var statutory = closed.Due(London("2021-04-13 10:00"), Target.WorkingDays(1), WorkingDayRule.Statutory);

        Assert.Equal(London("2021-04-15 17:00"), own.Due);
        Assert.Contains("Skipped Wed 14 Apr 2021: office move.", own.Arithmetic, StringComparer.Ordinal);
        Assert.Equal(London("2021-04-14 23:59"), statutory.Due);
        Assert.Contains("The team does not work on that day: due at its end.", statutory.Arithmetic, StringComparer.Ordinal);
    }

    [Fact]
    public void The_day_of_receipt_is_the_local_one()
    {
        // 23:30 UTC on Sunday 11 April is 00:30 on Monday in London: day 1 is Tuesday.
        Assert.Equal(London("2021-04-13 17:00"), WorkingCalendar.Default.Due(Utc("2021-04-11T23:30Z"), Target.WorkingDays(1)).Due);
    }

    [Fact]
    public void Working_hours_explain_their_arithmetic() => Assert.Equal(
        [
            "Starts Thu 1 Apr 2021 16:30 (Europe/London).",
            "Counted 30 min on Thu 1 Apr 2021 16:30 to 17:00.",
            "Skipped Fri 2 Apr 2021: Good Friday.",
            "Skipped 2 days outside the working week.",
            "Skipped Mon 5 Apr 2021: Easter Monday.",
            "Counted 3 h 30 min on Tue 6 Apr 2021 09:00 to 12:30.",
            "Due Tue 6 Apr 2021 12:30.",
        ],
        WorkingCalendar.Default.Due(London("2021-04-01 16:30"), Target.WorkingHours(4)).Arithmetic);

    [Fact]
    public void A_long_target_is_explained_in_a_few_lines() => Assert.Equal(
        [
            "Starts Tue 13 Apr 2021 12:00 (Europe/London).",
            "Counted 100 h of working time from Tue 13 Apr 2021 12:00 to Thu 29 Apr 2021 16:00, without 4 days outside the working week.",
            "Due Thu 29 Apr 2021 16:00.",
        ],
        WorkingCalendar.Default.Due(London("2021-04-13 12:00"), Target.WorkingHours(100)).Arithmetic);

    [Fact]
    public void Working_days_explain_their_arithmetic() => Assert.Equal(
        [
            "Starts Fri 30 Apr 2021 10:00 (Europe/London).",
            "Counts the team's working days; day 1 is the first one after receipt.",
            "Skipped 2 days outside the working week.",
            "Skipped Mon 3 May 2021: Early May bank holiday.",
            "Day 1 is Tue 4 May 2021.",
            "Day 2 is Wed 5 May 2021.",
            "Due Wed 5 May 2021 17:00.",
        ],
        WorkingCalendar.Default.Due(London("2021-04-30 10:00"), Target.WorkingDays(2)).Arithmetic);

    [Fact]
    public void A_month_explains_its_rollover() => Assert.Equal(
        [
            "Starts Sun 31 Jan 2021 10:00 (Europe/London).",
            "1 month from Sun 31 Jan 2021 is Sun 28 Feb 2021: there is no 31 in that month, so its last day counts.",
            "Sun 28 Feb 2021 is at a weekend, so it rolls on to the next day.",
            "Due Mon 1 Mar 2021 17:00.",
        ],
        WorkingCalendar.Default.Due(London("2021-01-31 10:00"), Target.Months(1)).Arithmetic);

    [Fact]
    public void A_date_that_has_passed_is_said_to_have_passed()
    {
        var due = WorkingCalendar.Default.Due(London("2021-05-06 10:00"), Target.Parse("before 2021-05-06"));

        Assert.Equal(London("2021-05-05 17:00"), due.Due);
        Assert.Equal("That had passed already when the clock started.", due.Arithmetic[^1]);
    }

    [Fact]
    public void Dates_past_the_holiday_data_say_so()
    {
        Assert.Contains(
            "Bank holidays after 2028 are not in the data and were not counted.",
            WorkingCalendar.Default.Due(London("2028-12-29 16:00"), Target.WorkingDays(5)).Arithmetic,
            StringComparer.Ordinal);
        Assert.DoesNotContain(WorkingCalendar.Default.Due(London("2028-12-01 16:00"), Target.WorkingDays(5)).Arithmetic, line => line.Contains("not in the data", StringComparison.Ordinal));
    }

    [Fact]
    public void A_calendar_that_never_opens_ends_in_a_clear_fault()
    {
        var closures = Enumerable.Range(0, 5000).ToDictionary(day => new DateOnly(2021, 1, 1).AddDays(day), _ => "closed for good");
        var calendar = new WorkingCalendar("Europe/London", WorkingWeek.Default, BankHolidays.Shipped, [], closures);

        foreach (var target in new[] { Target.WorkingHours(1), Target.WorkingDays(1) })
        {
            var fault = Assert.Throws<InvalidOperationException>(() => calendar.Due(London("2021-01-04 10:00"), target));
            Assert.Contains("no working time within ten years of Mon 4 Jan 2021 10:00", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_moment_is_open_from_the_first_second_to_just_before_the_last()
    {
        Assert.True(WorkingCalendar.Default.IsOpen(London("2021-04-13 09:00")));
        Assert.False(WorkingCalendar.Default.IsOpen(London("2021-04-13 17:00")));
        Assert.False(WorkingCalendar.Default.IsOpen(London("2021-04-05 10:00")));
    }

    [Fact]
    public void An_unknown_zone_is_refused_by_name() => Assert.Contains(
        "There is no time zone 'Europe/Lundy'",
        Assert.Throws<FormatException>(() => new WorkingCalendar("Europe/Lundy", WorkingWeek.Default, BankHolidays.Shipped, [])).Message,
        StringComparison.Ordinal);

    [Theory]
    [InlineData("9-5", "'9-5' of Monday are not understood")]
    [InlineData("17:00-09:00", "Monday: Working hours must begin before they end")]
    [InlineData("09:00-12:00, 11:00-17:00", "The working hours of Monday overlap: 09:00-12:00 and 11:00-17:00")]
    [InlineData("", "No weekday has working hours")]
    public void Hours_that_make_no_sense_are_refused_with_their_day(string hours, string message)
    {
        var fault = Assert.Throws<FormatException>(() => WorkingWeek.Parse(new Dictionary<DayOfWeek, string> { [DayOfWeek.Monday] = hours }));

        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    private static WorkingCalendar NightShift(DayOfWeek day, string hours) =>
        new("Europe/London", WorkingWeek.Parse(new Dictionary<DayOfWeek, string> { [day] = hours }), BankHolidays.Shipped, []);

    private static DateTimeOffset London(string local)
    {
        var time = DateTime.ParseExact(local, "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        return new DateTimeOffset(time, TimeZoneInfo.FindSystemTimeZoneById("Europe/London").GetUtcOffset(time));
    }

    private static DateTimeOffset Utc(string moment) =>
        DateTimeOffset.ParseExact(moment, "yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
