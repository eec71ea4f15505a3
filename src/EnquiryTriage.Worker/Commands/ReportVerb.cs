using System.CommandLine;
using EnquiryTriage.Core.Reporting;

namespace EnquiryTriage.Worker.Commands;

/// <summary><c>report</c>: response figures over a period.</summary>
internal static class ReportVerb
{
    public static Command Create()
    {
        var from = new Option<string?>("--from") { Description = "Enquiries received from this date on", HelpName = "DATE" };
        var to = new Option<string?>("--to") { Description = "Enquiries received before this date", HelpName = "DATE" };
        var by = new Option<ReportGrouping>("--by") { Description = "topic, team or kind", DefaultValueFactory = _ => ReportGrouping.Topic };
        var format = Output.ListFormatOption();
        var verb = new Command("report", "Received, acknowledged, first answer, unanswered: n, median and 90th percentile.") { from, to, by, format };
        verb.SetAction(async (parsed, cancel) =>
        {
            var (_, store, zone) = StoreAccess.Open(parsed.GetRequiredValue(RootVerb.Config));
            using (store)
            {
                var (start, end) = (Output.Date(parsed.GetValue(from), "--from", zone), Output.Date(parsed.GetValue(to), "--to", zone));
                var report = Report.Build(await store.FactsAsync(start, end, cancel), parsed.GetValue(by), start, end);
                Print(report, parsed.GetValue(format), zone);
                return ExitCodes.Done;
            }
        });
        return verb;
    }

    /// <summary>Prints a report.</summary>
    public static void Print(Report report, ListFormat format, TimeZoneInfo zone)
    {
        var people = format == ListFormat.Table;
        object? Duration(double? seconds) => people ? Output.Duration(seconds) : seconds;
        Output.Rows(format, [.. report.Rows, report.All], [
            new(report.By.ToString(), r => r.Group),
            new("Received", r => r.Received),
            new("Acknowledged", r => r.Acknowledged.N),
            new(people ? "Median" : "Acknowledged Median Seconds", r => Duration(r.Acknowledged.MedianSeconds)),
            new(people ? "P90" : "Acknowledged P90 Seconds", r => Duration(r.Acknowledged.P90Seconds)),
            new(people ? "First answer" : "First Answer", r => r.FirstAnswer.N),
            new(people ? "Median" : "First Answer Median Seconds", r => Duration(r.FirstAnswer.MedianSeconds)),
            new(people ? "P90" : "First Answer P90 Seconds", r => Duration(r.FirstAnswer.P90Seconds)),
            new("Unanswered", r => r.Unanswered),
            new(people ? "Oldest" : "Oldest Unanswered", r => people ? Output.Time(r.OldestUnanswered, zone) : r.OldestUnanswered)]);
    }
}
