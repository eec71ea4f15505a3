using EnquiryTriage.Core.Health;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Worker.Outbox;
using EnquiryTriage.Worker.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EnquiryTriage.Worker.Health;

/// <summary>
/// Looks after the worker: gathers what is known, opens and closes issues, has people told, and gives the sign of life. Failure semantics: an issue and its
/// notices are one transaction; while the store fails people are told directly, and a restart meanwhile may tell them again.
/// </summary>
public sealed partial class HealthMonitor(
    IHealthStore store,
    IIntakeStore ledger,
    IntakeWatch watch,
    IReadOnlyList<IHealthSource> sources,
    UsualMail? usual,
    HealthNotices notices,
    NoticeDispatcher dispatcher,
    OutboxSignal outbox,
    Heartbeat heartbeat,
    HealthState state,
    HealthSettings settings,
    bool maySend,
    TimeProvider time,
    ILogger<HealthMonitor> log) : BackgroundService
{
    private const string WorkerBeat = "worker";
    private static readonly TimeSpan VolumeEvery = TimeSpan.FromMinutes(10);

    private readonly IssueBook _book = new(
        code => code.StartsWith(StoreFacts.Ledger + ":", StringComparison.Ordinal) ? TimeSpan.FromMinutes(settings.LedgerMinutes) : TimeSpan.Zero,
        TimeSpan.FromMinutes(settings.SteadyMinutes));

    // Issues that people were told of while the store could not take them.
    private readonly HashSet<string> _unrecorded = new(StringComparer.Ordinal);
    private List<HealthFact> _volume = [];
    private DateTimeOffset? _volumeAt;
    private bool _recalled;

    /// <summary>One look.</summary>
    public async Task<HealthReport> LookAsync(CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var facts = await StoreFactsAsync(now, cancel);
        foreach (var source in sources)
        {
            facts.AddRange(FactsOf(source, now));
        }

        foreach (var change in _book.Weigh(facts, now))
        {
            await ApplyAsync(change, now, cancel);
        }

        var report = new HealthReport(now, _book.Open, facts);
        state.Report = report;
        await heartbeat.BeatAsync(report, cancel);
        return report;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    await LookAsync(stoppingToken);
                }
                catch (Exception e) when (e is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
                {
                    // What looks after the others must not end; the page says that the last look is old.
                    Log.Failed(log, e);
                }

                await Task.Delay(TimeSpan.FromSeconds(settings.LookSeconds), time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private async Task<List<HealthFact>> StoreFactsAsync(DateTimeOffset now, CancellationToken cancel)
    {
        try
        {
            await RecallAsync(now, cancel);
            await store.BeatAsync(new Dictionary<string, DateTimeOffset>(watch.Beats, StringComparer.Ordinal) { [WorkerBeat] = now }, cancel);
            var figures = await store.FiguresAsync(now.AddHours(-settings.CountHours), now, cancel);
            List<HealthFact> facts = [.. StoreFacts.Of(figures, await ledger.BalanceAsync(cancel), settings, maySend, now)];
            await RecordLateAsync(cancel);
            facts.AddRange(await VolumeAsync(now, cancel));
            return facts;
        }
        catch (StoreException e)
        {
            return [new HealthFact(StoreFacts.Database, false, e.Message)];
        }
    }

    private async Task RecallAsync(DateTimeOffset now, CancellationToken cancel)
    {
        if (!_recalled)
        {
            _book.Recall(await store.OpenIssuesAsync(cancel), now);
            watch.Recall(await store.BeatsAsync(cancel));
            _recalled = true;
        }
    }

    // The counts are by full hours, and the whole window is read: not at each look.
    private async Task<List<HealthFact>> VolumeAsync(DateTimeOffset now, CancellationToken cancel)
    {
        if (usual is null || now - _volumeAt < VolumeEvery)
        {
            return _volume;
        }

        var facts = new List<HealthFact>();
        foreach (var (mailbox, folder) in watch.Inboxes)
        {
            if (await store.FirstSeenAsync(mailbox, folder, cancel) is { } first
                && usual.Judge(await store.MailsByHourAsync(mailbox, folder, UsualMail.Since(now), cancel), first, now) is { } volume)
            {
                facts.Add(new HealthFact($"few-mails:{mailbox}/{folder}", !volume.Fewer, volume.Fewer
                    ? $"Fewer mails than usual: {volume.Arithmetic}. Write to {mailbox} from outside and see whether it arrives; ask the mail's administrators about filters and forwarding."
                    : volume.Arithmetic));
            }
        }

        (_volume, _volumeAt) = (facts, now);
        return facts;
    }

    private List<HealthFact> FactsOf(IHealthSource source, DateTimeOffset now)
    {
        try
        {
            return [.. source.Facts(now)];
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Log.SourceFailed(log, source.GetType().Name, e);
            return [new HealthFact($"health-source:{source.GetType().Name}", false, $"{source.GetType().Name} cannot say how things are ({e.GetType().Name}): see the log.")];
        }
    }

    private async Task ApplyAsync(IssueChange change, DateTimeOffset now, CancellationToken cancel)
    {
        var code = change.Issue.Code;
        var (told, mail) = notices.Of(change, direct: PastTheOutbox(code), now);
        try
        {
            var written = change.Opens
                ? await store.OpenIssueAsync(change.Issue, told, mail, cancel)
                : await store.CloseIssueAsync(code, now, told, mail, cancel);
            _book.Settle(change);
            Wake(written && mail is not null);
        }
        catch (StoreException) when (change.Opens)
        {
            _book.Settle(change);
            _unrecorded.Add(code);
            dispatcher.GiveUnrecorded(notices.Of(change, direct: true, now).Notices);
        }
        catch (StoreException)
        {
            // It stays open until its end can be recorded: a restart would else find it open.
            return;
        }

        if (change.Opens)
        {
            Log.Opened(log, code, change.Message);
        }
        else
        {
            Log.Closed(log, code, change.Message);
        }
    }

    private async Task RecordLateAsync(CancellationToken cancel)
    {
        foreach (var issue in _book.Open.Where(i => _unrecorded.Contains(i.Code)).ToList())
        {
            await store.OpenIssueAsync(issue, [], null, cancel);
            _unrecorded.Remove(issue.Code);
        }
    }

    private void Wake(bool mail)
    {
        dispatcher.Wake();
        if (mail)
        {
            outbox.Wake();
        }
    }

    private bool PastTheOutbox(string code) =>
        IsOutbox(code) || code == StoreFacts.Database || _book.Open.Any(i => IsOutbox(i.Code) || i.Code == StoreFacts.Database);

    private static bool IsOutbox(string code) => code.StartsWith(StoreFacts.Outbox + "-", StringComparison.Ordinal);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Issue {Code} opened: {Problem}")]
        public static partial void Opened(ILogger logger, string code, string problem);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Issue {Code} closed: {State}")]
        public static partial void Closed(ILogger logger, string code, string state);

        [LoggerMessage(Level = LogLevel.Error, Message = "{Source} cannot say how things are")]
        public static partial void SourceFailed(ILogger logger, string source, Exception exception);

        [LoggerMessage(Level = LogLevel.Error, Message = "A look at the worker's health failed")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
