using System.Globalization;
using EnquiryTriage.Worker.Health;

namespace EnquiryTriage.Worker.Access;

/// <summary>Facts about what runs out.</summary>
internal static class Expiry
{
    /// <summary>Good while there is more time left than <paramref name="warning"/>.</summary>
    public static HealthFact Fact(string code, string what, DateTimeOffset end, TimeSpan warning, string remedy, DateTimeOffset now)
    {
        var left = end - now;
        var date = end.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        return left > warning ? new HealthFact(code, true, $"{what} is good until {date}.")
            : left > TimeSpan.Zero ? new HealthFact(code, false, $"{what} ends on {date}, in {Days(left)}: {remedy}")
            : new HealthFact(code, false, $"{what} ended on {date}: {remedy}");
    }

    private static string Days(TimeSpan left) => left.TotalDays >= 2
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(left.TotalDays)} days")
        : string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(left.TotalHours)} hours");
}
