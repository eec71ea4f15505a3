using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EnquiryTriage.Worker.Health;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Access;

/// <summary>
/// Tokens of a plain token endpoint (RFC 6749), by refresh token or client credentials. A refresh token that comes with an answer replaces the one before
/// (section 6) on disk before the access token is used: a provider that rotates them takes each only once.
/// </summary>
internal sealed class EndpointTokens : ITokenSource, IDisposable
{
    private static readonly TimeSpan Margin = TimeSpan.FromMinutes(5);

    // RFC 6749 section 5.1 only recommends expires_in: without it a token is renewed early rather than late.
    private static readonly TimeSpan AssumedLife = TimeSpan.FromMinutes(10);
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly string _key;
    private readonly OAuthSettings _settings;
    private readonly ProtectedFile _file;
    private readonly HttpClient _http;
    private readonly TokenHealth _health;
    private readonly TimeProvider _time;
    private readonly bool _refreshes;
    private KeptTokens? _kept;
    private string? _given;

    public EndpointTokens(string name, OAuthSettings settings, ProtectedFile file, HttpClient http, TimeSpan warning, TimeProvider time)
    {
        _key = $"Credentials:Identities:{name}";
        (_settings, _file, _http, _time) = (settings, file, http, time);
        _health = new TokenHealth(name, settings, null, warning);
        _refreshes = settings.Grant.Equals("refresh-token", StringComparison.OrdinalIgnoreCase);
    }

    /// <inheritdoc/>
    public async Task<AccessToken> TokenAsync(bool renew, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            var refused = renew ? _given : null;
            if (_kept is { Saved: true } kept && IsFresh(kept, refused))
            {
                return Give(kept);
            }

            using var held = await _file.LockAsync(cancel);
            return Give(await RenewAsync(refused, cancel));
        }
        catch (TokenException e)
        {
            _health.Failed(e.Message);
            throw;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            var problem = new TokenException($"{_key}: {e.Message}", temporary: true, e);
            _health.Failed(problem.Message);
            throw problem;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<HealthFact> Facts(DateTimeOffset now) => _health.Facts(now);

    /// <inheritdoc/>
    public void Dispose()
    {
        _gate.Dispose();
        _http.Dispose();
    }

    private bool IsFresh(KeptTokens kept, string? refused) => kept.AccessToken.Length > 0 && kept.RenewFrom > _time.GetUtcNow() && kept.AccessToken != refused;

    private AccessToken Give(KeptTokens kept)
    {
        _given = kept.AccessToken;
        _health.Came(kept.Expires);
        return new AccessToken(kept.AccessToken, kept.Expires);
    }

    private async Task<KeptTokens> RenewAsync(string? refused, CancellationToken cancel)
    {
        // Tokens that could not be written are younger than those on disk.
        var kept = _kept is { Saved: false } ? _kept : Load();
        var first = _refreshes && _settings.RefreshTokenFile.Length > 0 ? SecretText.Read($"{_key}:RefreshTokenFile", _settings.RefreshTokenFile).Trim() : "";
        var origin = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{_settings.TokenEndpoint} {_settings.ClientId} {first}")));
        if (kept is null || kept.Origin != origin)
        {
            // A new file of the operator's counts more than what was kept from the one before.
            kept = new KeptTokens("", default, default, first, origin);
        }
        else if (IsFresh(kept, refused))
        {
            // Another process renewed it, or it is ours and waits to be written.
            _kept = kept;
            if (!kept.Saved)
            {
                Save(kept);
            }

            return kept;
        }

        if (_refreshes && kept.RefreshToken.Length == 0)
        {
            throw new TokenException($"{_key}:RefreshTokenFile: the file is empty: put a refresh token of {_settings.TokenEndpoint} into it.", temporary: false);
        }

        _kept = await AskAsync(kept, cancel);
        Save(_kept);
        return _kept;
    }

    private async Task<KeptTokens> AskAsync(KeptTokens kept, CancellationToken cancel)
    {
        var secret = _settings.ClientSecretFile.Length > 0 ? SecretText.Read($"{_key}:ClientSecretFile", _settings.ClientSecretFile) : _settings.ClientSecret;
        using var request = Request(kept.RefreshToken, secret);
        string body;
        HttpStatusCode status;
        try
        {
            using var response = await _http.SendAsync(request, cancel);
            (status, body) = (response.StatusCode, await response.Content.ReadAsStringAsync(cancel));
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            throw new TokenException($"{_key}:TokenEndpoint: {_settings.TokenEndpoint} cannot be reached: {SecretText.Quote(e.Message, secret, kept.RefreshToken)} Check the address and, for a private authority, {_key}:CertificateAuthorityFile.", temporary: true, e);
        }

        var now = _time.GetUtcNow();
        var answer = TokenAnswer.Read(body);
        if (status != HttpStatusCode.OK || answer?.AccessToken is not { Length: > 0 } token)
        {
            throw Refused(status, answer, body, secret, kept.RefreshToken);
        }

        if (answer.RefreshLife is { } refreshLife)
        {
            _health.RefreshTokenCame(now, refreshLife);
        }

        var life = answer.Life ?? AssumedLife;
        var margin = life / 2 < Margin ? life / 2 : Margin;
        return new KeptTokens(token, now + life, now + life - margin, answer.RefreshToken is { Length: > 0 } rotated ? rotated : kept.RefreshToken, kept.Origin);
    }

    private HttpRequestMessage Request(string refreshToken, string secret)
    {
        var form = new Dictionary<string, string>(StringComparer.Ordinal);
        if (_refreshes)
        {
            (form["grant_type"], form["refresh_token"]) = ("refresh_token", refreshToken);
        }
        else
        {
            form["grant_type"] = "client_credentials";
        }

        if (_settings.Scopes.Count > 0)
        {
            form["scope"] = string.Join(' ', _settings.Scopes);
        }

        var request = new HttpRequestMessage(HttpMethod.Post, _settings.TokenEndpoint);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        if (secret.Length > 0 && _settings.ClientAuthentication.Equals("basic", StringComparison.OrdinalIgnoreCase))
        {
            // Section 2.3.1: both are form-encoded before they are joined.
            var pair = $"{WebUtility.UrlEncode(_settings.ClientId)}:{WebUtility.UrlEncode(secret)}";
            request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(pair)));
        }
        else
        {
            form["client_id"] = _settings.ClientId;
            if (secret.Length > 0)
            {
                form["client_secret"] = secret;
            }
        }

