using System.Net;
using EnquiryTriage.Core.Health;
using EnquiryTriage.Worker.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace EnquiryTriage.Worker.Tests.Health;

public sealed class HealthPageTests : IAsyncLifetime, IDisposable
{
    private readonly HealthState _state = new();
    private readonly FakeTimeProvider _time = new(Office.Now);
    private readonly HttpClient _http = new();
    private WebApplication _app = null!;

    public async Task InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapHealth(_state, TimeSpan.FromSeconds(150), _time);
        await _app.StartAsync();
    }

    public async Task DisposeAsync() => await _app.DisposeAsync();

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Before_the_first_look_nothing_is_known_and_the_process_lives()
    {
        Assert.Equal((503, """{"status":"starting","lookedAt":null,"issues":[],"facts":[]}"""), await GetAsync("/health"));
        Assert.Equal((200, "ok"), await GetAsync("/health/live"));
    }

    [Fact]
    public async Task Where_all_is_well_it_answers_200_with_what_is_known()
    {
        _state.Report = new HealthReport(Office.Now, [], [new HealthFact("disk", true, "9000 MiB free")]);

        Assert.Equal(
            (200, """{"status":"ok","lookedAt":"2021-04-12T10:00:00Z","issues":[],"facts":[{"code":"disk","ok":true,"message":"9000 MiB free"}]}"""),
            await GetAsync("/health"));
    }

    [Fact]
    public async Task An_open_issue_answers_503_with_its_name()
    {
        _state.Report = new HealthReport(Office.Now, [new OpenIssue("disk", "Only 3 MiB are free.", Office.Now.AddHours(-1))], []);

        Assert.Equal(
            (503, """{"status":"issues","lookedAt":"2021-04-12T10:00:00Z","issues":[{"code":"disk","message":"Only 3 MiB are free.","openedAt":"2021-04-12T09:00:00Z"}],"facts":[]}"""),
            await GetAsync("/health"));
        Assert.Equal((200, "ok"), await GetAsync("/health/live"));
    }

    [Fact]
    public async Task A_look_that_is_too_old_is_itself_an_issue()
    {
        _state.Report = new HealthReport(Office.Now, [], []);
        _time.Advance(TimeSpan.FromSeconds(150));
        Assert.Equal(200, (await GetAsync("/health")).Status);
        _time.Advance(TimeSpan.FromSeconds(1));

        var (status, body) = await GetAsync("/health");

        Assert.Equal(503, status);
        Assert.Contains("\"code\":\"stalled\"", body, StringComparison.Ordinal);
    }

    private async Task<(int Status, string Body)> GetAsync(string path)
    {
        using var response = await _http.GetAsync(new Uri(_app.Urls.Single() + path));
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
