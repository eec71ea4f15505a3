using System.Security.Cryptography;
using EnquiryTriage.Worker.Health;
using EnquiryTriage.Worker.Settings;
using Microsoft.Identity.Client;

namespace EnquiryTriage.Worker.Access;

/// <summary>Tokens of Microsoft 365, by MSAL: as the application (client credentials with secret or certificate), or as somebody who signed in by device code.</summary>
internal sealed class MicrosoftTokens : ITokenSource, IMsalHttpClientFactory, IDisposable
{
    private readonly string _name;
    private readonly string _key;
    private readonly OAuthSettings _settings;
    private readonly IReadOnlyList<string> _scopes;
    private readonly ProtectedFile _file;
    private readonly HttpClient _http;
    private readonly CertificateFile? _certificate;
    private readonly TokenHealth _health;

    public MicrosoftTokens(string name, OAuthSettings settings, IReadOnlyList<string> scopes, ProtectedFile file, HttpClient http, TimeSpan warning)
    {
        (_name, _key, _settings, _scopes, _file, _http) = (name, $"Credentials:Identities:{name}", settings, scopes, file, http);
        _certificate = settings.CertificateFile.Length == 0
            ? null
            : new CertificateFile($"{_key}:CertificateFile", settings.CertificateFile, settings.CertificateKeyFile, settings.CertificatePasswordFile);
        _health = new TokenHealth(name, settings, _certificate, warning);
    }

    /// <inheritdoc/>
    public Task<AccessToken> TokenAsync(bool renew, CancellationToken cancel) => GuardAsync(
        async () =>
        {
            if (!_settings.Grant.Equals("device-code", StringComparison.OrdinalIgnoreCase))
            {
                // MSAL gives what it has until five minutes before its end.
                return await Confidential().AcquireTokenForClient(_scopes).WithForceRefresh(renew).ExecuteAsync(cancel);
            }

            var app = Public();
            var account = (await app.GetAccountsAsync()).FirstOrDefault() ?? throw SignInNeeded("nobody has signed in", null);
            return await app.AcquireTokenSilent(_scopes, account).WithForceRefresh(renew).ExecuteAsync(cancel);
        },
        cancel);

    /// <summary>Signs somebody in by device code (RFC 8628), and keeps what makes later tokens.</summary>
    /// <param name="show">Shows the address and the code to the person.</param>
    /// <param name="cancel">Ends the wait for the person.</param>
    /// <returns>Who signed in, and the first token.</returns>
    public async Task<(string User, AccessToken Token)> SignInAsync(Action<string> show, CancellationToken cancel)
    {
        var user = "";
        var token = await GuardAsync(
            async () =>
            {
                var app = Public();
                foreach (var before in await app.GetAccountsAsync())
                {
                    await app.RemoveAsync(before);
                }

                var result = await app.AcquireTokenWithDeviceCode(_scopes, code =>
                {
                    show(code.Message);
                    return Task.CompletedTask;
                }).ExecuteAsync(cancel);
                user = result.Account.Username;
                return result;
            },
            cancel);
        return (user, token);
    }

    /// <inheritdoc/>
    public IReadOnlyList<HealthFact> Facts(DateTimeOffset now) => _health.Facts(now);

    /// <summary>For MSAL.</summary>
    public HttpClient GetHttpClient() => _http;

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private string Authority => $"{_settings.Authority.TrimEnd('/')}/{_settings.TenantId}";

    // The list of Microsoft's own sign-in hosts is asked for only where the host is theirs by default: a national or private one is taken as written.
    private bool Discover => _settings.Authority.Equals(OAuthSettings.DefaultAuthority, StringComparison.OrdinalIgnoreCase);

    // Built for each token: what secret and certificate files hold may have changed, and the cache is on disk.
    private IConfidentialClientApplication Confidential()
    {
        var builder = ConfidentialClientApplicationBuilder.Create(_settings.ClientId).WithAuthority(Authority, Discover).WithInstanceDiscovery(Discover).WithHttpClientFactory(this);
        builder = _certificate is not null ? builder.WithCertificate(_certificate.Load(), sendX5C: true) : builder.WithClientSecret(Secret());
        var app = builder.Build();
        Keep(app.AppTokenCache);
        return app;
    }

