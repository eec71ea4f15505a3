using System.Globalization;
using System.Runtime.CompilerServices;
using EnquiryTriage.Worker.Settings;
using MailKit.Net.Smtp;

namespace EnquiryTriage.Worker.Doctor;

/// <summary>An SMTP relay: name, TLS, login, capabilities. Sends nothing.</summary>
internal sealed class SmtpChecks(OutboxSettings settings, CheckedSettings read, TimeProvider time)
{
    // Acknowledgements are some kilobytes; a limit below this is a mistake.
    private const uint SmallestLimit = 1 << 20;

    /// <summary>All of them; those after a failed login are left out.</summary>
    public async IAsyncEnumerable<Check> RunAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var server = new ServerChecks("relay", settings.Server, read.RelaySecurity, "Outbox:Server", time);
        var name = await server.NameAsync(cancel);
        yield return name;
        if (name.Status == CheckStatus.Fail)
        {
            yield break;
        }

        using (var probe = new SmtpClient())
        {
            yield return await server.TlsAsync(probe, cancel);
        }

        using var client = new SmtpClient();
        var login = await server.LoginAsync(client, cancel);
        yield return login;
        if (login.Status == CheckStatus.Fail)
        {
            yield break;
        }

        yield return Capabilities(client);
        await client.DisconnectAsync(quit: true, cancel);
    }

    private Check Capabilities(SmtpClient client)
    {
        const string Name = "relay can";
        var offered = new List<string>();
        var missing = new List<string>();
        (client.Capabilities.HasFlag(SmtpCapabilities.Pipelining) ? offered : missing).Add("PIPELINING");
        (client.Capabilities.HasFlag(SmtpCapabilities.Dsn) ? offered : missing).Add("DSN");
        (client.Capabilities.HasFlag(SmtpCapabilities.Size) ? offered : missing).Add(client.MaxSize > 0 ? string.Create(CultureInfo.InvariantCulture, $"SIZE {client.MaxSize}") : "SIZE");
        // Once TLS is on, servers no longer offer it: that the connection came about says it.
        (read.RelaySecurity == ConnectionSecurity.Starttls || client.Capabilities.HasFlag(SmtpCapabilities.StartTLS) ? offered : missing).Add("STARTTLS");
        var detail = string.Join(' ', offered) + (missing.Count == 0 ? "" : $"; not {string.Join(' ', missing)}");
        return client.MaxSize is > 0 and < SmallestLimit
            ? Check.Warn(Name, $"{detail}: takes no mail over {client.MaxSize.ToString(CultureInfo.InvariantCulture)} bytes", "have the relay take larger mails")
            : missing.Contains("DSN") ? Check.Warn(Name, detail, "without DSN the relay is not asked for delivery reports: only bounces that come anyway are matched")
            : Check.Ok(Name, detail);
    }
}
