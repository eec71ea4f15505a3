using EnquiryTriage.Conformance.Rig;
using EnquiryTriage.Conformance.Servers;
using EnquiryTriage.Worker.Intake;
using MailKit;
using Xunit.Abstractions;

namespace EnquiryTriage.Conformance;

/// <summary>Intake from a real IMAP server: every mail once, whatever people do to the mailbox meanwhile.</summary>
public sealed class IntakeFromDovecot(ImapServers servers, ITestOutputHelper output) : ServerTests(servers, output), IClassFixture<ImapServers>, IDisposable
{
    private readonly PrivateFolder _state = new();

    [ServerFact]
    public async Task Every_mail_is_taken_once_and_the_ledger_balances_also_after_a_restart()
    {
        await DeliverAsync(1, 12);
        await using (var first = Rig())
        {
            Assert.Equal(12, await first.ReadAsync());
            Assert.Equal(0, await first.ReadAsync());
        }

        await DeliverAsync(13, 3);
        await using var second = Rig();
        Assert.Equal(3, await second.ReadAsync());
        var balance = await second.BalanceAsync();
        Assert.Equal((15, 15, 15L), (balance.Seen, balance.Ingested, balance.ServerCount));
        Assert.True(balance.Balances);
        Assert.Equal(15, (await second.EnquiriesAsync()).Select(e => e.Mails.Single().MessageId).Distinct(StringComparer.Ordinal).Count());
    }

    [ServerFact]
    public async Task One_mail_that_came_by_two_ways_is_one_enquiry_and_a_duplicate()
    {
        var mail = Mails.Enquiry(PersonAddress("ann"), MailboxAddress, 1);
        await Lmtp.DeliverAsync(Dovecot, MailboxAddress, PersonAddress("ann"), mail);
        await Lmtp.DeliverAsync(Dovecot, $"{Mailbox}+copy@{PostfixServer.OurDomain}", PersonAddress("ann"), mail);
        await using var rig = Rig(s => s.With("Outbox:Mode", "hold").With("Outbox:Kind", "folder").With("Outbox:Path", _state["out"]));
        Assert.Equal(2, await rig.ReadAsync());
        var balance = await rig.BalanceAsync();
        Assert.Equal((2, 1, 1), (balance.Seen, balance.Ingested, balance.Duplicate));
        Assert.Single(Assert.Single(await rig.EnquiriesAsync()).Outbox);
    }

    [ServerFact]
    public async Task Mail_that_somebody_has_read_is_taken_like_any_other()
    {
        await DeliverAsync(1, 4);
        await Dovecot.ChangeAsync(Mailbox, async folder =>
            await folder.StoreAsync([new UniqueId(1), new UniqueId(3)], new StoreFlagsRequest(StoreAction.Add, MessageFlags.Seen | MessageFlags.Answered)));
        await using var rig = Rig();
        Assert.Equal(4, await rig.ReadAsync());
        await Dovecot.ChangeAsync(Mailbox, async folder =>
            await folder.StoreAsync([new UniqueId(1)], new StoreFlagsRequest(StoreAction.Remove, MessageFlags.Seen)));
        Assert.Equal(0, await rig.ReadAsync());
        Assert.Equal(4, (await rig.BalanceAsync()).Ingested);
    }

    [ServerFact]
    public async Task Shadow_mode_leaves_flags_keywords_folders_and_recent_as_they_were()
    {
        await DeliverAsync(1, 5);
        var folders = await Dovecot.FoldersAsync(Mailbox);
        await using var rig = Rig(s => s.With("Mailbox:Access", "read-only").With("Mailbox:AfterIntake", "move"));
        Assert.Equal(5, await rig.ReadAsync());

        // SELECT would have taken \Recent from the mails, EXAMINE does not (RFC 3501 section 6.3.2).
        Assert.Equal(5, (await Dovecot.StatusAsync(Mailbox, StatusItems.Recent)).Recent);
        Assert.All(await Dovecot.ReadAsync(Mailbox), m => Assert.Equal((MessageFlags.None, 0), (m.Flags & ~MessageFlags.Recent, m.Keywords.Count)));
        Assert.Equal(folders, await Dovecot.FoldersAsync(Mailbox));
    }

