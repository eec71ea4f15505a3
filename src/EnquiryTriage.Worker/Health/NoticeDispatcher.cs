using System.Collections.Concurrent;
using EnquiryTriage.Core.Health;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Worker.Intake;
using EnquiryTriage.Worker.Outbox;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EnquiryTriage.Worker.Health;

/// <summary>
/// Gives the notices that the table says are due, each channel by itself, so that one that hangs holds up no other. Failure semantics: at least once; a
/// crash after a notice was given and before that was recorded gives it again, with the same key. While the store fails, notices wait in memory.
/// </summary>
public sealed partial class NoticeDispatcher(
    IHealthStore store,
    IReadOnlyList<IAlertChannel> channels,
    IReadOnlyList<string> urgentChannels,
    HealthNotices notices,
    TimeProvider time,
    ILogger<NoticeDispatcher> log) : BackgroundService, IIntakeObserver
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan FirstGap = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestGap = TimeSpan.FromHours(1);
    private static readonly TimeSpan GiveUp = TimeSpan.FromDays(3);

    private readonly Dictionary<string, IAlertChannel> _channels = channels.ToDictionary(c => c.Name, StringComparer.Ordinal);
    private readonly ConcurrentQueue<(NewNotice Notice, DateTimeOffset Next, int Attempts)> _unrecorded = new();
    private readonly OutboxSignal _signal = new();

    /// <summary>There may be notices.</summary>
    public void Wake() => _signal.Wake();

    /// <summary>Gives notices that the store could not take.</summary>
    public void GiveUnrecorded(IEnumerable<NewNotice> unrecorded)
    {
        foreach (var notice in unrecorded)
        {
            _unrecorded.Enqueue((notice, notice.Created, 0));
        }

        Wake();
    }

    /// <inheritdoc/>
    public void Settled(IntakeOutcome outcome)
    {
        if (outcome.Record?.Outbox.Any(r => r.Purpose == OutboxPurpose.Alert) == true)
        {
            Wake();
        }
    }

    /// <summary>One pass: gives what is due; returns how many notices were given.</summary>
    public async Task<int> PassAsync(CancellationToken cancel)
    {
        var given = (await Task.WhenAll(TakeUnrecorded().GroupBy(n => n.Notice.Channel, StringComparer.Ordinal).Select(g => GiveUnrecordedAsync([.. g], cancel)))).Sum();
        var now = time.GetUtcNow();
        if (urgentChannels.Count > 0)
        {
            await store.NoteUrgentAsync(urgentChannels, now - GiveUp, now, cancel);
        }

        var due = await store.NoticesDueAsync(now, cancel);
        return given + (await Task.WhenAll(due.GroupBy(n => n.Channel, StringComparer.Ordinal).Select(g => GiveAsync([.. g], cancel)))).Sum();
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (channels.Count == 0)
        {
            return;
        }

        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                await PassSafelyAsync(stoppingToken);
                await _signal.WaitAsync(Look, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; what was not given is due at the next start.
        }
    }

    private async Task PassSafelyAsync(CancellationToken stop)
    {
        try
        {
            await PassAsync(stop);
        }
        catch (StoreException e)
        {
            Log.StoreFailed(log, e.Message);
        }
        catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            Log.Failed(log, e);
        }
    }

    private async Task<int> GiveAsync(DueNotice[] due, CancellationToken cancel)
    {
        var given = 0;
        foreach (var notice in due)
        {
            var problem = await TryAsync(notice.Channel, $"{notice.Kind}-{notice.Id}", notice.Kind == "urgent" ? notices.Urgent(notice) : notice.Body, cancel);
            var now = time.GetUtcNow();
            DateTimeOffset? again = problem is null || now - notice.Created > GiveUp ? null : now + Gap(notice.Attempts);
            await store.SettleNoticeAsync(notice.Id, now, problem, again, cancel);
            given += problem is null ? 1 : 0;
        }

        return given;
    }

    private List<(NewNotice Notice, DateTimeOffset Next, int Attempts)> TakeUnrecorded()
    {
        var now = time.GetUtcNow();
        var due = new List<(NewNotice, DateTimeOffset, int)>();
        for (var i = _unrecorded.Count; i > 0 && _unrecorded.TryDequeue(out var waiting); i--)
        {
            if (waiting.Next <= now)
            {
                due.Add(waiting);
            }
            else
            {
                _unrecorded.Enqueue(waiting);
            }
        }

        return due;
    }

    private async Task<int> GiveUnrecordedAsync((NewNotice Notice, DateTimeOffset Next, int Attempts)[] due, CancellationToken cancel)
    {
        var given = 0;
        foreach (var (notice, _, attempts) in due)
        {
            var key = $"{notice.Kind}-{notice.Subject}-{notice.Created.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture)}";
            if (await TryAsync(notice.Channel, key, notice.Body, cancel) is null)
            {
                given++;
            }
            else if (time.GetUtcNow() - notice.Created <= GiveUp)
            {
                _unrecorded.Enqueue((notice, time.GetUtcNow() + Gap(attempts), attempts + 1));
            }
        }

        return given;
    }

    // Null where it was given, else what was wrong.
    private async Task<string?> TryAsync(string channel, string key, string body, CancellationToken cancel)
    {
        if (!_channels.TryGetValue(channel, out var way))
        {
            return "the channel is no longer configured";
        }

        try
        {
            await way.SendAsync(key, body, cancel);
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            Log.NotGiven(log, channel, key, e.Message, e is AlertException ? null : e);
            return e.Message;
        }
    }

    private static TimeSpan Gap(int attempts)
    {
        var doubled = FirstGap * Math.Pow(2, Math.Min(attempts, 10));
        return doubled < LongestGap ? doubled : LongestGap;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "{Channel}: the notice {Key} was not given: {Problem}")]
        public static partial void NotGiven(ILogger logger, string channel, string key, string problem, Exception? exception);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Notices wait: {Problem}")]
        public static partial void StoreFailed(ILogger logger, string problem);

        [LoggerMessage(Level = LogLevel.Error, Message = "Notices wait")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
