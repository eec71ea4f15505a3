using System.Globalization;
using System.Text.Json;

namespace EnquiryTriage.Core.Clocks;

/// <summary>
/// Bank holidays by division (<c>england-and-wales</c>, <c>scotland</c>, <c>northern-ireland</c>), read from the JSON that the
/// government publishes at gov.uk/bank-holidays.json, so that the official file can be dropped in.
/// </summary>
public sealed class BankHolidays
{
    private static readonly Lazy<BankHolidays> ShippedHolidays = new(LoadShipped);

    private readonly SortedDictionary<string, SortedDictionary<DateOnly, string>> _divisions;

    private BankHolidays(SortedDictionary<string, SortedDictionary<DateOnly, string>> divisions) => _divisions = divisions;

    /// <summary>The holidays that come with the product, 2018 to 2028.</summary>
    public static BankHolidays Shipped => ShippedHolidays.Value;

    /// <summary>The divisions that the data holds, in alphabetical order.</summary>
    public IReadOnlyCollection<string> Divisions => _divisions.Keys;

    /// <summary>Reads the government's format.</summary>
    /// <param name="json">UTF-8 JSON; read to its end, not closed.</param>
    /// <param name="source">What to call the data in error messages, such as the file's name.</param>
    /// <exception cref="FormatException">The data is not in the format; the message names the division, the event and the fault.</exception>
    public static BankHolidays Load(Stream json, string source)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement, source);
        }
        catch (JsonException fault)
        {
            throw new FormatException($"{source} is not JSON: {fault.Message}", fault);
        }
    }

    /// <summary>The holidays of one division by date.</summary>
    /// <exception cref="ArgumentException">The data holds no such division.</exception>
    public IReadOnlyDictionary<DateOnly, string> Of(string division) =>
        _divisions.TryGetValue(division, out var holidays)
            ? holidays
            : throw new ArgumentException(
                $"There is no bank-holiday division '{division}'; the data holds {string.Join(", ", _divisions.Keys)}.", nameof(division));

    /// <summary>The last year for which the division's holidays are known. A date after it may be an unknown holiday.</summary>
    public int LastYear(string division) => Of(division).Keys.Max().Year;

    private static BankHolidays LoadShipped()
    {
        const string name = "bank-holidays.json";
        using var json = typeof(BankHolidays).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The embedded resource {name} is missing from the build.");
        return Load(json, name);
    }

    private static BankHolidays Read(JsonElement root, string source)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"{source} must be an object with a property for each division, not {Kind(root)}.");
        }

        var divisions = new SortedDictionary<string, SortedDictionary<DateOnly, string>>(StringComparer.Ordinal);
        foreach (var division in root.EnumerateObject())
        {
            if (!divisions.TryAdd(division.Name, ReadEvents(division, source)))
            {
                throw new FormatException($"{source}: the division '{division.Name}' stands there twice.");
            }
        }

        return divisions.Count > 0 ? new BankHolidays(divisions) : throw new FormatException($"{source} holds no division.");
    }

    private static SortedDictionary<DateOnly, string> ReadEvents(JsonProperty division, string source)
    {
        if (division.Value.ValueKind != JsonValueKind.Object
            || !division.Value.TryGetProperty("events", out var events)
            || events.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException($"{source}: the division '{division.Name}' has no list 'events'.");
        }

        var holidays = new SortedDictionary<DateOnly, string>();
        var number = 0;
        foreach (var entry in events.EnumerateArray())
        {
            number++;
            var where = $"{source}: event {number} of '{division.Name}'";
            var title = Text(entry, "title", where);
            var written = Text(entry, "date", where);
            if (!DateOnly.TryParseExact(written, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
            {
                throw new FormatException($"{where} ('{title}') has the date '{written}', which is no date of the form 2021-05-03.");
            }

            // The same day twice is harmless: both titles are kept for the explanation.
            holidays[date] = holidays.TryGetValue(date, out var other) && !string.Equals(other, title, StringComparison.Ordinal) ? $"{other} and {title}" : title;
        }

        return holidays.Count > 0 ? holidays : throw new FormatException($"{source}: the division '{division.Name}' has no events.");
    }

    private static string Text(JsonElement entry, string property, string where)
    {
        if (entry.ValueKind != JsonValueKind.Object)
        {
            throw new FormatException($"{where} must be an object, not {Kind(entry)}.");
        }

        return entry.TryGetProperty(property, out var value) && value.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(value.GetString())
            ? value.GetString()!.Trim()
            : throw new FormatException($"{where} has no text '{property}'.");
    }

    private static string Kind(JsonElement element) => element.ValueKind.ToString().ToLowerInvariant();
}
