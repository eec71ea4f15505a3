using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using EnquiryTriage.Worker.Settings;
using MailKit;
using MailKit.Security;

namespace EnquiryTriage.Worker.Doctor;

/// <summary>What IMAP and SMTP servers have in common: name, TLS, login.</summary>
/// <param name="subject">"mailbox" or "relay".</param>
/// <param name="server">The server.</param>
/// <param name="security">How it is secured.</param>
/// <param name="key">The settings' key.</param>
/// <param name="time">The clock.</param>
internal sealed class ServerChecks(string subject, ServerSettings server, ConnectionSecurity security, string key, TimeProvider time)
{
    private const int WarnDays = 21;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Whether the name has an address.</summary>
    public async Task<Check> NameAsync(CancellationToken cancel)
    {
        var name = $"{subject} name";
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(server.Host, cancel);
            return addresses.Length > 0
                ? Check.Ok(name, $"{server.Host} is {string.Join(", ", addresses.Select(a => a.ToString()))}")
                : Check.Unreachable(name, $"{server.Host} has no address", $"check {key}:Host and this machine's DNS");
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            return Check.Unreachable(name, $"{server.Host} has no address: {e.Message}", $"check {key}:Host and this machine's DNS");
        }
    }

    /// <summary>Who the server says it is: a connection of its own, which logs in to nothing and trusts nothing.</summary>
    public async Task<Check> TlsAsync(MailService probe, CancellationToken cancel)
    {
        var name = $"{subject} tls";
        if (security == ConnectionSecurity.None)
        {
            return Check.Ok(name, "none, on loopback");
        }

        X509Certificate2? shown = null;
        var errors = SslPolicyErrors.None;
        probe.ServerCertificateValidationCallback = (_, certificate, _, found) =>
        {
            shown = certificate is null ? null : X509CertificateLoader.LoadCertificate(certificate.Export(X509ContentType.Cert));
            errors = found;
            return certificate is not null;
        };
        probe.CheckCertificateRevocation = false;
        try
        {
            using var limit = Limit(cancel);
            await probe.ConnectAsync(server.Host, server.Port, security == ConnectionSecurity.Tls ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTls, limit.Token);
            using (shown)
            {
                var check = Judge(name, shown, errors, probe.SslProtocol.ToString());
                await probe.DisconnectAsync(quit: true, limit.Token);
                return check;
            }
        }
        catch (Exception e) when (Connection.IsFault(e) || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return Check.Unreachable(name, e is OperationCanceledException ? $"{server.Host}:{server.Port} does not answer" : Connection.Explain(server, key, e));
        }
    }

    /// <summary>Connects as the worker does, and logs in.</summary>
    public async Task<Check> LoginAsync(MailService service, CancellationToken cancel)
    {
        var name = $"{subject} login";
        try
        {
            using var limit = Limit(cancel);
            await Connection.OpenAsync(service, server, security, key, limit.Token);
            return Check.Ok(name, server.User.Length > 0 ? $"{server.Host}:{server.Port} takes the login" : $"{server.Host}:{server.Port} reached; no login is configured");
        }
        catch (Exception e) when (Connection.IsFault(e) || (e is OperationCanceledException && !cancel.IsCancellationRequested))
        {
            return Check.Unreachable(name, e is OperationCanceledException ? $"{server.Host}:{server.Port} does not answer" : Connection.Explain(server, key, e));
        }
    }

    private Check Judge(string name, X509Certificate2? shown, SslPolicyErrors errors, string protocol)
    {
        if (shown is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return Check.Unreachable(name, "the server shows no certificate", "give the server one");
        }

        var until = new DateTimeOffset(shown.NotAfter.ToUniversalTime(), TimeSpan.Zero);
        var days = (until - time.GetUtcNow()).TotalDays;
        var what = string.Create(CultureInfo.InvariantCulture, $"{protocol}, {shown.Subject} by {shown.Issuer}, until {until:yyyy-MM-dd} ({Math.Floor(days):0} days)");
        if (days < 0)
        {
            return Check.Unreachable(name, $"the certificate has expired: {what}", "have the server's certificate renewed");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return Check.Unreachable(name, $"the certificate is for another name than {server.Host}: {what}", $"set {key}:Host to a name that the certificate holds");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && server.CertificateAuthorityFile.Length == 0)
        {
            return Check.Unreachable(name, $"the certificate's authority is not known here: {what}", $"for a private authority set {key}:CertificateAuthorityFile; else mend the server's chain");
        }

        return days < WarnDays ? Check.Warn(name, what, "have the server's certificate renewed before it expires") : Check.Ok(name, what);
    }

    private static CancellationTokenSource Limit(CancellationToken cancel)
    {
        var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(Patience);
        return limit;
    }
}
