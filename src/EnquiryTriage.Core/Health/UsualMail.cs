using System.Globalization;
using EnquiryTriage.Core.Clocks;

namespace EnquiryTriage.Core.Health;

/// <summary>Whether fewer mails came than usual, and how that was reckoned.</summary>
/// <param name="Fewer">Whether fewer came than chance explains.</param>
/// <param name="Arithmetic">The counts, what is usual, and the odds, in words.</param>
public sealed record MailVolume(bool Fewer, string Arithmetic);

/// <summary>
/// Compares the mails of the last hours with the same hours and weekday of earlier weeks. Robust: the lower quartile of at least <see cref="LeastWeeks"/>
/// weeks counts as usual, so that neither a campaign nor one quiet week sets the measure; the odds are Poisson's, and fewer than half must have come; days that are holidays or
/// closures are compared with nothing. A small mailbox is judged by longer windows, for a few hours without mail mean nothing there.
/// </summary>
public sealed class UsualMail(WorkingCalendar calendar, double oneIn)
{
    /// <summary>Weeks looked back at.</summary>
    public const int Weeks = 8;

    /// <summary>With fewer comparable weeks nothing is said.</summary>
    public const int LeastWeeks = 4;

    // A window's end is a full hour, so that hourly counts suffice.
    private static readonly int[] Windows = [1, 2, 4, 8, 24, 72, 168];

    /// <summary>From when counts are needed.</summary>
    public static DateTimeOffset Since(DateTimeOffset now) => now.AddDays(-7 * (Weeks + 1)).AddHours(-2);

    /// <summary>Judges the hours before <paramref name="now"/>; null where too little is known.</summary>
    /// <param name="byHour">Mails by hour (UTC, by its beginning); an hour that is missing had none.</param>
    /// <param name="known">From when the counts are whole: earlier weeks don't count.</param>
    /// <param name="now">Now.</param>
    public MailVolume? Judge(IReadOnlyDictionary<DateTimeOffset, int> byHour, DateTimeOffset known, DateTimeOffset now)
    {
        MailVolume? judged = null;
        foreach (var hours in Windows)
        {
            if (JudgeWindow(hours, byHour, known, now) is { } volume)
            {
                if (volume.Fewer)
                {
                    return volume;
                }

                judged = volume;
            }
        }

        return judged;
    }

    /// <summary>The chance of so many events or fewer where so many are usual (Poisson's distribution).</summary>
    public static double ChanceOfAtMost(int count, double usual)
    {
        // From the largest term down, by its logarithm: e to the power of minus some thousands is no number.
        var logarithm = -usual;
        for (var i = 1; i <= count; i++)
        {
            logarithm += Math.Log(usual / i);
        }

        var term = Math.Exp(logarithm);
        var sum = term;
        for (var i = count; i > 0 && term > 0; i--)
        {
            term *= i / usual;
            sum += term;
        }

        return count >= usual && sum == 0 ? 1 : Math.Min(1, sum);
    }

    private MailVolume? JudgeWindow(int hours, IReadOnlyDictionary<DateTimeOffset, int> byHour, DateTimeOffset known, DateTimeOffset now)
    {
        var end = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero).AddHours(now.UtcDateTime.Hour);
        if (!Comparable(end, hours))
        {
            return null;
        }

        var earlier = Enumerable.Range(1, Weeks)
            .Select(weeks => WeeksBefore(end, weeks))
            .Where(e => e.AddHours(-hours) >= known && Comparable(e, hours))
            .Select(e => Count(byHour, e, hours))
            .ToList();
        if (earlier.Count < LeastWeeks)
        {
            return null;
        }

        var count = Count(byHour, end, hours);
        double usual = earlier.Order().ElementAt((earlier.Count - 1) / 4);
        var chance = ChanceOfAtMost(count, usual);
        // Weeks differ by more than chance alone: a week that is somewhat quieter is none to wake anybody for, however many mails it has.
        return new MailVolume(chance * oneIn < 1 && count < usual / 2, InWords(end, hours, count, earlier, usual, chance));
    }

    private string InWords(DateTimeOffset end, int hours, int count, List<int> earlier, double usual, double chance)
    {
        var (from, to) = (Local(end.AddHours(-hours)), Local(end));
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{count} mails from {from:dddd HH:mm} to {to:dddd HH:mm} ({hours} h); the same hours of the {earlier.Count} comparable weeks before brought {string.Join(", ", earlier)}; with {usual} (their lower quartile) as usual, the chance of {count} or fewer is {chance:0.0e+0}");
    }

    private bool Comparable(DateTimeOffset end, int hours)
    {
        var last = calendar.LocalDate(end.AddTicks(-1));
        for (var date = calendar.LocalDate(end.AddHours(-hours)); date <= last; date = date.AddDays(1))
        {
            if (calendar.HolidayName(date, WorkingDayRule.Team) is not null)
            {
                return false;
            }
        }

        return true;
    }

    private static int Count(IReadOnlyDictionary<DateTimeOffset, int> byHour, DateTimeOffset end, int hours)
    {
        var count = 0;
        for (var i = 1; i <= hours; i++)
        {
            count += byHour.GetValueOrDefault(end.AddHours(-i));
        }

        return count;
    }

    // The same time on the clock: people write by it, whatever summer time does in between.
    private DateTimeOffset WeeksBefore(DateTimeOffset end, int weeks)
    {
        var before = end.AddDays(-7 * weeks);
        return before + (calendar.Zone.GetUtcOffset(end) - calendar.Zone.GetUtcOffset(before));
    }

    private DateTimeOffset Local(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, calendar.Zone);
}
