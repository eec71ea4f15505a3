using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Worker.Outbox;
using EnquiryTriage.Worker.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace EnquiryTriage.Worker.Tests.Outbox;

public sealed class OutboxDispatcherTests : IDisposable, IOutboxObserver
{
    private readonly Office _office = new();
    private readonly List<SendOutcomeKind> _told = [];
    private readonly OutboxSettings _settings = new();

    public void Dispose() => _office.Dispose();

    [Theory]
    [InlineData(0, 5)]
    [InlineData(1, 10)]
    [InlineData(2, 20)]
    [InlineData(5, 160)]
    [InlineData(6, 240)]
    [InlineData(50, 240)]
    public void The_gap_doubles_from_five_minutes_up_to_four_hours(int attempts, int minutes)
    {
        var outcome = Dispatcher(new Relay()).OutcomeOf(Row(attempts), new RelayReply(SendOutcomeKind.Temporary, "421"));

        Assert.Equal(new SendOutcome(SendOutcomeKind.Temporary, "421", Office.Now.AddMinutes(minutes)), outcome);
    }

    [Theory]
    [InlineData(0, SendOutcomeKind.Temporary)]
    [InlineData(1, SendOutcomeKind.Permanent)]
    public void A_mail_whose_next_attempt_would_come_too_late_is_given_up(int secondsTooOld, SendOutcomeKind kind)
    {
        var created = Office.Now.AddMinutes(5).AddHours(-96).AddSeconds(-secondsTooOld);

        var outcome = Dispatcher(new Relay()).OutcomeOf(Row(0) with { Since = created }, new RelayReply(SendOutcomeKind.Temporary, "421"));

        Assert.Equal(kind, outcome.Kind);
        Assert.Equal(kind == SendOutcomeKind.Permanent ? "given up: 421" : "421", outcome.Reply);
    }

    [Fact]
    public void An_unknown_outcome_is_tried_once_more_and_then_left_to_a_person()
    {
        var dispatcher = Dispatcher(new Relay());
        var unknown = new RelayReply(SendOutcomeKind.Unknown, "no answer");

        Assert.Equal(new SendOutcome(SendOutcomeKind.Unknown, "no answer", Office.Now.AddMinutes(5)), dispatcher.OutcomeOf(Row(0), unknown));
        Assert.Equal(new SendOutcome(SendOutcomeKind.Unknown, "no answer", null), dispatcher.OutcomeOf(Row(1) with { UnknownAttempts = 1 }, unknown));
    }

    [Theory]
    [InlineData(SendOutcomeKind.Accepted)]
    [InlineData(SendOutcomeKind.Permanent)]
    public void What_was_accepted_or_refused_is_over(SendOutcomeKind kind) =>
        Assert.Equal(new SendOutcome(kind, "250", null), Dispatcher(new Relay()).OutcomeOf(Row(0), new RelayReply(kind, "250")));

    [Fact]
    public async Task An_accepted_mail_is_never_sent_again()
    {
        await QueueAsync();
        var relay = new Relay(SendOutcomeKind.Accepted);
        var dispatcher = Dispatcher(relay);

        Assert.Equal(1, await dispatcher.PassAsync(default));
        _office.Time.Advance(TimeSpan.FromDays(400));

        Assert.Equal(0, await dispatcher.PassAsync(default));
        Assert.Equal(0, await Dispatcher(relay).PassAsync(default));
        Assert.Single(relay.Sent);
        Assert.Equal(OutboxState.Accepted, await StateAsync());
        Assert.Equal([SendOutcomeKind.Accepted], _told);
    }

    [Fact]
    public async Task A_mail_that_is_put_off_goes_out_later_as_the_same_mail()
    {
        await QueueAsync();
        var relay = new Relay(SendOutcomeKind.Temporary, SendOutcomeKind.Temporary, SendOutcomeKind.Accepted);
        var dispatcher = Dispatcher(relay);

        await dispatcher.PassAsync(default);
        _office.Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.Equal(0, await dispatcher.PassAsync(default));
        _office.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await dispatcher.PassAsync(default));
        _office.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(1, await dispatcher.PassAsync(default));

