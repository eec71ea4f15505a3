namespace EnquiryTriage.Core.Clocks;

/// <summary>Whose working days a target counts. In both, day 1 is the first working day after the day of receipt.</summary>
public enum WorkingDayRule
{
    /// <summary>The days on which the team works: its weekdays, less its divisions' holidays and its own closures.</summary>
    Team,

    /// <summary>
    /// The days that the law counts: Monday to Friday, less the bank holidays of every division. A team's closures and
    /// days off don't stretch it.
    /// </summary>
    Statutory,
}

/// <summary>When something falls due, and how that was reckoned.</summary>
/// <param name="Due">The moment, in UTC.</param>
/// <param name="Arithmetic">The reckoning in plain words and local time, a step a line.</param>
public sealed record DueDate(DateTimeOffset Due, IReadOnlyList<string> Arithmetic);

/// <summary>A team's working time: zone, hours by weekday, holidays and closures. Immutable, so it can be shared.</summary>
public sealed class WorkingCalendar
{
    /// <summary>The days to look ahead for working time before giving up: ten years.</summary>
    internal const int MaxDaysAhead = 3660;

    private readonly WorkingWeek _week;
    private readonly Dictionary<DateOnly, string> _closures;
    private readonly Dictionary<DateOnly, string> _holidays;
    private readonly Dictionary<DateOnly, string> _statutoryHolidays;

    /// <summary>A calendar.</summary>
    /// <param name="timeZoneId">IANA id of the zone, such as <c>Europe/London</c>.</param>
    /// <param name="week">Hours by weekday.</param>
    /// <param name="holidays">Bank holidays; all divisions in it count for statutory days.</param>
    /// <param name="divisions">The divisions whose holidays the team has; may be empty.</param>
    /// <param name="closures">Further days on which the team doesn't work, each with its reason.</param>
    /// <exception cref="FormatException">There is no such time zone.</exception>
    /// <exception cref="ArgumentException">There is no such division.</exception>
    public WorkingCalendar(
        string timeZoneId,
        WorkingWeek week,
        BankHolidays holidays,
        IReadOnlyCollection<string> divisions,
        IReadOnlyDictionary<DateOnly, string>? closures = null)
    {
        ArgumentNullException.ThrowIfNull(week);
        ArgumentNullException.ThrowIfNull(holidays);
        ArgumentNullException.ThrowIfNull(divisions);
        Zone = FindZone(timeZoneId);
        _week = week;
        _closures = closures is null ? [] : new Dictionary<DateOnly, string>(closures);
        _holidays = Merge(holidays, divisions);
        _statutoryHolidays = Merge(holidays, holidays.Divisions);
        HolidaysKnownUntil = (divisions.Count > 0 ? divisions : holidays.Divisions).Min(holidays.LastYear);
    }

    /// <summary>Europe/London, Monday to Friday 09:00 to 17:00, holidays of England and Wales from the shipped data.</summary>
    public static WorkingCalendar Default { get; } =
        new("Europe/London", WorkingWeek.Default, BankHolidays.Shipped, ["england-and-wales"]);

    /// <summary>The zone of the working hours.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>The last year whose bank holidays are known.</summary>
    public int HolidaysKnownUntil { get; }

