using System.Globalization;
using EnquiryTriage.Worker.Intake;
using EnquiryTriage.Worker.Settings;
using Microsoft.Graph;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Graph.Users.Item;
using Microsoft.Kiota.Abstractions;
using Microsoft.Kiota.Abstractions.Authentication;
using Microsoft.Kiota.Abstractions.Serialization;
using Microsoft.Kiota.Http.HttpClientLibrary.Middleware;

namespace EnquiryTriage.Worker.Access;

/// <summary>
/// A mailbox by Microsoft Graph: one client for all its folders and the relay, for Graph counts an application's requests by mailbox. Four at a time, and
/// none before the time that a 429 names.
/// </summary>
internal sealed class GraphMailbox : IAuthenticationProvider, IDisposable
{
    /// <summary>Ids that stay the same when a mail is moved within the mailbox.</summary>
    public const string ImmutableIds = "IdType=\"ImmutableId\"";

    /// <summary>Requests at a time: Graph's limit for an application and a mailbox.</summary>
    public const int Concurrency = 4;

    private const int Attempts = 4;
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan UnknownWait = TimeSpan.FromSeconds(10);
    private static readonly Dictionary<string, ParsableFactory<IParsable>> Errors = new(StringComparer.Ordinal) { ["XXX"] = ODataError.CreateFromDiscriminatorValue };
    private readonly SemaphoreSlim _gate = new(Concurrency, Concurrency);
    private readonly Lock _clock = new();
    private readonly GraphSettings _settings;
    private readonly string _user;
    private readonly ITokenSource _tokens;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;
    private readonly BaseGraphRequestAdapter _adapter;
    private readonly GraphServiceClient _client;
    private DateTimeOffset _notBefore;
    private int _renew;

    /// <param name="settings">Where Graph is.</param>
    /// <param name="user">Whose mailbox.</param>
    /// <param name="tokens">What it is entered with.</param>
    /// <param name="network">Connects; disposed with this.</param>
    /// <param name="time">For the times that Graph names.</param>
    public GraphMailbox(GraphSettings settings, string user, ITokenSource tokens, HttpMessageHandler network, TimeProvider time)
    {
        (_settings, _user, _tokens, _time) = (settings, user, tokens, time);

        // Of the SDK's handlers only this one: its retries know neither that a mail must not be sent twice nor that others wait for the same mailbox.
        _http = new HttpClient(new ParametersNameDecodingHandler { InnerHandler = network }) { Timeout = TimeSpan.FromSeconds(100) };
        _adapter = new BaseGraphRequestAdapter(this, httpClient: _http);
        _client = new GraphServiceClient(_adapter, settings.Url.TrimEnd('/'));
    }

    /// <summary>Requests about the mailbox.</summary>
    public UserItemRequestBuilder User => _client.Users[_user];

    /// <summary>How long nobody may ask; zero or less for not at all.</summary>
    public TimeSpan Quiet
    {
        get
        {
            lock (_clock)
            {
                return _notBefore - _time.GetUtcNow();
            }
        }
    }