    private IPublicClientApplication Public()
    {
        var app = PublicClientApplicationBuilder.Create(_settings.ClientId).WithAuthority(Authority, Discover).WithInstanceDiscovery(Discover).WithHttpClientFactory(this).Build();
        Keep(app.UserTokenCache);
        return app;
    }

    private string Secret() => _settings.ClientSecretFile.Length > 0 ? SecretText.Read($"{_key}:ClientSecretFile", _settings.ClientSecretFile) : _settings.ClientSecret;

    private void Keep(ITokenCache cache)
    {
        IDisposable? held = null;
        cache.SetBeforeAccessAsync(async arguments =>
        {
            held = await _file.LockAsync(arguments.CancellationToken);
            try
            {
                arguments.TokenCache.DeserializeMsalV3(_file.Read(), shouldClearExistingCache: true);
            }
            catch (CryptographicException)
            {
                // Its keys are gone: as if nothing had been kept. Where that means signing in again, the next error says so.
                arguments.TokenCache.DeserializeMsalV3(null, shouldClearExistingCache: true);
            }
        });
        cache.SetAfterAccessAsync(arguments =>
        {
            try
            {
                if (arguments.HasStateChanged)
                {
                    _file.Write(arguments.TokenCache.SerializeMsalV3());
                    _health.Kept(null);
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
            {
                _health.Kept($"{_file.Path} cannot be written: {e.Message} The next start has to do without what it should hold.");
            }
            finally
            {
                held?.Dispose();
                held = null;
            }

            return Task.CompletedTask;
        });
    }

    private async Task<AccessToken> GuardAsync(Func<Task<AuthenticationResult>> ask, CancellationToken cancel)
    {
        try
        {
            var result = await ask();
            _health.Came(result.ExpiresOn);
            return new AccessToken(result.AccessToken, result.ExpiresOn);
        }
        catch (TokenException e)
        {
            _health.Failed(e.Message);
            throw;
        }
        catch (Exception e) when (e is MsalException or HttpRequestException or IOException or UnauthorizedAccessException
            || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            var explained = Explain(e);
            _health.Failed(explained.Message);
            throw explained;
        }
    }

    private TokenException Explain(Exception e)
    {
        var said = SecretText.Quote(e.Message, ReadQuietly());
        return e switch
        {
            MsalUiRequiredException => SignInNeeded(said, e),
            MsalServiceException { ErrorCode: "invalid_client" or "unauthorized_client" } => new TokenException(
                $"{_key}: Microsoft gave no token ({said}): check {_key}:ClientId and {(_certificate is null ? "ClientSecretFile, and whether the secret has ended" : "CertificateFile, and that the application knows this certificate")}.", temporary: false, e),
            MsalServiceException { ErrorCode: "invalid_scope" } => new TokenException($"{_key}: Microsoft gave no token ({said}): check {_key}:Scopes.", temporary: false, e),
            MsalServiceException { StatusCode: >= 400 and < 500 and not 429 and not 408 } => new TokenException(
                $"{_key}: Microsoft gave no token ({said}): check {_key}:TenantId, ClientId and Scopes.", temporary: false, e),
            MsalException => new TokenException($"{_key}: Microsoft gave no token ({said}): check {_key}, or wait where the fault is Microsoft's.", temporary: true, e),
            HttpRequestException or OperationCanceledException => Unreachable(said, e),
            _ => new TokenException($"{_key}: {said}", temporary: true, e),
        };
    }

    private string? ReadQuietly()
    {
        try
        {
            return Secret();
        }
        catch (IOException)
        {
            return null;
        }
    }

    private TokenException Unreachable(string said, Exception e) => new(
        $"{_key}:Authority: {_settings.Authority} cannot be reached: {said} Check the address and, for a private authority, {_key}:CertificateAuthorityFile.", temporary: true, e);

    private TokenException SignInNeeded(string said, Exception? inner) =>
        new($"{_key}: {said}: run 'mailbox login --identity {_name}' as the worker's user, with the worker's configuration.", temporary: false, inner);
}
