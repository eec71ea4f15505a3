using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EnquiryTriage.Conformance.Servers;

/// <summary>A certificate authority of its own, and certificates for "localhost" from it: not for 127.0.0.1, so that a wrong name can be tried.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly X509Certificate2 _authority;
    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();

    /// <summary>Creates the authority and writes its certificate.</summary>
    /// <param name="folder">Where files are written.</param>
    /// <param name="name">Name of the PEM file, without its ending.</param>
    public TestAuthority(PrivateFolder folder, string name = "authority")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Conformance test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _authority = request.CreateSelfSigned(_now.AddDays(-1), _now.AddDays(30));
        AuthorityFile = folder.Write(name + ".pem", _authority.ExportCertificatePem());
    }

    /// <summary>PEM file of the authority's certificate.</summary>
    public string AuthorityFile { get; }

    /// <summary>Writes a server's certificate and key for "localhost".</summary>
    /// <returns>PEM files of certificate and key.</returns>
    public (string Certificate, string Key) Issue(PrivateFolder folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_authority, true, false));
        using var issued = request.Create(_authority, _now.AddHours(-1), _now.AddDays(7), RandomNumberGenerator.GetBytes(12));
        return (folder.Write("server.pem", issued.ExportCertificatePem()), folder.Write("server.key", key.ExportPkcs8PrivateKeyPem()));
    }

    /// <inheritdoc/>
    public void Dispose() => _authority.Dispose();
}
