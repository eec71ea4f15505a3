using EnquiryTriage.Worker.Health;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Access;

/// <summary>The identities of a configuration and what its servers need to be entered, made once at start and shared: a rotated refresh token has one owner.</summary>
internal sealed class AccessParts : IDisposable
{
    private static readonly string[] MailScopes = ["https://outlook.office.com/IMAP.AccessAsUser.All", "https://outlook.office.com/SMTP.Send"];
    private static readonly string[] MailApplicationScopes = ["https://outlook.office365.com/.default"];
    private readonly Dictionary<string, ITokenSource> _tokens = new(StringComparer.Ordinal);
    private readonly List<IHealthSource> _sources = [];
    private readonly CredentialSettings _settings;
    private readonly TokenVault _vault;
    private readonly TimeProvider _time;

    /// <summary>Makes the parts of a configuration that was checked, and gives each server its own.</summary>
    public AccessParts(WorkerSettings settings, TimeProvider time)
    {
        (_settings, _vault, _time) = (settings.Credentials, new TokenVault(settings.Storage.Path), time);
        Attach("Mailbox:Server", settings.Mailbox.Server);
        Attach("Outbox:Server", settings.Outbox.Server);
    }

    /// <summary>What knows about tokens and certificates that run out.</summary>
    public IReadOnlyList<IHealthSource> HealthSources => _sources;

    private TimeSpan Warning => TimeSpan.FromDays(_settings.WarnDays);

    /// <summary>The tokens of an identity.</summary>
    public ITokenSource Tokens(string name)
    {
        if (!_tokens.TryGetValue(name, out var tokens))
        {
            _tokens[name] = tokens = Make(name, _settings.Identities[name]);
            _sources.Add(tokens);
        }

        return tokens;
    }

    /// <summary>Gives a server what it needs to be entered.</summary>
    public void Attach(string key, ServerSettings server)
    {
        if (server.Host.Length == 0)
        {
            return;
        }

        var tokens = server.Identity.Length > 0 ? Tokens(server.Identity) : null;
        server.Access = new ServerAccess(key, server, tokens, Warning, _time)
        {
            Mechanism = tokens is null ? default : Choice.Read<TokenMechanism>("", _settings.Identities[server.Identity].Mechanism, []),
        };
        _sources.Add(server.Access);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tokens in _tokens.Values)
        {
            (tokens as IDisposable)?.Dispose();
        }
    }

    private ITokenSource Make(string name, OAuthSettings settings)
    {
        var http = Http(settings.CertificateAuthorityFile);
        if (!settings.Provider.Equals("microsoft", StringComparison.OrdinalIgnoreCase))
        {
            return new EndpointTokens(name, settings, _vault.Open(name), http, Warning, _time);
        }

        IReadOnlyList<string> scopes = settings.Scopes.Count > 0 ? [.. settings.Scopes]
            : settings.Grant.Equals("device-code", StringComparison.OrdinalIgnoreCase) ? MailScopes : MailApplicationScopes;
        return new MicrosoftTokens(name, settings, scopes, _vault.Open(name), http, Warning);
    }

    // Redirects are not followed: what is sent there is a secret, and no token endpoint moves by redirect.
    private HttpClient Http(string authorityFile)
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(30), PooledConnectionLifetime = TimeSpan.FromMinutes(5) };
        if (authorityFile.Length > 0)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = new ServerTrust(authorityFile, [], _time).Validate;
        }

        return new HttpClient(handler) { Timeout = TimeSpan.FromSeconds(60) };
    }
}
