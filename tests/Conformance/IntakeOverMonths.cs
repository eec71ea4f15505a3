using System.Text;
using EnquiryTriage.Conformance.Rig;
using EnquiryTriage.Conformance.Servers;
using EnquiryTriage.Core.Enquiries;
using MailKit;
using MimeKit;
using Xunit.Abstractions;

namespace EnquiryTriage.Conformance;

/// <summary>What a mailbox goes through in months: new numbering, junk, mail that is too large, a second mailbox, folders that people remove.</summary>
public sealed class IntakeOverMonths(ImapServers servers, ITestOutputHelper output) : ServerTests(servers, output), IClassFixture<ImapServers>, IDisposable
{
    private const string Danger = "He says he will kill me tonight, he is outside with a knife.";
    private readonly PrivateFolder _state = new();

    [ServerFact]
    public async Task A_mail_is_taken_when_the_server_announces_it()
    {
        await using var rig = Rig(s => s.With("Mailbox:IdlePollSeconds", "3600"));
        await rig.Intake.StartAsync(CancellationToken.None);
        await DeliverAsync(1, 1);
        await TakenAsync(rig, 1);
        await DeliverAsync(2, 1);
        await TakenAsync(rig, 2);
        await rig.Intake.StopAsync(CancellationToken.None);
    }

    [ServerFact]
    public async Task A_folder_numbered_anew_loses_nothing_and_repeats_nothing_also_of_what_was_set_aside()
    {
        await DeliverAsync(1, 3);
        await LargeAsync(4, "Too large to read at once.");
        await using (var before = Rig(s => s.With("Mailbox:MaxMessageBytes", "200000")))
        {
            Assert.Equal(4, await before.ReadAsync());
        }

        Dovecot.ForgetUids(Mailbox);
        await DeliverAsync(5, 1);
        await using var rig = Rig(s => s.With("Mailbox:MaxMessageBytes", "200000"));
        await rig.ReadAsync();
        var balance = await rig.BalanceAsync();
        Assert.Equal((9, 4, 4, 1), (balance.Seen, balance.Ingested, balance.Duplicate, balance.Quarantined));
        Assert.True(balance.Balances, balance.ToString());
        Assert.Single(await rig.Store.QuarantinedAsync(CancellationToken.None));
    }

    [ServerFact]
    public async Task Danger_in_a_mail_that_is_too_large_is_told_of_and_the_mail_is_listed_and_taken_when_the_limit_is_raised()
    {
        await LargeAsync(1, Danger);
        Dictionary<string, string?> Settings(Dictionary<string, string?> s) => Held(s).With("Urgency:DutyContact", "duty@agency.test");
        await using (var rig = Rig(s => Settings(s).With("Mailbox:MaxMessageBytes", "200000")))
        {
            Assert.Equal(1, await rig.ReadAsync());
            var held = Assert.Single(await rig.Store.QuarantinedAsync(CancellationToken.None));
            Assert.Equal((PersonAddress("ann"), true, false), (held.Sender, held.Urgent, held.Whole));
            Assert.Equal("A question before the poll, no. 1", held.Subject);
            Assert.True(held.Kept < held.Bytes);
            Assert.Equal(1, (await rig.Store.CountAsync(CancellationToken.None)).Values.Sum());
            await rig.Store.RetryAsync([held.Key], "ann", TimeProvider.System.GetUtcNow(), CancellationToken.None);
            await rig.ReadAsync();
            Assert.Equal(1, (await rig.Store.CountAsync(CancellationToken.None)).Values.Sum());
            await rig.Store.RetryAsync([held.Key], "ann", TimeProvider.System.GetUtcNow(), CancellationToken.None);
        }

        await using var raised = Rig(Settings);
        Assert.Equal(1, await raised.ReadAsync());
        Assert.Empty(await raised.Store.QuarantinedAsync(CancellationToken.None));
        Assert.True(Assert.Single(await raised.EnquiriesAsync()).Summary.Urgent);
    }

