using System.Globalization;
using System.Text.RegularExpressions;

namespace EnquiryTriage.Core.Clocks;

/// <summary>What a target counts.</summary>
public enum TargetUnit
{
    /// <summary>Elapsed minutes, day and night.</summary>
    Minutes,

    /// <summary>Hours inside the calendar's working hours.</summary>
    WorkingHours,

    /// <summary>Working days; day 1 is the first working day after receipt.</summary>
    WorkingDays,

    /// <summary>Calendar months: the same date next month, or the next working day after it.</summary>
    Months,

    /// <summary>The close of the last working day before a fixed date.</summary>
    Before,
}

/// <summary>How soon something is to be done, as a manager writes it in the configuration.</summary>
public sealed partial record Target
{
    private static readonly DateOnly Earliest = new(2000, 1, 1);
    private static readonly DateOnly Latest = new(2199, 12, 31);

    private Target(TargetUnit unit, int amount, DateOnly? date) => (Unit, Amount, Date) = (unit, amount, date);

    /// <summary>What is counted.</summary>
    public TargetUnit Unit { get; }

    /// <summary>How many units; 0 for <see cref="TargetUnit.Before"/>.</summary>
    public int Amount { get; }

    /// <summary>The fixed date of <see cref="TargetUnit.Before"/>, else null.</summary>
    public DateOnly? Date { get; }

    /// <summary>A number of elapsed minutes, at most a year of them.</summary>
    public static Target Minutes(int amount) => Counted(TargetUnit.Minutes, amount);

    /// <summary>A number of working hours, at most 10,000.</summary>
    public static Target WorkingHours(int amount) => Counted(TargetUnit.WorkingHours, amount);

    /// <summary>A number of working days, at most 1,000.</summary>
    public static Target WorkingDays(int amount) => Counted(TargetUnit.WorkingDays, amount);

    /// <summary>A number of calendar months, at most 24.</summary>
    public static Target Months(int amount) => Counted(TargetUnit.Months, amount);

    /// <summary>Before a fixed date between 2000 and 2199: by the close of the last working day that precedes it.</summary>
    public static Target Before(DateOnly date) =>
        date >= Earliest && date <= Latest
            ? new Target(TargetUnit.Before, 0, date)
            : throw new FormatException(string.Create(
                CultureInfo.InvariantCulture,
                $"A target before {date:yyyy-MM-dd} is out of range: dates from {Earliest:yyyy-MM-dd} to {Latest:yyyy-MM-dd} are taken."));

    /// <summary>Reads "30 minutes", "4 working hours", "2 working days", "1 month" or "before 2021-05-06".</summary>
    /// <exception cref="FormatException">The text is no target; the message says what is wrong and what would be right.</exception>
    public static Target Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var before = FixedDate().Match(text);
        if (before.Success)
        {
            return DateOnly.TryParseExact(before.Groups["date"].ValueSpan, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)
                ? Before(date)
                : throw new FormatException($"The target '{text.Trim()}' names no date of the form 2021-05-06.");
        }

        var counted = Count().Match(text);
        if (!counted.Success || !int.TryParse(counted.Groups["amount"].ValueSpan, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var amount))
        {
            throw Unknown(text);
        }

        return Counted(UnitOf(counted.Groups["unit"].Value, text), amount);
    }

    /// <summary>The target as <see cref="Parse"/> reads it.</summary>
    public override string ToString() => Date is { } date
        ? string.Create(CultureInfo.InvariantCulture, $"before {date:yyyy-MM-dd}")
        : string.Create(CultureInfo.InvariantCulture, $"{Amount} {UnitName(Unit)}{(Amount == 1 ? "" : "s")}");

    private static Target Counted(TargetUnit unit, int amount)
    {
        var most = unit switch
        {
            TargetUnit.Minutes => 366 * 24 * 60,
            TargetUnit.WorkingHours => 10_000,
            TargetUnit.WorkingDays => 1_000,
            _ => 24,
        };
        if (amount < 1)
        {
            throw new FormatException($"A target of {amount} {UnitName(unit)}s cannot be met by anybody: write 1 or more.");
        }

        return amount <= most
            ? new Target(unit, amount, null)
            : throw new FormatException($"A target of {amount} {UnitName(unit)}s is out of range: at most {most} are taken.");
    }

    private static TargetUnit UnitOf(string unit, string text) => Spaces().Replace(unit.ToLowerInvariant(), " ").TrimEnd('s') switch
    {
        "minute" or "min" => TargetUnit.Minutes,
        "working hour" => TargetUnit.WorkingHours,
        "working day" => TargetUnit.WorkingDays,
        "month" or "calendar month" => TargetUnit.Months,
        _ => throw Unknown(text),
    };

    private static string UnitName(TargetUnit unit) => unit switch
    {
        TargetUnit.Minutes => "minute",
        TargetUnit.WorkingHours => "working hour",
        TargetUnit.WorkingDays => "working day",
        _ => "month",
    };

    private static FormatException Unknown(string text) => new(
        $"The target '{text.Trim()}' is not understood: write '30 minutes', '4 working hours', '2 working days', '1 month' or 'before 2021-05-06'.");

    [GeneratedRegex(@"^\s*before\s+(?<date>\S+)\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FixedDate();

    [GeneratedRegex(@"^\s*(?<amount>[+-]?[0-9]{1,9})\s*(?<unit>[a-z]+([\s-]+[a-z]+)?)\s*$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Count();

    [GeneratedRegex(@"[\s-]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Spaces();
}
