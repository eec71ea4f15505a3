using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace EnquiryTriage.Web;

/// <summary>A plain page. Everything that came by mail goes through <see cref="Text"/>, which escapes it; scripts and remote content are forbidden by header.</summary>
internal static class Page
{
    private const string Policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static IResult Html(string title, string body, int status = StatusCodes.Status200OK) => new Document(
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{Text(title)} - EnquiryTriage</title>
        <style>
        body {"{"} font: 1rem/1.5 system-ui, sans-serif; margin: 1rem auto; max-width: 90rem; padding: 0 1rem; {"}"}
        table {"{"} border-collapse: collapse; width: 100%; {"}"}
        th, td {"{"} border-bottom: 1px solid #767676; padding: .25rem .5rem; text-align: left; vertical-align: top; {"}"}
        pre {"{"} white-space: pre-wrap; overflow-wrap: anywhere; background: #f3f2f1; padding: .5rem; {"}"}
        </style>
        </head>
        <body>
        <nav><a href="/">Enquiries</a> | <a href="/report">Report</a> | <a href="/ledger">Ledger</a></nav>
        <main>
        <h1>{Text(title)}</h1>
        {body}
        </main>
        </body>
        </html>
        """,
        status);

    public static string Text(object? value) => WebUtility.HtmlEncode(string.Concat((Convert.ToString(value, CultureInfo.InvariantCulture) ?? "").Select(Visible)));

    // HTML has no control characters, and marks of direction would let a sender's words run into ours: each becomes a visible sign.
    private static char Visible(char c) =>
        (char.IsControl(c) && c is not ('\n' or '\r' or '\t')) || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069') ? '\uFFFD' : c;

    public static string Time(DateTimeOffset? time, TimeZoneInfo zone) =>
        time is { } at ? TimeZoneInfo.ConvertTime(at, zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "";

    public static string Duration(double? seconds) =>
        seconds is { } s ? TimeSpan.FromSeconds(Math.Round(s, s < 10 ? 1 : 0)).ToString(s < 86400 ? "h':'mm':'ss" : "d'd 'h':'mm':'ss", CultureInfo.InvariantCulture) : "";

    public static string Table(IReadOnlyList<string> headings, IEnumerable<IReadOnlyList<string>> rows)
    {
        var html = new StringBuilder("<table><thead><tr>");
        foreach (var heading in headings)
        {
            html.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\">{Text(heading)}</th>");
        }

        html.Append("</tr></thead><tbody>");
        foreach (var row in rows)
        {
            html.Append("<tr>");
            foreach (var cell in row)
            {
                html.Append("<td>").Append(cell).Append("</td>");
            }

            html.Append("</tr>");
        }

        return html.Append("</tbody></table>").ToString();
    }

    private sealed class Document(string html, int status) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.StatusCode = status;
            response.ContentType = "text/html; charset=utf-8";
            response.Headers.ContentSecurityPolicy = Policy;
            response.Headers.XContentTypeOptions = "nosniff";
            response.Headers["Referrer-Policy"] = "no-referrer";
            response.Headers.CacheControl = "no-store";
            return response.WriteAsync(html);
        }
    }
}
