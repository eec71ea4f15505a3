using MailKit;

namespace EnquiryTriage.Worker.Intake;

/// <summary>Counts what a server sends, so that a line without end, or a mail far larger than it was said to be, does not fill the memory.</summary>
internal sealed class ReadMeter : IProtocolLogger
{
    private long _left = long.MaxValue;
    private Action? _exceeded;

    /// <inheritdoc/>
    public IAuthenticationSecretDetector? AuthenticationSecretDetector { get; set; }

    /// <summary>Whether the server sent more than was allowed.</summary>
    public bool Exceeded { get; private set; }

    /// <summary>Allows so many bytes from now on.</summary>
    public void Allow(long bytes, Action? exceeded)
    {
        (_left, _exceeded) = (bytes, exceeded);
        Exceeded &= exceeded is null;
    }

    /// <inheritdoc/>
    public void LogConnect(Uri uri)
    {
        // Only what comes in counts.
    }

    /// <inheritdoc/>
    public void LogClient(byte[] buffer, int offset, int count)
    {
        // Only what comes in counts.
    }

    /// <inheritdoc/>
    public void LogServer(byte[] buffer, int offset, int count)
    {
        if ((_left -= count) < 0 && !Exceeded)
        {
            Exceeded = true;
            _exceeded?.Invoke();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing is held.
    }
}