        Assert.Equal(OutboxState.Accepted, await StateAsync());
        Assert.Single(relay.Sent.Select(r => r.MessageId).Distinct(StringComparer.Ordinal));
        Assert.All(relay.Sent, row => Assert.Equal(relay.Sent[0].Raw, row.Raw));
    }

    [Fact]
    public async Task A_mail_that_is_refused_for_good_is_not_offered_again()
    {
        await QueueAsync();
        var relay = new Relay(SendOutcomeKind.Permanent);
        var dispatcher = Dispatcher(relay);

        await dispatcher.PassAsync(default);
        _office.Time.Advance(TimeSpan.FromDays(9));
        await dispatcher.PassAsync(default);

        Assert.Single(relay.Sent);
        Assert.Equal(OutboxState.Failed, await StateAsync());
    }

    [Fact]
    public async Task A_mail_of_unknown_fate_is_offered_twice_and_no_more()
    {
        await QueueAsync();
        var relay = new Relay(SendOutcomeKind.Unknown, SendOutcomeKind.Unknown, SendOutcomeKind.Accepted);
        var dispatcher = Dispatcher(relay);

        for (var day = 0; day < 5; day++)
        {
            await dispatcher.PassAsync(default);
            _office.Time.Advance(TimeSpan.FromDays(1));
        }

        Assert.Equal(2, relay.Sent.Count);
        Assert.Equal(relay.Sent[0].MessageId, relay.Sent[1].MessageId);
        Assert.Equal(OutboxState.Failed, await StateAsync());
    }

    [Fact]
    public async Task A_relay_that_throws_leaves_an_unknown_outcome_and_the_worker_goes_on()
    {
        await QueueAsync();
        await QueueAsync("ben@candidates.example");
        var relay = new Relay(SendOutcomeKind.Accepted, SendOutcomeKind.Accepted) { Faults = { new InvalidDataException("no test had seen this") } };

        Assert.Equal(2, await Dispatcher(relay).PassAsync(default));

        var counts = await _office.Store.CountAsync(default);
        Assert.Equal((1, 1), (counts[OutboxState.Accepted], counts[OutboxState.Queued]));
        Assert.Equal([SendOutcomeKind.Unknown, SendOutcomeKind.Accepted], _told);
    }

    [Fact]
    public async Task Nothing_leaves_while_sending_is_paused()
    {
        await QueueAsync();
        var relay = new Relay(SendOutcomeKind.Accepted);
        var dispatcher = Dispatcher(relay);
        await _office.Store.SetPausedAsync(true, "ann", Office.Now, default);

        Assert.Equal(0, await dispatcher.PassAsync(default));
        await _office.Store.SetPausedAsync(false, "ann", Office.Now, default);
        Assert.Equal(1, await dispatcher.PassAsync(default));

        Assert.Single(relay.Sent);
    }

    [Fact]
    public async Task A_pause_in_the_middle_of_a_pass_stops_the_next_mail()
    {
        await QueueAsync();
        await QueueAsync("ben@candidates.example");
        var relay = new Relay(SendOutcomeKind.Accepted) { Then = () => _office.Store.SetPausedAsync(true, "ann", Office.Now, default) };

        Assert.Equal(1, await Dispatcher(relay).PassAsync(default));
        Assert.Equal(1, (await _office.Store.CountAsync(default))[OutboxState.Queued]);
    }

    [Fact]
    public async Task Only_the_mail_that_is_being_sent_is_in_anybodys_hand()
    {
        await QueueAsync();
        await QueueAsync("ben@candidates.example");
        var claimed = new List<long>();
        var relay = new Relay(SendOutcomeKind.Accepted, SendOutcomeKind.Accepted)
        {
            Then = async () => claimed.Add((await _office.Store.CountAsync(default))[OutboxState.Claimed]),
        };

        await Dispatcher(relay).PassAsync(default);

        Assert.Equal([1, 1], claimed);
    }

    [Fact]
    public async Task Held_mail_leaves_when_somebody_lets_it_go()
    {
        _office.Mode = OutboxMode.Hold;
        await QueueAsync();
        var relay = new Relay(SendOutcomeKind.Accepted);
        var dispatcher = Dispatcher(relay);

        Assert.Equal(0, await dispatcher.PassAsync(default));
        await _office.Store.ReleaseAsync(null, includeStale: false, TimeSpan.FromHours(72), "ann", Office.Now, default);

        Assert.Equal(1, await dispatcher.PassAsync(default));
    }

    [Fact]
    public async Task Who_died_with_a_mail_in_hand_has_it_taken_over_when_the_claim_runs_out()
    {
        await QueueAsync();
        await _office.Store.ClaimAsync("somebody who died", 20, TimeSpan.FromMinutes(5), null, Office.Now, default);
        var relay = new Relay(SendOutcomeKind.Accepted);
        var dispatcher = Dispatcher(relay);

        Assert.Equal(0, await dispatcher.PassAsync(default));
        _office.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, await dispatcher.PassAsync(default));

        Assert.Equal(1, Assert.Single(relay.Sent).UnknownAttempts);
    }

    [Fact]
    public async Task A_claimant_on_this_machine_whose_process_is_gone_has_its_mail_taken_over_at_once()
    {
        await QueueAsync();
        var parts = Claimant.Own().Split('/');
        parts[4] = "1";
        await _office.Store.ClaimAsync(string.Join('/', parts), 20, TimeSpan.FromMinutes(5), null, Office.Now, default);
        var relay = new Relay(SendOutcomeKind.Accepted);

        Assert.Equal(1, await Dispatcher(relay).PassAsync(default));

        Assert.Equal(1, Assert.Single(relay.Sent).UnknownAttempts);
        Assert.Equal(OutboxState.Accepted, await StateAsync());
    }

    [Fact]
    public async Task A_claimant_that_lives_keeps_its_mail()
    {
        await QueueAsync();
        await _office.Store.ClaimAsync(Claimant.Own(), 20, TimeSpan.FromMinutes(5), null, Office.Now, default);

        Assert.Equal(0, await Dispatcher(new Relay()).PassAsync(default));
    }

    [Fact]
    public async Task Above_the_cap_acknowledgements_wait_alerts_go_and_the_alarm_is_raised_once()
    {
        _settings.MaxPerHour = 2;
        foreach (var name in (string[])["ann", "ben", "cat", "dan", "eve"])
        {
            await QueueAsync($"{name}@candidates.example");
        }

        var relay = new Relay([.. Enumerable.Repeat(SendOutcomeKind.Accepted, 9)]);
        var dispatcher = Dispatcher(relay);
        Assert.Equal(2, await dispatcher.PassAsync(default));
        Assert.Equal(0, await dispatcher.PassAsync(default));
        _office.Model = (_, _) => Office.Says() with { Urgent = true, UrgencyScore = 1 };
        await QueueAsync("fay@candidates.example");
        Assert.Equal(1, await dispatcher.PassAsync(default));
        Assert.Equal(OutboxPurpose.Alert, relay.Sent[^1].Purpose);
        Assert.Equal(1, Alarms());

        _office.Time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(2, await dispatcher.PassAsync(default));
        Assert.Equal(2, Alarms());
    }

    [Fact]
    public async Task Where_the_relay_itself_fails_the_other_mails_wait_for_it_untried()
    {
        await QueueAsync();
        await QueueAsync("ben@candidates.example");
        var relay = new Relay(SendOutcomeKind.Temporary, SendOutcomeKind.Temporary, SendOutcomeKind.Accepted) { RelayFault = true };
        var dispatcher = Dispatcher(relay);

        Assert.Equal(1, await dispatcher.PassAsync(default));
        Assert.Equal(0, await dispatcher.PassAsync(default));
        _office.Time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, await dispatcher.PassAsync(default));
        _office.Time.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(0, await dispatcher.PassAsync(default));

        Assert.Equal(2, relay.Sent.Select(r => r.Id).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public async Task A_greylisting_relay_takes_the_same_mail_later()
    {
        await QueueAsync();
        await using var server = new ScriptedSmtp();
        server.On("RCPT", Answer.Says("451 4.7.1 greylisted, come back in five minutes"));
        await using var relay = Relaying(server);
        var dispatcher = Dispatcher(relay);

        await dispatcher.PassAsync(default);
        Assert.Equal("451 4.7.1 to RCPT: 4.7.1 greylisted, come back in five minutes", (await _office.OnlyLifeAsync()).Outbox[0].LastReply);
        _office.Time.Advance(TimeSpan.FromMinutes(5));
        await dispatcher.PassAsync(default);

        var row = (await _office.OnlyLifeAsync()).Outbox[0];
        Assert.Equal((OutboxState.Accepted, "4XYZ7890", 2, 0), (row.State, row.QueueId, row.Attempts, row.UnknownAttempts));
        Assert.Single(server.Messages);
    }

    [Fact]
    public async Task A_lost_answer_is_resent_once_with_the_same_id_and_counted()
    {
        await QueueAsync();
        await using var server = new ScriptedSmtp();
        server.On(".", Answer.Nothing);
        await using var relay = Relaying(server);
        var dispatcher = Dispatcher(relay);

        await dispatcher.PassAsync(default);
        _office.Time.Advance(TimeSpan.FromMinutes(5));
        await dispatcher.PassAsync(default);

        var row = (await _office.OnlyLifeAsync()).Outbox[0];
        Assert.Equal((OutboxState.Accepted, 2, 1), (row.State, row.Attempts, row.UnknownAttempts));
        Assert.Equal(2, server.Messages.Count);
        Assert.All(server.Messages, m => Assert.Contains($"<{row.MessageId}>", m, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(MailboxAccess.ReadOnly, OutboxMode.Live)]
    [InlineData(MailboxAccess.ReadWrite, OutboxMode.Off)]
    public async Task The_service_ends_at_once_where_nothing_may_leave(MailboxAccess access, OutboxMode mode)
    {
        await QueueAsync();
        (_office.Access, _office.Mode) = (access, mode);
        var relay = new Relay(SendOutcomeKind.Accepted);
        using var dispatcher = Dispatcher(relay);

        await dispatcher.StartAsync(default);
        await dispatcher.ExecuteTask!;

        Assert.Empty(relay.Sent);
    }

    [Fact]
    public async Task A_mail_that_was_put_off_goes_when_it_falls_due_and_not_at_the_next_look()
    {
        await QueueAsync();
        _settings.RetryMinutes = 0.02;
        var relay = new Relay(SendOutcomeKind.Temporary, SendOutcomeKind.Accepted);
        using var dispatcher = Dispatcher(relay);
        await dispatcher.StartAsync(default);
        await ToldAsync(1);

        _office.Time.Advance(TimeSpan.FromSeconds(1.3));

        await ToldAsync(2);
        await dispatcher.StopAsync(default);
        Assert.Equal(OutboxState.Accepted, await StateAsync());
    }

    void IOutboxObserver.Sent(ClaimedOutboxRow row, RelayReply reply) => _told.Add(reply.Kind);

    private static ClaimedOutboxRow Row(int attempts) =>
        new("o1", OutboxPurpose.Acknowledgement, "m@agency.example", Mails.Us, "ann@candidates.example", [], attempts, 0, Office.Now);

    private int Alarms()
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_office.Database};Mode=ReadOnly");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM event WHERE type = 'outbox-capped'";
        return (int)(long)command.ExecuteScalar()!;
    }

    private SmtpRelay Relaying(ScriptedSmtp server) => new(
        new OutboxSettings { Server = new ServerSettings { Host = "localhost", Port = server.Port } }, _office.Read, _office.Time, EnquiryTriage.Worker.Protocol.ProtocolLog.None);

    private async Task QueueAsync(string from = "ann@candidates.example")
    {
        _office.Deliver(Mails.Raw(from: from, messageId: $"1.{from}"), $"{from}.eml");
        await _office.TakeInAsync();
    }

    private async Task ToldAsync(int count)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (_told.Count < count)
        {
            await Task.Delay(5, limit.Token);
        }
    }

    private async Task<OutboxState> StateAsync() => Assert.Single(await _office.Store.CountAsync(default)).Key;

    private OutboxDispatcher Dispatcher(IRelay relay) =>
        new(_office.Store, relay, _office.Read, _settings, new OutboxSignal(), [this], _office.Time, NullLogger<OutboxDispatcher>.Instance);

    /// <summary>Answers as it was told, one answer a mail; faults come first.</summary>
    private sealed class Relay(params SendOutcomeKind[] script) : IRelay
    {
        private readonly Queue<SendOutcomeKind> _script = new(script);

        public List<ClaimedOutboxRow> Sent { get; } = [];

        public List<Exception> Faults { get; } = [];

        public Func<Task>? Then { get; init; }

        public bool RelayFault { get; init; }

        public async Task<RelayReply> SendAsync(ClaimedOutboxRow row, CancellationToken cancel)
        {
            Sent.Add(row);
            await (Then?.Invoke() ?? Task.CompletedTask);
            if (Faults.Count > 0)
            {
                var fault = Faults[0];
                Faults.RemoveAt(0);
                throw fault;
            }

            return new RelayReply(_script.Dequeue(), "words of the server") { RelayFault = RelayFault };
        }

        public Task ProbeAsync(CancellationToken cancel) => Task.CompletedTask;

        public Task RestAsync(CancellationToken cancel) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
