using EnquiryTriage.Core;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Worker.Outbox;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace EnquiryTriage.Worker.Intake;

/// <summary>
/// Reads the watched folders: list, see, fetch in batches, analyse, decide, commit; then, and only then, touch the mailbox.
/// Failure semantics: a fault before the commit leaves the batch pending, and the next pass takes it up again; a fault after it leaves the mail to be
/// marked or moved, and a later pass does.
/// </summary>
public sealed partial class MailboxIntake(
    IReadOnlyList<WatchedMailbox> mailboxes,
    IIntakeStore store,
    IQuarantineStore quarantine,
    TriagePipeline pipeline,
    OutboxSignal outbox,
    IEnumerable<IIntakeObserver> observers,
    TimeProvider time,
    ILogger<MailboxIntake> log) : BackgroundService
{
    private const int KeysPerWrite = 2_000;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Dictionary<IMailSource, WatchedFolderState> _watched =
        mailboxes.SelectMany(m => m.Sources.Select(s => (s, m))).ToDictionary(p => p.s, p => new WatchedFolderState(p.m));

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(_watched.Keys.Select(s => WatchAsync(s, stoppingToken)));
        foreach (var source in _watched.Keys)
        {
            await source.DisposeAsync();
        }
    }

    /// <summary>One pass over a folder; returns how many mails were settled.</summary>
    public async Task<int> PassAsync(IMailSource source, CancellationToken cancel)
    {
        var watched = _watched[source];
        var completeBefore = watched.Complete;
        var due = time.GetElapsedTime(watched.WholeAt) >= watched.Mailbox.Reconcile;
        var listing = await source.ListAsync(whole: due || !completeBefore, cancel);
        // A listing that fails tells nothing, so nothing is forgotten; from here on what was told must be settled, or be told again.
        watched.Complete = false;
        watched.Gone = 0;
        var unknown = listing.Mails.Where(m => !watched.Settled.Contains(m.Key.Key)).ToList();
        var renumbered = listing is { Whole: true, Numbering: { } numbering } && await RenumberedAsync(source, numbering, cancel);
        var (pending, added) = await SeeAsync(source, unknown, cancel);
        if (listing is { Whole: true, Numbering: not null } && !renumbered)
        {
            await ReportGapsAsync(source, listing, added, cancel);
        }

        watched.Settled.UnionWith(unknown.Where(m => !pending.Contains(m.Key)).Select(m => m.Key.Key));
        var (retried, again) = await RetryAsync(source, cancel);
        var taking = unknown.Where(m => pending.Contains(m.Key) && !watched.Retried.Contains(m.Key)).Concat(again).OrderBy(m => watched.Failures.GetValueOrDefault(m.Key.Key)).ToList();
        var done = await TakeAsync(source, taking, cancel);
        if (listing.Whole)
        {
            watched.WholeAt = time.GetTimestamp();
            await CompareAsync(source, listing, changed: unknown.Count > 0 || !completeBefore || due, cancel);
        }
        else if (unknown.Count > 0)
        {
            await store.CheckedAsync(source.Mailbox, source.Folder, listing.ServerCount, listing.Known, time.GetUtcNow(), cancel);
        }

        watched.Complete = taking.Count == done;
        done += retried;
        watched.Singly = false;
        if (done > 0 || listing.Whole)
        {
            await TouchAsync(source, cancel);
        }

        return done;
    }

    private async Task WatchAsync(IMailSource source, CancellationToken stop)
    {
        var watched = _watched[source];
        var retry = Retry(source, stop);
        // An answer may only be read after the mail that it answers: before each look at a Sent folder the inbox is looked at.
        var inboxes = source.Role != FolderRole.Sent ? [] : watched.Mailbox.Sources.Where(s => s.Role == FolderRole.Inbox).Select(s => _watched[s].Looks).ToList();
        Tell(o => o.Watching(source));
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await Task.WhenAll(inboxes.Select(i => i.LookAsync(stop)));
                var asked = watched.Looks.Begin();
                await PassToTheEndAsync(source, retry, stop);
                Tell(o => o.Looked(source));
                foreach (var answer in asked)
                {
                    answer.TrySetResult();
                }

                await watched.Looks.WaitAsync(wake => WaitAsync(source, watched, wake, stop));
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The host stops: what was not committed is pending, and the next start takes it up.
        }
    }

    // A line that breaks after it brought some mail is bad, not dead: the errors in a row start anew, or a backlog would wait ever longer for its next part.
    private async Task PassToTheEndAsync(IMailSource source, ResiliencePipeline retry, CancellationToken stop)
    {
        var watched = _watched[source];
        var broke = true;
        while (broke)
        {
            broke = false;
            await retry.ExecuteAsync(
                async cancel =>
                {
                    var before = watched.Committed;
                    try
                    {
                        await PassAsync(source, cancel);
                    }
                    catch (MailSourceException e) when (watched.Committed > before)
                    {
                        Log.BrokeOnTheWay(log, source.Mailbox, source.Folder, watched.Committed - before, e.Message);
                        broke = true;
                        await Task.Delay(ShortestPause, time, cancel);
                    }
                },
                stop);
        }
    }

    private void Tell(Action<IIntakeObserver> what)
    {
        foreach (var observer in observers)
        {
            what(observer);
        }
    }

    // A connection that breaks while it waits costs no mail; one that always does must not be made anew without a pause.
    private async Task WaitAsync(IMailSource source, WatchedFolderState watched, CancellationToken wake, CancellationToken stop)
    {
        try
        {
            await source.WaitAsync(wake, stop);
            watched.BrokenWaits = 0;
        }
        catch (MailSourceException e)
        {
            var pause = TimeSpan.FromSeconds(Math.Min(Math.Pow(2, watched.BrokenWaits++) / 2, LongestPause.TotalSeconds));
            Log.WaitBroke(log, source.Mailbox, source.Folder, pause.TotalSeconds, e.Message);
            await Waiting.DelayAsync(pause, time, wake, stop);
        }
    }

    private ResiliencePipeline Retry(IMailSource source, CancellationToken stop) => new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions
        {
            // Whatever goes wrong slows the loop down; nothing ends it but the host.
            ShouldHandle = new PredicateBuilder().Handle<Exception>(e => e is not OperationCanceledException || !stop.IsCancellationRequested),
            MaxRetryAttempts = int.MaxValue,
            BackoffType = DelayBackoffType.Exponential,
            Delay = ShortestPause,
            MaxDelay = TimeSpan.FromMinutes(10),
            UseJitter = true,
            OnRetry = arguments =>
            {
                var problem = arguments.Outcome.Exception!;
                Tell(o => o.Failed(source, arguments.AttemptNumber + 1, problem.Message));
                var known = problem is MailSourceException or StoreException;
                Log.Failed(
                    log, source.Mailbox, source.Folder, arguments.AttemptNumber + 1, arguments.RetryDelay.TotalSeconds, problem.Message, known ? null : problem);
                return ValueTask.CompletedTask;
            },
        })
        .Build();

    private async Task<(HashSet<LedgerKey> Pending, HashSet<LedgerKey> Added)> SeeAsync(IMailSource source, List<ListedMail> unknown, CancellationToken cancel)
    {
        var (pending, added) = (new HashSet<LedgerKey>(), new HashSet<LedgerKey>());
        foreach (var keys in unknown.Select(m => m.Key).Chunk(KeysPerWrite))
        {
            var seen = await store.SeeAsync(keys, time.GetUtcNow(), cancel);
            pending.UnionWith(seen.Pending);
            added.UnionWith(seen.New);
        }

        CrashPoint.Reach(CrashPoint.AfterSee);
        return (pending, added);
    }

    private async Task<bool> RenumberedAsync(IMailSource source, string numbering, CancellationToken cancel)
    {
        if (await store.NumberAsync(source.Mailbox, source.Folder, numbering, time.GetUtcNow(), cancel) is not { } before)
        {
            return false;
        }

        Log.Renumbered(log, source.Mailbox, source.Folder, before, numbering);
        return true;
    }

    // Keys rise with arrival: what is new to the ledger and stands before a mail that it knows was missed by an earlier listing.
    private async Task ReportGapsAsync(IMailSource source, Listing listing, HashSet<LedgerKey> added, CancellationToken cancel)
    {
        var lastKnown = listing.Mails.Count - 1;
        while (lastKnown >= 0 && added.Contains(listing.Mails[lastKnown].Key))
        {
            lastKnown--;
        }

        var missed = listing.Mails.Take(Math.Max(0, lastKnown)).Count(m => added.Contains(m.Key));
        if (missed > 0)
        {
            Log.Gap(log, source.Mailbox, source.Folder, missed);
            await RecordAsync(EventTypes.GapFound, source, missed, cancel);
        }

        var unnamed = Math.Max(0, listing.ServerCount - listing.Mails.Count);
        if (unnamed > 0 && unnamed != _watched[source].Unnamed)
        {
            Log.Short(log, source.Mailbox, source.Folder, listing.ServerCount, listing.Mails.Count);
            await RecordAsync(EventTypes.ListingShort, source, unnamed, cancel);
        }

        _watched[source].Unnamed = unnamed;
    }

    private Task RecordAsync(string type, IMailSource source, long mails, CancellationToken cancel) => store.RecordAsync(
        NewEvent.ByMachine(type, ("mailbox", source.Mailbox), ("folder", source.Folder), ("mails", mails.ToString(System.Globalization.CultureInfo.InvariantCulture))),
        time.GetUtcNow(),
        cancel);

    // What was pending and is not there any more has vanished; then the server's count stands against the ledger's.
    private async Task CompareAsync(IMailSource source, Listing listing, bool changed, CancellationToken cancel)
    {
        var watched = _watched[source];
        var present = listing.Mails.Select(m => m.Key.Key).ToHashSet(StringComparer.Ordinal);
        watched.Settled.IntersectWith(present);
        if (changed)
        {
            await store.VanishAsync(source.Mailbox, source.Folder, present, time.GetUtcNow(), cancel);
            await store.CheckedAsync(source.Mailbox, source.Folder, listing.ServerCount, watched.Settled.Count + watched.Gone, time.GetUtcNow(), cancel);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Mailbox}/{Folder}: {Fetched} of {Asked} mails fetched, the rest later: {Problem}")]
        public static partial void FetchedInPart(ILogger logger, string mailbox, string folder, int fetched, int asked, string problem);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Mailbox}/{Folder}: {Count} mails committed, then the connection broke, which goes on at once: {Problem}")]
        public static partial void BrokeOnTheWay(ILogger logger, string mailbox, string folder, long count, string problem);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Mailbox}/{Folder}: {Count} mails are on record but could not be marked or moved, which is tried again: {Problem}")]
        public static partial void NotTouched(ILogger logger, string mailbox, string folder, int count, string problem);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Mailbox}/{Folder}: {Count} mails committed")]
        public static partial void Committed(ILogger logger, string mailbox, string folder, int count);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Mailbox}/{Folder}: attempt {Attempt} failed, next in {Seconds:0} s: {Problem}")]
        public static partial void Failed(ILogger logger, string mailbox, string folder, int attempt, double seconds, string problem, Exception? exception);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Mailbox}/{Folder}: the wait for new mail broke, next look in {Seconds:0.#} s: {Problem}")]
        public static partial void WaitBroke(ILogger logger, string mailbox, string folder, double seconds, string problem);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Key}: set aside, could not be worked out")]
        public static partial void Poison(ILogger logger, string key, Exception exception);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Mailbox}/{Folder}: {Count} mails that earlier listings had missed are taken in now")]
        public static partial void Gap(ILogger logger, string mailbox, string folder, int count);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Mailbox}/{Folder}: the server says that it holds {Count} mails and names only {Named}: the folder's index may be broken; have the server rebuild it")]
        public static partial void Short(ILogger logger, string mailbox, string folder, long count, int named);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Mailbox}/{Folder}: the server numbered the folder anew (UIDVALIDITY {Before}, now {Now}): its mails are matched with the record by their content")]
        public static partial void Renumbered(ILogger logger, string mailbox, string folder, string before, string now);
    }
}
