using EnquiryTriage.Conformance.Rig;
using EnquiryTriage.Conformance.Servers;
using MimeKit;
using Xunit.Abstractions;

namespace EnquiryTriage.Conformance;

/// <summary>The verbs that take a live mailbox over without a storm, with the executable and real servers.</summary>
public sealed class GoingLive(ImapAndSmtpServers servers, ITestOutputHelper output)
    : ServerTests(servers, output), IClassFixture<ImapAndSmtpServers>, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly PrivateFolder _state = new();
    private WorkerRecord? _record;

    private WorkerRecord Record => _record ??= new WorkerRecord(_state["enquiries.db"]);

    [ServerFact]
    public async Task Mail_from_before_the_adoption_is_recorded_and_never_acknowledged()
    {
        var goLive = TimeProvider.System.GetUtcNow().AddHours(-1);
        await AppendAsync(1, goLive.AddHours(-1));
        await AppendAsync(2, goLive.AddMinutes(-1));
        await AppendAsync(3, goLive.AddMinutes(1));
        await DoneAsync("mailbox", "adopt", "--from", goLive.ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture));
        await using var worker = WorkerProcess.Run(_state, Settings());
        await SettledAsync(worker, taken: 3, ("Accepted", 1));
        Assert.Equal(0, await worker.StopAsync());
        Assert.Equal(PersonAddress("candidate3"), Assert.Single(await Record.OutboxAsync()).Recipient);
    }

    [ServerFact]
    public async Task Mail_that_came_days_ago_waits_for_a_person_also_in_live_mode()
    {
        await AppendAsync(1, TimeProvider.System.GetUtcNow().AddHours(-73));
        await AppendAsync(2, TimeProvider.System.GetUtcNow().AddHours(-71));
        await using var worker = WorkerProcess.Run(_state, Settings());
        await SettledAsync(worker, taken: 2, ("Accepted", 1), ("Held", 1));
        var (_, said) = await VerbAsync("outbox", "release");
        Assert.StartsWith("0 released", said, StringComparison.Ordinal);
        await DoneAsync("outbox", "release", "--older");
        await SettledAsync(worker, taken: 2, ("Accepted", 2));
        Assert.Equal(0, await worker.StopAsync());
    }

    [ServerFact]
    public async Task Held_acknowledgements_leave_when_somebody_releases_them()
    {
        await AppendAsync(1, TimeProvider.System.GetUtcNow());
        await AppendAsync(2, TimeProvider.System.GetUtcNow());
        var settings = Settings().With("Outbox:Mode", "hold");
        await using var worker = WorkerProcess.Run(_state, settings);
        await SettledAsync(worker, taken: 2, ("Held", 2));
        Assert.Empty(await Dovecot.ReadAsync(Person("candidate1")));
        var (_, said) = await WorkerProcess.VerbAsync(_state, settings, "outbox", "release");
        Assert.StartsWith("2 released", said, StringComparison.Ordinal);
        await SettledAsync(worker, taken: 2, ("Accepted", 2));
        Assert.Single(await Dovecot.WaitForAsync(Person("candidate1"), 1));
        Assert.Equal(0, await worker.StopAsync());
    }

    [ServerFact]
    public async Task A_pause_stops_the_sending_and_not_the_reading()
    {
        await using (var paused = WorkerProcess.Run(_state, Settings()))
        {
            await SettledAsync(paused, taken: 0);
            await DoneAsync("outbox", "pause");

            // Each mail wakes the sender, which would have taken the ones before.
            for (var number = 1; number <= 3; number++)
            {
                await AppendAsync(number, TimeProvider.System.GetUtcNow());
                await SettledAsync(paused, taken: number, ("Queued", number));
            }

            Assert.Equal(0, await paused.StopAsync());
        }

        Assert.All(await Record.OutboxAsync(), row => Assert.Equal("Queued", row.State));
        await DoneAsync("outbox", "resume");
        await using var resumed = WorkerProcess.Run(_state, Settings());
        await SettledAsync(resumed, taken: 3, ("Accepted", 3));
        Assert.Equal(0, await resumed.StopAsync());
    }

    [ServerFact]
    public async Task The_doctor_finds_good_servers_good()
    {
        await AppendAsync(1, TimeProvider.System.GetUtcNow());
        var (code, said) = await VerbAsync("doctor");
        Assert.True(code == 0, said);
        Assert.DoesNotContain("FAIL", said, StringComparison.Ordinal);
        Assert.Contains("ok   folder INBOX", said, StringComparison.Ordinal);
        Assert.Contains("relay", said, StringComparison.Ordinal);
        Assert.DoesNotContain(DovecotServer.Password, said, StringComparison.Ordinal);
    }

    [ServerFact]
    public async Task The_doctor_names_the_setting_of_a_bad_server_and_still_tries_the_others()
    {
        var (code, said) = await WorkerProcess.VerbAsync(_state, Settings().With("Mailbox:Server:CertificateAuthorityFile", ""), "doctor");
        Assert.True(code == 3, said);
        Assert.Contains("Mailbox:Server:CertificateAuthorityFile", said, StringComparison.Ordinal);
        Assert.Contains("ok   relay", said, StringComparison.Ordinal);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _record?.Dispose();
        _state.Dispose();
    }

    private async Task SettledAsync(WorkerProcess worker, int taken, params (string State, int Count)[] outbox)
    {
        var seen = "";
        await Eventually.TrueAsync(
            async () =>
            {
                Assert.False(worker.HasExited, worker.Output);
                var balance = await Record.BalanceAsync();
                var rows = Record.Exists ? await Record.OutboxAsync() : [];
                seen = $"{balance}; {string.Join(", ", rows)}";
                return Record.Exists && (balance?.Pending ?? 0) == 0 && (balance?.Ingested ?? 0) == taken && rows.Count == outbox.Sum(o => o.Count)
                    && Array.TrueForAll(outbox, o => rows.Count(r => string.Equals(r.State, o.State, StringComparison.Ordinal)) == o.Count);
            },
            () => $"Expected: {taken} taken, {string.Join(", ", outbox)}. Seen: {seen}\n{worker.Output}",
            Patience);
    }

    private async Task DoneAsync(params string[] verb)
    {
        var (code, said) = await VerbAsync(verb);
        Assert.True(code == 0, said);
    }

    private Task<(int Code, string Output)> VerbAsync(params string[] verb) => WorkerProcess.VerbAsync(_state, Settings(), verb);

    private Dictionary<string, string?> Settings() => TestSettings.For(Dovecot, _state, Mailbox).Sending(Postfix, Dovecot);

    private async Task AppendAsync(int number, DateTimeOffset received)
    {
        using var mail = await MimeMessage.LoadAsync(new MemoryStream(Mails.Enquiry(PersonAddress("candidate" + TestSettings.Text(number)), MailboxAddress, number)));
        await Dovecot.AppendAsync(Mailbox, mail, received);
    }
}
