using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Outbox;
using static EnquiryTriage.Storage.Tests.Records;

namespace EnquiryTriage.Storage.Tests;

public abstract partial class StoreContract
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(5);
    private static readonly DateTimeOffset Later = Monday.AddDays(1);

    [Fact]
    public async Task A_claimed_row_carries_what_the_decision_wrote()
    {
        await Commit(Opening(1) with { Outbox = [Row(1)] });

        var row = Assert.Single(await Claim());

        var written = Row(1);
        Assert.Equal(written.Raw, row.Raw);
        Assert.Equal(
            (written.Id, written.Purpose, written.MessageId, written.ReturnPath, written.Recipient, 0, 0, Monday.AddHours(1).AddMinutes(1)),
            (row.Id, row.Purpose, row.MessageId, row.ReturnPath, row.Recipient, row.Attempts, row.UnknownAttempts, row.Since));
    }

    [Fact]
    public async Task Alerts_are_claimed_first_then_what_has_waited_longest()
    {
        await Commit(Opening(3) with { Outbox = [Row(3), Row(4, OutboxPurpose.Alert)] }, Opening(2) with { Outbox = [Row(2)] }, Opening(1) with { Outbox = [Row(1)] });

        Assert.Equal([Id("o", 4), Id("o", 1), Id("o", 2)], (await Claim(limit: 3)).Select(r => r.Id));
        Assert.Equal([Id("o", 3)], (await Claim()).Select(r => r.Id));
    }

    [Fact]
    public async Task One_sender_at_a_time_has_a_row()
    {
        await Commit(Opening(1) with { Outbox = [Row(1)] });

        Assert.Single(await Claim("a"));
        Assert.Empty(await Claim("b"));
    }

    [Fact]
    public async Task Nothing_is_claimed_before_it_is_due_or_while_it_is_held()
    {
        await Commit(Opening(1) with { Outbox = [Row(1)] }, Opening(2) with { Outbox = [Row(2, hold: "shadow mode")] });

        Assert.Empty(await Claim(now: Monday));
        Assert.Equal([Id("o", 1)], (await Claim()).Select(r => r.Id));
    }

    [Fact]
    public async Task An_accepted_row_is_over()
    {
        await Commit(Opening(1) with { Outbox = [Row(1)] });
        await Claim("a");

        Assert.True(await Settle(1, "a", SendOutcomeKind.Accepted, retry: null));

        Assert.Empty(await Claim("b", now: Later.AddYears(1)));
        Assert.Null(await Store.Outbox.NextDueAsync(default));
        var life = await Life(1);
        Assert.Equal((OutboxState.Accepted, 1, Later), (life.Outbox[0].State, life.Outbox[0].Attempts, life.Outbox[0].Accepted));
        Assert.Equal(Later, life.Summary.Acknowledged);
    }

    [Fact]
    public async Task A_row_that_was_put_off_comes_back_when_it_is_due()
    {
        await Commit(Opening(1) with { Outbox = [Row(1)] });
        await Claim("a");

        Assert.True(await Settle(1, "a", SendOutcomeKind.Temporary, Later.AddMinutes(5)));

        Assert.Equal(Later.AddMinutes(5), await Store.Outbox.NextDueAsync(default));
        Assert.Empty(await Claim("b", now: Later.AddMinutes(5).AddMilliseconds(-1)));
        Assert.Equal((1, 0), Assert.Single(await Claim("b", now: Later.AddMinutes(5))) is var row ? (row.Attempts, row.UnknownAttempts) : default);
    }

    [Theory]
    [InlineData(SendOutcomeKind.Permanent, EventTypes.OutboundFailed)]
    [InlineData(SendOutcomeKind.Unknown, EventTypes.OutboundUnknown)]
    public async Task A_row_that_is_over_without_success_has_failed_and_says_why(SendOutcomeKind kind, string type)
    {
        await Commit(Opening(1) with { Outbox = [Row(1)] });
        await Claim("a");

        await Settle(1, "a", kind, retry: null);

        var life = await Life(1);
        Assert.Equal((OutboxState.Failed, "words of the server"), (life.Outbox[0].State, life.Outbox[0].LastReply));
        Assert.Equal(type, life.Events[^1].Type);
        Assert.Empty(await Claim("b", now: Later.AddYears(1)));
    }

    [Fact]
    public async Task An_attempt_of_unknown_outcome_is_counted_and_the_row_offered_once_more()
    {
        await Commit(Opening(1) with { Outbox = [Row(1)] });
        await Claim("a");

        await Settle(1, "a", SendOutcomeKind.Unknown, Later.AddMinutes(5));

        Assert.Equal((1, 1), Assert.Single(await Claim("a", now: Later.AddMinutes(5))) is var row ? (row.Attempts, row.UnknownAttempts) : default);
    }

    [Fact]
    public async Task A_claim_that_ran_out_is_an_attempt_of_unknown_outcome_once_and_then_a_failure()
    {
        await Commit(Opening(1) with { Outbox = [Row(1)] });
        await Claim("a");

        Assert.Empty(await Claim("b", now: Later + Lease - TimeSpan.FromMilliseconds(1)));
        var again = Assert.Single(await Claim("b", now: Later + Lease));
        Assert.Equal((1, 1, Row(1).MessageId), (again.Attempts, again.UnknownAttempts, again.MessageId));
        Assert.Empty(await Claim("c", now: Later + Lease + Lease));

        var life = await Life(1);
        Assert.Equal((OutboxState.Failed, 2, 2), (life.Outbox[0].State, life.Outbox[0].Attempts, life.Outbox[0].UnknownAttempts));
        Assert.Equal(2, life.Events.Count(e => e.Type == EventTypes.OutboundUnknown));
    }

    [Fact]
    public async Task A_stranger_cannot_settle_a_row_nor_can_the_holder_of_a_claim_that_ran_out()
    {
        await Commit(Opening(1) with { Outbox = [Row(1)] });
        await Claim("a");

        Assert.False(await Settle(1, "b", SendOutcomeKind.Accepted, retry: null));
        Assert.False(await Store.Outbox.SettleAsync("no such row", "a", new SendOutcome(SendOutcomeKind.Accepted, "", null), Later, default));
        await Claim("b", now: Later + Lease);
        Assert.False(await Settle(1, "a", SendOutcomeKind.Accepted, retry: null));

        Assert.Equal(OutboxState.Claimed, (await Life(1)).Outbox[0].State);
    }

    [Fact]
    public async Task What_was_queued_while_the_mode_was_live_can_be_held_but_not_what_a_person_released()
    {
        await Commit(Opening(1) with { Outbox = [Row(1)] }, Opening(2) with { Outbox = [Row(2, hold: "Outbox:Mode is hold")] });
        await Store.Outbox.ReleaseAsync(Reference(2), includeStale: true, TimeSpan.FromHours(72), "ann", Later, default);

        Assert.Equal(1, await Store.Outbox.HoldQueuedAsync("Outbox:Mode is hold", Later, default));

        Assert.Equal(Row(2).Id, Assert.Single(await Claim("a", now: Later.AddHours(1))).Id);
        Assert.Equal((OutboxState.Held, "Outbox:Mode is hold"), (await Life(1)).Outbox[0] is var held ? (held.State, held.HoldReason) : default);
    }

    [Fact]
    public async Task Held_mail_that_has_waited_too_long_is_not_released_with_the_rest()
    {
        await Commit(Opening(1) with { Outbox = [Row(1, hold: "Outbox:Mode is hold")] });

        Assert.Equal(0, await Store.Outbox.ReleaseAsync(null, includeStale: false, TimeSpan.FromHours(72), "ann", Monday.AddDays(9), default));
        Assert.Equal(1, await Store.Outbox.ReleaseAsync(null, includeStale: true, TimeSpan.FromHours(72), "ann", Monday.AddDays(9), default));
    }

    [Fact]
    public async Task A_row_is_settled_once()
    {
        await Commit(Opening(1) with { Outbox = [Row(1)] });
        await Claim("a");
        await Settle(1, "a", SendOutcomeKind.Accepted, retry: null);

        Assert.False(await Settle(1, "a", SendOutcomeKind.Permanent, retry: null));
        Assert.Equal(OutboxState.Accepted, (await Life(1)).Outbox[0].State);
    }

    [Fact]
    public async Task Releasing_all_lets_go_what_is_held_but_for_age()
    {
        await Commit(Opening(1) with { Outbox = [Row(1, hold: "hold")] }, Opening(2) with { Outbox = [Row(2, hold: "old", stale: true)] });

        Assert.Equal(1, await Store.Outbox.ReleaseAsync(null, includeStale: false, TimeSpan.FromHours(72), "ann", Later, default));

        Assert.Equal([Id("o", 1)], (await Claim()).Select(r => r.Id));
        Assert.Equal(OutboxState.Held, (await Life(2)).Outbox[0].State);
        var released = Assert.Single((await Life(1)).Events, e => e.Type == EventTypes.OutboundReleased);
        Assert.Equal("ann", released.Actor);
    }

    [Fact]
    public async Task Old_mail_is_released_by_reference_or_with_the_flag()
    {
        await Commit(
            Opening(1) with { Outbox = [Row(1, hold: "old", stale: true)] },
            Opening(2) with { Outbox = [Row(2, hold: "old", stale: true)] },
            Opening(3) with { Outbox = [Row(3, hold: "old", stale: true)] });

        Assert.Equal(1, await Store.Outbox.ReleaseAsync(Reference(2), includeStale: true, TimeSpan.FromHours(72), "ann", Later, default));
        Assert.Equal([Id("o", 2)], (await Claim()).Select(r => r.Id));
        Assert.Equal(2, await Store.Outbox.ReleaseAsync(null, includeStale: true, TimeSpan.FromHours(72), "ann", Later, default));
        Assert.Equal(0, await Store.Outbox.ReleaseAsync(null, includeStale: true, TimeSpan.FromHours(72), "ann", Later, default));
    }

    [Fact]
    public async Task A_released_row_has_no_reason_to_wait_any_more()
    {
        await Commit(Opening(1) with { Outbox = [Row(1, hold: "hold")] });
        Assert.Equal("hold", (await Life(1)).Outbox[0].HoldReason);

        await Store.Outbox.ReleaseAsync(Reference(1), includeStale: true, TimeSpan.FromHours(72), "ann", Later, default);

        Assert.Null((await Life(1)).Outbox[0].HoldReason);
        Assert.Equal(Later, await Store.Outbox.NextDueAsync(default));
    }

    [Fact]
    public async Task A_pause_is_remembered_over_a_restart_and_ended()
    {
        Assert.False(await Store.Outbox.IsPausedAsync(default));
        await Store.Outbox.SetPausedAsync(true, "ann", Monday, default);
        Store.Dispose();
        using var again = Open();

        Assert.True(await again.Outbox.IsPausedAsync(default));
        await again.Outbox.SetPausedAsync(false, "ann", Monday, default);
        Assert.False(await again.Outbox.IsPausedAsync(default));
    }

    [Fact]
    public async Task The_next_due_time_is_the_earliest_of_queued_and_claimed_rows()
    {
        Assert.Null(await Store.Outbox.NextDueAsync(default));
        await Commit(Opening(1) with { Outbox = [Row(1)] });
        Assert.Equal(Monday.AddHours(1).AddMinutes(1), await Store.Outbox.NextDueAsync(default));

        await Claim();

        Assert.Equal(Later + Lease, await Store.Outbox.NextDueAsync(default));
    }

    [Fact]
    public async Task Rows_are_counted_by_state()
    {
        await Commit(Opening(1) with { Outbox = [Row(1), Row(2), Row(3, hold: "hold")] });
        await Claim("a", limit: 1);

        var counts = await Store.Outbox.CountAsync(default);

        Assert.Equal([(OutboxState.Held, 1L), (OutboxState.Queued, 1L), (OutboxState.Claimed, 1L)], counts.OrderBy(c => c.Key).Select(c => (c.Key, c.Value)));
    }

    [Theory]
    [InlineData(OutboxState.Delivered)]
    [InlineData(OutboxState.Delayed)]
    [InlineData(OutboxState.Bounced)]
    public async Task A_delivery_report_moves_an_accepted_mail(OutboxState reported)
    {
        await Accepted();

        await Commit(Report(2, reported));

        var row = (await Life(1)).Outbox[0];
        Assert.Equal((reported, "5.1.1"), (row.State, row.LastReply));
        Assert.Equal(Later, row.Accepted);
    }

    [Fact]
    public async Task A_delay_that_is_reported_after_the_delivery_changes_nothing_and_a_bounce_does()
    {
        await Accepted();
        await Commit(Report(2, OutboxState.Delayed), Report(3, OutboxState.Delivered), Report(4, OutboxState.Delayed));
        Assert.Equal(OutboxState.Delivered, (await Life(1)).Outbox[0].State);

        await Commit(Report(5, OutboxState.Bounced));

        Assert.Equal(OutboxState.Bounced, (await Life(1)).Outbox[0].State);
    }

    [Fact]
    public async Task A_report_does_not_make_a_failed_mail_anything_else_nor_a_held_one_delivered()
    {
        await Commit(Opening(1) with { Outbox = [Row(1), Row(2, hold: "hold")] });
        await Claim("a");
        await Settle(1, "a", SendOutcomeKind.Permanent, retry: null);

        await Commit(Report(3, OutboxState.Bounced), Report(4, OutboxState.Delivered) with { Reported = new ReportedDelivery(Id("o", 2), OutboxState.Delivered, "2.0.0") });

        Assert.Equal([OutboxState.Failed, OutboxState.Held], (await Life(1)).Outbox.Select(o => o.State));
    }

    private static IntakeRecord Report(int n, OutboxState state) =>
        Following(n, Id("e", 1)) with { Reported = new ReportedDelivery(Id("o", 1), state, "5.1.1") };

    private async Task Accepted()
    {
        await Commit(Opening(1) with { Outbox = [Row(1)] });
        await Claim("a");
        await Settle(1, "a", SendOutcomeKind.Accepted, retry: null);
    }

    private async Task<EnquiryLife> Life(int n) => (await Store.Queries.FindAsync(Reference(n), default))!;

    private Task<IReadOnlyList<ClaimedOutboxRow>> Claim(string claimant = "a", int limit = 20, DateTimeOffset? now = null) =>
        Store.Outbox.ClaimAsync(claimant, limit, Lease, null, now ?? Later, default);

    private Task<bool> Settle(int n, string claimant, SendOutcomeKind kind, DateTimeOffset? retry) =>
        Store.Outbox.SettleAsync(Id("o", n), claimant, new SendOutcome(kind, "words of the server", retry), Later, default);
}
