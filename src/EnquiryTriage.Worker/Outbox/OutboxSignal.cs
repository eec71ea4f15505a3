using System.Threading.Channels;

namespace EnquiryTriage.Worker.Outbox;

/// <summary>Wakes the dispatcher when the intake has written a mail: it carries nothing, the table is the queue.</summary>
public sealed class OutboxSignal
{
    private readonly Channel<bool> _channel = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>There may be work.</summary>
    public void Wake() => _channel.Writer.TryWrite(true);

    /// <summary>Waits for work or the end of the wait.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancel)
    {
        using var limit = new CancellationTokenSource(atMost, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        try
        {
            await _channel.Reader.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // The wait is over.
        }
    }
}
