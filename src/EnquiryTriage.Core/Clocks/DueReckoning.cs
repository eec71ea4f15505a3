using System.Globalization;

namespace EnquiryTriage.Core.Clocks;

/// <summary>Reckons one due date and writes down each step. Used once.</summary>
internal sealed class DueReckoning
{
    private readonly WorkingCalendar _calendar;
    private readonly DateTimeOffset _start;
    private readonly WorkingDayRule _rule;
    private readonly List<string> _lines = [];
    private int _daysOff;

    public DueReckoning(WorkingCalendar calendar, DateTimeOffset start, WorkingDayRule rule)
    {
        (_calendar, _start, _rule) = (calendar, start, rule);
        _lines.Add($"Starts {Write(start)} ({calendar.Zone.Id}).");
    }

    public DueDate Reckon(Target target) => target.Unit switch
    {
        TargetUnit.Minutes => ReckonMinutes(target),
        TargetUnit.WorkingHours => ReckonWorkingTime(TimeSpan.FromHours(target.Amount)),
        TargetUnit.WorkingDays => ReckonWorkingDays(target.Amount),
        TargetUnit.Months => ReckonMonths(target.Amount),
        TargetUnit.Before => ReckonBefore(target.Date!.Value),
        _ => throw new InvalidOperationException($"No reckoning for {target.Unit}."),
    };

    public DueDate ReckonWorkingTime(TimeSpan workingTime)
    {
        var counted = new CountedHours();
        var remaining = workingTime;
        var date = _calendar.LocalDate(_start);
        for (var ahead = 0; ahead < WorkingCalendar.MaxDaysAhead; ahead++, date = date.AddDays(1))
        {
            if (_calendar.WhyNotWorked(date) is not null)
            {
                Skip(date, counted);
                continue;
            }

            foreach (var (open, close) in _calendar.SpansOn(date))
            {
                var begin = open > _start ? open : _start;
                if (close <= begin)
                {
                    continue;
                }

                ahead = 0;
                var taken = close - begin < remaining ? close - begin : remaining;
                counted.Add(this, date, begin, begin + taken);
                remaining -= taken;
                if (remaining <= TimeSpan.Zero)
                {
                    counted.Flush(this);
                    return Finish(begin + taken);
                }
            }
        }

        throw NoWorkingTime();
    }

    private DueDate ReckonMinutes(Target target)
    {
        _lines.Add($"Counted {target} by the clock, day and night.");
        return Finish(_start.AddMinutes(target.Amount));
    }

    private DueDate ReckonWorkingDays(int days)
    {
        _lines.Add(_rule == WorkingDayRule.Statutory
            ? "Counts Monday to Friday without the bank holidays of any division; day 1 is the first such day after receipt."
            : "Counts the team's working days; day 1 is the first one after receipt.");
        var date = _calendar.LocalDate(_start);
        var counted = 0;
        for (var ahead = 0; ahead < WorkingCalendar.MaxDaysAhead; ahead++)
        {
            date = date.AddDays(1);
            if (!Counts(date))
            {
                Skip(date, null);
                continue;
            }

            ahead = 0;
            counted++;
            if (counted == 1)
            {
                FlushDaysOff();
                _lines.Add($"Day 1 is {Write(date)}.");
            }

            if (counted == days)
            {
                FlushDaysOff();
                return FinishAtClose(date, days == 1 ? null : $"Day {days} is {Write(date)}.");
            }
        }

        throw NoWorkingTime();
    }

    private DueDate ReckonMonths(int months)
    {
        var received = _calendar.LocalDate(_start);
        var date = received.AddMonths(months);
        _lines.Add(date.Day == received.Day
            ? $"{Months(months)} from {Write(received)} is {Write(date)}."
            : $"{Months(months)} from {Write(received)} is {Write(date)}: there is no {received.Day} in that month, so its last day counts.");
        for (var ahead = 0; _calendar.IsPublicDayOff(date, _rule); ahead++, date = date.AddDays(1))
        {
            if (ahead == WorkingCalendar.MaxDaysAhead)
            {
                throw NoWorkingTime();
            }

            _lines.Add($"{Write(date)} is {_calendar.HolidayName(date, _rule) ?? "at a weekend"}, so it rolls on to the next day.");
        }

        return FinishAtClose(date, null);
    }

    private DueDate ReckonBefore(DateOnly limit)
    {
        _lines.Add($"To be done before {Write(limit)}.");
        var date = limit.AddDays(-1);
        for (var back = 0; !_calendar.IsWorkingDay(date); back++, date = date.AddDays(-1))
        {
            if (back == WorkingCalendar.MaxDaysAhead)
            {
                throw NoWorkingTime();
            }

            Skip(date, null);
        }

        FlushDaysOff();
        var due = FinishAtClose(date, $"The last working day before it is {Write(date)}.");
        return due.Due > _start ? due : due with { Arithmetic = [.. due.Arithmetic, "That had passed already when the clock started."] };
    }

