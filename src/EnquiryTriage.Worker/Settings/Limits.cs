using System.Globalization;
using MimeKit;

namespace EnquiryTriage.Worker.Settings;

/// <summary>Checks of single values: each notes a problem that names the key and the remedy.</summary>
internal static class Limits
{
    public static void Server(string key, ServerSettings server, ConnectionSecurity security, ICollection<string> problems)
    {
        if (server.Host.Length == 0)
        {
            problems.Add($"{key}:Host is empty: name the server.");
        }

        if (server.Port is < 1 or > 65535)
        {
            problems.Add($"{key}:Port: {server.Port.ToString(CultureInfo.InvariantCulture)} is not a port: use 1 to 65535.");
        }

        if (security == ConnectionSecurity.None && !CheckedSettings.IsLoopback(server.Host))
        {
            problems.Add($"{key}:Security: none is for loopback only: use tls or starttls for {server.Host}.");
        }
    }

    public static void Address(string key, string value, ICollection<string> problems)
    {
        if (!MailboxAddress.TryParse(value, out var parsed) || !parsed.Address.Contains('@', StringComparison.Ordinal))
        {
            problems.Add($"{key}: '{value}' is not a mail address: use one such as strategy@agency.example.");
        }
    }

    public static void Within(string key, double value, double least, double most, ICollection<string> problems)
    {
        if (!(value > 0) && least > 0)
        {
            Positive(key, value, problems);
        }
        else if (!(value >= least && value <= most))
        {
            problems.Add(string.Create(CultureInfo.InvariantCulture, $"{key}: {value} is out of range: use a number from {least} to {most}."));
        }
    }

    public static void Positive(string key, double value, ICollection<string> problems)
    {
        if (!(value > 0))
        {
            problems.Add($"{key}: {value.ToString(CultureInfo.InvariantCulture)} is not above zero: use a number above zero.");
        }
    }
}
