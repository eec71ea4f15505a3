using System.Net;
using System.Text.Json;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Core.Reporting;
using EnquiryTriage.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using NSubstitute;

namespace EnquiryTriage.Web.Tests;

public sealed class PagesTests : IAsyncLifetime
{
    private const string Reference = "ET-04HMASW-F";
    private const string Hostile = "<script>alert(1)</script><img src=x onerror=alert(2)> \"' \u001b[31m\u0007\0 \u202Eevil";

    private static readonly DateTimeOffset Summer = new(2021, 7, 1, 22, 30, 0, TimeSpan.Zero);

    private readonly IEnquiryQueries _queries = Substitute.For<IEnquiryQueries>();
    private readonly IIntakeStore _intake = Substitute.For<IIntakeStore>();
    private readonly WebApplication _app;

    public PagesTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        _app = builder.Build();
        _app.MapEnquiryPages(_queries, _intake, TimeZoneInfo.FindSystemTimeZoneById("Europe/London"));
        _queries.ListAsync(default!, default).ReturnsForAnyArgs([Summary]);
        _queries.FindAsync(Reference, Arg.Any<CancellationToken>()).Returns(Life);
        _queries.FactsAsync(default, default, default).ReturnsForAnyArgs([
            new EnquiryFacts("drugs", "team-a", "enquiry", Summer, Summer.AddSeconds(90), Summer.AddHours(30), true),
            new EnquiryFacts(null, "team-b", "complaint", Summer, null, null, true)]);
        _intake.BalanceAsync(default).ReturnsForAnyArgs([
            new LedgerBalance("strategy", "INBOX", 9, 4, 2, 1, 1, 1, 0, 9, 9), new LedgerBalance("strategy", "Sent", 2, 1, 0, 0, 0, 0, 1, null, null)]);
    }

    private static EnquirySummary Summary => new(
        Reference, EnquiryState.Assigned, "enquiry", "drugs", "drugs", true, "en", Summer, Summer.AddDays(5), null, null, 1, Hostile, $"{Hostile}@x.example");

    private static EnquiryLife Life => new(
        Summary,
        Hostile,
        [new EnquiryMail("m1", FolderRole.Inbox, Summer, Summer, Hostile, Hostile, Hostile, Hostile, true, null, JsonSerializer.Serialize(new { text = Hostile }))],
        [new EnquiryQuestion("q1", 1, Hostile, "drugs", 0.5, false, "drugs", Hostile, null, "Open")],
        [new OutboxLife("o1", OutboxPurpose.Acknowledgement, OutboxState.Held, Hostile, Hostile, "id", 0, 0, Hostile, Hostile, Summer, null)],
        [new EnquiryEvent(1, Summer, "mail-received", Hostile, "e1", "m1", null, JsonSerializer.SerializeToElement(new { reason = Hostile }))]);

    public Task InitializeAsync() => _app.StartAsync();

    public async Task DisposeAsync() => await _app.DisposeAsync();

    [Theory]
    [InlineData("/")]
    [InlineData($"/enquiries/{Reference}")]
    public async Task What_a_sender_wrote_is_words_on_every_page(string path)
    {
        var html = await GetAsync(path);

        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(html, c => char.IsControl(c) && c is not ('\n' or '\r' or '\t'));
        Assert.DoesNotContain('\u202E', html);
    }

    [Theory]
    [InlineData("/", HttpStatusCode.OK)]
    [InlineData("/report", HttpStatusCode.OK)]
    [InlineData("/ledger", HttpStatusCode.OK)]
    [InlineData($"/enquiries/{Reference}", HttpStatusCode.OK)]
    [InlineData("/enquiries/ET-0000000-0", HttpStatusCode.NotFound)]
    public async Task Every_page_forbids_scripts_sniffing_framing_and_keeping(string path, HttpStatusCode status)
    {
        using var response = await _app.GetTestClient().GetAsync(path);

        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.Equal(status, response.StatusCode);
        Assert.All(["default-src 'none'", "frame-ancestors 'none'", "form-action 'none'"], rule => Assert.Contains(rule, policy, StringComparison.Ordinal));
        Assert.DoesNotContain("script-src", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(response.Headers.GetValues("Referrer-Policy")));
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task The_list_links_each_enquiry_and_shows_times_in_the_deployments_zone()
    {
        var html = await GetAsync("/");

        Assert.Contains($"<a href=\"/enquiries/{Reference}\">{Reference}</a>", html, StringComparison.Ordinal);
        Assert.Contains("<td>2021-07-01 23:30</td>", html, StringComparison.Ordinal);
        Assert.Contains("<strong>urgent</strong>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("et-o4hmasw-f")]
    [InlineData("ET04HMASWF")]
    public async Task A_life_is_found_however_its_reference_is_typed(string typed)
    {
        var html = await GetAsync($"/enquiries/{typed}");

        Assert.Contains($"<h1>{Reference}</h1>", html, StringComparison.Ordinal);
        Assert.All(["Questions", "Outgoing", "Events", "Decision"], heading => Assert.Contains(heading, html, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("ET-0000000-0")]
    [InlineData("nonsense")]
    [InlineData("%3Cscript%3E")]
    public async Task An_unknown_reference_is_not_found_and_not_repeated(string reference)
    {
        using var response = await _app.GetTestClient().GetAsync($"/enquiries/{reference}");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.DoesNotContain("<script", await response.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
        await _queries.DidNotReceive().FindAsync("nonsense", Arg.Any<CancellationToken>());
    }

    [Theory]
    [InlineData("", "drugs", "(undecided)")]
    [InlineData("?by=Team", "team-a", "team-b")]
    [InlineData("?by=kind", "complaint", "enquiry")]
    public async Task The_report_is_grouped_as_asked_and_sums_up(string by, string first, string second)
    {
        var html = await GetAsync($"/report{by}");

        Assert.All([first, second, "all"], group => Assert.Contains($"<td>{group}</td>", html, StringComparison.Ordinal));
        Assert.Contains("<td>0:01:30</td>", html, StringComparison.Ordinal);
        Assert.Contains("<td>1d 6:00:00</td>", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_grouping_that_does_not_exist_is_a_bad_request()
    {
        using var response = await _app.GetTestClient().GetAsync("/report?by=weather");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task The_ledger_says_of_each_folder_whether_it_balances()
    {
        var html = await GetAsync("/ledger");

        Assert.Contains("<td>INBOX</td><td>9</td><td>4</td><td>2</td><td>1</td><td>1</td><td>1</td><td>0</td><td>9</td><td>yes</td>", html, StringComparison.Ordinal);
        Assert.Contains("<td>1</td><td></td><td><strong>NO</strong></td>", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task The_pages_only_read(string method)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), "/");
        using var response = await _app.GetTestClient().SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }

    private async Task<string> GetAsync(string path)
    {
        using var response = await _app.GetTestClient().GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }
}
