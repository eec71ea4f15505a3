using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Outbox;
using static EnquiryTriage.Storage.Tests.Records;

namespace EnquiryTriage.Storage.Tests;

public abstract partial class StoreContract
{
    [Fact]
    public async Task The_claims_of_a_dead_claimant_end_at_once_and_count_as_unknown_and_nobody_elses_do()
    {
        await Commit(Opening(1) with { Outbox = [Row(1), Row(2)] });
        await Claim("dead", limit: 1);
        await Claim("alive", limit: 1);
        Assert.Equal(["alive", "dead"], (await Store.Outbox.ClaimantsAsync(default)).Order(StringComparer.Ordinal));

        Assert.Equal(1, await Store.Outbox.ForsakeAsync("dead", Later, default));

        Assert.Equal(["alive"], await Store.Outbox.ClaimantsAsync(default));
        Assert.Equal(1, Assert.Single(await Claim("next")).UnknownAttempts);
        Assert.False(await Settle(1, "dead", SendOutcomeKind.Accepted, retry: null));
    }

    [Fact]
    public async Task Only_rows_of_a_purpose_are_claimed_where_one_is_named()
    {
        await Commit(Opening(1) with { Outbox = [Row(1), Row(2, OutboxPurpose.Alert)] });

        var claimed = await Store.Outbox.ClaimAsync("a", 20, Lease, OutboxPurpose.Alert, Later, default);

        Assert.Equal([Id("o", 2)], claimed.Select(r => r.Id));
    }

    [Fact]
    public async Task An_accepted_row_keeps_the_relays_queue_id_and_a_refused_one_its_words_outside_the_events()
    {
        await Commit(Opening(1) with { Outbox = [Row(1), Row(2)] });
        await Claim();
        await Store.Outbox.SettleAsync(Id("o", 1), "a", new SendOutcome(SendOutcomeKind.Accepted, "2.0.0 Ok", null) { QueueId = "4XYZ" }, Later, default);
        await Store.Outbox.SettleAsync(Id("o", 2), "a", new SendOutcome(SendOutcomeKind.Permanent, "550 to RCPT", null) { Words = "no Ann here" }, Later, default);

        var life = await Life(1);
        Assert.Equal(["4XYZ", null], life.Outbox.Select(o => o.QueueId));
        Assert.Equal("550 to RCPT: no Ann here", life.Outbox[1].LastReply);
        Assert.DoesNotContain(life.Events, e => e.Detail.GetRawText().Contains("Ann", StringComparison.Ordinal));
        Assert.Equal("4XYZ", life.Events.Single(e => e.Type == EventTypes.OutboundAccepted).Detail.GetProperty("queueId").GetString());
    }

