using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using EnquiryTriage.Worker.Settings;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace EnquiryTriage.Worker.Health;

/// <summary>A way to tell somebody that does not lead through the outbox.</summary>
public interface IAlertChannel
{
    /// <summary>Its name in the record.</summary>
    string Name { get; }

    /// <summary>Tells once.</summary>
    /// <param name="key">The same for each attempt at the same notice.</param>
    /// <param name="body">The notice, as JSON.</param>
    /// <param name="cancel">Cancels.</param>
    /// <exception cref="AlertException">It was not told, or that is not known.</exception>
    Task SendAsync(string key, string body, CancellationToken cancel);
}

/// <summary>A notice was not given: what is wrong, without secrets.</summary>
public sealed class AlertException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>
/// POSTs the notice. With a secret, <c>X-Signature: sha256=…</c> is the HMAC-SHA256 (RFC 2104), in hex, of the timestamp header, a full stop, and the body;
/// <c>X-Timestamp</c> is Unix seconds, so that a receiver can refuse what is old; <c>Idempotency-Key</c> stays the same over attempts. Redirects are not followed.
/// </summary>
public sealed class WebhookChannel : IAlertChannel, IDisposable
{
    private readonly WebhookSettings _settings;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly ResiliencePipeline<HttpResponseMessage> _pipeline;

    /// <summary>A channel.</summary>
    public WebhookChannel(string name, WebhookSettings settings, TimeProvider time)
    {
        (Name, _settings, _time) = (name, settings, time);
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(5) }) { Timeout = Timeout.InfiniteTimeSpan };
        var pipeline = new ResiliencePipelineBuilder<HttpResponseMessage> { TimeProvider = time };
        if (settings.Attempts > 1)
        {
            pipeline.AddRetry(new RetryStrategyOptions<HttpResponseMessage>
            {
                ShouldHandle = new PredicateBuilder<HttpResponseMessage>()
                    .Handle<HttpRequestException>().Handle<TimeoutRejectedException>()
                    .HandleResult(r => (int)r.StatusCode >= 500 || r.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout),
                MaxRetryAttempts = settings.Attempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromSeconds(1),
                UseJitter = true,
            });
        }

        _pipeline = pipeline.AddTimeout(TimeSpan.FromSeconds(settings.TimeoutSeconds)).Build();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public async Task SendAsync(string key, string body, CancellationToken cancel)
    {
        try
        {
            using var response = await _pipeline.ExecuteAsync(async stop => await _http.SendAsync(Request(key, body), stop), cancel);
            if (!response.IsSuccessStatusCode)
            {
                throw new AlertException(string.Create(CultureInfo.InvariantCulture, $"{Where}: answered {(int)response.StatusCode}: check the URL and what receives there."));
            }
        }
        catch (TimeoutRejectedException e)
        {
            throw new AlertException(string.Create(CultureInfo.InvariantCulture, $"{Where}: no answer within {_settings.TimeoutSeconds} s."), e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or UnauthorizedAccessException)
        {
            throw new AlertException($"{Where}: {e.Message}", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    // Path and query of such URLs are often their secret.
    private string Where => new Uri(_settings.Url).GetLeftPart(UriPartial.Authority);

    private HttpRequestMessage Request(string key, string body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _settings.Url) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", key);
        if (_settings.SecretFile.Length > 0)
        {
            var secret = Encoding.UTF8.GetBytes(File.ReadAllText(_settings.SecretFile).TrimEnd('\r', '\n'));
            var stamp = _time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            request.Headers.Add("X-Timestamp", stamp);
            request.Headers.Add("X-Signature", "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes($"{stamp}.{body}"))));
        }

        return request;
    }
}

/// <summary>Runs a program with the notice on its standard input; no shell. Exit code 0 means told.</summary>
public sealed class CommandChannel(string name, CommandSettings settings, TimeProvider time) : IAlertChannel
{
    private const int MostWords = 200;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public async Task SendAsync(string key, string body, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(settings.TimeoutSeconds), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        using var process = Start();
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(either.Token);
            var words = process.StandardError.ReadToEndAsync(either.Token);
            await WriteAsync(process, body, either.Token);
            await process.WaitForExitAsync(either.Token);
            await output;
            if (process.ExitCode != 0)
            {
                var said = (await words).ReplaceLineEndings(" ").Trim();
                throw new AlertException(string.Create(
                    CultureInfo.InvariantCulture, $"{settings.Run[0]}: exit code {process.ExitCode}: {said[..Math.Min(said.Length, MostWords)]}"));
            }
        }
        catch (OperationCanceledException)
        {
            Kill(process);
            cancel.ThrowIfCancellationRequested();
            throw new AlertException(string.Create(CultureInfo.InvariantCulture, $"{settings.Run[0]}: was killed after {settings.TimeoutSeconds} s: mend it, or raise its TimeoutSeconds."));
        }
    }

    private Process Start()
    {
        try
        {
            return Process.Start(new ProcessStartInfo(settings.Run[0], settings.Run.Skip(1))
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception e)
        {
            throw new AlertException($"{settings.Run[0]}: cannot be run: {e.Message}", e);
        }
    }

    // A program that reads nothing may end before all is written; its exit code says whether that was meant.
    private static async Task WriteAsync(Process process, string body, CancellationToken cancel)
    {
        try
        {
            await process.StandardInput.WriteLineAsync(body.AsMemory(), cancel);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The pipe is closed.
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It has ended by itself.
        }
    }
}
