using System.Globalization;
using System.Runtime.InteropServices;

namespace EnquiryTriage.Core.Clocks;

/// <summary>A stretch of a working day in local wall-clock time, from midnight at the earliest to 24:00 at the latest.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct WorkingSpan
{
    /// <summary>A span from one time of day to a later one.</summary>
    /// <exception cref="FormatException">The end is not after the start, or one lies outside the day.</exception>
    public WorkingSpan(TimeSpan from, TimeSpan to)
    {
        if (from < TimeSpan.Zero || to > TimeSpan.FromDays(1) || from >= to)
        {
            throw new FormatException($"Working hours must begin before they end, within one day: {Clock(from)}-{Clock(to)} do not.");
        }

        (From, To) = (from, to);
    }

    /// <summary>Time of day at which work begins.</summary>
    public TimeSpan From { get; }

    /// <summary>Time of day at which work ends; 24:00 is the end of the day.</summary>
    public TimeSpan To { get; }

    /// <summary>As written in configuration: <c>09:00-17:00</c>.</summary>
    public override string ToString() => $"{Clock(From)}-{Clock(To)}";

    internal static string Clock(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalHours:00}:{time.Minutes:00}");
}

/// <summary>Working hours by weekday; a day without hours is not worked, a day may have several spans (split hours).</summary>
public sealed class WorkingWeek
{
    private readonly WorkingSpan[][] _days;

    private WorkingWeek(WorkingSpan[][] days) => _days = days;

    /// <summary>Monday to Friday, 09:00 to 17:00.</summary>
    public static WorkingWeek Default { get; } = Parse(
        Enumerable.Range(1, 5).ToDictionary(day => (DayOfWeek)day, _ => "09:00-17:00"));

    /// <summary>The spans of a weekday in order; empty where it is not worked.</summary>
    public IReadOnlyList<WorkingSpan> this[DayOfWeek day] => _days[(int)day];

    /// <summary>Reads hours such as "09:00-12:30, 13:30-17:00" for each weekday; a weekday that is missing or blank is not worked.</summary>
    /// <exception cref="FormatException">Hours are malformed, overlap, or no day is worked; the message names the day.</exception>
    public static WorkingWeek Parse(IReadOnlyDictionary<DayOfWeek, string> hours)
    {
        ArgumentNullException.ThrowIfNull(hours);
        var days = new WorkingSpan[7][];
        for (var day = 0; day < 7; day++)
        {
            days[day] = hours.TryGetValue((DayOfWeek)day, out var written) ? ParseDay((DayOfWeek)day, written) : [];
        }

        return days.Any(spans => spans.Length > 0)
            ? new WorkingWeek(days)
            : throw new FormatException("No weekday has working hours, so nothing would ever fall due.");
    }

    private static WorkingSpan[] ParseDay(DayOfWeek day, string written)
    {
        var spans = written.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(span => ParseSpan(day, span))
            .OrderBy(span => span.From)
            .ToArray();
        for (var i = 1; i < spans.Length; i++)
        {
            if (spans[i].From < spans[i - 1].To)
            {
                throw new FormatException($"The working hours of {day} overlap: {spans[i - 1]} and {spans[i]}.");
            }
        }

        return spans;
    }

    private static WorkingSpan ParseSpan(DayOfWeek day, string written)
    {
        var ends = written.Split(['-', '\u2013'], StringSplitOptions.TrimEntries);
        if (ends.Length != 2 || !TryClock(ends[0], out var from) || !TryClock(ends[1], out var to))
        {
            throw new FormatException($"The working hours '{written}' of {day} are not understood: write them as 09:00-17:00.");
        }

        try
        {
            return new WorkingSpan(from, to);
        }
        catch (FormatException fault)
        {
            throw new FormatException($"{day}: {fault.Message}", fault);
        }
    }

    private static bool TryClock(string written, out TimeSpan time)
    {
        if (string.Equals(written, "24:00", StringComparison.Ordinal))
        {
            time = TimeSpan.FromDays(1);
            return true;
        }

        return TimeSpan.TryParseExact(written, @"h\:mm", CultureInfo.InvariantCulture, out time);
    }
}
