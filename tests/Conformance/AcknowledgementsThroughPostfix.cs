using EnquiryTriage.Conformance.Rig;
using EnquiryTriage.Conformance.Servers;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Outbox;
using MimeKit;
using Xunit.Abstractions;

namespace EnquiryTriage.Conformance;

/// <summary>What the worker sends, through a real relay to its end: accepted, refused, put off, bounced.</summary>
public sealed class AcknowledgementsThroughPostfix(ImapAndSmtpServers servers, ITestOutputHelper output)
    : ServerTests(servers, output), IClassFixture<ImapAndSmtpServers>, IDisposable
{
    private readonly PrivateFolder _state = new();

    [ServerFact]
    public async Task An_acknowledgement_reaches_the_candidate_once_with_the_headers_that_stop_loops()
    {
        await using var rig = await TakenAsync(PersonAddress("ann"));
        Assert.Equal(1, await rig.SendAsync());
        var mail = Assert.Single(await Dovecot.WaitForAsync(Person("ann"), 1)).Message;
        var row = await RowAsync(rig);
        Assert.Equal((OutboxState.Accepted, 1, 0), (row.State, row.Attempts, row.UnknownAttempts));
        Assert.NotNull(row.Accepted);
        Assert.Equal(row.MessageId, mail.MessageId);
        var asked = Mails.MessageId(PersonAddress("ann"), 1);
        Assert.Equal(asked, mail.Headers[HeaderId.InReplyTo]);
        Assert.Contains(asked, mail.Headers[HeaderId.References], StringComparison.Ordinal);
        Assert.Equal("auto-replied", mail.Headers[HeaderId.AutoSubmitted]);
        Assert.Equal(MailboxAddress, Assert.Single(mail.From.Mailboxes).Address);
        Assert.Equal(PersonAddress("ann"), Assert.Single(mail.To.Mailboxes).Address);

        // Bounces come home by the signed return path, and the way in was encrypted and logged in (RFC 3848).
        Assert.StartsWith($"<{Mailbox}+", mail.Headers[HeaderId.ReturnPath], StringComparison.Ordinal);
        Assert.Contains(mail.Headers, h => h.Id == HeaderId.Received && h.Value.Contains("with ESMTPSA", StringComparison.Ordinal));

        // Nothing is sent twice: not on the next pass, nor after a restart.
        Assert.Equal(0, await rig.SendAsync());
        await using var restarted = new TriageRig(Settings());
        Assert.Equal((0, 0), (await restarted.ReadAsync(), await restarted.SendAsync()));
        Assert.Single(await Dovecot.ReadAsync(Person("ann")));
    }

    [ServerFact]
    public async Task An_acknowledgement_that_the_relay_refuses_for_good_has_failed_and_is_not_tried_again()
    {
        await using var rig = await TakenAsync(PostfixServer.RefusedRecipient);
        Assert.Equal(1, await rig.SendAsync());
        var row = await RowAsync(rig);
        Assert.Equal(OutboxState.Failed, row.State);
        Assert.StartsWith("554", row.LastReply, StringComparison.Ordinal);
        Assert.Equal(0, await rig.SendAsync());
        Assert.Null(await rig.Store.NextDueAsync(CancellationToken.None));
    }

    [ServerFact]
    public async Task A_refused_acknowledgement_does_not_hold_up_the_next()
    {
        await DeliverAsync(PostfixServer.RefusedRecipient, 1);
        await DeliverAsync(PersonAddress("ann"), 2);
        await using var rig = new TriageRig(Settings());
        await rig.ReadAsync();
        while (await rig.SendAsync() > 0)
        {
            // Until nothing is due.
        }

        Assert.Single(await Dovecot.WaitForAsync(Person("ann"), 1));
        var counts = await rig.Store.CountAsync(CancellationToken.None);
        Assert.Equal((1L, 1L), (counts[OutboxState.Accepted], counts[OutboxState.Failed]));
    }

    [ServerFact]
    public async Task An_acknowledgement_that_the_relay_puts_off_waits_for_its_retry_time()
    {
        await using var rig = await TakenAsync(PostfixServer.DeferredRecipient);
        Assert.Equal(1, await rig.SendAsync());
        await AssertWaitsAsync(rig);
        Assert.StartsWith("450", (await RowAsync(rig)).LastReply, StringComparison.Ordinal);
    }

    [ServerFact]
    public async Task An_acknowledgement_waits_for_its_retry_time_while_the_relay_is_out_of_reach()
    {
        await DeliverAsync(PersonAddress("ann"), 1);
        await using var rig = new TriageRig(Settings().With("Outbox:Server:Port", TestSettings.Text(FreePorts.Take())));
        await rig.ReadAsync();
        Assert.Equal(1, await rig.SendAsync());
        await AssertWaitsAsync(rig);
        Assert.Contains("Outbox:Server:Port", (await RowAsync(rig)).LastReply, StringComparison.Ordinal);
    }

    [ServerFact]
    public async Task A_bounce_comes_home_and_ends_the_acknowledgement_as_bounced()
    {
        await using var rig = await TakenAsync("ann@" + PostfixServer.BouncingDomain);
        Assert.Equal(1, await rig.SendAsync());
        Assert.Equal(OutboxState.Accepted, (await RowAsync(rig)).State);
        await Dovecot.WaitForAsync(Mailbox, 2);
        Assert.Equal(1, await rig.ReadAsync());
        var enquiry = Assert.Single(await rig.EnquiriesAsync());
        var row = Assert.Single(enquiry.Outbox);
        Assert.Equal(OutboxState.Bounced, row.State);
        Assert.Contains("5.1.1", row.LastReply, StringComparison.Ordinal);
        Assert.Equal("bounce", enquiry.Mails.Single(m => m.Automatic is not null).Automatic);
        Assert.Contains(enquiry.Events, e => string.Equals(e.Type, EventTypes.DeliveryReported, StringComparison.Ordinal) && string.Equals(e.OutboxId, row.Id, StringComparison.Ordinal));
        Assert.Equal(0, await rig.SendAsync());
    }

    [ServerFact]
    public async Task A_bounce_that_names_a_forged_id_changes_nothing()
    {
        await using var rig = await TakenAsync(PersonAddress("ann"));
        Assert.Equal(1, await rig.SendAsync());
        var row = await RowAsync(rig);

        // The right row, with a signature that somebody made up.
        var at = row.MessageId.IndexOf('@', StringComparison.Ordinal);
        var forged = $"{row.MessageId[..(at - 32)]}{new string('0', 32)}{row.MessageId[at..]}";
        await Lmtp.DeliverAsync(Dovecot, MailboxAddress, "", Mails.Bounce(MailboxAddress, PersonAddress("ann"), forged));
        Assert.Equal(1, await rig.ReadAsync());
        Assert.Equal(OutboxState.Accepted, (await RowAsync(rig)).State);
    }

    /// <inheritdoc/>
    public void Dispose() => _state.Dispose();

    private static async Task AssertWaitsAsync(TriageRig rig)
    {
        var row = await RowAsync(rig);
        Assert.Equal((OutboxState.Queued, 1, 0), (row.State, row.Attempts, row.UnknownAttempts));
        var next = await rig.Store.NextDueAsync(CancellationToken.None);
        Assert.True(next > row.Created.AddMinutes(4), $"{next} is not some minutes after {row.Created}.");
        Assert.Equal(0, await rig.SendAsync());
    }

    private static async Task<OutboxLife> RowAsync(TriageRig rig) => Assert.Single((await rig.EnquiriesAsync()).SelectMany(e => e.Outbox));

    private async Task<TriageRig> TakenAsync(string from)
    {
        await DeliverAsync(from, 1);
        var rig = new TriageRig(Settings());
        Assert.Equal(1, await rig.ReadAsync());
        return rig;
    }

    private Dictionary<string, string?> Settings() => TestSettings.For(Dovecot, _state, Mailbox).Sending(Postfix, Dovecot);

    private Task DeliverAsync(string from, int number) => Lmtp.DeliverAsync(Dovecot, MailboxAddress, from, Mails.Enquiry(from, MailboxAddress, number));
}
