using EnquiryTriage.Conformance.Rig;
using EnquiryTriage.Conformance.Servers;
using Xunit.Abstractions;

namespace EnquiryTriage.Conformance;

/// <summary>The executable against real servers, from delivery to acknowledgement, also when it is killed at the worst moments.</summary>
public sealed class TheWorkerProcess(ImapAndSmtpServers servers, ITestOutputHelper output)
    : ServerTests(servers, output), IClassFixture<ImapAndSmtpServers>, IDisposable
{
    private readonly ITestOutputHelper _output = output;
    private readonly PrivateFolder _state = new();
    private readonly List<WorkerProcess> _workers = [];
    private WorkerRecord? _record;

    private WorkerRecord Record => _record ??= new WorkerRecord(_state["enquiries.db"]);

    [ServerFact]
    public async Task Thirty_mails_are_triaged_and_acknowledged_once_each()
    {
        await DeliverAsync(1, 20);
        var worker = Start();
        await DeliverAsync(21, 10);
        await DoneAsync(worker, 30);
        Assert.Equal(0, await worker.StopAsync());
        await AssertOnceEachAsync(30);
        Assert.All(await Record.OutboxAsync(), row => Assert.Equal(0, row.UnknownAttempts));
    }

    [ServerTheory]
    [InlineData("after-see")]
    [InlineData("after-fetch")]
    [InlineData("before-commit")]
    [InlineData("after-commit")]
    [InlineData("after-settle")]
    public async Task Killed_while_nothing_is_in_hand_it_neither_loses_nor_repeats(string point)
    {
        await KilledAndRestartedAsync(point);
        await AssertOnceEachAsync(12);
    }

    [ServerFact]
    public async Task Killed_with_mails_in_hand_it_sends_each_once_and_counts_the_doubt()
    {
        await KilledAndRestartedAsync("after-claim");
        await AssertOnceEachAsync(12);
        Assert.Contains(await Record.OutboxAsync(), row => row.UnknownAttempts == 1);
    }

    [ServerFact]
    public async Task Killed_before_it_could_note_an_acceptance_it_repeats_that_mail_alone_under_the_same_id()
    {
        await KilledAndRestartedAsync("after-send");
        var rows = await Record.OutboxAsync();
        var delivered = await DeliveredAsync(13);
        var twice = Assert.Single(delivered.GroupBy(id => id, StringComparer.Ordinal), g => g.Count() > 1);
        Assert.Equal(2, twice.Count());
        Assert.Equal(1, rows.Single(r => string.Equals(r.MessageId, twice.Key, StringComparison.Ordinal)).UnknownAttempts);
        Assert.Equal(rows.Select(r => r.MessageId).Order(StringComparer.Ordinal), delivered.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
        await AssertLedgerAsync(12);
    }

    [ServerFact]
    public async Task Two_workers_on_one_record_by_mistake_do_nothing_twice()
    {
        await DeliverAsync(1, 15);
        var (first, second) = (Start(), Start());
        await DeliverAsync(16, 15);
        await DoneAsync(first, 30);
        Assert.Equal(0, await first.StopAsync());
        Assert.Equal(0, await second.StopAsync());
        await AssertOnceEachAsync(30);
    }

    [ServerFact]
    public async Task In_its_default_modes_it_reads_and_sends_nothing()
    {
        await DeliverAsync(1, 3);
        var settings = Settings();
        settings.Remove("Mailbox:Access");
        settings.Remove("Outbox:Mode");
        var worker = Start(settings);
        await Eventually.TrueAsync(async () => (await Record.BalanceAsync())?.Ingested == 3 || worker.HasExited, () => worker.Output);
        Assert.Equal(0, await worker.StopAsync());
        Assert.Equal(3, (await Record.OutboxAsync()).Count(r => string.Equals(r.State, "Held", StringComparison.Ordinal)));
        Assert.Equal(3, (await Dovecot.StatusAsync(Mailbox, MailKit.StatusItems.Recent)).Recent);
        Assert.Empty(await Dovecot.ReadAsync(Person("candidate")));
    }

    [ServerFact]
    public async Task A_wrong_setting_ends_it_with_code_2_and_the_name_of_the_key()
    {
        var worker = Start(Settings().With("Mailbox:Server:Security", "ssl"));
        Assert.Equal(2, await worker.EndAsync());
        Assert.Contains("Mailbox:Server:Security", worker.Output, StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public override async Task DisposeAsync()
    {
        foreach (var worker in _workers)
        {
            await worker.DisposeAsync();
            _output.WriteLine("---- A worker's output\n" + worker.Output);
        }

        await base.DisposeAsync();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _record?.Dispose();
        _state.Dispose();
    }

    private async Task KilledAndRestartedAsync(string point)
    {
        await DeliverAsync(1, 10);
        await Start(Settings(), point).DieAsync();
        await DeliverAsync(11, 2);
        var second = Start();
        await DoneAsync(second, 12);
        Assert.Equal(0, await second.StopAsync());
    }

    private async Task DoneAsync(WorkerProcess worker, int count)
    {
        var seen = "";
        await Eventually.TrueAsync(
            async () =>
            {
                Assert.False(worker.HasExited, "The worker ended.");
                var balance = await Record.BalanceAsync();
                var accepted = balance is null ? 0 : (await Record.OutboxAsync()).Count(r => string.Equals(r.State, "Accepted", StringComparison.Ordinal));
                seen = $"{balance}, {accepted} accepted";
                return balance is { Pending: 0 } && balance.Ingested == count && accepted == count;
            },
            () => $"{count} mails were expected to be done: {seen}",
            TimeSpan.FromSeconds(120));
    }

    // Every mail one row, every row accepted, every acknowledgement in the candidate's mailbox: once.
    private async Task AssertOnceEachAsync(int count)
    {
        var delivered = await DeliveredAsync(count);
        Assert.Equal((await Record.OutboxAsync()).Select(r => r.MessageId).Order(StringComparer.Ordinal), delivered.Order(StringComparer.Ordinal));
        await AssertLedgerAsync(count);
    }

    private async Task AssertLedgerAsync(int count)
    {
        var balance = (await Record.BalanceAsync())!;
        Assert.Equal((count, count, (long?)count), (balance.Seen, balance.Ingested, balance.ServerCount));
        Assert.True(balance.Balances, balance.ToString());
        var expected = Enumerable.Range(1, count).Select(n => Mails.MessageId(Candidate(n), n).Trim('<', '>')).Order(StringComparer.Ordinal);
        Assert.Equal(expected, (await Record.MailsAsync()).Order(StringComparer.Ordinal));
        Assert.Equal(count, (await Record.OutboxAsync()).Select(r => r.Recipient).Distinct(StringComparer.Ordinal).Count());
    }

    // A relay hands on what it took before it answers the next; a mail that should not be there would lie there as well.
    private async Task<IReadOnlyList<string>> DeliveredAsync(int count)
    {
        await Dovecot.WaitForAsync(Person("candidate"), count);
        await Postfix.EmptiedAsync();
        return [.. (await Dovecot.ReadAsync(Person("candidate"))).Select(m => m.Message.MessageId!)];
    }

    private string Candidate(int number) => $"{Person("candidate")}+{number}@{PostfixServer.TheirDomain}";

    private async Task DeliverAsync(int first, int count) => await Lmtp.DeliverAsync(
        Dovecot,
        MailboxAddress,
        "candidate@people.test",
        [.. Enumerable.Range(first, count).Select(n => Mails.Enquiry(Candidate(n), MailboxAddress, n))]);

    private Dictionary<string, string?> Settings() => TestSettings.For(Dovecot, _state, Mailbox).Sending(Postfix, Dovecot);

    private WorkerProcess Start(Dictionary<string, string?>? settings = null, string? crashAt = null)
    {
        var worker = WorkerProcess.Run(_state, settings ?? Settings(), crashAt);
        _workers.Add(worker);
        return worker;
    }
}
