using System.Security.Cryptography.X509Certificates;
using EnquiryTriage.Worker.Health;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Access;

/// <summary>What stands between a server's settings and a connection to it: whom it is believed by, our own certificate, and the identity that logs in.</summary>
internal sealed class ServerAccess : IHealthSource
{
    private readonly string _key;
    private readonly TimeSpan _warning;
    private readonly string _where;

    /// <param name="key">The settings' key, for messages.</param>
    /// <param name="server">The settings, checked.</param>
    /// <param name="tokens">Tokens of the identity that logs in; null for a password or none.</param>
    /// <param name="warning">How long before its end a certificate is warned of.</param>
    /// <param name="time">For the dates of pinned certificates.</param>
    public ServerAccess(string key, ServerSettings server, ITokenSource? tokens, TimeSpan warning, TimeProvider time)
    {
        (_key, _warning, _where, Tokens) = (key, warning, $"{server.Host}:{server.Port}", tokens);
        Trust = new ServerTrust(server.CertificateAuthorityFile, [.. server.PinnedSha256.Select(ServerTrust.ParsePin).OfType<byte[]>()], time);
        OwnCertificate = server.ClientCertificateFile.Length == 0
            ? null
            : new CertificateFile($"{key}:ClientCertificateFile", server.ClientCertificateFile, server.ClientCertificateKeyFile, server.ClientCertificatePasswordFile);
    }

    /// <summary>Judges the server's certificate.</summary>
    public ServerTrust Trust { get; }

    /// <summary>Our certificate, or null.</summary>
    public CertificateFile? OwnCertificate { get; }

    /// <summary>Tokens to log in with, or null.</summary>
    public ITokenSource? Tokens { get; }

    /// <summary>SASL mechanism for the tokens.</summary>
    public TokenMechanism Mechanism { get; init; }

    /// <summary>The server's certificate as it was last seen, and our own.</summary>
    public IReadOnlyList<HealthFact> Facts(DateTimeOffset now)
    {
        var facts = new List<HealthFact>();
        if (Trust.NotAfter is { } end)
        {
            facts.Add(Expiry.Fact(
                $"server-certificate:{_key}", $"the certificate of {_where}", end, _warning, "its operator has to renew it; if it is pinned, add the new one to " + _key + ":PinnedSha256.", now));
        }

        if (OwnCertificate is { } own)
        {
            facts.Add(CertificateFact($"client-certificate:{_key}", $"{_key}:ClientCertificateFile", own, _warning, now));
        }

        return facts;
    }

    /// <summary>The fact about a certificate of ours.</summary>
    public static HealthFact CertificateFact(string code, string setting, CertificateFile file, TimeSpan warning, DateTimeOffset now)
    {
        try
        {
            X509Certificate2 certificate = file.Load();
            return Expiry.Fact(code, $"the certificate of {setting}", new DateTimeOffset(certificate.NotAfter.ToUniversalTime()), warning, "renew it and replace the file.", now);
        }
        catch (IOException e)
        {
            return new HealthFact(code, false, e.Message);
        }
    }
}

/// <summary>SASL mechanisms that carry a token.</summary>
public enum TokenMechanism
{
    /// <summary>What the server offers, OAUTHBEARER first.</summary>
    Auto,

    /// <summary>RFC 7628.</summary>
    Oauthbearer,

    /// <summary>Google's and Microsoft's.</summary>
    Xoauth2,
}
