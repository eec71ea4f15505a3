using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CsvHelper;
using EnquiryTriage.Core.Reporting;
using EnquiryTriage.Worker.Settings;
using Spectre.Console;

namespace EnquiryTriage.Worker.Commands;

/// <summary>How lists are printed.</summary>
internal enum ListFormat
{
    /// <summary>For people.</summary>
    Table,

    /// <summary>RFC 4180.</summary>
    Csv,

    /// <summary>One object a line.</summary>
    Json,
}

/// <summary>How single things are printed.</summary>
internal enum TextFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One object a line.</summary>
    Json,
}

/// <summary>A column of a list: its name (camelCase in CSV) and its value.</summary>
internal sealed record Column<T>(string Name, Func<T, object?> Value);

/// <summary>Printing: the same for every verb.</summary>
internal static class Output
{
    private const int PipeWidth = 200;

    /// <summary>Standard output: colours and the terminal's width on a terminal, neither in a pipe.</summary>
    public static IAnsiConsole Terminal { get; } = CreateTerminal();

    /// <summary>How lists are printed.</summary>
    public static Option<ListFormat> ListFormatOption() => new("--format") { Description = "table, csv or json", DefaultValueFactory = _ => ListFormat.Table };

    public static Option<TextFormat> TextFormatOption() => new("--format") { Description = "text or json", DefaultValueFactory = _ => TextFormat.Text };

    /// <summary>Prints rows as a table, as CSV, or as a JSON object a line.</summary>
    public static void Rows<T>(ListFormat format, IReadOnlyList<T> rows, IReadOnlyList<Column<T>> columns)
    {
        switch (format)
        {
            case ListFormat.Json:
                foreach (var row in rows)
                {
                    JsonLine(row);
                }

                break;
            case ListFormat.Csv:
                Csv(rows, columns);
                break;
            default:
                Table(rows, columns);
                break;
        }
    }

    /// <summary>Prints an object as one line of JSON.</summary>
    public static void JsonLine<T>(T value) => Console.Out.WriteLine(JsonSerializer.Serialize(value, ContractJson.Line));

    /// <summary>A time for people, in the deployment's zone.</summary>
    public static string Time(DateTimeOffset? time, TimeZoneInfo zone) =>
        time is { } at ? TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "";

    /// <summary>A duration for people.</summary>
    public static string Duration(double? seconds) => seconds switch
    {
        null => "",
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s"),
        < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0} s"),
        < 7200 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 60:0} min"),
        < 172800 => string.Create(CultureInfo.InvariantCulture, $"{seconds / 3600:0.0} h"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{seconds / 86400:0.0} d"),
    };

    /// <summary>Control characters out: a subject must not move the cursor of whoever reads the list.</summary>
    public static string Plain(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));

    /// <summary>A date or time from the command line, read in the deployment's zone where it has none of its own.</summary>
    public static DateTimeOffset? Date(string? text, string option, TimeZoneInfo zone)
    {
        if (text is null)
        {
            return null;
        }

        const DateTimeStyles Styles = DateTimeStyles.AllowWhiteSpaces;
        if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, Styles | DateTimeStyles.NoCurrentDateDefault | DateTimeStyles.RoundtripKind, out var read) || read.Year < 1970)
        {
            throw new SettingsException([$"{option}: '{text}' is not a date: use one such as 2021-04-07 or 2021-04-07T09:00:00Z."]);
        }

        var local = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Styles, out var offset) && read.Kind != DateTimeKind.Unspecified;
        return local ? offset.ToUniversalTime() : new DateTimeOffset(read, zone.GetUtcOffset(read)).ToUniversalTime();
    }

    private static IAnsiConsole CreateTerminal()
    {
        if (!Console.IsOutputRedirected)
        {
            return AnsiConsole.Console;
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors });
        console.Profile.Width = PipeWidth;
        return console;
    }

    private static void Csv<T>(IReadOnlyList<T> rows, IReadOnlyList<Column<T>> columns)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = CsvWriter.Create(text, new CsvWriterOptions(), leaveOpen: true))
        {
            csv.WriteHeader([.. columns.Select(c => JsonNamingPolicy.CamelCase.ConvertName(c.Name.Replace(" ", "", StringComparison.Ordinal)))]);
            foreach (var row in rows)
            {
                csv.WriteRecord([.. columns.Select(c => CsvValue(c.Value(row)))]);
            }
        }

        Console.Out.Write(text.ToString());
    }

    // A leading =, +, - or @ would be a formula in a spreadsheet (CWE-1236).
    private static string CsvValue(object? value) => value switch
    {
        null => "",
        DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        string { Length: > 0 } text when "=+-@\t\r".Contains(text[0], StringComparison.Ordinal) => "'" + text,
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private static void Table<T>(IReadOnlyList<T> rows, IReadOnlyList<Column<T>> columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            table.AddColumn(Markup.Escape(column.Name));
        }

        foreach (var row in rows)
        {
            table.AddRow([.. columns.Select(c => Markup.Escape(Plain(Cell(c.Value(row)))))]);
        }

        Terminal.Write(table);
    }

    private static string Cell(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "yes" : "",
        DateTimeOffset at => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
