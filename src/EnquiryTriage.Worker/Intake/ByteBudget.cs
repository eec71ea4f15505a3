namespace EnquiryTriage.Worker.Intake;

/// <summary>Bounds what is held in memory: so many bytes at once, or one larger thing alone.</summary>
internal sealed class ByteBudget(long limit)
{
    private readonly Lock _gate = new();
    private long _held;
    private TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Waits until there is room.</summary>
    public async Task TakeAsync(long bytes, CancellationToken cancel)
    {
        while (true)
        {
            Task released;
            lock (_gate)
            {
                if (_held == 0 || _held + bytes <= limit)
                {
                    _held += bytes;
                    return;
                }

                released = _released.Task;
            }

            await released.WaitAsync(cancel);
        }
    }

    /// <summary>Gives room back.</summary>
    public void Release(long bytes)
    {
        lock (_gate)
        {
            _held -= bytes;
            _released.TrySetResult();
            _released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
