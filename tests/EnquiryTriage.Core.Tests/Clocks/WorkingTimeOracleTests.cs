using EnquiryTriage.Core.Clocks;

namespace EnquiryTriage.Core.Tests.Clocks;

/// <summary>The calendar against the most naive counting there is: minute by minute, looking at the wall clock each time.</summary>
public sealed class WorkingTimeOracleTests
{
    private static readonly string[] Hours =
        ["", "09:00-17:00", "09:00-12:30, 13:30-17:00", "08:15-11:45,12:00-20:10", "00:00-24:00", "18:00-24:00", "03:00-06:00, 22:30-23:45"];

    private static readonly string[] Zones = ["Europe/London", "Europe/Dublin", "Australia/Lord_Howe", "America/New_York", "UTC"];

    [Fact]
    public void Working_time_between_two_moments_equals_the_minutes_counted_one_by_one()
    {
        var random = new Random(1);
        for (var round = 0; round < 60; round++)
        {
            var (calendar, isWorked) = RandomCalendar(random);
            var from = RandomStart(random);
            var to = from.AddMinutes(random.Next(0, 12 * 24 * 60));
            var counted = 0;
            for (var minute = from; minute < to; minute = minute.AddMinutes(1))
            {
                counted += isWorked(minute) ? 1 : 0;
            }

            Assert.Equal(counted, calendar.WorkingTimeBetween(from, to).TotalMinutes);
            Assert.Equal(-counted, calendar.WorkingTimeBetween(to, from).TotalMinutes);
        }
    }

    [Fact]
    public void Working_hours_fall_due_at_the_minute_that_counting_one_by_one_reaches()
    {
        var random = new Random(2);
        for (var round = 0; round < 60; round++)
        {
            var (calendar, isWorked) = RandomCalendar(random);
            var start = RandomStart(random);
            var hours = random.Next(1, 40);
            var left = hours * 60;
            var minute = start;
            while (left > 0)
            {
                left -= isWorked(minute) ? 1 : 0;
                minute = minute.AddMinutes(1);
            }

            var due = calendar.Due(start, Target.WorkingHours(hours)).Due;

            Assert.Equal(minute, due);
            Assert.Equal(hours, calendar.WorkingTimeBetween(start, due).TotalHours);
        }
    }

    [Fact]
    public void Working_days_fall_due_on_the_day_that_counting_one_by_one_reaches()
    {
        var random = new Random(3);
        var holidays = BankHolidays.Shipped.Divisions.SelectMany(division => BankHolidays.Shipped.Of(division).Keys).ToHashSet();
        for (var round = 0; round < 300; round++)
        {
            var (calendar, _) = RandomCalendar(random);
            var start = RandomStart(random);
            var days = random.Next(1, 45);
            var day = calendar.LocalDate(start);
            for (var left = days; left > 0;)
            {
                day = day.AddDays(1);
                left -= day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday || holidays.Contains(day) ? 0 : 1;
            }

            var due = calendar.Due(start, Target.WorkingDays(days), WorkingDayRule.Statutory).Due;

            // The end of a day's hours may be 24:00, which is the next day's first moment.
            Assert.Equal(day, calendar.LocalDate(due.AddTicks(-1)));
        }
    }

    private static (WorkingCalendar Calendar, Func<DateTimeOffset, bool> IsWorked) RandomCalendar(Random random)
    {
        var week = Enumerable.Range(0, 7).ToDictionary(day => (DayOfWeek)day, _ => Hours[random.Next(Hours.Length)]);
        week[DayOfWeek.Wednesday] = "09:00-17:00";
        var zone = TimeZoneInfo.FindSystemTimeZoneById(Zones[random.Next(Zones.Length)]);
        var divisions = BankHolidays.Shipped.Divisions.Where(_ => random.Next(2) == 0).ToArray();
        var closures = Enumerable.Range(0, 40).Select(_ => new DateOnly(2021, 1, 1).AddDays(random.Next(365))).Distinct().ToDictionary(date => date, _ => "closed");
        var off = divisions.SelectMany(division => BankHolidays.Shipped.Of(division).Keys).Concat(closures.Keys).ToHashSet();
        var minutes = week.ToDictionary(day => day.Key, day => Minutes(day.Value));

        return (
            new WorkingCalendar(zone.Id, WorkingWeek.Parse(week), BankHolidays.Shipped, divisions, closures),
            moment =>
            {
                var local = TimeZoneInfo.ConvertTime(moment, zone);
                return !off.Contains(DateOnly.FromDateTime(local.DateTime)) && minutes[local.DayOfWeek].Contains((local.Hour * 60) + local.Minute);
            }
        );
    }

    private static HashSet<int> Minutes(string hours) => hours
        .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(span => span.Split('-', ':').Select(int.Parse).ToArray())
        .SelectMany(n => Enumerable.Range((n[0] * 60) + n[1], (n[2] * 60) + n[3] - (n[0] * 60) - n[1]))
        .ToHashSet();

    // A third of the starts lie close before a change of the clocks.
    private static DateTimeOffset RandomStart(Random random)
    {
        var around = random.Next(6) switch
        {
            0 => new DateTimeOffset(2021, 3, 26, 0, 0, 0, TimeSpan.Zero),
            1 => new DateTimeOffset(2021, 10, 29, 0, 0, 0, TimeSpan.Zero),
            _ => new DateTimeOffset(2021, 1, 1, 0, 0, 0, TimeSpan.Zero).AddDays(random.Next(330)),
        };
        return around.AddMinutes(random.Next(0, 3 * 24 * 60));
    }
}
