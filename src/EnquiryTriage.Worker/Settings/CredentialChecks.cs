using System.Globalization;
using System.Text.RegularExpressions;
using EnquiryTriage.Worker.Access;

namespace EnquiryTriage.Worker.Settings;

/// <summary>OAuth providers.</summary>
public enum OAuthProvider
{
    /// <summary>Microsoft 365, by MSAL.</summary>
    Microsoft,

    /// <summary>A plain token endpoint.</summary>
    TokenEndpoint,
}

/// <summary>OAuth grants.</summary>
public enum OAuthGrant
{
    /// <summary>RFC 6749 section 4.4.</summary>
    ClientCredentials,

    /// <summary>RFC 8628.</summary>
    DeviceCode,

    /// <summary>RFC 6749 section 6.</summary>
    RefreshToken,
}

/// <summary>How a token endpoint is told the client's secret.</summary>
public enum ClientAuthentication
{
    /// <summary>HTTP Basic.</summary>
    Basic,

    /// <summary>In the form.</summary>
    Post,
}

/// <summary>Checks of credentials: which settings go together. Each problem names the key and the remedy, and no secret.</summary>
internal static partial class CredentialChecks
{
    /// <summary>Checks the identities by themselves.</summary>
    public static void Identities(CredentialSettings settings, ICollection<string> problems)
    {
        if (!(settings.WarnDays is >= 0 and <= 365))
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"Credentials:WarnDays: {settings.WarnDays} is out of range: use a number of days from 0 to 365."));
        }

        foreach (var (name, identity) in settings.Identities)
        {
            var key = $"Credentials:Identities:{name}";
            if (!Name().IsMatch(name))
            {
                problems.Add($"{key}: '{name}' names a file too: use letters, digits, '-' and '_' only.");
            }

            var provider = Choice.Read<OAuthProvider>($"{key}:Provider", identity.Provider, problems);
            var grant = Choice.Read<OAuthGrant>($"{key}:Grant", identity.Grant, problems);
            Choice.Read<ClientAuthentication>($"{key}:ClientAuthentication", identity.ClientAuthentication, problems);
            Choice.Read<TokenMechanism>($"{key}:Mechanism", identity.Mechanism, problems);
            Required($"{key}:ClientId", identity.ClientId, "write the application's id", problems);
            if (identity.ClientSecretExpires.Length > 0
                && !DateOnly.TryParseExact(identity.ClientSecretExpires, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
            {
                problems.Add($"{key}:ClientSecretExpires: '{identity.ClientSecretExpires}' is not a date: use yyyy-MM-dd.");
            }

            CertificateParts($"{key}:Certificate", identity.CertificateFile, identity.CertificateKeyFile, identity.CertificatePasswordFile, problems);
            if (provider == OAuthProvider.Microsoft)
            {
                Microsoft(key, identity, grant, problems);
            }
            else
            {
                Endpoint(key, identity, grant, problems);
            }
        }
    }

    /// <summary>Checks what a server's settings say about certificates and identity.</summary>
    public static void Server(string key, ServerSettings server, ConnectionSecurity security, CredentialSettings credentials, ICollection<string> problems)
    {
        for (var i = 0; i < server.PinnedSha256.Count; i++)
        {
            if (ServerTrust.ParsePin(server.PinnedSha256[i]) is null)
            {
                problems.Add($"{key}:PinnedSha256:{i.ToString(CultureInfo.InvariantCulture)}: '{server.PinnedSha256[i]}' is not a SHA-256: write 64 hexadecimal digits, or 32 bytes in base64.");
            }
        }

        CertificateParts($"{key}:ClientCertificate", server.ClientCertificateFile, server.ClientCertificateKeyFile, server.ClientCertificatePasswordFile, problems);
        if (security == ConnectionSecurity.None && (server.PinnedSha256.Count > 0 || server.ClientCertificateFile.Length > 0))
        {
            problems.Add($"{key}:Security: none has no certificates: use tls or starttls, or remove PinnedSha256 and ClientCertificateFile.");
        }

        if (server.Identity.Length == 0)
        {
            return;
        }

        Known($"{key}:Identity", server.Identity, credentials, problems);
        Required($"{key}:User", server.User, "with an identity it is the address of the mailbox that is opened, the shared one's too", problems);
        if (server.Password.Length > 0 || server.PasswordFile.Length > 0)
        {
            problems.Add($"{key}:Identity: there is a password too: remove {key}:Password and {key}:PasswordFile, or the identity.");
        }
    }

    /// <summary>Checks that an identity is there.</summary>
    public static void Known(string key, string name, CredentialSettings credentials, ICollection<string> problems)
    {
        if (!credentials.Identities.ContainsKey(name))
        {
            problems.Add($"{key}: there is no identity '{name}': add it to Credentials:Identities{(credentials.Identities.Count > 0 ? $", or use {string.Join(", ", credentials.Identities.Keys)}" : "")}.");
        }
    }

    /// <summary>Checks the settings of Microsoft Graph, where a mailbox or the relay uses it.</summary>
    public static void Graph(WorkerSettings settings, ICollection<string> problems)
    {
        var graph = settings.Graph;
        Https("Graph:Url", graph.Url, loopback: false, problems);
        if (graph.Identity.Length == 0)
        {
            problems.Add("Graph:Identity is empty: name one of Credentials:Identities; Graph takes no passwords.");
            return;
        }

        Known("Graph:Identity", graph.Identity, settings.Credentials, problems);
        if ((settings.Mailbox.Server.Identity == graph.Identity || settings.Outbox.Server.Identity == graph.Identity)
            && settings.Credentials.Identities.TryGetValue(graph.Identity, out var shared) && shared.Scopes.Count == 0)
        {
            problems.Add($"Graph:Identity: '{graph.Identity}' is also named by a server, and a token for one is none for the other: make two identities, which may have the same ClientId.");
        }
    }

    private static void Microsoft(string key, OAuthSettings identity, OAuthGrant grant, ICollection<string> problems)
    {
        Https($"{key}:Authority", identity.Authority, loopback: false, problems);
        Required($"{key}:TenantId", identity.TenantId, "write the directory's id or domain", problems);
        Unused($"{key}:TokenEndpoint", identity.TokenEndpoint, "belongs to Provider token-endpoint", problems);
        Unused($"{key}:RefreshTokenFile", identity.RefreshTokenFile, "belongs to Provider token-endpoint", problems);
        var secrets = Secrets(identity);
        switch (grant)
        {
            case OAuthGrant.RefreshToken:
                problems.Add($"{key}:Grant: refresh-token belongs to Provider token-endpoint: use client-credentials or device-code.");
                break;
            case OAuthGrant.ClientCredentials when secrets == 0 && identity.CertificateFile.Length == 0:
                problems.Add($"{key}:Grant: client-credentials needs a secret or a certificate: set {key}:ClientSecretFile or {key}:CertificateFile.");
                break;
            case OAuthGrant.ClientCredentials when secrets > 0 && identity.CertificateFile.Length > 0:
                problems.Add($"{key}: there are a secret and a certificate: remove ClientSecretFile (or ClientSecret), or CertificateFile.");
                break;
            case OAuthGrant.DeviceCode when secrets > 0 || identity.CertificateFile.Length > 0:
                problems.Add($"{key}:Grant: device-code takes neither secret nor certificate, for a person signs in: remove them, or use client-credentials.");
                break;
        }
    }

    private static void Endpoint(string key, OAuthSettings identity, OAuthGrant grant, ICollection<string> problems)
    {
        Https($"{key}:TokenEndpoint", identity.TokenEndpoint, loopback: true, problems);
        Unused($"{key}:TenantId", identity.TenantId, "belongs to Provider microsoft", problems);
        Unused($"{key}:CertificateFile", identity.CertificateFile, "belongs to Provider microsoft: a plain token endpoint takes a secret", problems);
        switch (grant)
        {
            case OAuthGrant.DeviceCode:
                problems.Add($"{key}:Grant: device-code belongs to Provider microsoft: get a refresh token from the provider and use refresh-token.");
                break;
            case OAuthGrant.RefreshToken:
                Required($"{key}:RefreshTokenFile", identity.RefreshTokenFile, "name the file with the first refresh token", problems);
                break;
            case OAuthGrant.ClientCredentials:
                Unused($"{key}:RefreshTokenFile", identity.RefreshTokenFile, "belongs to Grant refresh-token", problems);
                if (Secrets(identity) == 0)
                {
                    problems.Add($"{key}:Grant: client-credentials needs a secret: set {key}:ClientSecretFile.");
                }

                break;
        }
    }

    private static int Secrets(OAuthSettings identity) => (identity.ClientSecret.Length > 0 ? 1 : 0) + (identity.ClientSecretFile.Length > 0 ? 1 : 0);

    private static void CertificateParts(string stem, string file, string keyFile, string passwordFile, ICollection<string> problems)
    {
        if (file.Length == 0 && (keyFile.Length > 0 || passwordFile.Length > 0))
        {
            problems.Add($"{stem}File is empty: name the PFX or PEM file, or remove {stem}{(keyFile.Length > 0 ? "KeyFile" : "PasswordFile")}.");
        }
    }

    private static void Https(string key, string url, bool loopback, ICollection<string> problems)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed)
            || !(parsed.Scheme == Uri.UriSchemeHttps || (loopback && parsed.Scheme == Uri.UriSchemeHttp && CheckedSettings.IsLoopback(parsed.Host))))
        {
            problems.Add($"{key}: '{url}' is not an https address: write one, for secrets go there.");
        }
    }

    private static void Required(string key, string value, string remedy, ICollection<string> problems)
    {
        if (value.Length == 0)
        {
            problems.Add($"{key} is empty: {remedy}.");
        }
    }

    private static void Unused(string key, string value, string why, ICollection<string> problems)
    {
        if (value.Length > 0)
        {
            problems.Add($"{key} {why}: remove it.");
        }
    }

    [GeneratedRegex(@"^[A-Za-z0-9_-]{1,64}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Name();
}
