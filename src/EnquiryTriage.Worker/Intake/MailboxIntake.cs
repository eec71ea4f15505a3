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
    private readonly Dictionary<IMailSource, Watched> _watched = sources.ToDictionary(s => s, _ => new Watched());

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
        var (settled, whole) = (watched.Settled, watched.Whole);
        watched.Whole = false;
        var unknown = listed.Where(m => !settled.Contains(m.Key.Key)).ToList();
        var keys = await store.SeeAsync([.. unknown.Select(m => m.Key)], time.GetUtcNow(), cancel);
        CrashPoint.Reach(CrashPoint.AfterSee);
        var pending = keys.ToHashSet();
        settled.UnionWith(unknown.Where(m => !pending.Contains(m.Key)).Select(m => m.Key.Key));
        var done = 0;
        foreach (var batch in unknown.Where(m => pending.Contains(m.Key)).Chunk(batchSize))
        {
            done += await BatchAsync(source, batch, cancel);
        }

        var present = listed.Select(m => m.Key.Key).ToHashSet(StringComparer.Ordinal);
        settled.IntersectWith(present);
        if (unknown.Count > 0 || !whole)
        {
            await store.VanishAsync(source.Mailbox, source.Folder, present, time.GetUtcNow(), cancel);
            await store.CheckedAsync(source.Mailbox, source.Folder, present.Count, settled.Count, time.GetUtcNow(), cancel);
        }

        watched.Whole = true;

        return done;
    }

    private async Task WatchAsync(IMailSource source, CancellationToken stop)
    {
        var retry = new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                ShouldHandle = new PredicateBuilder().Handle<MailSourceException>().Handle<StoreException>(),
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromSeconds(1),
                MaxDelay = TimeSpan.FromMinutes(10),
                UseJitter = true,
                OnRetry = arguments =>
                {
                    Log.Failed(log, source.Mailbox, source.Folder, arguments.AttemptNumber + 1, arguments.RetryDelay.TotalSeconds, arguments.Outcome.Exception!.Message);
                    return ValueTask.CompletedTask;
                },
            })
            .Build();
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await retry.ExecuteAsync(async cancel => await PassAsync(source, cancel), stop);
                await source.WaitAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The host stops: what was not committed is pending, and the next start takes it up.
        }
    }

    private async Task<int> BatchAsync(IMailSource source, ListedMail[] batch, CancellationToken cancel)
    {
        var fetched = new List<FetchResult>(batch.Length);
        await foreach (var result in source.FetchAsync(batch, cancel))
        {
            fetched.Add(result);
        }

        CrashPoint.Reach(CrashPoint.AfterFetch);
        var order = batch.Select((m, i) => (m.Key, i)).ToDictionary(p => p.Key, p => p.i);
        fetched.Sort((a, b) => order[a.Key].CompareTo(order[b.Key]));
        var analysed = await AnalyseAsync(fetched, cancel);
        var adopted = await store.AdoptedBeforeAsync(source.Mailbox, cancel);
        var outcomes = new List<IntakeOutcome>(batch.Length);
        await using (var session = await store.BeginAsync(cancel))
        {
            foreach (var (result, analysis) in analysed)
            {
                outcomes.Add(await SettleAsync(session, result, analysis, adopted, cancel));
            }

            CrashPoint.Reach(CrashPoint.BeforeCommit);
            await session.CommitAsync(cancel);
        }

        CrashPoint.Reach(CrashPoint.AfterCommit);
        await CommittedAsync(source, outcomes, cancel);
        return outcomes.Count;
    }

    private async Task<IReadOnlyList<(FetchResult Result, MailAnalysis? Analysis)>> AnalyseAsync(List<FetchResult> fetched, CancellationToken cancel)
    {
        var analysed = new (FetchResult, MailAnalysis?)[fetched.Count];
        await Parallel.ForAsync(0, fetched.Count, cancel, (i, _) =>
        {
            analysed[i] = Analyse(fetched[i]);
            return ValueTask.CompletedTask;
        });
        return analysed;
    }

    // Whatever goes wrong with one mail, the mail is set aside with its bytes and the others go on.
    private (FetchResult Result, MailAnalysis? Analysis) Analyse(FetchResult result)
    {
        if (result.Mail is not { } mail)
        {
            return (result, null);
        }

        try
        {
            return (result, pipeline.Analyse(mail.Raw));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Log.Poison(log, result.Key.ToString(), e);
            return (result with { State = LedgerState.Quarantined, Reason = $"could not be worked out: {e.GetType().Name}" }, null);
        }
    }

    private async Task<IntakeOutcome> SettleAsync(
        IIntakeSession session, FetchResult result, MailAnalysis? analysis, DateTimeOffset? adopted, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (result.Mail is not { } mail || analysis is null)
        {
            await session.SettleAsync(result.Key, result.State, result.Reason, result.Mail?.Raw ?? default, now, cancel);
            return new IntakeOutcome(result.Key, result.State, result.Reason);
        }

        var query = pipeline.QueryFor(analysis, now);
        if (mail.Role == FolderRole.Sent)
        {
            // Whoever names a circular answers it; the circular does not answer them.
            query = query with { ForeignIds = [.. query.ForeignIds.Where(i => i != query.MessageId)] };
        }

        var history = await session.HistoryAsync(query, cancel);
        if (history.DuplicateOf is { } original)
        {
            var reason = $"the same mail as {original}";
            await session.SettleAsync(result.Key, LedgerState.Duplicate, reason, default, now, cancel);
            return new IntakeOutcome(result.Key, LedgerState.Duplicate, reason);
        }

        if (mail.Role == FolderRole.Sent)
        {
            return await SettleSentAsync(session, mail, analysis, history, now, cancel);
        }

        TriageDecision decision;
        IntakeRecord record;
        try
        {
            decision = pipeline.Decide(analysis, history, mail.Received, now, adopted);
            record = writer.Write(mail, analysis, decision, history);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Log.Poison(log, result.Key.ToString(), e);
            var reason = $"could not be decided on: {e.GetType().Name}";
            await session.SettleAsync(result.Key, LedgerState.Quarantined, reason, mail.Raw, now, cancel);
            return new IntakeOutcome(result.Key, LedgerState.Quarantined, reason);
        }

        await session.AddAsync(record, cancel);
        return new IntakeOutcome(result.Key, LedgerState.Ingested, "", analysis, decision, record);
    }

    private async Task<IntakeOutcome> SettleSentAsync(
        IIntakeSession session, FetchedMail mail, MailAnalysis analysis, MailHistory history, DateTimeOffset now, CancellationToken cancel)
    {
        // A second circular that names the first names no enquiry.
        var answers = history.Candidates.FirstOrDefault(c => c.Evidence is MatchEvidence.OurSignedId or MatchEvidence.StoredMessageId or MatchEvidence.ReplySubject);
        var reason = writer.IsOurs(analysis.Mail.MessageId) ? "a copy of a mail that the worker sent"
            : answers is null ? "a sent mail of no enquiry on record"
            : null;
        if (reason is not null)
        {
            await session.SettleAsync(mail.Key, LedgerState.Ignored, reason, default, now, cancel);
            return new IntakeOutcome(mail.Key, LedgerState.Ignored, reason);
        }

        var record = writer.WriteSent(mail, analysis, answers!);
        await session.AddAsync(record, cancel);
        return new IntakeOutcome(mail.Key, LedgerState.Ingested, "", analysis, null, record);
    }

    private async Task CommittedAsync(IMailSource source, List<IntakeOutcome> outcomes, CancellationToken cancel)
    {
        _watched[source].Settled.UnionWith(outcomes.Select(o => o.Key.Key));
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
            await source.SettledAsync([.. outcomes.Where(o => o.State is LedgerState.Ingested or LedgerState.Duplicate).Select(o => new SettledMail(o.Key, Keywords(o)))], cancel);
        }
    }

    private static IReadOnlyList<string> Keywords(IntakeOutcome outcome) =>
        outcome.Analysis is { Kind: { } kind, Prediction: { } prediction } ? [kind, prediction.Top] : ["automatic"];

    // What one loop knows of its folder.
    private sealed class Watched
    {
        public HashSet<string> Settled { get; } = new(StringComparer.Ordinal);

        /// <summary>Whether the last pass came to its end: else the ledger may hold pending mail that is gone from the mailbox.</summary>
        public bool Whole { get; set; }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Mailbox}/{Folder}: {Count} mails committed")]
        public static partial void Committed(ILogger logger, string mailbox, string folder, int count);

        [LoggerMessage(Level = LogLevel.Warning, Message = "{Mailbox}/{Folder}: attempt {Attempt} failed, next in {Seconds:0} s: {Problem}")]
        public static partial void Failed(ILogger logger, string mailbox, string folder, int attempt, double seconds, string problem);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Key}: set aside, could not be worked out")]
        public static partial void Poison(ILogger logger, string key, Exception exception);
    }
}
