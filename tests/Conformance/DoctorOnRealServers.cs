using System.Text.Json;
using EnquiryTriage.Conformance.Rig;
using EnquiryTriage.Conformance.Servers;
using MailKit;
using MimeKit;
using Xunit.Abstractions;

namespace EnquiryTriage.Conformance;

/// <summary>The doctor names what is wrong and the remedy, and what it found where nothing is.</summary>
public sealed class DoctorOnRealServers(ImapAndSmtpServers servers, ITestOutputHelper output)
    : ServerTests(servers, output), IClassFixture<ImapAndSmtpServers>, IDisposable
{
    private readonly PrivateFolder _state = new();

    [ServerFact]
    public async Task Every_step_is_told_in_JSON()
    {
        var (code, checks) = await DoctorAsync(Settings());

        Assert.Equal(0, code);
        Assert.Equal(
            [
                "configuration", "alarms", "model", "store", "disk", "mailbox name", "mailbox tls", "mailbox login", "mailbox can", "folder INBOX", "folder Sent",
                "mailbox quota", "clock", "relay name", "relay tls", "relay login", "relay can",
            ],
            checks.Select(c => c.Name));
        Assert.All(checks, c => Assert.True(c.Ok, c.ToString()));
        Assert.Contains("sha256 ", Detail(checks, "model"), StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", Detail(checks, "mailbox name"), StringComparison.Ordinal);
        Assert.Contains("CN=localhost by CN=Conformance test authority", Detail(checks, "mailbox tls"), StringComparison.Ordinal);
        Assert.Equal("IDLE UIDPLUS MOVE CONDSTORE; not QUOTA", Detail(checks, "mailbox can"));
        Assert.StartsWith("0 mails, opened read-only, UIDVALIDITY ", Detail(checks, "folder INBOX"), StringComparison.Ordinal);
        Assert.Equal("PIPELINING DSN SIZE 52428800 STARTTLS", Detail(checks, "relay can"));
        // The servers' certificates last a week.
        Assert.Equal(("warn", "have the server's certificate renewed before it expires"), Only(checks, "relay tls") is var tls ? (tls.Status, tls.Remedy) : default);
    }

    [ServerFact]
    public async Task A_mail_to_ourselves_is_seen_to_arrive_and_removed_again_where_that_is_allowed()
    {
        var (code, checks) = await DoctorAsync(Settings(), "--send", "--wait", "60");

        Assert.Equal(0, code);
        Assert.EndsWith("it was deleted again", Detail(checks, "send"), StringComparison.Ordinal);
        Assert.StartsWith("agrees with the mail server's", Detail(checks, "clocks"), StringComparison.Ordinal);
        Assert.Empty(await Dovecot.ReadAsync(Mailbox));
    }

    [ServerFact]
    public async Task In_read_only_access_the_mail_stays()
    {
        var (code, checks) = await DoctorAsync(Settings().With("Mailbox:Access", "read-only"), "--send", "--wait", "60");

        Assert.Equal(0, code);
        Assert.EndsWith("Mailbox:Access is read-only", Detail(checks, "send"), StringComparison.Ordinal);
        var mail = Assert.Single(await Dovecot.ReadAsync(Mailbox));
        Assert.Equal((MessageFlags.None, "A trial mail of the doctor"), (mail.Flags & ~MessageFlags.Recent, mail.Message.Subject));
    }

    [ServerFact]
    public async Task A_persons_mail_in_the_Sent_folder_is_seen()
    {
        var doctor = DoctorAsync(Settings(), "--sent", "--wait", "60");
        using var answer = await MimeMessage.LoadAsync(new MemoryStream(Mails.Enquiry(MailboxAddress, PersonAddress("ann"), 1)));
        var number = 0;
        while (!doctor.IsCompleted)
        {
            // Whether the doctor looks already cannot be seen from outside: one of these comes after it began.
            answer.MessageId = $"answer-{number++}@agency.test";
            await Dovecot.AppendAsync(Mailbox, answer, TimeProvider.System.GetUtcNow(), "Sent");
            await Task.WhenAny(doctor, Task.Delay(500));
        }

        var (code, checks) = await doctor;

        Assert.Equal(0, code);
        Assert.Equal("a mail that a person sent appeared in Sent", Detail(checks, "sent"));
    }

    [ServerFact]
    public async Task Where_no_sent_mail_appears_it_says_what_to_switch_on()
    {
        var (code, checks) = await DoctorAsync(Settings(), "--sent", "--wait", "2");

        Assert.Equal(1, code);
        var sent = Only(checks, "sent");
        Assert.Equal("fail", sent.Status);
        Assert.Contains($"Set-Mailbox {MailboxAddress} -MessageCopyForSentAsEnabled $true -MessageCopyForSendOnBehalfEnabled $true", sent.Remedy, StringComparison.Ordinal);
    }

    [ServerFact]
    public async Task A_folder_that_is_not_there_is_told_with_those_that_are()
    {
        var (code, checks) = await DoctorAsync(Settings().With("Mailbox:SentFolder", "Gesendet"));

        Assert.Equal(1, code);
        var folder = Only(checks, "folder Gesendet");
        Assert.Contains("there are: INBOX, Sent", folder.Detail, StringComparison.Ordinal);
        Assert.Contains("Mailbox:SentFolder", folder.Remedy, StringComparison.Ordinal);
    }

    [ServerFact]
    public async Task What_is_out_of_reach_ends_with_code_3_and_says_at_which_step()
    {
        var (code, checks) = await DoctorAsync(Settings().With("Mailbox:Server:Host", "no-such-host.invalid"));
        Assert.Equal(3, code);
        Assert.Contains("Mailbox:Server:Host", Only(checks, "mailbox name").Remedy, StringComparison.Ordinal);

        (code, checks) = await DoctorAsync(Settings().With("Mailbox:Server:Host", "127.0.0.1"));
        Assert.Equal(3, code);
        Assert.StartsWith("the certificate is for another name than 127.0.0.1", Detail(checks, "mailbox tls"), StringComparison.Ordinal);

        (code, checks) = await DoctorAsync(Settings().With("Mailbox:Server:PasswordFile", _state.Write("wrong", "no-word-of-ours")));
        Assert.Equal(3, code);
        Assert.True(Only(checks, "mailbox tls").Ok);
        Assert.Contains("the login was refused", Detail(checks, "mailbox login"), StringComparison.Ordinal);
        Assert.DoesNotContain(checks, c => c.ToString().Contains("no-word-of-ours", StringComparison.Ordinal));
    }

    [ServerFact]
    public async Task A_damaged_database_is_found_and_left_as_it_is()
    {
        var settings = Settings();
        using (var store = EnquiryTriage.Storage.Sqlite.SqliteStore.Open(settings["Storage:Path"]!))
        {
            await store.AdoptAsync("strategy", TimeProvider.System.GetUtcNow(), "test", TimeProvider.System.GetUtcNow(), default);
        }

        var path = settings["Storage:Path"]!;
        var bytes = await File.ReadAllBytesAsync(path);
        Array.Fill<byte>(bytes, 0xAA, 4096 * 3, 4096 * 4);
        await File.WriteAllBytesAsync(path, bytes);

        var (code, checks) = await DoctorAsync(settings);

        Assert.Equal(3, code);
        Assert.Equal("fail", Only(checks, "store").Status);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(path));
    }

    [ServerFact]
    public async Task Trouble_and_urgent_mail_are_told_by_a_running_worker_within_seconds()
    {
        var (told, urgent) = (_state["told.json"], _state["urgent.json"]);
        var ops = Person("ops");
        var settings = Settings()
            .With("Mailbox:MaxMessageBytes", "20000")
            .With("Urgency:DutyContact", PersonAddress("duty"))
            .With("Urgency:Command:Run:0", "/usr/bin/tee").With("Urgency:Command:Run:1", "-a").With("Urgency:Command:Run:2", urgent)
            .With("Health:Command:Run:0", "/usr/bin/tee").With("Health:Command:Run:1", "-a").With("Health:Command:Run:2", told)
            .With("Health:MailTo", PersonAddress("ops"))
            .With("Health:Heartbeat:File", _state["beat"])
            .With("Health:LookSeconds", "1")
            // The rig's certificates live for days only, which is another trouble.
            .With("Credentials:WarnDays", "0");
        for (var i = 1; i <= 3; i++)
        {
            await Lmtp.DeliverAsync(Dovecot, MailboxAddress, PersonAddress("ann"), Mails.Enquiry(PersonAddress("ann"), MailboxAddress, i, padding: 30_000));
        }

        await Lmtp.DeliverAsync(Dovecot, MailboxAddress, PersonAddress("bea"), System.Text.Encoding.ASCII.GetBytes(
            $"From: {PersonAddress("bea")}\r\nTo: {MailboxAddress}\r\nSubject: help\r\nMessage-ID: <help@people.test>\r\n\r\nHe has a knife and says he will kill me tonight. Please help me now.\r\n"));
        await using var worker = WorkerProcess.Run(_state, settings);
        await Eventually.TrueAsync(() => Task.FromResult(File.Exists(told) && File.Exists(urgent) && new FileInfo(urgent).Length > 0), () => worker.Output);

        Assert.Contains("\"event\":\"urgent\"", await File.ReadAllTextAsync(urgent), StringComparison.Ordinal);
        Assert.DoesNotContain("knife", await File.ReadAllTextAsync(urgent), StringComparison.Ordinal);
        Assert.Single(await Dovecot.WaitForAsync(Person("duty"), 1));
        var mail = Assert.Single(await Dovecot.WaitForAsync(ops, 1));
        Assert.StartsWith("Trouble: quarantine", mail.Message.Subject, StringComparison.Ordinal);
        await Eventually.TrueAsync(
            async () => (await File.ReadAllTextAsync(_state["beat"])).EndsWith(" issues quarantine\n", StringComparison.Ordinal), () => worker.Output);
        Assert.Equal(0, await worker.StopAsync());
        Assert.Contains("\"code\":\"quarantine\"", Assert.Single(await File.ReadAllLinesAsync(told)), StringComparison.Ordinal);

        // The next process finds the issue open and tells nobody again.
        await using var again = WorkerProcess.Run(_state, settings);
        File.Delete(_state["beat"]);
        await Eventually.TrueAsync(() => Task.FromResult(File.Exists(_state["beat"])), () => again.Output);
        Assert.Equal(0, await again.StopAsync());
        Assert.Single(await File.ReadAllLinesAsync(told));
        Assert.Single(await File.ReadAllLinesAsync(urgent));
    }

    /// <inheritdoc/>
    public void Dispose() => _state.Dispose();

    private static CheckLine Only(IReadOnlyList<CheckLine> checks, string name) => Assert.Single(checks, c => string.Equals(c.Name, name, StringComparison.Ordinal));

    private static string Detail(IReadOnlyList<CheckLine> checks, string name) => Only(checks, name).Detail;

    private async Task<(int Code, IReadOnlyList<CheckLine> Checks)> DoctorAsync(Dictionary<string, string?> settings, params string[] options)
    {
        var (code, said) = await WorkerProcess.VerbAsync(_state, settings, ["doctor", "--format", "json", .. options]);
        var lines = said.Split('\n').Where(l => l.StartsWith('{'));
        return (code, [.. lines.Select(l => JsonSerializer.Deserialize<CheckLine>(l, JsonSerializerOptions.Web)!)]);
    }

    private Dictionary<string, string?> Settings() => TestSettings.For(Dovecot, _state, Mailbox).Sending(Postfix, Dovecot);

    private sealed record CheckLine(string Name, bool Ok, string Status, string Detail, string? Remedy);
}
