using EnquiryTriage.Core.Intake;
using static EnquiryTriage.Storage.Tests.Records;

namespace EnquiryTriage.Storage.Tests;

/// <summary>What is set aside, what the mailbox is owed, and new numbering.</summary>
public abstract partial class StoreContract
{
    [Fact]
    public async Task A_mail_that_is_set_aside_is_listed_with_its_bytes_and_leaves_the_list_when_it_gets_through()
    {
        await Store.Intake.SeeAsync([Key(1)], Monday, default);
        await Settle(1, LedgerState.Quarantined);
        var held = Assert.Single(await Store.Quarantine.QuarantinedAsync(default));
        Assert.Equal((Key(1), "for the test", "County lines", true, false), (held.Key, held.Reason, held.Subject, held.Whole, held.Pending));
        Assert.Equal(Raw(1), await Store.Quarantine.QuarantinedRawAsync(Key(1), default));

        Assert.Equal([Key(1)], await Store.Quarantine.RetryAsync([Key(1), Key(2)], "ann", Later, default));
        Assert.True(Assert.Single(await Store.Quarantine.QuarantinedAsync(default)).Pending);
        Assert.Equal(Raw(1), Assert.Single(await Store.Quarantine.RetriedAsync("strategy", "INBOX", default)).Raw);
        // It is kept here, so it has not vanished though the mailbox does not list it.
        Assert.Equal(0, await Store.Intake.VanishAsync("strategy", "INBOX", new HashSet<string>(StringComparer.Ordinal), Later, default));

        await Settle(1, LedgerState.Ignored);
        Assert.Empty(await Store.Quarantine.QuarantinedAsync(default));
    }

    [Fact]
    public async Task A_mail_held_under_a_number_of_before_is_held_once_under_the_new_one()
    {
        var (old, now) = (Key(1) with { Key = "7:12" }, Key(1) with { Key = "8:1" });
        foreach (var key in new[] { old, now })
        {
            await Store.Intake.SeeAsync([key], Monday, default);
            await using var session = await Store.Intake.BeginAsync(default);
            await session.HoldAsync(Held(1, "too large") with { Key = key }, Monday, default);
            await session.CommitAsync(default);
        }

        Assert.Equal(now, Assert.Single(await Store.Quarantine.QuarantinedAsync(default)).Key);
        var balance = Assert.Single(await Store.Intake.BalanceAsync(default));
        Assert.Equal((2, 1, 1, 0), (balance.Seen, balance.Quarantined, balance.Duplicate, balance.Pending));
    }

    [Fact]
    public async Task What_the_mailbox_is_owed_stays_owed_until_it_is_done_and_a_moved_mail_is_known_where_it_lies()
    {
        await using (var session = await Store.Intake.BeginAsync(default))
        {
            await session.AddAsync(Opening(1), default);
            await session.AddAsync(Opening(2), default);
            await session.WantTouchAsync(Key(1), null, default);
            await session.CommitAsync(default);
        }

        var owed = Assert.Single(await Store.Intake.UntouchedAsync("strategy", "INBOX", 10, default));
        Assert.Equal((Key(1), "drugs"), (owed.Key, owed.Team));

        var moved = Key(9, "Triaged");
        await Store.Intake.SeeAsync([moved], Later, default);
        await Store.Intake.TouchedAsync([new TouchedMail(Key(1), moved)], Later, default);

        Assert.Empty(await Store.Intake.UntouchedAsync("strategy", "INBOX", 10, default));
        Assert.Empty((await Store.Intake.SeeAsync([moved], Later, default)).Pending);
        await using var check = await Store.Intake.BeginAsync(default);
        Assert.True(await check.IsSettledAsync(moved, default));
    }

    [Fact]
    public async Task New_numbering_is_told_once()
    {
        Assert.Null(await Store.Intake.NumberAsync("strategy", "INBOX", "7", Monday, default));
        Assert.Null(await Store.Intake.NumberAsync("strategy", "INBOX", "7", Monday, default));
        Assert.Equal("7", await Store.Intake.NumberAsync("strategy", "INBOX", "8", Later, default));
        Assert.Null(await Store.Intake.NumberAsync("strategy", "INBOX", "8", Later, default));
    }

    [Fact]
    public async Task What_is_brought_in_for_a_mail_that_is_set_aside_replaces_what_was_kept_of_it()
    {
        await Store.Intake.SeeAsync([Key(1)], Monday, default);
        await Settle(1, LedgerState.Quarantined);

        Assert.True(await Store.Quarantine.ImportAsync(Key(1), Raw(2), "ann", Later, default));

        Assert.Equal(Raw(2), Assert.Single(await Store.Quarantine.RetriedAsync("strategy", "INBOX", default)).Raw);
    }
}