    /// <summary>The local date of a moment.</summary>
    public DateOnly LocalDate(DateTimeOffset moment) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, Zone).DateTime);

    /// <summary>True where the team works at some time on that date.</summary>
    public bool IsWorkingDay(DateOnly date) => WhyNotWorked(date) is null;

    /// <summary>True where the law counts the date as a working day.</summary>
    public bool IsStatutoryWorkingDay(DateOnly date) =>
        date.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !_statutoryHolidays.ContainsKey(date);

    /// <summary>True where the moment lies inside the team's working hours; their end does not.</summary>
    public bool IsOpen(DateTimeOffset moment) => SpansOn(LocalDate(moment)).Any(span => span.Open <= moment && moment < span.Close);

    /// <summary>Working time between two moments; negative where the second is the earlier.</summary>
    public TimeSpan WorkingTimeBetween(DateTimeOffset from, DateTimeOffset to)
    {
        if (to < from)
        {
            return -WorkingTimeBetween(to, from);
        }

        var total = TimeSpan.Zero;
        var last = LocalDate(to);
        for (var date = LocalDate(from); date <= last; date = date.AddDays(1))
        {
            foreach (var (open, close) in SpansOn(date))
            {
                var begin = open > from ? open : from;
                var end = close < to ? close : to;
                total += end > begin ? end - begin : TimeSpan.Zero;
            }
        }

        return total;
    }

    /// <summary>When a target that starts at a moment falls due.</summary>
    /// <param name="start">When the clock starts, in any offset.</param>
    /// <param name="target">What is to be met.</param>
    /// <param name="rule">Whose days count; matters for working days and for the rollover of months.</param>
    /// <exception cref="InvalidOperationException">The calendar has no working time in the next ten years.</exception>
    public DueDate Due(DateTimeOffset start, Target target, WorkingDayRule rule = WorkingDayRule.Team)
    {
        ArgumentNullException.ThrowIfNull(target);
        return new DueReckoning(this, start, rule).Reckon(target);
    }

    /// <summary>When so much working time has passed since a moment; what <see cref="Due"/> does for working hours, for any length.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is zero or less.</exception>
    /// <exception cref="InvalidOperationException">The calendar has no working time in the next ten years.</exception>
    public DueDate AddWorkingTime(DateTimeOffset start, TimeSpan workingTime)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(workingTime, TimeSpan.Zero);
        return new DueReckoning(this, start, WorkingDayRule.Team).ReckonWorkingTime(workingTime);
    }

    /// <summary>Why the team doesn't work on a date, or null where it does.</summary>
    internal string? WhyNotWorked(DateOnly date) => HolidayName(date, WorkingDayRule.Team) ?? (_week[date.DayOfWeek].Count == 0 ? $"{date.DayOfWeek}s are not worked" : null);

    /// <summary>The holiday or closure on a date under a rule, or null.</summary>
    internal string? HolidayName(DateOnly date, WorkingDayRule rule) => rule == WorkingDayRule.Statutory
        ? _statutoryHolidays.GetValueOrDefault(date)
        : _holidays.GetValueOrDefault(date) ?? _closures.GetValueOrDefault(date);

    /// <summary>True where nobody at large works on the date: a weekend or a bank holiday under the rule, whatever the team's own days.</summary>
    internal bool IsPublicDayOff(DateOnly date, WorkingDayRule rule) =>
        date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday
        || (rule == WorkingDayRule.Statutory ? _statutoryHolidays : _holidays).ContainsKey(date);

    /// <summary>The working spans of a date as moments, in order.</summary>
    internal IEnumerable<(DateTimeOffset Open, DateTimeOffset Close)> SpansOn(DateOnly date)
    {
        if (WhyNotWorked(date) is not null)
        {
            yield break;
        }

        foreach (var span in _week[date.DayOfWeek])
        {
            var open = ToMoment(date, span.From, endOfSpan: false);
            var close = ToMoment(date, span.To, endOfSpan: true);
            if (close > open)
            {
                yield return (open, close);
            }
        }
    }

    /// <summary>The end of the team's hours on a date; where it doesn't work then, the last minute of the day.</summary>
    internal DateTimeOffset CloseOf(DateOnly date)
    {
        var spans = SpansOn(date).ToList();
        return spans.Count > 0 ? spans[^1].Close : ToMoment(date, TimeSpan.FromDays(1), endOfSpan: true).AddMinutes(-1);
    }

    // A time that the spring change skips is the moment of the change. One that the autumn change repeats is its first
    // occurrence as a beginning and its second as an end, so that a span over the change is one unbroken stretch.
    private DateTimeOffset ToMoment(DateOnly date, TimeSpan timeOfDay, bool endOfSpan)
    {
        var local = date.ToDateTime(TimeOnly.MinValue) + timeOfDay;
        while (Zone.IsInvalidTime(local))
        {
            local = local.AddMinutes(1);
        }

        var offset = Zone.GetUtcOffset(local);
        if (Zone.IsAmbiguousTime(local))
        {
            var offsets = Zone.GetAmbiguousTimeOffsets(local);
            offset = endOfSpan ? offsets.Min() : offsets.Max();
        }

        return new DateTimeOffset(local, offset).ToUniversalTime();
    }

    private static Dictionary<DateOnly, string> Merge(BankHolidays holidays, IEnumerable<string> divisions)
    {
        var merged = new Dictionary<DateOnly, string>();
        foreach (var (date, title) in divisions.SelectMany(holidays.Of))
        {
            merged.TryAdd(date, title);
        }

        return merged;
    }

    private static TimeZoneInfo FindZone(string id)
    {
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(id);
        }
        catch (Exception fault) when (fault is TimeZoneNotFoundException or InvalidTimeZoneException)
        {
            throw new FormatException($"There is no time zone '{id}': write an IANA id such as Europe/London.", fault);
        }
    }
}