    [ServerFact]
    public async Task Junk_is_recorded_and_never_acknowledged_and_a_rescued_mail_is_treated_like_any_other()
    {
        await AddFolderAsync("Junk");
        await AppendAsync(Mails.Enquiry(PersonAddress("ann"), MailboxAddress, 1), "Junk");
        await using var rig = Rig(s => Held(s).With("Mailbox:JunkFolder", "Junk"));
        Assert.Equal(1, await rig.ReadAsync("Junk"));
        Assert.Empty(await rig.EnquiriesAsync());
        Assert.Empty(await rig.Store.CountAsync(CancellationToken.None));
        Assert.Equal(1, (await rig.BalanceAsync("Junk")).Ingested);

        await Dovecot.ChangeAsync(Mailbox, async junk => await junk.MoveToAsync(new UniqueId(1), await junk.ParentFolder!.GetSubfolderAsync("INBOX")), "Junk");
        Assert.Equal(1, await rig.ReadAsync());
        Assert.Single(Assert.Single(await rig.EnquiriesAsync()).Outbox);
    }

    [ServerFact]
    public async Task Danger_in_junk_opens_an_enquiry_and_alerts_and_nobody_is_acknowledged()
    {
        await AddFolderAsync("Junk");
        await AppendAsync(Encoding.ASCII.GetBytes($"From: {PersonAddress("ann")}\r\nTo: {MailboxAddress}\r\nSubject: help\r\nMessage-ID: <d{Unique}@x.test>\r\n\r\n{Danger}\r\n"), "Junk");
        await using var rig = Rig(s => Held(s).With("Mailbox:JunkFolder", "Junk").With("Urgency:DutyContact", "duty@agency.test"));
        Assert.Equal(1, await rig.ReadAsync("Junk"));
        var life = Assert.Single(await rig.EnquiriesAsync());
        Assert.True(life.Summary.Urgent);
        Assert.Equal("duty@agency.test", Assert.Single(life.Outbox).Recipient);
        Assert.Contains(life.Events, e => string.Equals(e.Type, EventTypes.RescueSuggested, StringComparison.Ordinal));
    }

    [ServerFact]
    public async Task One_mail_to_two_mailboxes_is_one_enquiry_and_each_mailbox_balances()
    {
        var other = Person("second");
        var mail = Mails.Enquiry(PersonAddress("ann"), MailboxAddress, 1);
        await Lmtp.DeliverAsync(Dovecot, Mailbox, PersonAddress("ann"), mail);
        await Lmtp.DeliverAsync(Dovecot, other, PersonAddress("ann"), mail, Mails.Enquiry(PersonAddress("bob"), $"{other}@{PostfixServer.OurDomain}", 2));
        await using var rig = Rig(s =>
        {
            foreach (var (key, value) in s.Where(p => p.Key.StartsWith("Mailbox:", StringComparison.Ordinal)).ToList())
            {
                s[$"Mailboxes:0:{key["Mailbox:".Length..]}"] = value;
            }

            s.Remove("Mailboxes:0:SentFolder");
            return Held(s).With("Mailboxes:0:Name", "second").With("Mailboxes:0:Address", $"{other}@{PostfixServer.OurDomain}").With("Mailboxes:0:Server:User", other);
        });
        foreach (var mailbox in rig.Mailboxes)
        {
            await rig.Intake.PassAsync(mailbox.Sources[0], CancellationToken.None);
        }

        Assert.Equal(2, (await rig.EnquiriesAsync()).Count);
        var balances = (await rig.Store.BalanceAsync(CancellationToken.None)).ToDictionary(b => b.Mailbox, StringComparer.Ordinal);
        Assert.Equal((1, 0), (balances["strategy"].Ingested, balances["strategy"].Duplicate));
        Assert.Equal((1, 1), (balances["second"].Ingested, balances["second"].Duplicate));
        Assert.All(balances.Values, b => Assert.True(b.Balances, b.ToString()));
    }

