using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace EnquiryTriage.Conformance.Servers;

/// <summary>Puts mail straight into a mailbox by LMTP (RFC 2033); when it returns, the mail is there.</summary>
internal static class Lmtp
{
    /// <summary>Delivers mails to a user, in order, on one connection.</summary>
    /// <param name="server">The server.</param>
    /// <param name="user">User or address.</param>
    /// <param name="sender">Envelope sender; empty for the null sender of reports.</param>
    /// <param name="mails">Raw messages.</param>
    public static async Task DeliverAsync(IMailStore server, string user, string sender, params byte[][] mails)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", server.LmtpPort);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.Latin1);
        await ExpectAsync(reader, 220);
        await SayAsync(stream, reader, "LHLO conformance", 250);
        foreach (var mail in mails)
        {
            await SayAsync(stream, reader, $"MAIL FROM:<{sender}>", 250);
            await SayAsync(stream, reader, $"RCPT TO:<{user}>", 250);
            await SayAsync(stream, reader, "DATA", 354);
            await stream.WriteAsync(Dotted(mail));
            await ExpectAsync(reader, 250);
        }

        await SayAsync(stream, reader, "QUIT", 221);
    }

    private static async Task SayAsync(NetworkStream stream, StreamReader reader, string line, int expected)
    {
        await stream.WriteAsync(Encoding.Latin1.GetBytes(line + "\r\n"));
        await ExpectAsync(reader, expected);
    }

    private static async Task ExpectAsync(StreamReader reader, int expected)
    {
        while (true)
        {
            var line = await reader.ReadLineAsync() ?? throw new InvalidOperationException("LMTP: the server hung up.");
            if (!line.StartsWith(expected.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"LMTP: {line}");
            }

            if (line.Length == 3 || line[3] != '-')
            {
                return;
            }
        }
    }

    // RFC 5321 section 4.5.2: a dot at a line's start is doubled, and the end is a dot on a line of its own.
    private static byte[] Dotted(byte[] mail)
    {
        var dotted = new MemoryStream(mail.Length + 64);
        var lineStart = true;
        foreach (var b in mail)
        {
            if (lineStart && b == (byte)'.')
            {
                dotted.WriteByte(b);
            }

            dotted.WriteByte(b);
            lineStart = b == (byte)'\n';
        }

        dotted.Write(lineStart ? ".\r\n"u8 : "\r\n.\r\n"u8);
        return dotted.ToArray();
    }
}