    [Fact]
    public async Task A_report_that_is_quicker_than_the_record_of_the_sending_stays()
    {
        await Commit(Opening(1) with { Outbox = [Row(1)] });
        await Claim("a");
        await Commit(Report(2, OutboxState.Delivered));

        Assert.True(await Settle(1, "a", SendOutcomeKind.Accepted, retry: null));

        var row = (await Life(1)).Outbox[0];
        Assert.Equal((OutboxState.Delivered, (DateTimeOffset?)Later), (row.State, row.Accepted));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_report_on_a_mail_of_unknown_outcome_proves_that_it_was_taken(bool retried)
    {
        await Commit(Opening(1) with { Outbox = [Row(1)] });
        await Claim("a");
        await Settle(1, "a", SendOutcomeKind.Unknown, retried ? Later.AddMinutes(5) : null);

        await Commit(Report(2, OutboxState.Delivered));

        Assert.Equal(OutboxState.Delivered, (await Life(1)).Outbox[0].State);
        Assert.Empty(await Claim(now: Later.AddDays(1)));
    }

    [Fact]
    public async Task A_bounce_says_whether_it_is_for_good()
    {
        await Accepted();
        var report = Report(2, OutboxState.Bounced);

        await Commit(report with { Reported = report.Reported! with { Permanent = false } });

        Assert.False((await Life(1)).Outbox[0].Permanent);
    }

    [Fact]
    public async Task A_persons_reply_ends_the_mail_as_replied_and_later_reports_change_nothing()
    {
        await Accepted();
        await Commit(Following(2, Id("e", 1)) with { Replies = [Id("o", 1)] });
        await Commit(Following(3, Id("e", 1)) with { Replies = [Id("o", 1)] }, Report(4, OutboxState.Delivered), Report(5, OutboxState.Bounced));

        var life = await Life(1);
        Assert.Equal((OutboxState.Replied, (DateTimeOffset?)Monday.AddHours(2)), (life.Outbox[0].State, life.Outbox[0].Replied));
        Assert.Single(life.Events, e => e.Type == EventTypes.OutboundReplied);
    }

    [Fact]
    public async Task A_reply_that_names_another_enquirys_mail_changes_nothing()
    {
        await Accepted();
        await Commit(Opening(2), Following(3, Id("e", 2)) with { Replies = [Id("o", 1)] });

        Assert.Equal(OutboxState.Accepted, (await Life(1)).Outbox[0].State);
    }

    [Fact]
    public async Task Failed_mails_go_again_when_a_person_says_so_and_have_their_days_before_them()
    {
        await Commit(Opening(1) with { Outbox = [Row(1)] }, Opening(2) with { Outbox = [Row(2)] });
        await Claim("a");
        await Settle(1, "a", SendOutcomeKind.Permanent, retry: null);
        await Settle(2, "a", SendOutcomeKind.Accepted, retry: null);

        Assert.Equal(1, await Store.Outbox.RetryAsync(null, "ann", Later.AddDays(9), default));

        var row = Assert.Single(await Claim(now: Later.AddDays(9)));
        Assert.Equal((Id("o", 1), 1, Later.AddDays(9)), (row.Id, row.Attempts, row.Since));
        Assert.Contains((await Life(1)).Events, e => e.Type == EventTypes.OutboundRetried && e.Actor == "ann");
    }

    [Fact]
    public async Task By_its_reference_a_mail_that_waits_goes_at_once_and_other_enquiries_stay_as_they_are()
    {
        await Commit(Opening(1) with { Outbox = [Row(1)] }, Opening(2) with { Outbox = [Row(2)] });
        await Claim("a");
        await Settle(1, "a", SendOutcomeKind.Temporary, Later.AddHours(4));
        await Settle(2, "a", SendOutcomeKind.Temporary, Later.AddHours(4));

        Assert.Equal(1, await Store.Outbox.RetryAsync(Reference(1), "ann", Later, default));

        Assert.Equal([Id("o", 1)], (await Claim()).Select(r => r.Id));
    }

    [Fact]
    public async Task What_was_offered_is_counted_and_alerts_are_not()
    {
        await Commit(Opening(1) with { Outbox = [Row(1), Row(2), Row(3), Row(4, OutboxPurpose.Alert)] });
        await Claim("a");
        await Settle(1, "a", SendOutcomeKind.Accepted, retry: null);
        await Settle(2, "a", SendOutcomeKind.Unknown, Later.AddMinutes(5));
        await Settle(3, "a", SendOutcomeKind.Temporary, Later.AddMinutes(5));
        await Settle(4, "a", SendOutcomeKind.Accepted, retry: null);

        Assert.Equal(2, await Store.Outbox.OfferedSinceAsync(Later.AddHours(-1), default));
        Assert.Equal(0, await Store.Outbox.OfferedSinceAsync(Later, default));
    }

    [Fact]
    public async Task The_cap_is_recorded_once_and_once_lifted()
    {
        Assert.False(await Store.Outbox.SetCappedAsync(false, 10, Later, default));
        Assert.True(await Store.Outbox.SetCappedAsync(true, 10, Later, default));
        Assert.False(await Store.Outbox.SetCappedAsync(true, 10, Later, default));
        Assert.True(await Store.Outbox.SetCappedAsync(false, 10, Later, default));
    }

    [Fact]
    public async Task A_copy_is_due_once_the_mail_is_accepted_until_it_is_kept()
    {
        await Commit(Opening(1) with { Outbox = [Row(1), Row(2)] });
        await Claim("a");
        await Store.Outbox.SettleAsync(Id("o", 1), "a", new SendOutcome(SendOutcomeKind.Accepted, "", null) { KeepCopy = true }, Later, default);
        await Store.Outbox.SettleAsync(Id("o", 2), "a", new SendOutcome(SendOutcomeKind.Permanent, "", null) { KeepCopy = true }, Later, default);

        var due = Assert.Single(await Store.Outbox.CopiesDueAsync(9, Later, default));
        Assert.Equal((Row(1).Id, Row(1).MessageId, Later), (due.Id, due.MessageId, due.Accepted));
        Assert.Equal(Row(1).Raw, due.Raw);

        await Store.Outbox.CopiedAsync(due.Id, Later.AddMinutes(5), default);
        Assert.Empty(await Store.Outbox.CopiesDueAsync(9, Later, default));
        Assert.Single(await Store.Outbox.CopiesDueAsync(9, Later.AddMinutes(5), default));
        await Store.Outbox.CopiedAsync(due.Id, null, default);
        Assert.Empty(await Store.Outbox.CopiesDueAsync(9, Later.AddDays(5), default));
    }

    [Fact]
    public async Task A_copy_that_is_given_up_is_an_event_and_the_mail_stays_accepted()
    {
        await Commit(Opening(1) with { Outbox = [Row(1)] });
        await Claim("a");
        await Store.Outbox.SettleAsync(Id("o", 1), "a", new SendOutcome(SendOutcomeKind.Accepted, "", null) { KeepCopy = true }, Later, default);

        await Store.Outbox.CopyFailedAsync(Id("o", 1), "no folder", Later, default);

        Assert.Empty(await Store.Outbox.CopiesDueAsync(9, Later.AddDays(5), default));
        var life = await Life(1);
        Assert.Equal(OutboxState.Accepted, life.Outbox[0].State);
        Assert.Contains(life.Events, e => e.Type == EventTypes.SentCopyFailed);
    }

    [Fact]
    public async Task The_list_holds_mails_of_every_state_and_what_was_suppressed_with_its_reason()
    {
        await Commit(
            Opening(1) with { Outbox = [Row(1)] },
            Opening(2) with { Outbox = [Row(2, hold: "shadow mode")] },
            Opening(3) with { Events = [NewEvent.ByMachine(EventTypes.AcknowledgementSuppressed, ("reason", "header X-Loop"))] });
        await Claim("a");
        await Store.Outbox.SettleAsync(Id("o", 1), "a", new SendOutcome(SendOutcomeKind.Accepted, "2.0.0 Ok", null) { QueueId = "4XYZ" }, Later, default);

        var lines = await Store.Outbox.OutboxAsync(null, 9, default);

        Assert.Equal(
            [(Reference(3), OutboxState.Suppressed, "header X-Loop", null), (Reference(2), OutboxState.Held, "shadow mode", null), (Reference(1), OutboxState.Accepted, "2.0.0 Ok", "4XYZ")],
            lines.Select(l => (l.Reference, l.State, l.Why, l.QueueId)));
        Assert.Equal(OutboxState.Suppressed, Assert.Single(await Store.Outbox.OutboxAsync(OutboxState.Suppressed, 9, default)).State);
        Assert.Equal(Reference(2), Assert.Single(await Store.Outbox.OutboxAsync(OutboxState.Held, 9, default)).Reference);
        Assert.Equal(2, (await Store.Outbox.OutboxAsync(null, 2, default)).Count);
    }

    [Fact]
    public async Task What_the_throttles_count_is_told_with_its_enquiry()
    {
        await Commit(Opening(1) with { Outbox = [Row(1), Row(2, OutboxPurpose.Alert), Row(3, recipient: "ben@candidates.example")] });

        await using var session = await Store.Intake.BeginAsync(default);
        var history = await session.HistoryAsync(Query() with { EarlierSince = Monday }, default);

        Assert.Equal([(Id("e", 1), Monday.AddHours(1).AddMinutes(1))], history.Earlier.Select(e => (e.EnquiryId, e.At)));
        Assert.Empty((await session.HistoryAsync(Query() with { EarlierSince = Later }, default)).Earlier);
        Assert.Empty((await session.HistoryAsync(Query(), default)).Earlier);
    }
}
