using System.Globalization;
using EnquiryTriage.Core.Reporting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace EnquiryTriage.Worker.Health;

/// <summary><c>/health</c>: 200 where all is well, 503 with the issues' names where it is not. <c>/health/live</c>: 200 where the process answers.</summary>
public static class HealthEndpoints
{
    private sealed record IssueDocument(string Code, string Message, DateTimeOffset OpenedAt);

    private sealed record Document(string Status, DateTimeOffset? LookedAt, IReadOnlyList<IssueDocument> Issues, IReadOnlyList<HealthFact> Facts);

    /// <summary>Adds both.</summary>
    /// <param name="routes">The application.</param>
    /// <param name="state">The last look.</param>
    /// <param name="stalledAfter">A look that is older says nothing any more: then that is the issue.</param>
    /// <param name="time">The clock.</param>
    public static void MapHealth(this IEndpointRouteBuilder routes, HealthState state, TimeSpan stalledAfter, TimeProvider time)
    {
        routes.MapGet("/health", () =>
        {
            var document = Of(state.Report, stalledAfter, time.GetUtcNow());
            return Results.Json(document, ContractJson.Line, statusCode: document.Status == "ok" ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        });
        routes.MapGet("/health/live", () => Results.Text("ok"));
    }

    private static Document Of(HealthReport? report, TimeSpan stalledAfter, DateTimeOffset now)
    {
        if (report is null)
        {
            return new Document("starting", null, [], []);
        }

        var issues = report.Issues.Select(i => new IssueDocument(i.Code, i.Message, i.Opened)).ToList();
        if (now - report.At > stalledAfter)
        {
            issues.Add(new IssueDocument("stalled", string.Create(CultureInfo.InvariantCulture, $"The last look was at {report.At:yyyy-MM-dd HH:mm:ss} UTC: see the log, and restart the worker."), report.At));
        }

        return new Document(issues.Count == 0 ? "ok" : "issues", report.At, issues, report.Facts);
    }
}
