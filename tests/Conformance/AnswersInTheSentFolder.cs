using EnquiryTriage.Conformance.Rig;
using EnquiryTriage.Conformance.Servers;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Intake;
using MailKit;
using MimeKit;
using Xunit.Abstractions;

namespace EnquiryTriage.Conformance;

/// <summary>A person who answers from a mail client leaves the answer in the Sent folder: it stops the clock.</summary>
public sealed class AnswersInTheSentFolder(ImapServers servers, ITestOutputHelper output) : ServerTests(servers, output), IClassFixture<ImapServers>, IDisposable
{
    private readonly PrivateFolder _state = new();

    [ServerFact]
    public async Task A_persons_reply_is_recorded_as_the_answer_at_the_time_it_was_sent()
    {
        await using var rig = await TakenAsync();
        Assert.NotEqual(EnquiryState.Answered, Assert.Single(await rig.EnquiriesAsync()).Summary.State);
        var sent = TimeProvider.System.GetUtcNow().AddHours(-3);
        await AppendAsync(Reply(Mails.MessageId(PersonAddress("ann"), 1)), sent);
        Assert.Equal(1, await rig.ReadSentAsync());
        var enquiry = Assert.Single(await rig.EnquiriesAsync());
        Assert.Equal(EnquiryState.Answered, enquiry.Summary.State);
        var answered = Assert.Single(enquiry.Events, e => string.Equals(e.Type, EventTypes.Answered, StringComparison.Ordinal));
        Assert.Equal(sent.ToUnixTimeSeconds(), answered.At.ToUnixTimeSeconds());
        Assert.Contains(enquiry.Mails, m => m.Role == FolderRole.Sent);
        Assert.Equal(0, await rig.ReadSentAsync());
    }

    [ServerFact]
    public async Task A_reply_to_the_acknowledgement_is_an_answer_too()
    {
        await using var rig = await TakenAsync();
        var acknowledgement = Assert.Single(Assert.Single(await rig.EnquiriesAsync()).Outbox);
        await AppendAsync(Reply($"<{acknowledgement.MessageId}>"), TimeProvider.System.GetUtcNow());
        Assert.Equal(1, await rig.ReadSentAsync());
        Assert.Equal(EnquiryState.Answered, Assert.Single(await rig.EnquiriesAsync()).Summary.State);
    }

    [ServerFact]
    public async Task The_workers_own_mail_and_other_peoples_business_in_the_Sent_folder_are_passed_over_and_counted()
    {
        await using var rig = await TakenAsync();
        var before = Assert.Single(await rig.EnquiriesAsync());
        var own = Reply(Mails.MessageId(PersonAddress("ann"), 1));
        own.MessageId = before.Outbox[0].MessageId;
        await AppendAsync(own, TimeProvider.System.GetUtcNow());
        await AppendAsync(Reply("<lunch@elsewhere.test>"), TimeProvider.System.GetUtcNow());
        Assert.Equal(2, await rig.ReadSentAsync());
        var balance = await rig.BalanceAsync("Sent");
        Assert.Equal((2, 0, 2), (balance.Seen, balance.Ingested, balance.Ignored));
        Assert.True(balance.Balances, balance.ToString());
        Assert.Equal(before.Summary.State, Assert.Single(await rig.EnquiriesAsync()).Summary.State);
        Assert.Equal(2, (await Dovecot.StatusAsync(Mailbox, StatusItems.Recent, "Sent")).Recent);
    }

    /// <inheritdoc/>
    public void Dispose() => _state.Dispose();

    // Sending is on hold: the acknowledgement is written and waits.
    private async Task<TriageRig> TakenAsync()
    {
        await Lmtp.DeliverAsync(Dovecot, MailboxAddress, PersonAddress("ann"), Mails.Enquiry(PersonAddress("ann"), MailboxAddress, 1));
        var rig = new TriageRig(TestSettings.For(Dovecot, _state, Mailbox).With("Outbox:Mode", "hold").With("Outbox:Kind", "folder").With("Outbox:Path", _state["out"]));
        Assert.Equal(1, await rig.ReadAsync());
        return rig;
    }

    private MimeMessage Reply(string inReplyTo)
    {
        var reply = new MimeMessage
        {
            Subject = "Re: A question before the poll, no. 1",
            MessageId = $"{Guid.NewGuid():N}@desk.{PostfixServer.OurDomain}",
            Body = new TextPart("plain") { Text = "Dear candidate,\n\nThe regional unit will call you on Tuesday.\n\nPriya Shah\nStrategy team\n" },
        };
        reply.From.Add(new MailboxAddress("Priya Shah", MailboxAddress));
        reply.To.Add(new MailboxAddress("A. Candidate", PersonAddress("ann")));
        reply.Headers.Add(HeaderId.InReplyTo, inReplyTo);
        reply.Headers.Add(HeaderId.References, inReplyTo);
        return reply;
    }

    private Task AppendAsync(MimeMessage mail, DateTimeOffset at) => Dovecot.AppendAsync(Mailbox, mail, at, "Sent");
}
