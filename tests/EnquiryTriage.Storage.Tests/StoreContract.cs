using EnquiryTriage.Core.Intake;
using static EnquiryTriage.Storage.Tests.Records;

namespace EnquiryTriage.Storage.Tests;

/// <summary>What every engine of the store must do: one set of tests, a subclass for each engine.</summary>
/// <remarks>This file holds the ledger and the transaction; its parts hold conversations, the outbox and the queries.</remarks>
public abstract partial class StoreContract : IDisposable
{
    private readonly Lazy<OpenStore> _store;

    /// <summary>Nothing is opened before a test asks.</summary>
    protected StoreContract() => _store = new Lazy<OpenStore>(Open);

    private OpenStore Store => _store.Value;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_store.IsValueCreated)
        {
            _store.Value.Dispose();
        }

        Destroy();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the store; a second call opens the same record again.</summary>
    protected abstract OpenStore Open();

    /// <summary>Removes what the engine made.</summary>
    protected abstract void Destroy();

    [Fact]
    public async Task A_mail_that_seemed_gone_and_is_listed_again_is_pending_again()
    {
        await Store.Intake.SeeAsync([Key(1)], Monday, default);
        await Store.Intake.VanishAsync(Key(1).Mailbox, Key(1).Folder, new HashSet<string>(), Monday, default);

        Assert.Equal([Key(1)], (await Store.Intake.SeeAsync([Key(1)], Later, default)).Pending);
        Assert.Equal((1, 0), Assert.Single(await Store.Intake.BalanceAsync(default)) is var b ? (b.Pending, b.Vanished) : default);
    }

    [Fact]
    public async Task An_urgent_follow_up_takes_its_enquiry_to_another_team()
    {
        await Commit(Opening(1));
        await Commit(Following(2, Id("e", 1)) with { Urgent = true, Escalates = new Escalation("duty", "danger", Later) });

        var summary = (await Life(1)).Summary;
        Assert.Equal(("duty", true, (DateTimeOffset?)Later), (summary.Team, summary.Urgent, summary.Due));
    }

    [Fact]
    public async Task A_copy_in_the_Sent_folder_is_no_duplicate_of_one_in_the_inbox()
    {
        var mail = Opening(1);
        await Commit(mail);

        Assert.NotNull((await History(Query(mail.Mail.MessageId, mail.ContentDigest))).DuplicateOf);
        Assert.Null((await History(Query(mail.Mail.MessageId, mail.ContentDigest) with { Role = FolderRole.Sent })).DuplicateOf);
    }

    [Fact]
    public async Task What_is_not_committed_leaves_nothing()
    {
        await Store.Intake.SeeAsync([Key(1)], Monday, default);
        await using (var session = await Store.Intake.BeginAsync(default))
        {
            await session.AddAsync(Opening(1) with { Outbox = [Row(1)], Questions = [Question(1, 1)] }, default);
            await session.HoldAsync(Held(2, "too large"), Monday, default);
        }

        Assert.Empty(await Store.Queries.ListAsync(new(), default));
        Assert.Null(await Store.Queries.FindAsync(Reference(1), default));
        Assert.Null(await Store.Queries.RawAsync(Id("m", 1), default));
        Assert.Empty(await Store.Outbox.CountAsync(default));
        Assert.Empty(await Decisions(null));
        var balance = Assert.Single(await Store.Intake.BalanceAsync(default));
        Assert.Equal((1, 1, 0), (balance.Seen, balance.Pending, balance.Quarantined));
    }

    [Fact]
    public async Task Everything_of_a_mail_is_there_after_the_commit_and_after_a_restart()
    {
        await Commit(Opening(1) with { Outbox = [Row(1)], Questions = [Question(1, 1)] });
        Store.Dispose();
        using var again = Open();

        var life = await again.Queries.FindAsync(Reference(1), default);

        Assert.NotNull(life);
        Assert.Single(life.Mails);
        Assert.Single(life.Questions);
        Assert.Single(life.Outbox);
        Assert.Equal(2, life.Events.Count);
        Assert.Equal(Raw(1), await again.Queries.RawAsync(Id("m", 1), default));
        Assert.True(Assert.Single(await again.Intake.BalanceAsync(default)).Balances);
    }

    [Fact]
    public async Task A_batch_is_committed_whole_and_its_mails_see_each_other()
    {
        await using (var session = await Store.Intake.BeginAsync(default))
        {
            await session.AddAsync(Opening(1), default);
            var history = await session.HistoryAsync(Query(ids: ["m1@candidates.example"]), default);
            Assert.Equal(Id("e", 1), Assert.Single(history.Candidates).EnquiryId);
            await session.AddAsync(Following(2, Id("e", 1)), default);
            await session.CommitAsync(default);
        }

        Assert.Equal(2, (await Store.Queries.FindAsync(Reference(1), default))!.Mails.Count);
    }

    [Fact]
    public async Task The_ledger_counts_what_was_seen_and_what_became_of_it()
    {
        await Store.Intake.SeeAsync([.. Enumerable.Range(1, 6).Select(n => Key(n)), Key(1, "Sent")], Monday, default);
        await Commit(Opening(1));
        await Settle(2, LedgerState.Duplicate);
        await Settle(3, LedgerState.Quarantined);
        await Settle(4, LedgerState.Ignored);
        await Settle(5, LedgerState.Vanished);

        var balances = await Store.Intake.BalanceAsync(default);

        Assert.Equal(new LedgerBalance("strategy", "INBOX", 6, 1, 1, 1, 1, 1, 1, null, null), balances[0]);
        Assert.False(balances[0].Balances);
        Assert.Equal(new LedgerBalance("strategy", "Sent", 1, 0, 0, 0, 0, 0, 1, null, null), balances[1]);
    }

    [Fact]
    public async Task Only_the_unsettled_come_back_in_the_order_in_which_they_were_listed()
    {
        await Store.Intake.SeeAsync([Key(3), Key(1)], Monday, default);
        await Commit(Opening(3));

        Assert.Equal([Key(4), Key(1), Key(2)], (await Store.Intake.SeeAsync([Key(4), Key(3), Key(1), Key(2)], Monday, default)).Pending);
    }

    [Fact]
    public async Task What_was_seen_and_not_settled_comes_back_after_a_restart()
    {
        await Store.Intake.SeeAsync([Key(1), Key(2)], Monday, default);
        await Commit(Opening(1));
        Store.Dispose();
        using var again = Open();

        Assert.Equal([Key(2)], (await again.Intake.SeeAsync([Key(1), Key(2)], Monday, default)).Pending);
    }

    [Fact]
    public async Task A_mail_that_was_never_listed_is_counted_when_it_is_settled()
    {
        await Commit(Opening(1));

        Assert.Equal((1, 1), (await Balance()) is var b ? (b.Seen, b.Ingested) : default);
    }

    [Fact]
    public async Task Settling_twice_is_refused_and_leaves_the_first_settling()
    {
        await Commit(Opening(1));

        var fault = await Assert.ThrowsAsync<StoreException>(() => Settle(1, LedgerState.Ignored));

        Assert.False(fault.Temporary);
        Assert.Equal((1, 0), ((await Balance()).Ingested, (await Balance()).Ignored));
    }

    [Theory]
    [InlineData(LedgerState.Pending)]
    [InlineData(LedgerState.Ingested)]
    public async Task Without_a_mail_a_key_cannot_be_settled_as_ingested(LedgerState state) =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Settle(1, state));

    [Fact]
    public async Task A_quarantined_mail_may_be_taken_in_later()
    {
        await Settle(1, LedgerState.Quarantined);
        await Commit(Opening(1));

        Assert.Equal((1, 1, 0), (await Balance()) is var b ? (b.Seen, b.Ingested, b.Quarantined) : default);
    }

    [Fact]
    public async Task Pending_mails_that_the_mailbox_no_longer_lists_vanish_and_settled_ones_do_not()
    {
        await Store.Intake.SeeAsync([Key(1), Key(2), Key(3), Key(4, "Sent")], Monday, default);
        await Commit(Opening(1));

        Assert.Equal(1, await Store.Intake.VanishAsync("strategy", "INBOX", new HashSet<string>(StringComparer.Ordinal) { "3" }, Monday, default));

        var balance = await Balance();
        Assert.Equal((1, 1, 1), (balance.Ingested, balance.Vanished, balance.Pending));
        Assert.Equal(1, (await Store.Intake.BalanceAsync(default))[1].Pending);
    }

    [Theory]
    [InlineData(3, 3, true)]
    [InlineData(3, 2, false)]
    public async Task The_servers_own_count_is_part_of_the_balance(long server, long present, bool balances)
    {
        await Commit(Opening(1));
        await Store.Intake.CheckedAsync("strategy", "INBOX", 9, 1, Monday, default);
        await Store.Intake.CheckedAsync("strategy", "INBOX", server, present, Monday.AddHours(1), default);

        var balance = await Balance();

        Assert.Equal((server, present, balances), (balance.ServerCount, balance.PresentCount, balance.Balances));
    }

    [Fact]
    public async Task A_mailbox_is_taken_over_at_a_date_that_can_be_moved()
    {
        Assert.Null(await Store.Intake.AdoptedBeforeAsync("strategy", default));

        await Store.Intake.AdoptAsync("strategy", Monday, "ann", Monday.AddHours(1), default);
        await Store.Intake.AdoptAsync("strategy", Monday.AddDays(1), "ann", Monday.AddHours(2), default);

        Assert.Equal(Monday.AddDays(1), await Store.Intake.AdoptedBeforeAsync("strategy", default));
        Assert.Null(await Store.Intake.AdoptedBeforeAsync("other", default));
    }

    [Fact]
    public async Task Many_sessions_at_once_take_their_turns()
    {
        await Task.WhenAll(Enumerable.Range(1, 12).Select(n => Task.Run(() => Commit(Opening(n)))));

        Assert.Equal(12, (await Balance()).Ingested);
    }

    [Fact]
    public async Task A_cancelled_wait_for_the_turn_does_not_block_the_next()
    {
        using var stop = new CancellationTokenSource();
        await using (await Store.Intake.BeginAsync(default))
        {
            var waiting = Store.Intake.BeginAsync(stop.Token);
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        }

        await Commit(Opening(1));
    }

    private async Task Commit(params IntakeRecord[] records)
    {
        await using var session = await Store.Intake.BeginAsync(default);
        foreach (var record in records)
        {
            await session.AddAsync(record, default);
        }

        await session.CommitAsync(default);
    }

    private async Task Settle(int n, LedgerState state)
    {
        await using var session = await Store.Intake.BeginAsync(default);
        await (state == LedgerState.Quarantined
            ? session.HoldAsync(Held(n, "for the test"), Monday, default)
            : session.SettleAsync(Key(n), state, "for the test", Monday, default));
        await session.CommitAsync(default);
    }

    private async Task<LedgerBalance> Balance() => (await Store.Intake.BalanceAsync(default))[0];
}