    [ServerFact]
    public async Task Keywords_say_kind_and_topic_after_the_commit_and_the_mail_stays_unread()
    {
        await DeliverAsync(1, 3);
        await Lmtp.DeliverAsync(Dovecot, Mailbox, "", Mails.Enquiry(PersonAddress("ann"), MailboxAddress, 4, extraHeaders: "Auto-Submitted: auto-replied\r\n"));
        await using var rig = Rig(s => s.With("Mailbox:AfterIntake", "keywords"));
        Assert.Equal(4, await rig.ReadAsync());
        var mails = await Dovecot.ReadAsync(Mailbox);
        Assert.Equal(4, mails.Count);
        Assert.All(mails, m => Assert.False(m.Flags.HasFlag(MessageFlags.Seen)));
        var enquiries = await rig.EnquiriesAsync();
        foreach (var mail in mails.Take(3))
        {
            var enquiry = enquiries.Single(e => string.Equals(e.Mails[0].MessageId, mail.Message.MessageId, StringComparison.Ordinal)).Summary;
            Assert.Contains(enquiry.Kind, mail.Keywords);
            Assert.Equal(2, mail.Keywords.Count);
        }

        Assert.Equal(["automatic"], mails[3].Keywords);
    }

    [ServerFact]
    public async Task Mail_is_moved_after_the_commit_into_a_folder_that_is_made_for_it()
    {
        await DeliverAsync(1, 9);
        await using var rig = Rig(s => s.With("Mailbox:AfterIntake", "move").With("Mailbox:MoveTo", "Triaged"));
        Assert.Equal(9, await rig.ReadAsync());
        Assert.Empty(await Dovecot.ReadAsync(Mailbox));
        Assert.Equal(9, (await Dovecot.ReadAsync(Mailbox, "Triaged")).Count);
        await DeliverAsync(10, 1);
        Assert.Equal(1, await rig.ReadAsync());
        var balance = await rig.BalanceAsync();
        Assert.Equal((10, 10), (balance.Seen, balance.Ingested));
        Assert.Equal(10, (await Dovecot.ReadAsync(Mailbox, "Triaged")).Count);
    }

    [ServerFact]
    public async Task An_oversize_mail_is_set_aside_without_its_body_and_the_rest_goes_on()
    {
        await DeliverAsync(1, 2);
        await Lmtp.DeliverAsync(Dovecot, Mailbox, PersonAddress("ann"), Mails.Enquiry(PersonAddress("ann"), MailboxAddress, 3, padding: 300_000));
        await DeliverAsync(4, 2);
        await using var rig = Rig(s => s.With("Mailbox:MaxMessageBytes", "200000"));
        Assert.Equal(5, await rig.ReadAsync());
        var balance = await rig.BalanceAsync();
        Assert.Equal((5, 4, 1), (balance.Seen, balance.Ingested, balance.Quarantined));
        Assert.True(balance.Balances);
        Assert.Equal(0, await rig.ReadAsync());
    }

    [ServerFact]
    public async Task Mail_that_goes_between_listing_and_fetch_has_vanished_and_the_rest_is_taken()
    {
        await DeliverAsync(1, 6);
        await using var rig = Rig(around: s => new InterruptedSource(s, () => Dovecot.ExpungeAsync(Mailbox, 2, 5)));
        await rig.ReadAsync();
        await rig.ReadAsync();
        var balance = await rig.BalanceAsync();
        Assert.Equal((6, 4, 2, 0), (balance.Seen, balance.Ingested, balance.Vanished, balance.Pending));
        Assert.True(balance.Balances, balance.ToString());
    }

    [ServerFact]
    public async Task Mail_of_a_forgotten_mailbox_index_comes_again_as_duplicates()
    {
        await DeliverAsync(1, 4);
        await using (var rig = Rig())
        {
            Assert.Equal(4, await rig.ReadAsync());
        }

        var before = (await Dovecot.StatusAsync(Mailbox, StatusItems.UidValidity)).UidValidity;
        Dovecot.ForgetUids(Mailbox);
        Assert.NotEqual(before, (await Dovecot.StatusAsync(Mailbox, StatusItems.UidValidity)).UidValidity);
        await using var again = Rig();
        Assert.Equal(4, await again.ReadAsync());
        var balance = await again.BalanceAsync();
        Assert.Equal((8, 4, 4), (balance.Seen, balance.Ingested, balance.Duplicate));
        Assert.True(balance.Balances, balance.ToString());
    }

    /// <inheritdoc/>
    public void Dispose() => _state.Dispose();

    private Task DeliverAsync(int first, int count) => Lmtp.DeliverAsync(
        Dovecot,
        MailboxAddress,
        PersonAddress("ann"),
        [.. Enumerable.Range(first, count).Select(n => Mails.Enquiry(PersonAddress("ann"), MailboxAddress, n))]);

    private TriageRig Rig(Func<Dictionary<string, string?>, Dictionary<string, string?>>? change = null, Func<IMailSource, IMailSource>? around = null)
    {
        var settings = TestSettings.For(Dovecot, _state, Mailbox);
        return new TriageRig(change?.Invoke(settings) ?? settings, around);
    }
}
