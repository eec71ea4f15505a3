using System.Globalization;
using System.Net.Http.Json;
using EnquiryTriage.Core.Reporting;
using EnquiryTriage.Worker.Settings;
using Microsoft.Extensions.Logging;

namespace EnquiryTriage.Worker.Health;

/// <summary>
/// The sign of life for a monitor outside: a file, a URL, or both, after a look. It says that the worker runs and looks after itself; whether all is
/// well stands in it. What cannot be given is logged once: its absence is what the monitor watches for.
/// </summary>
public sealed partial class Heartbeat : IDisposable
{
    private readonly HeartbeatSettings _settings;
    private readonly ILogger<Heartbeat> _log;
    private readonly HttpClient _http;
    private readonly HttpMethod _method;
    private DateTimeOffset? _last;
    private bool _failing;

    /// <summary>A heartbeat.</summary>
    public Heartbeat(HeartbeatSettings settings, ILogger<Heartbeat> log)
    {
        (_settings, _log) = (settings, log);
        _method = settings.Method.Equals("post", StringComparison.OrdinalIgnoreCase) ? HttpMethod.Post : HttpMethod.Get;
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = TimeSpan.FromSeconds(settings.TimeoutSeconds),
        };
    }

    /// <summary>Gives a sign where one is due.</summary>
    public async Task BeatAsync(HealthReport report, CancellationToken cancel)
    {
        if (report.At - _last < TimeSpan.FromSeconds(_settings.EverySeconds))
        {
            return;
        }

        _last = report.At;
        try
        {
            await WriteAsync(report, cancel);
            await AskAsync(report, cancel);
            _failing = false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or HttpRequestException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            if (!_failing)
            {
                Log.NotGiven(_log, e.Message);
            }

            _failing = true;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    // Renamed into place, so that nobody reads half of it.
    private async Task WriteAsync(HealthReport report, CancellationToken cancel)
    {
        if (_settings.File.Length == 0)
        {
            return;
        }

        var path = Path.GetFullPath(_settings.File);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var line = string.Create(CultureInfo.InvariantCulture, $"{report.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'} {Words(report)}\n");
        await File.WriteAllTextAsync(path + ".new", line, cancel);
        File.Move(path + ".new", path, overwrite: true);
    }

    private async Task AskAsync(HealthReport report, CancellationToken cancel)
    {
        if (_settings.Url.Length == 0)
        {
            return;
        }

        using var request = new HttpRequestMessage(_method, _settings.Url);
        if (_method == HttpMethod.Post)
        {
            var state = new { status = report.Issues.Count == 0 ? "ok" : "issues", at = report.At, issues = report.Issues.Select(i => i.Code) };
            request.Content = JsonContent.Create(state, options: ContractJson.Line);
        }

        using var response = await _http.SendAsync(request, cancel);
        response.EnsureSuccessStatusCode();
    }

    private static string Words(HealthReport report) => report.Issues.Count == 0 ? "ok" : "issues " + string.Join(' ', report.Issues.Select(i => i.Code));

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The heartbeat cannot be given: {Problem} Check Health:Heartbeat.")]
        public static partial void NotGiven(ILogger logger, string problem);
    }
}
