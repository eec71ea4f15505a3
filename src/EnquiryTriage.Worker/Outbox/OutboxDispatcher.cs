using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Worker.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

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
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private readonly string _claimant = $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}";

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
            while (!stoppingToken.IsCancellationRequested)
            {
                if (await PassSafelyAsync(stoppingToken) == 0)
                {
                    await signal.WaitAsync(Look, time, stoppingToken);
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
    /// One pass: sends what is due now, one mail at a time, so that nobody holds a mail that is not being sent; returns how many attempts were made.
    /// </summary>
    public async Task<int> PassAsync(CancellationToken cancel)
    {
        var attempts = 0;
        while (attempts < LongestPass && !await store.IsPausedAsync(cancel) && await ClaimAsync(cancel) is { } row)
        {
            CrashPoint.Reach(CrashPoint.AfterClaim);
            var reply = await SendAsync(row, cancel);
            CrashPoint.Reach(CrashPoint.AfterSend);

            // Recorded even while the host stops: an accepted mail must not look unsent.
            await store.SettleAsync(row.Id, _claimant, OutcomeOf(row, reply), time.GetUtcNow(), CancellationToken.None);
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
        }

        return attempts;
    }

    /// <summary>What an attempt's end means for the row: retried with growing gaps, once more where unknown, or over.</summary>
    public SendOutcome OutcomeOf(ClaimedOutboxRow row, RelayReply reply)
    {
        var now = time.GetUtcNow();
        var doubled = TimeSpan.FromMinutes(settings.RetryMinutes * Math.Pow(2, Math.Min(row.Attempts, 10)));
        var retry = now + (doubled < LongestGap ? doubled : LongestGap);
        var late = retry - row.Created > TimeSpan.FromHours(settings.GiveUpHours);
        return reply.Kind switch
        {
            SendOutcomeKind.Temporary when late => new SendOutcome(SendOutcomeKind.Permanent, $"given up: {reply.Text}", null),
            SendOutcomeKind.Temporary => new SendOutcome(SendOutcomeKind.Temporary, reply.Text, retry),
            SendOutcomeKind.Unknown when row.UnknownAttempts == 0 => new SendOutcome(SendOutcomeKind.Unknown, reply.Text, retry),
            _ => new SendOutcome(reply.Kind, reply.Text, null),
        };
    }

    private async Task<ClaimedOutboxRow?> ClaimAsync(CancellationToken cancel)
    {
        var claimed = await store.ClaimAsync(_claimant, 1, TimeSpan.FromMinutes(settings.ClaimMinutes), time.GetUtcNow(), cancel);
        return claimed.Count == 0 ? null : claimed[0];
    }

    // A relay turns its faults into outcomes. One that none knows leaves open whether the mail left, and must not end the worker.
    private async Task<RelayReply> SendAsync(ClaimedOutboxRow row, CancellationToken cancel)
    {
        try
        {
            return await relay.SendAsync(row, cancel);
        }
        catch (Exception e) when (e is not OutOfMemoryException and not OperationCanceledException)
        {
            Log.Unforeseen(log, row.Id, e);
            return new RelayReply(SendOutcomeKind.Unknown, e.GetType().Name);
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
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Nothing is sent: {Reason}")]
        public static partial void Silent(ILogger logger, string reason);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Id} ({Purpose}): {Kind}: {Reply}")]
        public static partial void NotSent(ILogger logger, string id, OutboxPurpose purpose, SendOutcomeKind kind, string reply);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Id}: the relay failed in a way that it does not know")]
        public static partial void Unforeseen(ILogger logger, string id, Exception exception);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The outbox waits: {Problem}")]
        public static partial void StoreFailed(ILogger logger, string problem);
    }
}
