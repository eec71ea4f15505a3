using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using EnquiryTriage.Worker.Settings;
using MailKit;
using MailKit.Security;

namespace EnquiryTriage.Worker;

/// <summary>Connecting and logging in, the same for IMAP and SMTP: TLS is verified, STARTTLS cannot be stripped, secrets stay out of messages.</summary>
internal static class Connection
{
    // Extended key usage of RFC 5280 section 4.2.1.12: a client's certificate of the same authority is not a server's.
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Connects and logs in.</summary>
    public static async Task OpenAsync(MailService service, ServerSettings server, ConnectionSecurity security, string key, CancellationToken cancel)
    {
        if (server.CertificateAuthorityFile.Length > 0)
        {
            service.ServerCertificateValidationCallback = Trusting(server.CertificateAuthorityFile);
        }

        var options = security switch
        {
            ConnectionSecurity.Tls => SecureSocketOptions.SslOnConnect,
            ConnectionSecurity.Starttls => SecureSocketOptions.StartTls,
            _ => SecureSocketOptions.None,
        };
        await service.ConnectAsync(server.Host, server.Port, options, cancel);
        if (server.User.Length > 0)
        {
            await service.AuthenticateAsync(server.User, Password(server, key), cancel);
        }
    }

    /// <summary>Faults of network, protocol and login.</summary>
    public static bool IsFault(Exception e) =>
        e is IOException or SocketException or ProtocolException or CommandException or ServiceNotConnectedException or ServiceNotAuthenticatedException
            or System.Security.Authentication.AuthenticationException or AuthenticationException or SslHandshakeException or TimeoutException
            or NotSupportedException or InvalidOperationException;

    /// <summary>What is wrong and the remedy, without secrets.</summary>
    public static string Explain(ServerSettings server, string key, Exception e)
    {
        var where = $"{server.Host}:{server.Port}";
        return e switch
        {
            AuthenticationException => $"{where}: the login was refused: check {key}:User and its password ({key}:PasswordFile, or {key}:Password in the environment).",
            SslHandshakeException => $"{where}: TLS failed: check {key}:Security and the certificate; for a private authority set {key}:CertificateAuthorityFile.",
            SocketException or IOException => $"{where}: no connection ({e.Message}): check {key}:Host and {key}:Port, and that the server runs.",
            NotSupportedException => $"{where}: {e.Message} If it is STARTTLS that is missing, set {key}:Security to tls, or mend the server.",
            _ => $"{where}: {e.GetType().Name}: {e.Message}",
        };
    }

    private static string Password(ServerSettings server, string key)
    {
        if (server.PasswordFile.Length == 0)
        {
            return server.Password;
        }

        try
        {
            return File.ReadAllText(server.PasswordFile).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{key}:PasswordFile: {server.PasswordFile} cannot be read: {e.Message}", e);
        }
    }

    private static RemoteCertificateValidationCallback Trusting(string file) => (_, certificate, chain, errors) =>
    {
        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        // Only "unknown authority" can be mended by naming one; a wrong name stays wrong.
        if (certificate is null || errors != SslPolicyErrors.RemoteCertificateChainErrors)
        {
            return false;
        }

        using var own = new X509Chain();
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.ImportFromPemFile(file);
        own.ChainPolicy.ApplicationPolicy.Add(new System.Security.Cryptography.Oid(ServerAuthentication));
        own.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        foreach (var element in chain?.ChainElements.AsEnumerable() ?? [])
        {
            own.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        using var leaf = X509CertificateLoader.LoadCertificate(certificate.Export(X509ContentType.Cert));
        return own.Build(leaf);
    };
}