    private bool Counts(DateOnly date) =>
        _rule == WorkingDayRule.Statutory ? _calendar.IsStatutoryWorkingDay(date) : _calendar.IsWorkingDay(date);

    // Holidays and closures are named one by one; ordinary days off only counted, for a long target has dozens.
    private void Skip(DateOnly date, CountedHours? counted)
    {
        // A holiday on a day that is off anyway explains nothing.
        if (_calendar.HolidayName(date, _rule) is { } name && !(_rule == WorkingDayRule.Statutory && date.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday))
        {
            counted?.Flush(this);
            FlushDaysOff();
            _lines.Add($"Skipped {Write(date)}: {name}.");
        }
        else
        {
            _daysOff++;
        }
    }

    private void FlushDaysOff()
    {
        if (_daysOff > 0)
        {
            _lines.Add($"Skipped {(_daysOff == 1 ? "1 day" : $"{_daysOff} days")} outside the working week.");
            _daysOff = 0;
        }
    }

    private DueDate FinishAtClose(DateOnly date, string? line)
    {
        if (line is not null)
        {
            _lines.Add(line);
        }

        if (!_calendar.IsWorkingDay(date))
        {
            _lines.Add("The team does not work on that day: due at its end.");
        }

        return Finish(_calendar.CloseOf(date));
    }

    private DueDate Finish(DateTimeOffset due)
    {
        var change = Local(due).Offset - Local(_start).Offset;
        if (change != TimeSpan.Zero)
        {
            _lines.Add($"The clocks go {(change > TimeSpan.Zero ? "forward" : "back")} by {Length(change.Duration())} in between.");
        }

        if (_calendar.LocalDate(due).Year > _calendar.HolidaysKnownUntil)
        {
            _lines.Add($"Bank holidays after {_calendar.HolidaysKnownUntil} are not in the data and were not counted.");
        }

        _lines.Add($"Due {Write(due)}.");
        return new DueDate(due.ToUniversalTime(), _lines);
    }

    private InvalidOperationException NoWorkingTime() =>
        new($"The calendar has no working time within ten years of {Write(_start)}: look at its hours and closures.");

    private DateTimeOffset Local(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, _calendar.Zone);

    private string Write(DateTimeOffset moment) => Local(moment).ToString("ddd d MMM yyyy HH:mm", CultureInfo.InvariantCulture);

    private string Clock(DateTimeOffset moment) => Local(moment).ToString("HH:mm", CultureInfo.InvariantCulture);

    private static string Write(DateOnly date) => date.ToString("ddd d MMM yyyy", CultureInfo.InvariantCulture);

    private static string Months(int months) => months == 1 ? "1 month" : $"{months} months";

    private static string Length(TimeSpan time)
    {
        var hours = (long)time.TotalHours;
        return (hours, time.Minutes, time.Seconds) switch
        {
            (0, 0, var seconds) => $"{seconds} s",
            (0, var minutes, _) => $"{minutes} min",
            (_, 0, _) => $"{hours} h",
            (_, var minutes, _) => $"{hours} h {minutes} min",
        };
    }

    /// <summary>Gathers the hours of neighbouring days, so that a long target is explained in a few lines.</summary>
    private sealed class CountedHours
    {
        private DateOnly _first;
        private DateOnly _last;
        private DateTimeOffset _begin;
        private DateTimeOffset _end;
        private TimeSpan _total;
        private int _daysOffBefore;

        public void Add(DueReckoning reckoning, DateOnly date, DateTimeOffset begin, DateTimeOffset end)
        {
            if (_total == TimeSpan.Zero)
            {
                reckoning.FlushDaysOff();
                (_first, _begin) = (date, begin);
            }
            else
            {
                _daysOffBefore += reckoning._daysOff;
                reckoning._daysOff = 0;
            }

            (_last, _end) = (date, end);
            _total += end - begin;
        }

        public void Flush(DueReckoning reckoning)
        {
            if (_total == TimeSpan.Zero)
            {
                return;
            }

            var hours = Length(_total);
            var skipped = _daysOffBefore == 0 ? "" : $", without {(_daysOffBefore == 1 ? "1 day" : $"{_daysOffBefore} days")} outside the working week";
            reckoning._lines.Add(_first == _last
                ? $"Counted {hours} on {reckoning.Write(_begin)} to {reckoning.Clock(_end)}."
                : $"Counted {hours} of working time from {reckoning.Write(_begin)} to {reckoning.Write(_end)}{skipped}.");
            (_total, _daysOffBefore) = (TimeSpan.Zero, 0);
        }
    }
}
