namespace EnquiryTriage.Worker.Intake;

/// <summary>Waiting that somebody may cut short.</summary>
internal static class Waiting
{
    /// <summary>Waits for a time, or until <paramref name="wake"/> is cancelled.</summary>
    /// <exception cref="OperationCanceledException"><paramref name="cancel"/> was cancelled.</exception>
    public static async Task DelayAsync(TimeSpan delay, TimeProvider time, CancellationToken wake, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(wake, cancel);
        try
        {
            await Task.Delay(delay, time, either.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Woken.
        }
    }
}

/// <summary>A folder's loop and those that ask it for a look: an answer may only be read after the mail that it answers.</summary>
internal sealed class LookRequests
{
    private readonly Lock _gate = new();
    private List<TaskCompletionSource> _asked = [];
    private CancellationTokenSource? _waiting;

    /// <summary>Asks for a look that begins after this call, and waits for its end.</summary>
    public async Task LookAsync(CancellationToken cancel)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        CancellationTokenSource? waiting;
        lock (_gate)
        {
            _asked.Add(asked);
            waiting = _waiting;
            _waiting = null;
        }

        waiting?.Cancel();
        await asked.Task.WaitAsync(cancel);
    }

    /// <summary>Those who asked before a look begins.</summary>
    public IReadOnlyList<TaskCompletionSource> Begin()
    {
        lock (_gate)
        {
            var asked = _asked;
            _asked = [];
            return asked;
        }
    }

    /// <summary>Waits, unless somebody asks.</summary>
    public async Task WaitAsync(Func<CancellationToken, Task> wait)
    {
        // Not disposed: who asks may cancel it just now; without a timer it holds nothing.
        var wake = new CancellationTokenSource();
        lock (_gate)
        {
            if (_asked.Count > 0)
            {
                return;
            }

            _waiting = wake;
        }

        try
        {
            await wait(wake.Token);
        }
        finally
        {
            lock (_gate)
            {
                _waiting = null;
            }
        }
    }
}
