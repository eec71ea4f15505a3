using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using EnquiryTriage.Worker.Access;
using EnquiryTriage.Worker.Settings;
using MailKit;
using MailKit.Security;

namespace EnquiryTriage.Worker;

/// <summary>Connecting and logging in, the same for IMAP and SMTP: TLS is verified, STARTTLS cannot be stripped, secrets stay out of messages.</summary>
internal static class Connection
{
    /// <summary>Connects and logs in, by password or by token.</summary>
    public static async Task OpenAsync(MailService service, ServerSettings server, ConnectionSecurity security, string key, CancellationToken cancel)
    {
        var access = server.Access ??= new ServerAccess(key, server, null, TimeSpan.FromDays(new CredentialSettings().WarnDays), TimeProvider.System);
        if (server.Identity.Length > 0 && access.Tokens is null)
        {
            // Never the password, or nothing, in place of what the settings say.
            throw new TokenException($"{key}:Identity: nobody made tokens of '{server.Identity}' for this server.", temporary: false);
        }

        service.ServerCertificateValidationCallback = access.Trust.Validate;
        if (access.OwnCertificate is { } own)
        {
            service.ClientCertificates = new X509CertificateCollection { own.Load() };
        }

        await ConnectAsync(service, server, security, cancel);
        if (access.Tokens is { } tokens)
        {
            await LogInByTokenAsync(service, server, security, access, tokens, cancel);
        }
        else if (server.User.Length > 0)
        {
            await service.AuthenticateAsync(server.User, Password(server, key), cancel);
        }
    }

    /// <summary>Faults of network, protocol and login.</summary>
    public static bool IsFault(Exception e) =>
        e is IOException or SocketException or ProtocolException or CommandException or ServiceNotConnectedException or ServiceNotAuthenticatedException
            or System.Security.Authentication.AuthenticationException or AuthenticationException or SslHandshakeException or TimeoutException
            or NotSupportedException or InvalidOperationException or TokenException;

    /// <summary>What is wrong and the remedy, without secrets.</summary>
    public static string Explain(ServerSettings server, string key, Exception e)
    {
        var where = $"{server.Host}:{server.Port}";
        return e switch
        {
            TokenException => e.Message,
            AuthenticationException when server.Identity.Length > 0 =>
                $"{where}: the token of {server.Identity} was refused for {key}:User, a new one too: check that {key}:User is the mailbox's address, and that the identity (Credentials:Identities:{server.Identity}) may open it.",
            AuthenticationException => $"{where}: the login was refused: check {key}:User and its password ({key}:PasswordFile, or {key}:Password in the environment).",
            SslHandshakeException when server.Access?.Trust.Refusal is { } refusal =>
                $"{where}: TLS failed: {refusal}: if that is the server's right certificate, set {key}:PinnedSha256 to it.",
            SslHandshakeException => $"{where}: TLS failed: check {key}:Security and the certificate; for a private authority set {key}:CertificateAuthorityFile{OwnCertificateHint(server, key)}.",
            IOException { Message: var message } when message.StartsWith(key, StringComparison.Ordinal) => message,
            SocketException or IOException => $"{where}: no connection ({e.Message}): check {key}:Host and {key}:Port, and that the server runs.",
            NotSupportedException => $"{where}: {e.Message} If it is STARTTLS that is missing, set {key}:Security to tls, or mend the server.",
            _ => $"{where}: {e.GetType().Name}: {e.Message}",
        };
    }

    private static string OwnCertificateHint(ServerSettings server, string key) =>
        server.ClientCertificateFile.Length > 0 ? $"; the server may also have refused {key}:ClientCertificateFile" : "";

    private static Task ConnectAsync(MailService service, ServerSettings server, ConnectionSecurity security, CancellationToken cancel) => service.ConnectAsync(
        server.Host,
        server.Port,
        security switch
        {
            ConnectionSecurity.Tls => SecureSocketOptions.SslOnConnect,
            ConnectionSecurity.Starttls => SecureSocketOptions.StartTls,
            _ => SecureSocketOptions.None,
        },
        cancel);

    // A token may be refused before its time (revoked, rights changed): a new one gets one try, on a connection of its own, for servers hang up after a refusal.
    private static async Task LogInByTokenAsync(
        MailService service, ServerSettings server, ConnectionSecurity security, ServerAccess access, ITokenSource tokens, CancellationToken cancel)
    {
        try
        {
            await service.AuthenticateAsync(Mechanism(service, server, access.Mechanism, await tokens.TokenAsync(renew: false, cancel)), cancel);
            return;
        }
        catch (Exception e) when (e is AuthenticationException || (e is ServiceNotConnectedException or ProtocolException && !service.IsConnected))
        {
            // Handled below: the new token is asked for outside of the handler.
        }

        var token = await tokens.TokenAsync(renew: true, cancel);
        if (service.IsConnected)
        {
            await service.DisconnectAsync(quit: false, cancel);
        }

        await ConnectAsync(service, server, security, cancel);
        await service.AuthenticateAsync(Mechanism(service, server, access.Mechanism, token), cancel);
    }

    private static SaslMechanism Mechanism(MailService service, ServerSettings server, TokenMechanism wanted, AccessToken token)
    {
        var offered = service.AuthenticationMechanisms;
        return wanted switch
        {
            TokenMechanism.Oauthbearer => new SaslMechanismOAuthBearer(server.User, token.Value),
            TokenMechanism.Xoauth2 => new SaslMechanismOAuth2(server.User, token.Value),
            _ when offered.Contains("OAUTHBEARER") => new SaslMechanismOAuthBearer(server.User, token.Value),
            _ when offered.Contains("XOAUTH2") => new SaslMechanismOAuth2(server.User, token.Value),
            _ => throw new TokenException(
                $"{server.Host}:{server.Port} offers neither OAUTHBEARER nor XOAUTH2: switch one on there, or log in with a password in place of the identity '{server.Identity}'.", temporary: false),
        };
    }

    private static string Password(ServerSettings server, string key) =>
        server.PasswordFile.Length == 0 ? server.Password : SecretText.Read($"{key}:PasswordFile", server.PasswordFile);
}
