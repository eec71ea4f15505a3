using System.Globalization;
using System.Text;
using MailKit;

namespace EnquiryTriage.Worker.Protocol;

/// <summary>Tells what mails contain from what client and server say to each other, over pieces of any size.</summary>
internal interface IContentMask
{
    /// <summary>How many bytes at the start are content.</summary>
    int Content(ReadOnlySpan<byte> bytes, bool fromClient);

    /// <summary>How many bytes at the start are said; at least one where <see cref="Content"/> is zero.</summary>
    int Words(ReadOnlySpan<byte> bytes, bool fromClient);
}

/// <summary>Leaves secrets and contents out, then hands on to MailKit's logger.</summary>
internal sealed class MaskedProtocolLogger(ProtocolLogger writer, IContentMask client, IContentMask server) : IProtocolLogger
{
    private static readonly byte[] Stars = "********"u8.ToArray();
    private long _clientContent;
    private long _serverContent;

    /// <inheritdoc/>
    public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }

    /// <inheritdoc/>
    public void LogConnect(Uri uri) => writer.LogConnect(uri);

    /// <inheritdoc/>
    public void LogClient(byte[] buffer, int offset, int count)
    {
        // Asked about everything that is sent: it follows the dialogue to know where a secret comes.
        var secrets = AuthenticationSecretDetector?.DetectSecrets(buffer, offset, count) ?? [];
        var kept = Kept(WithoutSecrets(buffer, offset, count, secrets), client, fromClient: true, ref _clientContent);
        writer.LogClient(kept, 0, kept.Length);
    }

    /// <inheritdoc/>
    public void LogServer(byte[] buffer, int offset, int count)
    {
        var kept = Kept(buffer.AsSpan(offset, count), server, fromClient: false, ref _serverContent);
        writer.LogServer(kept, 0, kept.Length);
    }

    /// <inheritdoc/>
    public void Dispose() => writer.Dispose();

    // Stars of one length, for the length of a secret is nobody's business either.
    private static ReadOnlySpan<byte> WithoutSecrets(byte[] buffer, int offset, int count, IList<AuthenticationSecret> secrets)
    {
        if (secrets.Count == 0)
        {
            return buffer.AsSpan(offset, count);
        }

        var kept = new List<byte>(count);
        var at = offset;
        foreach (var secret in secrets.OrderBy(s => s.StartIndex))
        {
            kept.AddRange(buffer.AsSpan(at, secret.StartIndex - at));
            kept.AddRange(Stars);
            at = secret.StartIndex + secret.Length;
        }

        kept.AddRange(buffer.AsSpan(at, offset + count - at));
        return kept.ToArray();
    }

    private static byte[] Kept(ReadOnlySpan<byte> bytes, IContentMask mask, bool fromClient, ref long content)
    {
        var kept = new List<byte>(bytes.Length);
        while (bytes.Length > 0)
        {
            if (mask.Content(bytes, fromClient) is > 0 and var hidden)
            {
                content += hidden;
                bytes = bytes[hidden..];
                continue;
            }

            if (content > 0)
            {
                kept.AddRange(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"({content} bytes)\r\n")));
                content = 0;
            }

            var said = mask.Words(bytes, fromClient);
            kept.AddRange(bytes[..said]);
            bytes = bytes[said..];
        }

        return [.. kept];
    }
}

/// <summary>IMAP: content comes in literals (RFC 3501 section 4.3), announced by <c>{n}</c> or <c>{n+}</c> at the end of a line.</summary>
internal sealed class LiteralMask : IContentMask
{
    private const int LongestAnnouncement = 24;
    private readonly StringBuilder _tail = new();
    private long _literal;

    /// <inheritdoc/>
    public int Content(ReadOnlySpan<byte> bytes, bool fromClient)
    {
        var hidden = (int)Math.Min(_literal, bytes.Length);
        _literal -= hidden;
        return hidden;
    }

    /// <inheritdoc/>
    public int Words(ReadOnlySpan<byte> bytes, bool fromClient)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != '\n')
            {
                _tail.Append((char)bytes[i]);
                if (_tail.Length > 2 * LongestAnnouncement)
                {
                    _tail.Remove(0, LongestAnnouncement);
                }

                continue;
            }

            var line = _tail.ToString().TrimEnd('\r');
            _tail.Clear();
            var open = line.LastIndexOf('{');
            if (open >= 0 && line.EndsWith('}') && long.TryParse(line[(open + 1)..^1].TrimEnd('+', '-'), NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length > 0)
            {
                _literal = length;
                return i + 1;
            }
        }

        return bytes.Length;
    }
}

/// <summary>SMTP: the message comes between the server's 354 and its next reply (RFC 5321 section 4.1.1.4), or after BDAT (RFC 3030).</summary>
internal sealed class MessageMask : IContentMask
{
    private readonly StringBuilder _server = new();
    private readonly StringBuilder _client = new();
    private bool _message;

    /// <inheritdoc/>
    public int Content(ReadOnlySpan<byte> bytes, bool fromClient) => _message && fromClient ? bytes.Length : 0;

    /// <inheritdoc/>
    public int Words(ReadOnlySpan<byte> bytes, bool fromClient)
    {
        var line = fromClient ? _client : _server;
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != '\n')
            {
                if (line.Length < 8)
                {
                    line.Append((char)bytes[i]);
                }

                continue;
            }

            var start = line.ToString();
            line.Clear();
            _message = fromClient
                ? start.StartsWith("BDAT ", StringComparison.OrdinalIgnoreCase)
                : start.StartsWith("354", StringComparison.Ordinal);
            if (_message)
            {
                return i + 1;
            }
        }

        return bytes.Length;
    }
}
