using EnquiryTriage.Worker.Health;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Access;

/// <summary>The identities of a configuration and what its servers need to be entered, made once at start and shared: a rotated refresh token has one owner.</summary>
internal sealed class AccessParts : IDisposable
{
    private static readonly string[] MailScopes = ["https://outlook.office.com/IMAP.AccessAsUser.All", "https://outlook.office.com/SMTP.Send"];
    private static readonly string[] MailApplicationScopes = ["https://outlook.office365.com/.default"];
    private static readonly string[] GraphScopes = ["https://graph.microsoft.com/.default"];
    private readonly Dictionary<string, ITokenSource> _tokens = new(StringComparer.Ordinal);
    private readonly List<IHealthSource> _sources = [];
    private readonly Dictionary<string, GraphMailbox> _graph = new(StringComparer.OrdinalIgnoreCase);
    private readonly CredentialSettings _settings;
    private readonly GraphSettings _graphSettings;
    private readonly string _address;
    private readonly TokenVault _vault;
    private readonly TimeProvider _time;

    /// <summary>Makes the parts of a configuration that was checked, and gives each server its own.</summary>
    public AccessParts(WorkerSettings settings, TimeProvider time)
    {
        (_settings, _graphSettings, _address, _vault, _time) = (settings.Credentials, settings.Graph, settings.Mailbox.Address, new TokenVault(settings.Storage.Path), time);
        Attach("Mailbox:Server", settings.Mailbox.Server);
        for (var i = 0; i < settings.Mailboxes.Count; i++)
        {
            Attach($"Mailboxes:{i}:Server", settings.Mailboxes[i].Server);
        }

        Attach("Outbox:Server", settings.Outbox.Server);
        Attach("Health:Relay", settings.Health.Relay);
        if (_settings.Identities.ContainsKey(_graphSettings.Identity))
        {
            Tokens(_graphSettings.Identity);
        }
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

        var tokens = _settings.Identities.ContainsKey(server.Identity) ? Tokens(server.Identity) : null;
        server.Access = new ServerAccess(key, server, tokens, Warning, _time)
        {
            Mechanism = tokens is null ? default : Choice.Read<TokenMechanism>("", _settings.Identities[server.Identity].Mechanism, []),
        };
        _sources.Add(server.Access);
    }

    /// <summary>A mailbox by Graph: one for all that read it and send from it.</summary>
    /// <param name="address">Its address; Graph:User replaces that of <c>Mailbox</c>.</param>
    public GraphMailbox Graph(string address)
    {
        var user = _graphSettings.User.Length > 0 && address == _address ? _graphSettings.User : address;
        if (!_graph.TryGetValue(user, out var mailbox))
        {
            _graph[user] = mailbox = new GraphMailbox(_graphSettings, user, Tokens(_graphSettings.Identity), Network(_graphSettings.CertificateAuthorityFile), _time);
        }

        return mailbox;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var mailbox in _graph.Values)
        {
            mailbox.Dispose();
        }

        foreach (var tokens in _tokens.Values)
        {
            (tokens as IDisposable)?.Dispose();
        }
    }

    private ITokenSource Make(string name, OAuthSettings settings)
    {
        var http = new HttpClient(Network(settings.CertificateAuthorityFile)) { Timeout = TimeSpan.FromSeconds(60) };
        if (!settings.Provider.Equals("microsoft", StringComparison.OrdinalIgnoreCase))
        {
            return new EndpointTokens(name, settings, _vault.Open(name), http, Warning, _time);
        }

        IReadOnlyList<string> scopes = settings.Scopes.Count > 0 ? [.. settings.Scopes]
            : name == _graphSettings.Identity ? GraphScopes
            : settings.Grant.Equals("device-code", StringComparison.OrdinalIgnoreCase) ? MailScopes : MailApplicationScopes;
        return new MicrosoftTokens(name, settings, scopes, _vault.Open(name), http, Warning);
    }

    // Redirects are not followed: what is sent there is secret, and neither token endpoints nor Graph move by redirect.
    private SocketsHttpHandler Network(string authorityFile)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            AutomaticDecompression = System.Net.DecompressionMethods.All,
            ConnectTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        };
        if (authorityFile.Length > 0)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = new ServerTrust(authorityFile, [], _time).Validate;
        }

        return handler;
    }
}
