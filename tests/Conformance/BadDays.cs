using System.Globalization;
using EnquiryTriage.Conformance.Rig;
using EnquiryTriage.Conformance.Servers;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Outbox;
using MailKit;
using Xunit.Abstractions;

namespace EnquiryTriage.Conformance;

/// <summary>
/// The soak: everything that goes wrong in months, within minutes. Short unless SOAK_MAILS says how many mails (10000, say); SOAK_PER_SECOND is how many are
/// delivered a second, and SOAK_SEED chooses other bad moments.
/// </summary>
public sealed class BadDays(ITestOutputHelper output) : IAsyncLifetime, IDisposable
{
    private const string Mailbox = "strategy";
    private const string Person = "candidate";
    private static readonly int Count = Number("SOAK_MAILS", 300);
    private static readonly int PerSecond = Number("SOAK_PER_SECOND", 25);
    private static readonly int Seed = Number("SOAK_SEED", 20210506);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);
    private readonly PrivateFolder _state = new();
    private readonly Random _moments = new(Seed);
    private BadServers? _servers;
    private WorkerRecord? _record;
    private WorkerProcess? _worker;
    private int _delivered;
    private int _kills;

    private static string MailboxAddress => $"{Mailbox}@{PostfixServer.OurDomain}";

    private BadServers Servers => _servers!;

    private DovecotServer Dovecot => Servers.Dovecot;

    [ServerFact]
    public async Task Every_mail_is_one_row_and_every_acknowledgement_left_once_whatever_broke_on_the_way()
    {
        var delivering = DeliverAllAsync();
        await WorkUntilDoneAsync(delivering);
        await delivering;
        var leftToPeople = await PeopleLookAsync();
        await EndWellAsync();
        await AssertIntakeAsync();
        await AssertAcknowledgementsAsync(leftToPeople);
    }

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (Requirements.Missing is null || Requirements.Required)
        {
            _servers = await BadServers.StartAsync(Seed, Count);
            _record = new WorkerRecord(_state["enquiries.db"]);
        }
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_worker is not null)
        {
            output.WriteLine($"---- The last worker's output\n{_worker.Output}");
            await _worker.DisposeAsync();
        }

        if (_servers is not null)
        {
            await _servers.DisposeAsync();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _record?.Dispose();
        _state.Dispose();
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : otherwise;

    // A sender of its own for each, so that no throttle holds an acknowledgement back.
    private static string Candidate(int number) => $"{Person}+{number}@{PostfixServer.TheirDomain}";

    private Dictionary<string, string?> Settings() => Servers.Settings(_state, Mailbox)
        .With("Mailbox:AfterIntake", "keywords")
        .With("Mailbox:BatchSize", "20")
        .With("Mailbox:IdlePollSeconds", "2")
        .With("Outbox:MaxPerHour", "1000000")
        .With("Outbox:RetryMinutes", "0.005");

    // A few at a time, as they come in; in the middle of it the folder is numbered anew.
    private async Task DeliverAllAsync()
    {
        var (random, half) = (new Random(Seed + 3), Count / 2);
        var started = TimeProvider.System.GetTimestamp();
        while (_delivered < Count)
        {
            var few = Math.Min(random.Next(1, 10), (_delivered < half ? half : Count) - _delivered);
            await Lmtp.DeliverAsync(
                Dovecot, MailboxAddress, $"{Person}@{PostfixServer.TheirDomain}",
                [.. Enumerable.Range(_delivered + 1, few).Select(n => Mails.Enquiry(Candidate(n), MailboxAddress, n))]);
            _delivered += few;
            if (_delivered == half)
            {
                // Not before there is something on record under the old numbers.
                await Eventually.TrueAsync(async () => (await _record!.BalanceAsync())?.Ingested >= Count / 4, () => "Nothing is taken in.", Patience);
                await Servers.NumberAnewAsync(Mailbox);
            }

            var ahead = TimeSpan.FromSeconds((double)_delivered / PerSecond) - TimeProvider.System.GetElapsedTime(started);
            await Task.Delay(ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero);
        }
    }

    // Killed again and again: after some progress, so that the end is reached, and now and then while it starts.
    private async Task WorkUntilDoneAsync(Task delivering)
    {
        var stride = Math.Max(100, Count / 30);
        while (true)
        {
            _worker = WorkerProcess.Run(_state, Settings());
            if (_moments.Next(5) == 0)
            {
                await Task.Delay(_moments.Next(1_500));
            }
            else if (await ProgressAsync(await DoneAsync() + _moments.Next(1, 2 * stride), delivering))
            {
                return;
            }

            Assert.False(_worker.HasExited, $"The worker ended by itself:\n{_worker.Output}");
            await _worker.KillAsync();
            _kills++;
            await _worker.DisposeAsync();
        }
    }

    // True where all is done, false where so much is.
    private async Task<bool> ProgressAsync(long goal, Task delivering)
    {
        var (last, since) = (-1L, TimeProvider.System.GetTimestamp());
        while (true)
        {
            var done = await DoneAsync();
            if (delivering.IsCompleted && await IsFinishedAsync())
            {
                return true;
            }

            if (done >= goal && !delivering.IsFaulted && goal < 2 * Count)
            {
                return false;
            }

            if (done != last)
            {
                (last, since) = (done, TimeProvider.System.GetTimestamp());
            }

            Assert.False(delivering.IsFaulted, delivering.Exception?.ToString());
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience, $"No progress: {await FiguresAsync()}\n{_worker!.Output}");
            await Task.Delay(_moments.Next(20, 120));
        }
    }

    private async Task<long> DoneAsync()
    {
        var balance = await _record!.BalanceAsync();
        var outbox = await _record.OutboxCountAsync();
        return (balance?.Ingested ?? 0) + Over(outbox);
    }

    private async Task<bool> IsFinishedAsync() =>
        await _record!.BalanceAsync() is { Pending: 0 } balance && balance.Ingested >= Count && balance.ServerCount == Count && Over(await _record.OutboxCountAsync()) >= Count;

    private static long Over(IReadOnlyDictionary<OutboxState, long> outbox) =>
        outbox.GetValueOrDefault(OutboxState.Accepted) + outbox.GetValueOrDefault(OutboxState.Failed);

    // Two attempts without an answer: whoever looks finds in the recipient's mailbox that it arrived, or has it tried once more.
    private async Task<int> PeopleLookAsync()
    {
        Servers.Calm();
        var failed = await _record!.FailedAsync();
        await Servers.Postfix.EmptiedAsync();
        var arrived = (await ReceivedAsync()).ToHashSet(StringComparer.Ordinal);
        foreach (var (reference, _) in failed.Where(f => !arrived.Contains(f.MessageId)))
        {
            Assert.Equal(0, (await WorkerProcess.VerbAsync(_state, Settings(), "outbox", "retry", reference)).Code);
        }

        await Eventually.TrueAsync(
            async () => (await _record.FailedAsync()).All(f => arrived.Contains(f.MessageId)) && Over(await _record.OutboxCountAsync()) == Count,
            () => "What people had tried again does not leave.",
            Patience);
        return failed.Count;
    }

    private async Task EndWellAsync()
    {
        await Eventually.TrueAsync(
            async () => (await Dovecot.StatusAsync(Mailbox, StatusItems.Count)).Count == Count && await UnmarkedAsync() == 0,
            () => "Mails are left without their keywords.",
            Patience);
        Assert.Equal(0, await _worker!.StopAsync());
        output.WriteLine(await FiguresAsync());
    }

    private async Task AssertIntakeAsync()
    {
        var balance = (await _record!.BalanceAsync())!;
        Assert.True(balance.Balances, balance.ToString());
        Assert.Equal((Count, 0, 0, 0), (balance.Ingested, balance.Pending, balance.Quarantined, balance.Ignored));
        Assert.Equal(Count, balance.ServerCount);
        Assert.Equal(1, await _record.EventsAsync(EventTypes.FolderRenumbered));
        var expected = Enumerable.Range(1, Count).Select(n => Mails.MessageId(Candidate(n), n).Trim('<', '>')).Order(StringComparer.Ordinal);
        Assert.Equal(expected, (await _record.MailsAsync()).Order(StringComparer.Ordinal));
    }

    private async Task AssertAcknowledgementsAsync(int leftToPeople)
    {
        var rows = await _record!.OutboxAsync();
        Assert.Equal(Count, rows.Count);
        Assert.Equal(Count, rows.Select(r => r.Recipient).Distinct(StringComparer.Ordinal).Count());
        await Servers.Postfix.EmptiedAsync();
        var arrived = (await ReceivedAsync()).GroupBy(id => id, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        Assert.Equal(rows.Select(r => r.MessageId).Order(StringComparer.Ordinal), arrived.Keys.Order(StringComparer.Ordinal));
        // Only what was resent because nobody knew may have come twice, and its row says so.
        Assert.All(rows, row => Assert.InRange(arrived[row.MessageId], 1, 1 + row.UnknownAttempts));
        output.WriteLine($"{rows.Count(r => r.UnknownAttempts > 0)} mails were resent for want of an answer, {arrived.Values.Count(n => n > 1)} of them came twice, {leftToPeople} were left to a person.");
    }

    private async Task<long> UnmarkedAsync()
    {
        using var client = await Dovecot.LogInAsync(Mailbox);
        await client.Inbox!.OpenAsync(FolderAccess.ReadOnly);
        return (await client.Inbox.FetchAsync(0, -1, new FetchRequest(MessageSummaryItems.Flags))).Count(m => m.Keywords.Count < 2);
    }

    private async Task<IReadOnlyList<string>> ReceivedAsync()
    {
        using var client = await Dovecot.LogInAsync(Person);
        await client.Inbox!.OpenAsync(FolderAccess.ReadOnly);
        return [.. (await client.Inbox.FetchAsync(0, -1, new FetchRequest(MessageSummaryItems.Envelope))).Select(m => m.Envelope!.MessageId!)];
    }

    private async Task<string> FiguresAsync()
    {
        var (balance, outbox) = (await _record!.BalanceAsync(), await _record.OutboxCountAsync());
        return string.Create(CultureInfo.InvariantCulture, $"{_delivered} of {Count} mails delivered, seed {Seed}: {_kills} times killed, {Servers.Figures}.\n")
            + $"{balance}\n{string.Join(", ", outbox.Select(c => $"{c.Key} {c.Value}"))}";
    }
}
