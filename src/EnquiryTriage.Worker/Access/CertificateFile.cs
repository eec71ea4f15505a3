using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EnquiryTriage.Worker.Access;

/// <summary>A certificate of ours with its key, from a PFX (RFC 7292) or PEM (RFC 7468) file. A file that changed is read anew, so that a renewal needs no restart.</summary>
/// <param name="key">The setting that names the file.</param>
/// <param name="file">The file.</param>
/// <param name="keyFile">PEM file of the key; empty where it is in <paramref name="file"/>.</param>
/// <param name="passwordFile">File with the password; empty for none.</param>
internal sealed class CertificateFile(string key, string file, string keyFile, string passwordFile)
{
    private readonly Lock _gate = new();
    private (DateTime Written, X509Certificate2 Certificate)? _read;

    /// <summary>The certificate as the file holds it now.</summary>
    /// <exception cref="IOException">It cannot be read; the message names the setting and the remedy.</exception>
    public X509Certificate2 Load()
    {
        lock (_gate)
        {
            try
            {
                // Renewals replace certificate and key together; whichever is younger tells.
                var written = File.GetLastWriteTimeUtc(file);
                written = keyFile.Length > 0 && File.GetLastWriteTimeUtc(keyFile) is var ofKey && ofKey > written ? ofKey : written;
                if (_read is not { } read || read.Written != written)
                {
                    // The one before is not disposed: a handshake may be using it.
                    _read = (written, Read());
                }

                return _read.Value.Certificate;
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException)
            {
                throw new IOException(
                    $"{key}: {file} cannot be used: {SecretText.Quote(e.Message)} It must be a PFX or PEM file with certificate and key; a key apart is named by {key.Replace("CertificateFile", "CertificateKeyFile", StringComparison.Ordinal)}, a password's file by {key.Replace("CertificateFile", "CertificatePasswordFile", StringComparison.Ordinal)}.", e);
            }
            catch (Exception e) when (e is UnauthorizedAccessException or IOException { InnerException: null })
            {
                throw new IOException($"{key}: {file} cannot be read: {e.Message}", e);
            }
        }
    }

    private X509Certificate2 Read()
    {
        var password = passwordFile.Length > 0
            ? SecretText.Read(key.Replace("CertificateFile", "CertificatePasswordFile", StringComparison.Ordinal), passwordFile)
            : null;
        var bytes = File.ReadAllBytes(file);
        if (bytes.AsSpan().IndexOf("-----BEGIN "u8) < 0)
        {
            var pfx = X509CertificateLoader.LoadPkcs12(bytes, password, X509KeyStorageFlags.EphemeralKeySet);
            return pfx.HasPrivateKey ? pfx : throw new CryptographicException("It holds no private key.");
        }

        var keys = keyFile.Length > 0 ? keyFile : file;
        return password is null ? X509Certificate2.CreateFromPemFile(file, keys) : X509Certificate2.CreateFromEncryptedPemFile(file, password, keys);
    }
}