    [ServerFact]
    public async Task A_mark_that_was_owed_when_the_worker_died_is_made_good_after_the_restart()
    {
        await DeliverAsync(1, 3);
        var moving = TestSettings.For(Dovecot, _state, Mailbox).With("Mailbox:AfterIntake", "move").With("Mailbox:SentFolder", "");
        await WorkerProcess.Run(_state, moving, "after-commit").DieAsync();
        await using var rig = new TriageRig(moving);
        await rig.ReadAsync();
        Assert.Empty(await Dovecot.ReadAsync(Mailbox));
        Assert.Equal(3, (await Dovecot.ReadAsync(Mailbox, "Triaged")).Count);
        var balance = await rig.BalanceAsync();
        Assert.Equal((3, 3), (balance.Seen, balance.Ingested));
    }

    [ServerFact]
    public async Task A_target_folder_that_somebody_removes_is_made_again()
    {
        await using var rig = Rig(s => s.With("Mailbox:AfterIntake", "move").With("Mailbox:MoveTo", "Done/Mail"));
        await DeliverAsync(1, 1);
        await rig.ReadAsync();
        using (var client = await Dovecot.LogInAsync(Mailbox))
        {
            await (await client.GetFolderAsync("Done/Mail")).DeleteAsync();
        }

        await DeliverAsync(2, 1);
        await rig.ReadAsync();
        await rig.ReadAsync();
        Assert.Single(await Dovecot.ReadAsync(Mailbox, "Done/Mail"));
        Assert.Empty(await rig.Store.UntouchedAsync("strategy", "INBOX", 10, CancellationToken.None));
    }

    /// <inheritdoc/>
    public void Dispose() => _state.Dispose();

    private Dictionary<string, string?> Held(Dictionary<string, string?> settings) =>
        settings.With("Outbox:Mode", "hold").With("Outbox:Kind", "folder").With("Outbox:Path", _state["out"]);

    private static Task TakenAsync(TriageRig rig, int count) => Eventually.TrueAsync(
        async () => (await rig.Store.BalanceAsync(CancellationToken.None)).SingleOrDefault(b => string.Equals(b.Folder, "INBOX", StringComparison.Ordinal))?.Ingested == count,
        () => $"{count} mails were expected to be taken.");

    private async Task AddFolderAsync(string name)
    {
        using var client = await Dovecot.LogInAsync(Mailbox);
        await client.GetFolder(client.PersonalNamespaces[0]).CreateAsync(name, isMessageFolder: true);
        await client.DisconnectAsync(quit: true);
    }

    private async Task AppendAsync(byte[] raw, string folder)
    {
        using var mail = await MimeMessage.LoadAsync(new MemoryStream(raw));
        await Dovecot.AppendAsync(Mailbox, mail, TimeProvider.System.GetUtcNow(), folder);
    }

    private Task LargeAsync(int number, string words)
    {
        var mail = Encoding.ASCII.GetString(Mails.Enquiry(PersonAddress("ann"), MailboxAddress, number, padding: 300_000)).Replace("Dear team,", words, StringComparison.Ordinal);
        return Lmtp.DeliverAsync(Dovecot, MailboxAddress, PersonAddress("ann"), Encoding.ASCII.GetBytes(mail));
    }

    private Task DeliverAsync(int first, int count) => Lmtp.DeliverAsync(
        Dovecot, MailboxAddress, PersonAddress("ann"), [.. Enumerable.Range(first, count).Select(n => Mails.Enquiry(PersonAddress("ann"), MailboxAddress, n))]);

    private TriageRig Rig(Func<Dictionary<string, string?>, Dictionary<string, string?>>? change = null)
    {
        var settings = TestSettings.For(Dovecot, _state, Mailbox);
        return new TriageRig(change?.Invoke(settings) ?? settings);
    }
}
