using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EnquiryTriage.Worker.Access;

/// <summary>
/// Whether a server's certificate is believed: by the system's authorities or the one that is named, and for the right name; or, where
/// certificates are pinned, because it is one of these. Remembers what was shown, so that its end can be foreseen.
/// </summary>
/// <param name="authorityFile">PEM file of a further authority; empty for none.</param>
/// <param name="pins">SHA-256 digests of certificates or public keys; empty for none.</param>
/// <param name="time">For the pinned certificates' dates.</param>
internal sealed class ServerTrust(string authorityFile, IReadOnlyList<byte[]> pins, TimeProvider time)
{
    // Extended key usage of RFC 5280 section 4.2.1.12: a client's certificate of the same authority is not a server's.
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>When the certificate ends that was shown last, whether believed or not; null before there was one.</summary>
    public DateTimeOffset? NotAfter { get; private set; }

    /// <summary>Why the last certificate was not believed, where more can be said than that it was not; else null.</summary>
    public string? Refusal { get; private set; }

    /// <summary>Reads a pin: 64 hexadecimal digits (colons allowed), or base64, with or without "sha256/" before it.</summary>
    public static byte[]? ParsePin(string written)
    {
        var text = written.Trim();
        foreach (var prefix in (string[])["sha256/", "sha256:", "pin-sha256="])
        {
            text = text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) ? text[prefix.Length..].Trim('"') : text;
        }

        var digits = text.Replace(":", "", StringComparison.Ordinal).Replace(" ", "", StringComparison.Ordinal);
        if (digits.Length == 2 * SHA256.HashSizeInBytes && digits.All(char.IsAsciiHexDigit))
        {
            return Convert.FromHexString(digits);
        }

        var bytes = new byte[SHA256.HashSizeInBytes + 1];
        return Convert.TryFromBase64String(text, bytes, out var written32) && written32 == SHA256.HashSizeInBytes ? bytes[..written32] : null;
    }

    /// <summary>The check itself, as SslStream and HttpClient ask for it.</summary>
    public bool Validate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        Refusal = null;
        if (certificate is null)
        {
            return false;
        }

        using var leaf = X509CertificateLoader.LoadCertificate(certificate.GetRawCertData());
        NotAfter = new DateTimeOffset(leaf.NotAfter.ToUniversalTime());
        if (pins.Count == 0)
        {
            return errors == SslPolicyErrors.None || ByAuthority(leaf, chain, errors);
        }

        return Pinned(leaf) && (authorityFile.Length == 0 || errors == SslPolicyErrors.None || ByAuthority(leaf, chain, errors));
    }

    private bool Pinned(X509Certificate2 leaf)
    {
        var digest = SHA256.HashData(leaf.RawDataMemory.Span);
        var key = SHA256.HashData(leaf.PublicKey.ExportSubjectPublicKeyInfo());
        if (!pins.Any(p => p.AsSpan().SequenceEqual(digest) || p.AsSpan().SequenceEqual(key)))
        {
            Refusal = $"it showed a certificate that is not pinned (SHA-256 {Convert.ToHexString(digest)}, of its public key {Convert.ToHexString(key)})";
            return false;
        }

        var now = time.GetUtcNow().UtcDateTime;
        if (now < leaf.NotBefore.ToUniversalTime() || now > leaf.NotAfter.ToUniversalTime())
        {
            Refusal = $"the pinned certificate is good from {leaf.NotBefore.ToUniversalTime():u} to {leaf.NotAfter.ToUniversalTime():u}, which is not now";
            return false;
        }

        return true;
    }

    private bool ByAuthority(X509Certificate2 leaf, X509Chain? chain, SslPolicyErrors errors)
    {
        // Only "unknown authority" can be mended by naming one; a wrong name stays wrong.
        if (authorityFile.Length == 0 || errors != SslPolicyErrors.RemoteCertificateChainErrors)
        {
            return false;
        }

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.ImportFromPemFile(authorityFile);
        own.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in chain?.ChainElements.AsEnumerable() ?? [])
        {
            own.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return own.Build(leaf);
    }
}
