using EnquiryTriage.Core.Health;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Worker.Health;
using EnquiryTriage.Worker.Outbox;
using EnquiryTriage.Worker.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;

namespace EnquiryTriage.Worker.Tests.Health;

public sealed class HealthMonitorTests : IDisposable
{
    private readonly Office _office = new();
    private readonly Told _webhook = new("webhook");
    private readonly Told _mailed = new(HealthNotices.DirectMail);
    private readonly Told _urgent = new("urgent-webhook");
    private readonly Script _script = new();
    private readonly HealthSettings _settings = new();

    public void Dispose() => _office.Dispose();

    [Fact]
    public async Task One_alert_when_it_opens_and_one_notice_when_it_closes_by_mail_and_webhook()
    {
        var worker = Start();
        _script.Says = [new HealthFact("token", false, "The token expires in 2 days: renew it.")];
        await worker.LookAsync(times: 5);
        _script.Says = [new HealthFact("token", true, "89 days left")];
        await worker.LookAsync(times: 12);

        Assert.Equal(["opened token: The token expires in 2 days: renew it.", "closed token: 89 days left"], _webhook.Words);
        var mails = await MailsAsync();
        Assert.Equal(["Trouble: token", "Well again: token"], mails.Select(m => m.Split(" (", 2)[0]));
    }

    [Fact]
    public async Task A_restart_does_not_alert_again_and_the_recovery_is_told_by_the_next_process()
    {
        _script.Says = [new HealthFact("token", false, "expired")];
        await Start().LookAsync(times: 2);
        await Start().LookAsync(times: 2);
        _script.Says = [new HealthFact("token", true, "renewed")];
        await Start().LookAsync(times: 12);

        Assert.Equal(["opened token: expired", "closed token: renewed"], _webhook.Words);
    }

    [Fact]
    public async Task A_notice_that_could_not_be_given_is_given_later_also_by_the_next_process()
    {
        _script.Says = [new HealthFact("token", false, "expired")];
        _webhook.Fails = true;
        await Start().LookAsync(times: 2);
        _webhook.Fails = false;
        await Start().LookAsync(times: 12);

        Assert.Equal(["opened token: expired"], _webhook.Words);
    }

    [Fact]
    public async Task When_the_outbox_is_the_trouble_the_mail_goes_past_it()
    {
        await _office.Store.SetPausedAsync(true, "test", Office.Now, default);
        _office.Deliver(Mails.Raw(), "1.eml");
        await _office.TakeInAsync();
        var worker = Start();
        await worker.LookAsync();
        _office.Time.Advance(TimeSpan.FromMinutes(16));
        await worker.LookAsync();

        var words = Assert.Single(_mailed.Words);
        Assert.StartsWith("opened outbox-stuck: 1 mails are due and not tried, the oldest since 2021-04-12 10:00 UTC: sending is paused", words, StringComparison.Ordinal);
        Assert.Empty(await MailsAsync());
    }

    [Fact]
    public async Task While_the_store_fails_people_are_told_directly_and_when_it_is_back_the_end_is_told_and_recorded()
    {
        var broken = new BrokenAtTimes(_office.Store);
        var worker = Start(broken.Store);
        await worker.LookAsync();
        broken.Broken = true;
        await worker.LookAsync(times: 3);
        Assert.Equal(["opened database: the disk is full"], _webhook.Words);
        Assert.Equal(["opened database: the disk is full"], _mailed.Words);

        broken.Broken = false;
        await worker.LookAsync(times: 12);

        Assert.Equal(["opened database: the disk is full", "closed database: read and written"], _webhook.Words);
        Assert.Empty(await _office.Store.OpenIssuesAsync(default));
    }

