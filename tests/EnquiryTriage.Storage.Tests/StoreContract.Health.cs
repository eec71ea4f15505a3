using EnquiryTriage.Core.Health;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Outbox;
using static EnquiryTriage.Storage.Tests.Records;

namespace EnquiryTriage.Storage.Tests;

public abstract partial class StoreContract
{
    private static readonly OpenIssue Disk = new("disk", "Only 3 MiB are free.", Monday);

    [Fact]
    public async Task An_issue_that_is_open_does_not_open_again_and_nobody_is_told_twice()
    {
        Assert.True(await Store.Health.OpenIssueAsync(Disk, [Notice("opened")], Row(1, OutboxPurpose.Alert), default));
        Assert.False(await Store.Health.OpenIssueAsync(Disk with { Opened = Later }, [Notice("opened")], Row(2, OutboxPurpose.Alert), default));

        Assert.Equal([Disk], await Store.Health.OpenIssuesAsync(default));
        Assert.Single(await Store.Health.NoticesDueAsync(Later, default));
        Assert.Equal([Id("o", 1)], (await Claim(limit: 9)).Select(r => r.Id));
    }

    [Fact]
    public async Task An_issue_closes_once_and_may_open_anew()
    {
        await Store.Health.OpenIssueAsync(Disk, [], null, default);

        Assert.True(await Store.Health.CloseIssueAsync("disk", Later, [Notice("closed")], null, default));
        Assert.False(await Store.Health.CloseIssueAsync("disk", Later, [Notice("closed")], null, default));
        Assert.Single(await Store.Health.NoticesDueAsync(Later, default));
        Assert.True(await Store.Health.OpenIssueAsync(Disk with { Opened = Later }, [], null, default));
    }

    [Fact]
    public async Task Issues_outlive_the_process()
    {
        await Store.Health.OpenIssueAsync(Disk, [], null, default);
        using var again = Open();

        Assert.Equal([Disk], await again.Health.OpenIssuesAsync(default));
    }

    [Fact]
    public async Task A_notice_that_was_given_is_over_and_one_that_failed_comes_again()
    {
        await Store.Health.OpenIssueAsync(Disk, [Notice("opened"), Notice("opened") with { Channel = "command" }], null, default);
        var due = await Store.Health.NoticesDueAsync(Monday, default);
        Assert.Equal(["webhook", "command"], due.Select(n => n.Channel));

        await Store.Health.SettleNoticeAsync(due[0].Id, Monday, null, null, default);
        await Store.Health.SettleNoticeAsync(due[1].Id, Monday, "no answer", Later, default);

        Assert.Empty(await Store.Health.NoticesDueAsync(Later.AddSeconds(-1), default));
        var again = Assert.Single(await Store.Health.NoticesDueAsync(Later, default));
        Assert.Equal(("command", 1), (again.Channel, again.Attempts));
        await Store.Health.SettleNoticeAsync(again.Id, Later, "no answer", null, default);
        Assert.Empty(await Store.Health.NoticesDueAsync(Later.AddYears(1), default));
    }

    [Fact]
    public async Task Each_alert_about_an_urgent_mail_is_noted_once_for_each_channel_and_not_while_it_is_held()
    {
        await Commit(
            Opening(1) with { Outbox = [Row(1), Row(2, OutboxPurpose.Alert) with { Template = "alert" }] },
            Opening(3) with { Outbox = [Row(3, OutboxPurpose.Alert, hold: "shadow mode") with { Template = "alert" }] });

        Assert.Equal(2, await Store.Health.NoteUrgentAsync(["urgent-webhook", "urgent-command"], Monday, Later, default));
        Assert.Equal(0, await Store.Health.NoteUrgentAsync(["urgent-webhook", "urgent-command"], Monday, Later, default));
        Assert.Equal([(Id("o", 2), Reference(1)), (Id("o", 2), Reference(1))], (await Store.Health.NoticesDueAsync(Later, default)).Select(n => (n.Subject, n.Reference!)));

        await Store.Outbox.ReleaseAsync(null, true, TimeSpan.FromDays(9), "test", Later, default);
        Assert.Equal(1, await Store.Health.NoteUrgentAsync(["urgent-webhook"], Monday, Later, default));
    }

    [Fact]
    public async Task The_figures_say_what_waits_and_what_went_wrong()
    {
        await Store.Intake.SeeAsync([Key(7), Key(8), Key(9)], Monday, default);
        await Commit(Opening(1) with { Outbox = [Row(1)] }, Opening(2) with { Outbox = [Row(2)] });
        await Claim("a", limit: 1);
        await Settle(1, "a", SendOutcomeKind.Permanent, retry: null);
        await using (var session = await Store.Intake.BeginAsync(default))
        {
            await session.HoldAsync(Held(9, "too large"), Later, default);
            await session.CommitAsync(default);
        }

        var figures = await Store.Health.FiguresAsync(Later, Later, default);

        Assert.Equal((2L, (DateTimeOffset?)Monday), (figures.Pending, figures.OldestPending));
        Assert.Equal((1L, 1L), (figures.Quarantined, figures.QuarantinedEver));
        Assert.Equal((1L, (DateTimeOffset?)Monday.AddHours(2).AddMinutes(1)), (figures.Due, figures.OldestDue));
        Assert.Equal((1L, 1L, false, false), (figures.Queued, figures.Failed, figures.Paused, figures.Capped));
        Assert.Equal((0L, 0L), await Store.Health.FiguresAsync(Later.AddMinutes(1), Monday, default) is var before ? (before.Failed, before.Due) : default);
    }

    [Fact]
    public async Task Mails_are_counted_by_the_hour_in_which_the_ledger_saw_them()
    {
        await Store.Intake.SeeAsync([Key(1), Key(2)], Monday.AddMinutes(59), default);
        await Store.Intake.SeeAsync([Key(3)], Monday.AddMinutes(60), default);
        await Store.Intake.SeeAsync([Key(4, "Sent")], Monday, default);

        var counted = await Store.Health.MailsByHourAsync("strategy", "INBOX", Monday, default);

        Assert.Equal(new Dictionary<DateTimeOffset, int> { [Monday] = 2, [Monday.AddHours(1)] = 1 }, counted);
        Assert.Equal(Monday.AddMinutes(59), await Store.Health.FirstSeenAsync("strategy", "INBOX", default));
        Assert.Null(await Store.Health.FirstSeenAsync("strategy", "Junk", default));
    }

    [Fact]
    public async Task The_latest_beat_counts()
    {
        await Store.Health.BeatAsync(new Dictionary<string, DateTimeOffset> { ["worker"] = Monday, ["fetch:strategy/INBOX"] = Monday }, default);
        await Store.Health.BeatAsync(new Dictionary<string, DateTimeOffset> { ["worker"] = Later }, default);

        Assert.Equal(
            new Dictionary<string, DateTimeOffset> { ["worker"] = Later, ["fetch:strategy/INBOX"] = Monday }, await Store.Health.BeatsAsync(default));
    }

    private static NewNotice Notice(string kind) => new("webhook", "disk", kind, "{}", Monday);
}