    /// <summary>A request that may be made again where the fault may pass.</summary>
    /// <exception cref="MailSourceException">It failed.</exception>
    public async Task<T> CallAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await OnceAsync(call, cancel);
            }
            catch (Exception e) when (IsFault(e, cancel))
            {
                var passing = e is ApiException { ResponseStatusCode: 429 or 500 or 502 or 503 or 504 } or HttpRequestException or IOException;
                if (!passing || attempt == Attempts || Quiet > LongestWait)
                {
                    throw new MailSourceException(Explain(e), temporary: true, e);
                }

                if (Quiet <= TimeSpan.Zero)
                {
                    await Task.Delay(TimeSpan.FromSeconds(Math.Pow(2, attempt)), _time, cancel);
                }
            }
        }
    }

    /// <summary>A request that is made once, and again only where its token was refused.</summary>
    public async Task<T> OnceAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            while (Quiet is { Ticks: > 0 } wait)
            {
                await Task.Delay(wait, _time, cancel);
            }

            try
            {
                return await call(cancel);
            }
            catch (ApiException e) when (e.ResponseStatusCode == 401)
            {
                Volatile.Write(ref _renew, 1);
            }

            return await call(cancel);
        }
        catch (ApiException e) when (WaitOf(e) is { } wait)
        {
            lock (_clock)
            {
                var until = _time.GetUtcNow() + wait;
                _notBefore = until > _notBefore ? until : _notBefore;
            }

            throw;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Hands a MIME message over for sending: base64 as text/plain, which the SDK's builder does not know.</summary>
    public Task<int> SendAsync(byte[] mime, CancellationToken cancel) => OnceAsync(
        async stop =>
        {
            var request = User.SendMail.ToPostRequestInformation(new());
            request.Headers.Remove("Content-Type");
            request.SetStreamContent(new MemoryStream(System.Text.Encoding.ASCII.GetBytes(Convert.ToBase64String(mime))), "text/plain");
            await _adapter.SendNoContentAsync(request, Errors, stop);
            return 0;
        },
        cancel);

    /// <summary>Faults of network, service and token.</summary>
    public static bool IsFault(Exception e, CancellationToken cancel) =>
        e is ApiException or HttpRequestException or IOException or TokenException || (e is OperationCanceledException && !cancel.IsCancellationRequested);

    /// <summary>What is wrong and the remedy, without secrets.</summary>
    public string Explain(Exception e)
    {
        if (e is not ApiException fault)
        {
            return e is TokenException ? e.Message : $"{_settings.Url}: no answer ({SecretText.Quote(e.Message)}): check Graph:Url, and that it can be reached from here.";
        }

        var said = SecretText.Quote(fault is ODataError { Error: { } error } ? $"{error.Code}: {error.Message}" : fault.Message);
        var what = string.Create(CultureInfo.InvariantCulture, $"{_settings.Url} answered {fault.ResponseStatusCode} ({said})");
        return fault.ResponseStatusCode switch
        {
            401 => $"{what}: check Credentials:Identities:{_settings.Identity}, and that its Scopes are Graph's.",
            403 => $"{what}: give the application Mail.ReadWrite and Mail.Send, with an administrator's consent, for the mailbox of Graph:User.",
            404 => $"{what}: check Graph:User (or Mailbox:Address), and the folders' names.",
            429 => $"{what}: the mailbox is asked too often: wait, or raise Mailbox:PollSeconds.",
            _ => $"{what}: wait where the fault is Microsoft's.",
        };
    }

    /// <summary>Puts the token on a request, only where it goes to Graph itself: links to further pages come from outside.</summary>
    public async Task AuthenticateRequestAsync(RequestInformation request, Dictionary<string, object>? additionalAuthenticationContext = null, CancellationToken cancellationToken = default)
    {
        var graph = new Uri(_settings.Url);
        if (request.URI.Scheme != graph.Scheme || request.URI.Authority != graph.Authority)
        {
            throw new MailSourceException($"{_settings.Url}: a link leads to {request.URI.Authority}: it is not followed, for the token is Graph's; check Graph:Url.", temporary: true);
        }

        var token = await _tokens.TokenAsync(renew: Interlocked.Exchange(ref _renew, 0) == 1, cancellationToken);
        request.Headers.Remove("Authorization");
        request.Headers.Add("Authorization", $"Bearer {token.Value}");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _adapter.Dispose();
        _http.Dispose();
        _gate.Dispose();
    }

    // RFC 9110 section 10.2.3: seconds or a date. Without it a throttled client waits a while all the same.
    private TimeSpan? WaitOf(ApiException e)
    {
        if (e.ResponseStatusCode is not (429 or 503))
        {
            return null;
        }

        var written = e.ResponseHeaders is { } headers
            ? headers.FirstOrDefault(h => h.Key.Equals("Retry-After", StringComparison.OrdinalIgnoreCase)).Value?.FirstOrDefault()
            : null;
        return int.TryParse(written, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds)
            : DateTimeOffset.TryParseExact(written, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? date - _time.GetUtcNow()
            : e.ResponseStatusCode == 429 ? UnknownWait
            : null;
    }
}
