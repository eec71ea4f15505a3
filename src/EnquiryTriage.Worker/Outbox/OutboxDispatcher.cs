using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Worker.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace EnquiryTriage.Worker.Outbox;

/// <summary>Told how each attempt ended, after it was recorded.</summary>
public interface IOutboxObserver
{
    /// <summary>An attempt was recorded.</summary>
    void Sent(ClaimedOutboxRow row, RelayReply reply);
}

/// <summary>
/// Sends what the outbox table says is due: claim, send, record. Failure semantics: a claim that its holder never settled runs out and counts as
/// an attempt of unknown outcome; such a mail is offered once more with the same Message-ID, and then left to a person.
/// </summary>
public sealed partial class OutboxDispatcher(
    IOutboxStore store,
    IRelay relay,
    CheckedSettings read,
    OutboxSettings settings,
    OutboxSignal signal,
    IEnumerable<IOutboxObserver> observers,
    TimeProvider time,
    ILogger<OutboxDispatcher> log) : BackgroundService
{
    private const int LongestPass = 20;

    private static readonly TimeSpan LongestGap = TimeSpan.FromHours(4);
    private static readonly TimeSpan ShortestRest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestRest = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan CapWindow = TimeSpan.FromHours(1);
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private readonly ResiliencePipeline _recording = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            ShouldHandle = new PredicateBuilder().Handle<StoreException>(e => e.Temporary),
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            Delay = TimeSpan.FromMilliseconds(200),
            MaxDelay = TimeSpan.FromSeconds(10),
            UseJitter = true,
        })
        .Build();

    private readonly string _claimant = Claimant.Own();
    private bool? _capped;
    private int _relayFaults;
    private DateTimeOffset _restsUntil;

    // When there may be something to do again, as far as the last look could tell.
    private DateTimeOffset? _nextDue;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!read.MaySend)
        {
            Log.Silent(log, read.HoldReason ?? "Outbox:Mode is off");
            return;
        }

        try
        {
            if (read.OutboxMode == OutboxMode.Hold)
            {
                // Written while the mode was live: they wait too, until somebody lets them go.
                await store.HoldQueuedAsync("Outbox:Mode is hold", time.GetUtcNow(), stoppingToken);
            }

            while (!stoppingToken.IsCancellationRequested)
            {
                if (await PassSafelyAsync(stoppingToken) == 0)
                {
                    await relay.RestAsync(stoppingToken);
                    await signal.WaitAsync(UntilNextLook(), time, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; what was claimed was settled by the pass.
        }
        finally
        {
            await relay.DisposeAsync();
        }
    }

    /// <summary>
    /// One pass: sends what is due now, one mail at a time, so that nobody holds a mail that is not being sent; returns how many attempts were made. Where
    /// the relay itself fails, the other mails wait for it instead of being tried one after the other.
    /// </summary>
    public async Task<int> PassAsync(CancellationToken cancel)
    {
        var attempts = 0;
        await TakeOverFromTheDeadAsync(cancel);
        while (attempts < LongestPass && !cancel.IsCancellationRequested && await DueAsync(cancel) is { } row)
        {
            CrashPoint.Reach(CrashPoint.AfterClaim);
            var reply = await SendAsync(row);
            CrashPoint.Reach(CrashPoint.AfterSend);
            await RecordAsync(row, OutcomeOf(row, reply));
            CrashPoint.Reach(CrashPoint.AfterSettle);
            attempts++;
            if (reply.Kind != SendOutcomeKind.Accepted)
            {
                Log.NotSent(log, row.Id, row.Purpose, reply.Kind, reply.Text);
            }

            foreach (var observer in observers)
            {
                observer.Sent(row, reply);
            }

            if (reply.RelayFault)
            {
                Rest();
                break;
            }

            _relayFaults = 0;
        }

        return attempts;
    }

    /// <summary>What an attempt's end means for the row: retried with growing gaps, once more where unknown, or over.</summary>
    public SendOutcome OutcomeOf(ClaimedOutboxRow row, RelayReply reply)
    {
        var now = time.GetUtcNow();
        var doubled = TimeSpan.FromMinutes(settings.RetryMinutes * Math.Pow(2, Math.Min(row.Attempts, 10)));
        var retry = now + (doubled < LongestGap ? doubled : LongestGap);
        var late = retry - row.Since > TimeSpan.FromHours(settings.GiveUpHours);
        var outcome = reply.Kind switch
        {
            SendOutcomeKind.Temporary when late => new SendOutcome(SendOutcomeKind.Permanent, $"given up: {reply.Text}", null),
            SendOutcomeKind.Temporary => new SendOutcome(SendOutcomeKind.Temporary, reply.Text, retry),
            SendOutcomeKind.Unknown when row.UnknownAttempts == 0 => new SendOutcome(SendOutcomeKind.Unknown, reply.Text, retry),
            _ => new SendOutcome(reply.Kind, reply.Text, null),
        };
        return outcome with { Words = reply.Words, QueueId = reply.QueueId, KeepCopy = settings.CopyToSent };
    }

    // A claimant on this machine whose process is gone sends nothing more: its mail need not wait for the claim to run out.
    private async Task TakeOverFromTheDeadAsync(CancellationToken cancel)
    {
        foreach (var claimant in await store.ClaimantsAsync(cancel))
        {
            if (claimant != _claimant && Claimant.IsProvablyGone(claimant))
            {
                var taken = await store.ForsakeAsync(claimant, time.GetUtcNow(), cancel);
                Log.TakenOver(log, taken, claimant);
            }
        }
    }

    private void Rest()
    {
        var rest = ShortestRest * Math.Pow(2, Math.Min(_relayFaults++, 10));
        _restsUntil = time.GetUtcNow() + (rest < LongestRest ? rest : LongestRest);
    }

    // The alarm is raised once: it ends when half of what is allowed was sent within the hour, not each time a single mail may go again.
    private async Task<bool> CappedAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var offered = await store.OfferedSinceAsync(now - CapWindow, cancel);
        var capped = offered >= settings.MaxPerHour;
        if (capped && _capped != true)
        {
            _capped = true;
            if (await store.SetCappedAsync(true, settings.MaxPerHour, now, cancel))
            {
                Log.Capped(log, offered, settings.MaxPerHour);
            }
        }
        else if (offered <= settings.MaxPerHour / 2 && _capped != false)
        {
            _capped = false;
            if (await store.SetCappedAsync(false, settings.MaxPerHour, now, cancel))
            {
                Log.Uncapped(log);
            }
        }

        return capped;
    }

    private async Task<ClaimedOutboxRow?> DueAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        _nextDue = now < _restsUntil ? _restsUntil : null;
        if (_nextDue is not null || await store.IsPausedAsync(cancel))
        {
            return null;
        }

        var next = await store.NextDueAsync(cancel);
        if (!(next <= now))
        {
            _nextDue = next;
            return null;
        }

        // What warns of danger is not stopped by a storm of acknowledgements.
        OutboxPurpose? only = await CappedAsync(now, cancel) ? OutboxPurpose.Alert : null;
        var claimed = await store.ClaimAsync(_claimant, 1, Lease, only, now, cancel);
        return claimed.Count == 0 ? null : claimed[0];
    }

    // Every few seconds, for people may release mails; sooner where a mail falls due, or the relay's rest is over, before that.
    private TimeSpan UntilNextLook()
    {
        // Times are kept in whole milliseconds: one more, so that the look is not too early.
        var until = _nextDue is { } next ? next - time.GetUtcNow() + TimeSpan.FromMilliseconds(1) : Look;
        return until < TimeSpan.Zero ? TimeSpan.Zero : until < Look ? until : Look;
    }

    private TimeSpan Lease => TimeSpan.FromMinutes(settings.ClaimMinutes);

    // Not cancelled when the host stops, for half a dialogue is an unknown outcome; ended before the claim runs out.
    private async Task<RelayReply> SendAsync(ClaimedOutboxRow row)
    {
        using var limit = new CancellationTokenSource(0.9 * Lease, time);
        try
        {
            return await relay.SendAsync(row, limit.Token);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // A relay turns its faults into outcomes. One that it does not know leaves open whether the mail left.
            Log.Unforeseen(log, row.Id, e);
            return new RelayReply(SendOutcomeKind.Unknown, e.GetType().Name);
        }
    }

    // Recorded even while the host stops, and tried until it is: an accepted mail must not look unsent because the store was busy.
    private async Task RecordAsync(ClaimedOutboxRow row, SendOutcome outcome)
    {
        var settled = await _recording.ExecuteAsync(
            async (state, _) => await state.Store.SettleAsync(state.Row.Id, state.Claimant, state.Outcome, state.Time.GetUtcNow(), CancellationToken.None),
            (Store: store, Row: row, Claimant: _claimant, Outcome: outcome, Time: time),
            CancellationToken.None);
        if (!settled)
        {
            Log.NotRecorded(log, row.Id, outcome.Kind);
        }
    }

    private async Task<int> PassSafelyAsync(CancellationToken stop)
    {
        try
        {
            return await PassAsync(stop);
        }
        catch (StoreException e)
        {
            Log.StoreFailed(log, e.Message);
            return 0;
        }
        catch (Exception e) when (e is not OperationCanceledException || !stop.IsCancellationRequested)
        {
            // A row that was in hand stays claimed, and its claim runs out.
            Log.Failed(log, e);
            return 0;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Nothing is sent: {Reason}")]
        public static partial void Silent(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Id} ({Purpose}): {Kind}: {Reply}")]
        public static partial void NotSent(ILogger logger, string id, OutboxPurpose purpose, SendOutcomeKind kind, string reply);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Id}: the relay failed in a way that it does not know")]
        public static partial void Unforeseen(ILogger logger, string id, Exception exception);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Id}: {Kind}, but its claim had run out and the end was not recorded: it may be sent again")]
        public static partial void NotRecorded(ILogger logger, string id, SendOutcomeKind kind);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Count} mails are taken over from {Claimant}, whose process is gone")]
        public static partial void TakenOver(ILogger logger, int count, string claimant);

        [LoggerMessage(Level = LogLevel.Error, Message = "The cap on sends is reached: {Offered} acknowledgements in an hour, Outbox:MaxPerHour is {Most}. The others wait; 'outbox pause' stops them all")]
        public static partial void Capped(ILogger logger, int offered, int most);

        [LoggerMessage(Level = LogLevel.Information, Message = "The cap on sends no longer stops anything")]
        public static partial void Uncapped(ILogger logger);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox waits: {Problem}")]
        public static partial void StoreFailed(ILogger logger, string problem);

        [LoggerMessage(Level = LogLevel.Error, Message = "The outbox waits")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
