using EnquiryTriage.Core.Intake;
using EnquiryTriage.Mail;
using EnquiryTriage.Worker.Health;
using EnquiryTriage.Worker.Intake;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Tests.Health;

public sealed class IntakeWatchTests : IDisposable
{
    private readonly Office _office = new();
    private readonly IntakeWatch _watch;
    private readonly FolderSource _inbox;

    public IntakeWatchTests()
    {
        _watch = new IntakeWatch(new HealthSettings(), _office.Time);
        _inbox = _office.Inbox();
        _watch.Watching(_inbox);
    }

    public void Dispose() => _office.Dispose();

    [Fact]
    public void Without_a_successful_look_for_an_hour_it_is_an_issue_that_says_what_the_last_attempt_met()
    {
        _watch.Looked(_inbox);
        Pass(59);
        Assert.True(Fact("no-fetch")!.Ok);
        _watch.Failed(_inbox, 12, "imap.agency.example:993: no connection");
        Pass(1);

        var fact = Fact("no-fetch")!;

        Assert.Equal("no-fetch:strategy/INBOX", fact.Code);
        Assert.False(fact.Ok);
        Assert.Contains("since 2021-04-12 10:00 UTC. 12 attempts failed, the last with: imap.agency.example:993: no connection", fact.Message, StringComparison.Ordinal);
        _watch.Looked(_inbox);
        Assert.True(Fact("no-fetch")!.Ok);
    }

    [Fact]
    public void A_look_that_never_ends_is_an_issue_too()
    {
        Pass(60);

        Assert.False(Fact("no-fetch")!.Ok);
    }

    [Fact]
    public void A_restart_neither_forgets_the_last_look_nor_alarms_before_it_had_time_for_one()
    {
        _watch.Recall(new Dictionary<string, DateTimeOffset> { ["fetch:strategy/INBOX"] = Office.Now.AddMinutes(-70) });

        Assert.Null(Fact("no-fetch"));
        Pass(5);
        Assert.False(Fact("no-fetch")!.Ok);
    }

    [Fact]
    public void Each_mail_of_a_long_backlog_proves_that_fetching_works()
    {
        Pass(50);
        Settle(lag: 3_000);
        Pass(20);

        Assert.True(Fact("no-fetch")!.Ok);
    }

    [Fact]
    public void A_clock_behind_the_mail_servers_shows_in_mails_that_were_fetched_before_they_came()
    {
        Settle(-300);
        Settle(-301);
        Assert.Null(Fact("clock"));
        Settle(-299);

        Assert.Contains("clock is 300 s behind", Fact("clock")!.Message, StringComparison.Ordinal);
        Assert.False(Fact("clock")!.Ok);
    }

    [Fact]
    public void A_clock_ahead_shows_where_no_mail_comes_quickly_for_half_an_hour()
    {
        for (var i = 0; i < 6; i++)
        {
            Settle(200 + i);
            Pass(5);
        }

        Assert.True(Fact("clock")!.Ok);
        Settle(210);
        Assert.False(Fact("clock")!.Ok);
        Assert.Contains("at least 200 s after", Fact("clock")!.Message, StringComparison.Ordinal);
        Settle(1);
        Assert.True(Fact("clock")!.Ok);
    }

    [Fact]
    public void Mail_that_was_imported_is_no_witness_of_the_time()
    {
        for (var i = 0; i < 5; i++)
        {
            Settle(-300, topmostReceived: Office.Now.AddYears(-1));
        }

        Assert.Null(Fact("clock"));
    }

    private HealthFact? Fact(string code) =>
        _watch.Facts(_office.Time.GetUtcNow()).SingleOrDefault(f => f.Code.StartsWith(code, StringComparison.Ordinal));

    private void Pass(double minutes) => _office.Time.Advance(TimeSpan.FromMinutes(minutes));

    private void Settle(double lag, DateTimeOffset? topmostReceived = null)
    {
        var now = _office.Time.GetUtcNow();
        var key = new LedgerKey("strategy", "INBOX", Guid.NewGuid().ToString());
        var received = now.AddSeconds(-lag);
        _watch.Settled(new IntakeOutcome(key, LedgerState.Ingested, "", Record: new IntakeRecord
        {
            Key = key,
            MailId = "m",
            Raw = default,
            Mail = new InboundMail { Raw = default, TopmostReceived = topmostReceived ?? received },
            Received = received,
            Fetched = now,
            Role = FolderRole.Inbox,
            ContentDigest = "",
            DecisionJson = "{}",
            Urgent = false,
        }));
    }
}