    [Fact]
    public async Task A_growing_quarantine_is_an_issue_and_a_single_mail_is_none()
    {
        for (var i = 1; i <= 3; i++)
        {
            Assert.Empty(_webhook.Words);
            _office.Deliver(new byte[_office.MaxBytes + i], $"{i}.eml");
            await _office.TakeInAsync();
            await Start().LookAsync();
        }

        Assert.StartsWith("opened quarantine: 3 mails were set aside within 24 h, 3 in all", Assert.Single(_webhook.Words), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_that_is_listed_and_not_recorded_is_an_issue_after_a_quarter_of_an_hour()
    {
        await _office.Store.SeeAsync([new LedgerKey("strategy", "INBOX", "1:7")], Office.Now, default);
        var worker = Start();
        _office.Time.Advance(TimeSpan.FromMinutes(15));
        await worker.LookAsync();
        Assert.Empty(_webhook.Words);
        await worker.LookAsync();

        Assert.StartsWith("opened pending: 1 mails are listed and not recorded, the oldest since 2021-04-12 10:00 UTC", Assert.Single(_webhook.Words), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_ledger_that_knows_fewer_mails_than_the_server_holds_is_an_issue_when_it_lasts()
    {
        _office.Mode = OutboxMode.Hold;
        _office.Deliver(Mails.Raw(), "1.eml");
        await _office.TakeInAsync();
        await _office.Store.CheckedAsync("strategy", "INBOX", 9, 1, Office.Now, default);
        var worker = Start();
        await worker.LookAsync();
        Assert.Empty(_webhook.Words);
        _office.Time.Advance(TimeSpan.FromMinutes(15));
        await worker.LookAsync();

        Assert.Contains("the server holds 9, of which 1 are known", Assert.Single(_webhook.Words), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_that_throws_is_itself_an_issue()
    {
        _script.Throws = true;
        await Start().LookAsync();

        Assert.StartsWith("opened health-source:Script: Script cannot say how things are (InvalidOperationException)", Assert.Single(_webhook.Words), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_urgent_mail_is_told_once_on_the_second_channel_with_its_reference_and_none_of_its_words()
    {
        _office.Deliver(Mails.Raw("My neighbour is going to kill me tonight, he has a knife, please help me now"), "1.eml");
        await _office.TakeInAsync();
        Assert.Contains(_office.Outcomes, o => o.Record!.Outbox.Any(r => r.Purpose == OutboxPurpose.Alert));
        await Start().LookAsync(times: 3);
        await Start().LookAsync(times: 3);

        var reference = (await _office.OnlyLifeAsync()).Summary.Reference;
        Assert.Equal($"urgent urgent-mail: A mail in {Mails.Us} may mean that somebody is in danger. Enquiry: {reference}. Read the mail itself now.", Assert.Single(_urgent.Words));
    }

    [Fact]
    public async Task The_heartbeat_says_when_and_how()
    {
        _settings.Heartbeat.File = _office.Folder.At("beats", "worker");
        await using var monitor = await Receiver.StartAsync();
        (_settings.Heartbeat.Url, _settings.Heartbeat.Method) = (monitor.Url + "/ping", "post");
        var worker = Start();
        await worker.LookAsync();
        Assert.Equal("2021-04-12T10:00:00Z ok\n", await File.ReadAllTextAsync(_settings.Heartbeat.File));
        await worker.LookAsync();
        Assert.Single(monitor.Requests);
        _script.Says = [new HealthFact("token", false, "expired")];
        await worker.LookAsync();

        Assert.Equal("2021-04-12T10:01:00Z issues token\n", await File.ReadAllTextAsync(_settings.Heartbeat.File));
        Assert.Equal(
            ["""POST /ping {"status":"ok","at":"2021-04-12T10:00:00Z","issues":[]}""", """POST /ping {"status":"issues","at":"2021-04-12T10:01:00Z","issues":["token"]}"""],
            monitor.Requests.Select(r => $"{r.Method} {r.Path} {r.Body}"));
    }

    [Fact]
    public async Task A_heartbeat_that_cannot_be_given_stops_nothing()
    {
        _settings.Heartbeat.File = "/proc/none/worker";
        _script.Says = [new HealthFact("token", false, "expired")];
        await Start().LookAsync();

        Assert.Single(_webhook.Words);
    }

    private async Task<IReadOnlyList<string>> MailsAsync()
    {
        var claimed = await _office.Store.ClaimAsync("test", 99, TimeSpan.FromMinutes(1), null, _office.Time.GetUtcNow(), default);
        return [.. claimed.Where(c => c.Recipient == "ops@agency.example").OrderBy(c => c.Id, StringComparer.Ordinal).Select(c => MimeKit.MimeMessage.Load(new MemoryStream(c.Raw)).Subject ?? "")];
    }

    private Running Start(IHealthStore? store = null)
    {
        store ??= _office.Store;
        var ids = 0;
        var notices = new HealthNotices(Office.Ids, Mails.Us, "strategy", "ops@agency.example", ["webhook"], () => $"n{_office.Time.GetUtcNow().Ticks}{ids++}");
        var dispatcher = new NoticeDispatcher(
            store, [_webhook, _mailed, _urgent], ["urgent-webhook"], notices, _office.Time, NullLogger<NoticeDispatcher>.Instance);
        var watch = new IntakeWatch(_settings, _office.Time);
        var monitor = new HealthMonitor(
            store, _office.Store, watch, [watch, _script], null, notices, dispatcher, new OutboxSignal(),
            new Heartbeat(_settings.Heartbeat, NullLogger<Heartbeat>.Instance), new HealthState(), _settings, true, _office.Time, NullLogger<HealthMonitor>.Instance);
        return new Running(monitor, dispatcher, _office);
    }

    private sealed record Running(HealthMonitor Monitor, NoticeDispatcher Dispatcher, Office Office)
    {
        public async Task LookAsync(int times = 1)
        {
            for (var i = 0; i < times; i++)
            {
                await Monitor.LookAsync(default);
                try
                {
                    await Dispatcher.PassAsync(default);
                }
                catch (StoreException)
                {
                    // As its loop does: the notices wait.
                }

                Office.Time.Advance(TimeSpan.FromSeconds(30));
            }
        }
    }

    private sealed class Told(string name) : IAlertChannel
    {
        public string Name => name;

        public List<string> Words { get; } = [];

        public bool Fails { get; set; }

        public Task SendAsync(string key, string body, CancellationToken cancel)
        {
            if (Fails)
            {
                throw new AlertException("no answer");
            }

            var notice = System.Text.Json.JsonSerializer.Deserialize<NoticeDocument>(body, Core.Reporting.ContractJson.Line)!;
            Words.Add($"{notice.Event} {notice.Code}: {notice.Message}");
            return Task.CompletedTask;
        }
    }

    private sealed class Script : IHealthSource
    {
        public IReadOnlyList<HealthFact> Says { get; set; } = [];

        public bool Throws { get; set; }

        public IReadOnlyList<HealthFact> Facts(DateTimeOffset now) => Throws ? throw new InvalidOperationException() : Says;
    }

    /// <summary>The office's store, which fails while a test wants it to.</summary>
    private sealed class BrokenAtTimes
    {
        public BrokenAtTimes(IHealthStore inner)
        {
            Store = Substitute.For<IHealthStore>();
            Store.BeatAsync(default!, default).ReturnsForAnyArgs(c => Guard(() => inner.BeatAsync(c.Arg<IReadOnlyDictionary<string, DateTimeOffset>>(), default)));
            Store.BeatsAsync(default).ReturnsForAnyArgs(_ => Guard(() => inner.BeatsAsync(default)));
            Store.FiguresAsync(default, default, default).ReturnsForAnyArgs(c => Guard(() => inner.FiguresAsync(c.ArgAt<DateTimeOffset>(0), c.ArgAt<DateTimeOffset>(1), default)));
            Store.OpenIssuesAsync(default).ReturnsForAnyArgs(_ => Guard(() => inner.OpenIssuesAsync(default)));
            Store.OpenIssueAsync(default!, default!, default, default).ReturnsForAnyArgs(c =>
                Guard(() => inner.OpenIssueAsync(c.Arg<OpenIssue>(), c.Arg<IReadOnlyList<NewNotice>>(), c.Arg<NewOutboxRow?>(), default)));
            Store.CloseIssueAsync(default!, default, default!, default, default).ReturnsForAnyArgs(c =>
                Guard(() => inner.CloseIssueAsync(c.Arg<string>(), c.Arg<DateTimeOffset>(), c.Arg<IReadOnlyList<NewNotice>>(), c.Arg<NewOutboxRow?>(), default)));
            Store.NoteUrgentAsync(default!, default, default, default).ReturnsForAnyArgs(_ => Guard(() => Task.FromResult(0)));
            Store.NoticesDueAsync(default, default).ReturnsForAnyArgs(c => Guard(() => inner.NoticesDueAsync(c.Arg<DateTimeOffset>(), default)));
            Store.SettleNoticeAsync(default, default, default, default, default).ReturnsForAnyArgs(c =>
                Guard(() => inner.SettleNoticeAsync(c.Arg<long>(), c.ArgAt<DateTimeOffset>(1), c.ArgAt<string?>(2), c.ArgAt<DateTimeOffset?>(3), default)));
        }

        public IHealthStore Store { get; }

        public bool Broken { get; set; }

        private T Guard<T>(Func<T> work) => Broken ? throw new StoreException("the disk is full", temporary: true) : work();
    }
}
