using EnquiryTriage.Worker.Settings;
using MailKit;

namespace EnquiryTriage.Worker.Protocol;

/// <summary>
/// The log of what is said to servers, for finding out why one does not do what it should; off unless a file is named. Secrets are never in it, and
/// what mails contain only where ProtocolLog:Content says so.
/// </summary>
public sealed class ProtocolLog : IDisposable
{
    private readonly ProtocolLogSettings _settings;
    private readonly RotatingFile? _file;
    private int _connections;

    /// <summary>Creates the log; the file is made when something is said.</summary>
    public ProtocolLog(ProtocolLogSettings settings)
    {
        _settings = settings;
        _file = settings.Path.Length > 0 ? new RotatingFile(settings.Path, settings.MaxBytes, settings.Files) : null;
    }

    /// <summary>A log that holds nothing.</summary>
    public static ProtocolLog None { get; } = new(new ProtocolLogSettings());

    /// <summary>A listener for an IMAP connection (RFC 3501).</summary>
    public IProtocolLogger Imap() => Listener("imap", new LiteralMask(), new LiteralMask());

    /// <summary>A listener for an SMTP connection (RFC 5321).</summary>
    public IProtocolLogger Smtp()
    {
        var mask = new MessageMask();
        return Listener("smtp", mask, mask);
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private IProtocolLogger Listener(string protocol, IContentMask client, IContentMask server)
    {
        if (_file is null)
        {
            return new NullProtocolLogger();
        }

        var name = $"{protocol}{Interlocked.Increment(ref _connections)}";
        var writer = new ProtocolLogger(new LineStream(_file), leaveOpen: false)
        {
            ClientPrefix = $"{name} C: ",
            ServerPrefix = $"{name} S: ",
            LogTimestamps = true,
            TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ",
            // Done before, on the whole of what was said: see MaskedProtocolLogger.
            RedactSecrets = false,
        };
        return _settings.Content ? new MaskedProtocolLogger(writer, new NoMask(), new NoMask()) : new MaskedProtocolLogger(writer, client, server);
    }

    private sealed class NoMask : IContentMask
    {
        public int Content(ReadOnlySpan<byte> bytes, bool fromClient) => 0;

        public int Words(ReadOnlySpan<byte> bytes, bool fromClient) => bytes.Length;
    }
}
