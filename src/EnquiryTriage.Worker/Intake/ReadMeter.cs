using MailKit;

namespace EnquiryTriage.Worker.Intake;

/// <summary>Counts what a server sends, so that a line without end, or a mail far larger than it was said to be, does not fill the memory; passes all on.</summary>
internal sealed class ReadMeter : IProtocolLogger
{
    private long _left = long.MaxValue;
    private Action? _exceeded;

    /// <summary>The listener that everything is passed on to.</summary>
    public IProtocolLogger Passed { get; set; } = new NullProtocolLogger();

    /// <inheritdoc/>
    public IAuthenticationSecretDetector? AuthenticationSecretDetector
    {
        get => Passed.AuthenticationSecretDetector;
        set => Passed.AuthenticationSecretDetector = value!;
    }

    /// <summary>Whether the server sent more than was allowed.</summary>
    public bool Exceeded { get; private set; }

    /// <summary>Allows so many bytes from now on.</summary>
    public void Allow(long bytes, Action? exceeded)
    {
        (_left, _exceeded) = (bytes, exceeded);
        Exceeded &= exceeded is null;
    }

    /// <inheritdoc/>
    public void LogConnect(Uri uri) => Passed.LogConnect(uri);

    /// <inheritdoc/>
    public void LogClient(byte[] buffer, int offset, int count) => Passed.LogClient(buffer, offset, count);

    /// <inheritdoc/>
    public void LogServer(byte[] buffer, int offset, int count)
    {
        Passed.LogServer(buffer, offset, count);
        if ((_left -= count) < 0 && !Exceeded)
        {
            Exceeded = true;
            _exceeded?.Invoke();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Passed.Dispose();
}
