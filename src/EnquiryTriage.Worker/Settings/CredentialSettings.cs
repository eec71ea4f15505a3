namespace EnquiryTriage.Worker.Settings;

/// <summary>Who the worker is where a password does not do, and how early it warns of what runs out.</summary>
public sealed record CredentialSettings
{
    /// <summary>Days before a certificate, a client secret or a refresh token ends from which on health says so.</summary>
    public double WarnDays { get; set; } = 21;

    /// <summary>OAuth 2 identities by name; a server names the one that it is entered with (<see cref="ServerSettings.Identity"/>).</summary>
    public IDictionary<string, OAuthSettings> Identities { get; set; } = new Dictionary<string, OAuthSettings>(StringComparer.Ordinal);
}

/// <summary>An OAuth 2 identity (RFC 6749): where tokens come from, and what they are asked for with.</summary>
public sealed record OAuthSettings
{
    /// <summary>microsoft (Microsoft 365), or token-endpoint (any other provider).</summary>
    public string Provider { get; set; } = "microsoft";

    /// <summary>client-credentials (RFC 6749 section 4.4), device-code (RFC 8628; microsoft only), or refresh-token (section 6; token-endpoint only).</summary>
    public string Grant { get; set; } = "client-credentials";

    /// <summary>Where Microsoft's sign-in is; another one for national clouds.</summary>
    public string Authority { get; set; } = DefaultAuthority;

    /// <summary>The directory's id or domain, for microsoft.</summary>
    public string TenantId { get; set; } = "";

    /// <summary>URL of the token endpoint, for token-endpoint.</summary>
    public string TokenEndpoint { get; set; } = "";

    /// <summary>The application's id.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>The application's secret: from the environment, never from a file that is shared.</summary>
    public string ClientSecret { get; set; } = "";

    /// <summary>File that holds the secret.</summary>
    public string ClientSecretFile { get; set; } = "";

    /// <summary>The day on which the secret ends, as yyyy-MM-dd: no server tells it; empty for no warning.</summary>
    public string ClientSecretExpires { get; set; } = "";

    /// <summary>PFX or PEM file of the application's certificate, in place of a secret; for microsoft.</summary>
    public string CertificateFile { get; set; } = "";

    /// <summary>PEM file of its key, where the certificate's file does not hold it.</summary>
    public string CertificateKeyFile { get; set; } = "";

    /// <summary>File that holds the password of the PFX file or of the key.</summary>
    public string CertificatePasswordFile { get; set; } = "";

    /// <summary>How a token endpoint is told the secret: basic (RFC 6749 section 2.3.1) or post (in the form).</summary>
    public string ClientAuthentication { get; set; } = "basic";

    /// <summary>File that holds the first refresh token, for refresh-token. Those that follow are kept beside the store.</summary>
    public string RefreshTokenFile { get; set; } = "";

    /// <summary>What the token is for; empty for what the mail protocols of Microsoft 365 need, or Graph where the identity is used for it.</summary>
    public IList<string> Scopes { get; set; } = [];

    /// <summary>SASL mechanism: auto (what the server offers), oauthbearer (RFC 7628) or xoauth2.</summary>
    public string Mechanism { get; set; } = "auto";

    /// <summary>PEM file of a certificate authority that is trusted besides the system's for the token endpoint; empty for none.</summary>
    public string CertificateAuthorityFile { get; set; } = "";

    /// <summary>Microsoft's worldwide cloud.</summary>
    public const string DefaultAuthority = "https://login.microsoftonline.com";

    /// <summary>Never the secret.</summary>
    public override string ToString() => $"{Provider} {Grant} {ClientId}";
}
