using System.Runtime.InteropServices;
using System.Threading.Channels;
using EnquiryTriage.Core;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Worker.Outbox;
using EnquiryTriage.Worker.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace EnquiryTriage.Worker.Intake;

/// <summary>
/// Reads the watched folders: list, see, fetch in batches, analyse, decide, commit; then, and only then, touch the mailbox.
/// Failure semantics: a fault before the commit leaves the batch pending, and the next pass takes it up again.
/// </summary>
public sealed partial class MailboxIntake(
    IReadOnlyList<IMailSource> sources,
    IIntakeStore store,
    TriagePipeline pipeline,
    IntakeWriter writer,
    CheckedSettings read,
    int batchSize,
    OutboxSignal outbox,
    IEnumerable<IIntakeObserver> observers,
    TimeProvider time,
    ILogger<MailboxIntake> log) : BackgroundService
{
    private const int KeysPerWrite = 2_000;
    private const long BatchBytes = 64L * 1024 * 1024;
    private const int FetchAttempts = 5;

    private readonly Dictionary<IMailSource, Watched> _watched = sources.ToDictionary(s => s, _ => new Watched());

    // An answer may only be read after the mail that it answers: the Sent folder is looked at after each look at the inbox.
    private readonly Channel<bool> _inboxRead = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.WhenAll(sources.Select(s => WatchAsync(s, stoppingToken)));
        foreach (var source in sources)
        {
            await source.DisposeAsync();
        }
    }

    /// <summary>One pass over a folder; returns how many mails were settled.</summary>
    public async Task<int> PassAsync(IMailSource source, CancellationToken cancel)
    {
        var listed = await source.ListAsync(cancel);
        var watched = _watched[source];
        var wholeBefore = watched.Whole;
        watched.Whole = false;
        watched.Gone = 0;
        var unknown = listed.Where(m => !watched.Settled.Contains(m.Key.Key)).ToList();
        var pending = new HashSet<LedgerKey>();
        foreach (var keys in unknown.Select(m => m.Key).Chunk(KeysPerWrite))
        {
            pending.UnionWith(await store.SeeAsync(keys, time.GetUtcNow(), cancel));
        }

        CrashPoint.Reach(CrashPoint.AfterSee);
        watched.Settled.UnionWith(unknown.Where(m => !pending.Contains(m.Key)).Select(m => m.Key.Key));
        var done = 0;
        foreach (var batch in Batches(unknown.Where(m => pending.Contains(m.Key)), watched))
        {
            done += await BatchAsync(source, batch, cancel);
        }

        var present = listed.Select(m => m.Key.Key).ToHashSet(StringComparer.Ordinal);
        watched.Settled.IntersectWith(present);
        if (unknown.Count > 0 || !wholeBefore)
        {
            await store.VanishAsync(source.Mailbox, source.Folder, present, time.GetUtcNow(), cancel);
            await store.CheckedAsync(source.Mailbox, source.Folder, present.Count, watched.Settled.Count + watched.Gone, time.GetUtcNow(), cancel);
        }

        watched.Whole = true;
        watched.Singly = false;
        return done;
    }

    // As many as are committed together, and no more bytes at once than memory should hold.
    private IEnumerable<ListedMail[]> Batches(IEnumerable<ListedMail> mails, Watched watched)
    {
        var batch = new List<ListedMail>();
        long bytes = 0;
        foreach (var mail in mails)
        {
            if (batch.Count > 0 && (batch.Count >= (watched.Singly ? 1 : batchSize) || bytes + (mail.Bytes ?? 0) > BatchBytes))
            {
                yield return [.. batch];
                batch.Clear();
                bytes = 0;
            }

            batch.Add(mail);
            bytes += mail.Bytes ?? 0;
        }

        if (batch.Count > 0)
        {
            yield return [.. batch];
        }
    }

    private async Task WatchAsync(IMailSource source, CancellationToken stop)
    {
        var retry = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                // Whatever goes wrong slows the loop down; nothing ends it but the host.
                ShouldHandle = new PredicateBuilder().Handle<Exception>(e => e is not OperationCanceledException || !stop.IsCancellationRequested),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromSeconds(1),
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
        Tell(o => o.Watching(source));
        try
        {
            while (!stop.IsCancellationRequested)
            {
                if (source.Role == FolderRole.Sent)
                {
                    await _inboxRead.Reader.ReadAsync(stop);
                }

                await retry.ExecuteAsync(async cancel => await PassAsync(source, cancel), stop);
                Tell(o => o.Looked(source));
                if (source.Role == FolderRole.Inbox)
                {
                    _inboxRead.Writer.TryWrite(true);
                    await source.WaitAsync(stop);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The host stops: what was not committed is pending, and the next start takes it up.
        }
    }

    private void Tell(Action<IIntakeObserver> what)
    {
        foreach (var observer in observers)
        {
            what(observer);
        }
    }

    private async Task<int> BatchAsync(IMailSource source, ListedMail[] batch, CancellationToken cancel)
    {
        var fetched = await FetchAsync(source, batch, cancel);
        CrashPoint.Reach(CrashPoint.AfterFetch);
        var order = batch.Select((m, i) => (m.Key, i)).ToDictionary(p => p.Key, p => p.i);
        fetched.Sort((a, b) => order[a.Key].CompareTo(order[b.Key]));
        var analysed = await AnalyseAsync(fetched, cancel);
        var adopted = await store.AdoptedBeforeAsync(source.Mailbox, cancel);
        var outcomes = await CommitAsync(analysed, adopted, cancel);
        CrashPoint.Reach(CrashPoint.AfterCommit);
        await CommittedAsync(source, outcomes, cancel);
        return outcomes.Count;
    }

    // What came before a fault is committed and the rest stays pending. A mail that breaks the fetch time and again while the mailbox can be listed
    // is found by fetching singly, and set aside.
    private async Task<List<FetchResult>> FetchAsync(IMailSource source, ListedMail[] batch, CancellationToken cancel)
    {
        var fetched = new List<FetchResult>(batch.Length);
        try
        {
            await foreach (var result in source.FetchAsync(batch, cancel))
            {
                fetched.Add(result);
            }

            return fetched;
        }
        catch (MailSourceException e) when (fetched.Count > 0)
        {
            Log.FetchedInPart(log, source.Mailbox, source.Folder, fetched.Count, batch.Length, e.Message);
            return fetched;
        }
        catch (MailSourceException)
        {
            var watched = _watched[source];
            watched.Singly = true;
            var key = batch[0].Key;
            if (batch.Length > 1 || ++CollectionsMarshal.GetValueRefOrAddDefault(watched.Failures, key.Key, out _) < FetchAttempts)
            {
                throw;
            }

            return [FetchResult.Quarantined(key, $"could not be fetched in {FetchAttempts} attempts")];
        }
    }

    private async Task CommittedAsync(IMailSource source, List<IntakeOutcome> outcomes, CancellationToken cancel)
    {
        // A mail that was gone may only have been renamed: where it is listed again, it is looked for again.
        var watched = _watched[source];
        watched.Gone += outcomes.Count(o => o.State == LedgerState.Vanished);
        watched.Settled.UnionWith(outcomes.Where(o => o.State != LedgerState.Vanished).Select(o => o.Key.Key));
        foreach (var observer in observers)
        {
            outcomes.ForEach(observer.Settled);
        }

        Log.Committed(log, source.Mailbox, source.Folder, outcomes.Count);
        if (outcomes.Exists(o => o.Record?.Outbox.Count > 0))
        {
            outbox.Wake();
        }

        if (read.Access == MailboxAccess.ReadWrite && source.Role == FolderRole.Inbox)
        {
            await TouchAsync(source, [.. outcomes.Where(o => o.State is LedgerState.Ingested or LedgerState.Duplicate).Select(o => new SettledMail(o.Key, Keywords(o)))], cancel);
        }
    }

    // The record is what counts: a mailbox that refuses a keyword or a move must not hold up the mail behind it.
    private async Task TouchAsync(IMailSource source, IReadOnlyList<SettledMail> mails, CancellationToken cancel)
    {
        try
        {
            await source.SettledAsync(mails, cancel);
        }
        catch (MailSourceException e)
        {
            Log.NotTouched(log, source.Mailbox, source.Folder, mails.Count, e.Message);
        }
    }

    private static IReadOnlyList<string> Keywords(IntakeOutcome outcome) =>
        outcome.Analysis is { Kind: { } kind, Prediction: { } prediction } ? [kind, prediction.Top] : ["automatic"];

    // What one loop knows of its folder.
    private sealed class Watched
    {
        /// <summary>Keys that are settled and still in the mailbox.</summary>
        public HashSet<string> Settled { get; } = new(StringComparer.Ordinal);

        /// <summary>Mails of this pass that were listed and gone when they were fetched.</summary>
        public int Gone { get; set; }

        /// <summary>Failed fetches by key.</summary>
        public Dictionary<string, int> Failures { get; } = new(StringComparer.Ordinal);

        /// <summary>Whether the last pass came to its end: else the ledger may hold pending mail that is gone from the mailbox.</summary>
        public bool Whole { get; set; }

        /// <summary>Whether mails are fetched one by one, because a batch broke.</summary>
        public bool Singly { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Mailbox}/{Folder}: {Fetched} of {Asked} mails fetched, the rest later: {Problem}")]
        public static partial void FetchedInPart(ILogger logger, string mailbox, string folder, int fetched, int asked, string problem);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Mailbox}/{Folder}: {Count} mails are on record but could not be marked or moved: {Problem}")]
        public static partial void NotTouched(ILogger logger, string mailbox, string folder, int count, string problem);

        [LoggerMessage(Level = LogLevel.Information, Message = "{Mailbox}/{Folder}: {Count} mails committed")]
        public static partial void Committed(ILogger logger, string mailbox, string folder, int count);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Mailbox}/{Folder}: attempt {Attempt} failed, next in {Seconds:0} s: {Problem}")]
        public static partial void Failed(ILogger logger, string mailbox, string folder, int attempt, double seconds, string problem, Exception? exception);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Key}: set aside, could not be worked out")]
        public static partial void Poison(ILogger logger, string key, Exception exception);
    }
}
