using System.Globalization;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Worker.Intake;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Health;

/// <summary>Watches the intake: when each folder was last looked at, and whether this machine's clock agrees with the mail server's.</summary>
public sealed class IntakeWatch(HealthSettings settings, TimeProvider time) : IIntakeObserver, IHealthSource
{
    private const int MostSamples = 20;

    // A worker that has just started is about to look; what was before is not its fault.
    private static readonly TimeSpan StartingUp = TimeSpan.FromMinutes(5);

    // An import keeps old dates in one of the two: only a mail whose INTERNALDATE and topmost Received agree is a witness.
    private static readonly TimeSpan Agreement = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan LongEnough = TimeSpan.FromMinutes(30);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Watched> _folders = new(StringComparer.Ordinal);
    private readonly Queue<(DateTimeOffset Fetched, TimeSpan Lag)> _lags = new();
    private readonly DateTimeOffset _started = time.GetUtcNow();

    /// <summary>Folders that mail to us comes into.</summary>
    public IReadOnlyList<(string Mailbox, string Folder)> Inboxes
    {
        get
        {
            lock (_lock)
            {
                return [.. _folders.Values.Where(f => f.Role == FolderRole.Inbox).Select(f => (f.Mailbox, f.Folder))];
            }
        }
    }

    /// <summary>When each folder was last looked at with success, by its name as a beat.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Beats
    {
        get
        {
            lock (_lock)
            {
                return _folders.Where(f => f.Value.LastLook is not null).ToDictionary(f => f.Key, f => f.Value.LastLook!.Value, StringComparer.Ordinal);
            }
        }
    }

    /// <summary>Takes up what an earlier process recorded.</summary>
    public void Recall(IReadOnlyDictionary<string, DateTimeOffset> beats)
    {
        lock (_lock)
        {
            foreach (var (name, folder) in _folders)
            {
                if (beats.TryGetValue(name, out var at) && !(folder.LastLook > at))
                {
                    folder.LastLook = at;
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Watching(IMailSource source)
    {
        lock (_lock)
        {
            _folders.TryAdd(Name(source.Mailbox, source.Folder), new Watched(source.Mailbox, source.Folder, source.Role));
        }
    }

    /// <inheritdoc/>
    public void Looked(IMailSource source)
    {
        lock (_lock)
        {
            if (_folders.TryGetValue(Name(source.Mailbox, source.Folder), out var folder))
            {
                (folder.LastLook, folder.Failures, folder.Problem) = (time.GetUtcNow(), 0, "");
            }
        }
    }

    /// <inheritdoc/>
    public void Failed(IMailSource source, int attempts, string problem)
    {
        lock (_lock)
        {
            if (_folders.TryGetValue(Name(source.Mailbox, source.Folder), out var folder))
            {
                (folder.Failures, folder.Problem) = (attempts, problem);
            }
        }
    }

    /// <inheritdoc/>
    public void Settled(IntakeOutcome outcome)
    {
        lock (_lock)
        {
            // A long backlog is one look, and each mail of it proves that fetching works.
            if (_folders.TryGetValue(Name(outcome.Key.Mailbox, outcome.Key.Folder), out var folder))
            {
                folder.LastLook = time.GetUtcNow();
            }

            if (outcome.Record is { Role: FolderRole.Inbox, Mail.TopmostReceived: { } taken } record && (record.Received - taken).Duration() <= Agreement)
            {
                _lags.Enqueue((record.Fetched, record.Fetched - record.Received));
                if (_lags.Count > MostSamples)
                {
                    _lags.Dequeue();
                }
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<HealthFact> Facts(DateTimeOffset now)
    {
        lock (_lock)
        {
            var facts = _folders.Values.Select(f => FetchFact(f, now)).OfType<HealthFact>().ToList();
            if (ClockFact() is { } clock)
            {
                facts.Add(clock);
            }

            return facts;
        }
    }

    private static string Name(string mailbox, string folder) => $"fetch:{mailbox}/{folder}";

    private HealthFact? FetchFact(Watched folder, DateTimeOffset now)
    {
        var code = $"no-fetch:{folder.Mailbox}/{folder.Folder}";
        var since = folder.LastLook ?? _started;
        if (now - since < TimeSpan.FromMinutes(settings.NoFetchMinutes))
        {
            return folder.LastLook is null ? null : new HealthFact(code, true, $"last looked at {since:yyyy-MM-dd HH:mm:ss} UTC");
        }

        if (now - _started < StartingUp)
        {
            return null;
        }

        var problem = folder.Problem.Length == 0
            ? "The last look has not come to an end: see the log; a restart begins it anew."
            : string.Create(CultureInfo.InvariantCulture, $"{folder.Failures} attempts failed, the last with: {folder.Problem}");
        return new HealthFact(code, false, $"No look at {folder.Mailbox}/{folder.Folder} succeeded since {since:yyyy-MM-dd HH:mm} UTC. {problem} 'doctor' tries each step.");
    }

    // A mail cannot be fetched before it came: a lag below zero is the clocks' difference. One above zero may be a late delivery to us, so
    // that only the least lag of many mails over some time says anything.
    private HealthFact? ClockFact()
    {
        const int Few = 3;
        const int Enough = 5;
        if (_lags.Count < Few)
        {
            return null;
        }

        var latest = _lags.TakeLast(Enough).Select(l => l.Lag.TotalSeconds).Order().ToList();
        var behind = -latest[latest.Count / 2];
        if (behind > settings.ClockSeconds)
        {
            return new HealthFact("clock", false, string.Create(
                CultureInfo.InvariantCulture, $"This machine's clock is {behind:0} s behind the mail server's (the middle one of the last {latest.Count} mails): set the clock, and see that it is kept by NTP."));
        }

        var ahead = _lags.Min(l => l.Lag.TotalSeconds);
        if (_lags.Count >= Enough && _lags.Max(l => l.Fetched) - _lags.Min(l => l.Fetched) >= LongEnough && ahead > settings.ClockSeconds)
        {
            return new HealthFact("clock", false, string.Create(
                CultureInfo.InvariantCulture,
                $"Each of the last {_lags.Count} mails was fetched at least {ahead:0} s after the mail server took it: this machine's clock is ahead, or new mail is noticed late. Compare the clocks; check Mailbox:PollSeconds."));
        }

        return new HealthFact("clock", true, string.Create(CultureInfo.InvariantCulture, $"mails are fetched {ahead:0.0} s or more after the mail server took them"));
    }

    private sealed class Watched(string mailbox, string folder, FolderRole role)
    {
        public string Mailbox => mailbox;

        public string Folder => folder;

        public FolderRole Role => role;

        public DateTimeOffset? LastLook { get; set; }

        public int Failures { get; set; }

        public string Problem { get; set; } = "";
    }
}