        request.Content = new FormUrlEncodedContent(form);
        return request;
    }

    private TokenException Refused(HttpStatusCode status, TokenAnswer? answer, string body, string secret, string refreshToken)
    {
        var said = SecretText.Quote(answer?.Error is { } error ? $"{error} {answer.ErrorDescription}" : $"no token in its answer ({body.Length} characters)", secret, refreshToken);
        var (remedy, temporary) = answer?.Error switch
        {
            "invalid_grant" => (_refreshes ? $"the refresh token is no longer good: put a new one into {_key}:RefreshTokenFile." : $"check {_key}.", false),
            "invalid_client" or "unauthorized_client" => ($"check {_key}:ClientId and ClientSecretFile, and whether the secret has ended.", false),
            "invalid_scope" => ($"check {_key}:Scopes.", false),
            "unsupported_grant_type" => ($"check {_key}:Grant.", false),
            _ => ($"check {_key}:TokenEndpoint, or wait where the fault is the provider's.", true),
        };
        return new TokenException($"{_key}: {_settings.TokenEndpoint} gave no token ({(int)status}: {said}): {remedy}", temporary);
    }

    private KeptTokens? Load()
    {
        try
        {
            return _file.Read() is { } bytes ? JsonSerializer.Deserialize<KeptTokens>(bytes) : null;
        }
        catch (Exception e) when (e is CryptographicException or JsonException)
        {
            // What was kept is lost with its keys; the operator's file may still be good, and if it is not, the provider's refusal says what to do.
            return null;
        }
    }

    private void Save(KeptTokens kept)
    {
        try
        {
            _file.Write(JsonSerializer.SerializeToUtf8Bytes(kept));
            kept.Saved = true;
            _health.Kept(null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            // Not worth a refused login: the tokens are good while the worker runs, and each login tries again.
            kept.Saved = false;
            _health.Kept($"{_file.Path} cannot be written: {e.Message} Mend this before the worker is stopped: the refresh token that it holds would be lost.");
        }
    }

    /// <summary>What is kept on disk.</summary>
    private sealed record KeptTokens(string AccessToken, DateTimeOffset Expires, DateTimeOffset RenewFrom, string RefreshToken, string Origin)
    {
        [System.Text.Json.Serialization.JsonIgnore]
        public bool Saved { get; set; } = true;

        public override string ToString() => $"tokens until {Expires:u}";
    }
}
