using System.Globalization;
using System.Net;
using System.Text;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Reporting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EnquiryTriage.Web;

/// <summary>The loopback pages: enquiries, one enquiry's life, the report's figures, the ledger. They only read.</summary>
public static class EnquiryPages
{
    /// <summary>Adds the pages.</summary>
    /// <param name="routes">The application.</param>
    /// <param name="queries">The record.</param>
    /// <param name="intake">The ledger.</param>
    /// <param name="zone">The zone in which times are shown.</param>
    public static void MapEnquiryPages(this IEndpointRouteBuilder routes, IEnquiryQueries queries, IIntakeStore intake, TimeZoneInfo zone)
    {
        routes.MapGet("/", async (CancellationToken cancel) => Page.Html("Enquiries", Enquiries(await queries.ListAsync(new EnquiryFilter(), cancel), zone)));
        routes.MapGet("/enquiries/{reference}", async (string reference, CancellationToken cancel) =>
            EnquiryReference.TryParse(reference, out var read) && await queries.FindAsync(read.ToString(), cancel) is { } life
                ? Page.Html(life.Summary.Reference, Life(life, zone))
                : Page.Html("No such enquiry", "<p>There is no enquiry of that reference.</p>", StatusCodes.Status404NotFound));
        routes.MapGet("/report", async (string? by, CancellationToken cancel) =>
            Enum.TryParse<ReportGrouping>(by ?? nameof(ReportGrouping.Topic), ignoreCase: true, out var grouping) && Enum.IsDefined(grouping)
                ? Page.Html("Report", Figures(Report.Build(await queries.FactsAsync(null, null, cancel), grouping, null, null), zone))
                : Page.Html("No such report", "<p>A report is by topic, by team or by kind.</p>", StatusCodes.Status400BadRequest));
        routes.MapGet("/ledger", async (CancellationToken cancel) => Page.Html("Ledger", Ledger(await intake.BalanceAsync(cancel))));
    }

    private static string Enquiries(IReadOnlyList<EnquirySummary> enquiries, TimeZoneInfo zone) => Page.Table(
        ["Reference", "State", "Kind", "Topic", "Team", "Received", "Due", "Acknowledged", "Answered", "Subject"],
        enquiries.Select(e => new[]
        {
            Link(e.Reference), Page.Text(e.State), Page.Text(e.Kind), Page.Text(e.Topic ?? "(undecided)"), Page.Text(e.Team),
            Page.Time(e.Received, zone), Page.Time(e.Due, zone), Page.Time(e.Acknowledged, zone), Page.Time(e.Answered, zone),
            (e.Urgent ? "<strong>urgent</strong> " : "") + Page.Text(e.Subject),
        }));

    private static string Life(EnquiryLife life, TimeZoneInfo zone)
    {
        var s = life.Summary;
        var html = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"<p>{Page.Text(s.Subject)}</p><p>{Page.Text(s.State)}, {Page.Text(s.Kind)}, {Page.Text(s.Topic ?? "topic undecided")}, ")
            .Append(CultureInfo.InvariantCulture, $"team {Page.Text(s.Team)} (rule: {Page.Text(life.Rule)}), due {Page.Time(s.Due, zone)}</p>");
        foreach (var mail in life.Mails)
        {
            html.Append(CultureInfo.InvariantCulture, $"<h2>{(mail.Role == FolderRole.Sent ? "Answer" : "Mail")} of {Page.Time(mail.Received, zone)}</h2>")
                .Append(CultureInfo.InvariantCulture, $"<pre>{Page.Text(mail.NewText)}</pre>")
                .Append(CultureInfo.InvariantCulture, $"<details><summary>Decision</summary><pre>{Page.Text(mail.DecisionJson)}</pre></details>");
        }

        return html
            .Append("<h2>Questions</h2>")
            .Append(Page.Table(["#", "Topic", "Confidence", "Team", "Rule", "Due", "Text"], life.Questions.Select(q => new[]
            {
                Page.Text(q.Ordinal), Page.Text(q.Topic), Page.Text(q.Confidence.ToString("0.00", CultureInfo.InvariantCulture)), Page.Text(q.Team),
                Page.Text(q.Rule), Page.Time(q.Due, zone), Page.Text(q.Text),
            })))
            .Append("<h2>Outgoing</h2>")
            .Append(Page.Table(["Purpose", "State", "Template", "Attempts", "Accepted", "Note"], life.Outbox.Select(o => new[]
            {
                Page.Text(o.Purpose), Page.Text(o.State), Page.Text(o.Template), Page.Text(o.Attempts), Page.Time(o.Accepted, zone),
                Page.Text(o.HoldReason ?? o.LastReply),
            })))
            .Append("<h2>Events</h2>")
            .Append(Page.Table(["#", "At", "Event", "Actor", "Detail"], life.Events.Select(e => new[]
            {
                Page.Text(e.Sequence), Page.Time(e.At, zone), Page.Text(e.Type), Page.Text(e.Actor), Page.Text(e.Detail),
            })))
            .ToString();
    }

    private static string Figures(Report report, TimeZoneInfo zone) =>
        "<p>By <a href=\"/report?by=Topic\">topic</a>, <a href=\"/report?by=Team\">team</a>, <a href=\"/report?by=Kind\">kind</a>. Durations in calendar time.</p>"
        + Page.Table(
            [report.By.ToString(), "Received", "Acknowledged", "Median", "P90", "First answer", "Median", "P90", "Unanswered", "Oldest"],
            report.Rows.Append(report.All).Select(r => new[]
            {
                Page.Text(r.Group), Page.Text(r.Received), Page.Text(r.Acknowledged.N), Page.Duration(r.Acknowledged.MedianSeconds),
                Page.Duration(r.Acknowledged.P90Seconds), Page.Text(r.FirstAnswer.N), Page.Duration(r.FirstAnswer.MedianSeconds),
                Page.Duration(r.FirstAnswer.P90Seconds), Page.Text(r.Unanswered), Page.Time(r.OldestUnanswered, zone),
            }));

    private static string Ledger(IReadOnlyList<LedgerBalance> balances) =>
        "<p>seen = ingested + duplicate + quarantined + ignored + vanished</p>"
        + Page.Table(
            ["Mailbox", "Folder", "Seen", "Ingested", "Duplicate", "Quarantined", "Ignored", "Vanished", "Pending", "Server", "Balances"],
            balances.Select(b => new[]
            {
                Page.Text(b.Mailbox), Page.Text(b.Folder), Page.Text(b.Seen), Page.Text(b.Ingested), Page.Text(b.Duplicate), Page.Text(b.Quarantined),
                Page.Text(b.Ignored), Page.Text(b.Vanished), Page.Text(b.Pending), Page.Text(b.ServerCount), b.Balances ? "yes" : "<strong>NO</strong>",
            }));

    private static string Link(string reference) => $"<a href=\"/enquiries/{WebUtility.UrlEncode(reference)}\">{Page.Text(reference)}</a>";
}
