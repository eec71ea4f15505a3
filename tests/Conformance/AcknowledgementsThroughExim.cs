using EnquiryTriage.Conformance.Rig;
using EnquiryTriage.Conformance.Servers;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Outbox;
using MimeKit;
using Xunit.Abstractions;

namespace EnquiryTriage.Conformance;

/// <summary>The same ends through another real relay, which words everything differently.</summary>
public sealed class AcknowledgementsThroughExim(ImapAndEximServers servers, ITestOutputHelper output)
    : ServerTests(servers, output), IClassFixture<ImapAndEximServers>, IDisposable
{
    private readonly PrivateFolder _state = new();

    private const string Quit = " closed by QUIT";

    [EximFact]
    public async Task A_run_of_acknowledgements_goes_over_one_connection_and_each_has_its_queue_id()
    {
        for (var i = 1; i <= 5; i++)
        {
            await DeliverAsync(PersonAddress("ann"), i);
        }

        await AllClosedAsync();
        var before = Lines(Quit);
        List<OutboxLife> rows;
        await using (var rig = new TriageRig(Settings()))
        {
            Assert.Equal(5, await rig.ReadAsync());
            Assert.Equal(5, await rig.SendAsync());
            rows = [.. (await rig.EnquiriesAsync()).SelectMany(e => e.Outbox)];
        }

        Assert.All(rows, r => Assert.Equal(OutboxState.Accepted, r.State));
        Assert.All(rows, r => Assert.Contains($"{r.QueueId} <= ", Exim.Log, StringComparison.Ordinal));
        Assert.Equal(5, rows.Select(r => r.QueueId).Distinct(StringComparer.Ordinal).Count());
        await AllClosedAsync();
        Assert.Equal(1, Lines(Quit) - before);
        var mails = await Dovecot.WaitForAsync(Person("ann"), 5);
        Assert.Equal(rows.Select(r => r.MessageId).Order(StringComparer.Ordinal), mails.Select(m => m.Message.MessageId).Order(StringComparer.Ordinal));
        Assert.All(mails, m => Assert.StartsWith($"<{Mailbox}+", m.Message.Headers[HeaderId.ReturnPath], StringComparison.Ordinal));
    }

    [EximFact]
    public async Task An_acknowledgement_that_is_refused_for_good_has_failed()
    {
        await using var rig = await SentAsync(EximServer.RefusedRecipient);
        var row = await RowAsync(rig);
        Assert.Equal(OutboxState.Failed, row.State);
        Assert.StartsWith("550 5.1.1 to RCPT: ", row.LastReply, StringComparison.Ordinal);
        Assert.Equal(0, await rig.SendAsync());
    }

    [EximFact]
    public async Task An_acknowledgement_that_is_put_off_waits()
    {
        await using var rig = await SentAsync(EximServer.DeferredRecipient);
        var row = await RowAsync(rig);
        Assert.Equal((OutboxState.Queued, 1), (row.State, row.Attempts));
        Assert.StartsWith("451 4.7.1 to RCPT: ", row.LastReply, StringComparison.Ordinal);
    }

    [EximFact]
    public async Task A_bounce_comes_home_and_is_for_good()
    {
        await using var rig = await SentAsync("ann@" + PostfixServer.BouncingDomain);
        Assert.Equal(OutboxState.Accepted, (await RowAsync(rig)).State);
        await Dovecot.WaitForAsync(Mailbox, 2);
        Assert.Equal(1, await rig.ReadAsync());
        var row = await RowAsync(rig);
        Assert.Equal((OutboxState.Bounced, true), (row.State, row.Permanent));
    }

    [EximFact]
    public async Task A_report_of_success_comes_home_where_it_was_asked_for()
    {
        await DeliverAsync(PersonAddress("ann"), 1);
        await using var rig = new TriageRig(Settings().With("Outbox:Notify", "success, failure"));
        await rig.ReadAsync();
        await rig.SendAsync();
        await Dovecot.WaitForAsync(Mailbox, 2);
        Assert.Equal(1, await rig.ReadAsync());
        Assert.Equal(OutboxState.Delivered, (await RowAsync(rig)).State);
        Assert.Contains((await rig.EnquiriesAsync())[0].Events, e => string.Equals(e.Type, EventTypes.DeliveryReported, StringComparison.Ordinal));
    }

    /// <inheritdoc/>
    public void Dispose() => _state.Dispose();

    private static async Task<OutboxLife> RowAsync(TriageRig rig) => Assert.Single((await rig.EnquiriesAsync()).SelectMany(e => e.Outbox));

    // Whoever only looked whether the server is up left without QUIT.
    private Task AllClosedAsync() => Eventually.TrueAsync(() => Task.FromResult(Lines("TCP/IP connection count") == Lines(" lost") + Lines(Quit)), () => Exim.Log);

    private int Lines(string words) => Exim.Log.Split('\n').Count(l => l.Contains("SMTP connection from", StringComparison.Ordinal) && l.Contains(words, StringComparison.Ordinal));

    private async Task<TriageRig> SentAsync(string from)
    {
        await DeliverAsync(from, 1);
        var rig = new TriageRig(Settings());
        Assert.Equal(1, await rig.ReadAsync());
        Assert.Equal(1, await rig.SendAsync());
        return rig;
    }

    private Dictionary<string, string?> Settings() => TestSettings.For(Dovecot, _state, Mailbox).Sending(Exim, Dovecot);

    private Task DeliverAsync(string from, int number) => Lmtp.DeliverAsync(Dovecot, MailboxAddress, from, Mails.Enquiry(from, MailboxAddress, number));
}
