using EnquiryTriage.Conformance.Rig;
using EnquiryTriage.Conformance.Servers;
using EnquiryTriage.Worker.Intake;
using Xunit.Abstractions;

namespace EnquiryTriage.Conformance;

/// <summary>A Dovecot that goes away and comes back. The tests of this class share a server of their own, one after the other.</summary>
public sealed class BrokenConnections(ImapServers servers, ITestOutputHelper output) : ServerTests(servers, output), IClassFixture<ImapServers>, IDisposable
{
    private readonly PrivateFolder _state = new();

    [ServerFact]
    public async Task The_numbers_of_mails_survive_a_reconnect()
    {
        await DeliverAsync(1, 5);
        await using var rig = new TriageRig(TestSettings.For(Dovecot, _state, Mailbox));
        Assert.Equal(5, await rig.ReadAsync());
        await Dovecot.StartAgainAsync();
        await DeliverAsync(6, 2);
        var taken = await EventuallyReadAsync(rig);
        Assert.Equal(2, taken);
        var balance = await rig.BalanceAsync();
        Assert.Equal((7, 7, 7L), (balance.Seen, balance.Ingested, balance.ServerCount));
        Assert.True(balance.Balances, balance.ToString());
    }

    [ServerFact]
    public async Task A_connection_that_breaks_before_the_fetch_loses_nothing()
    {
        await DeliverAsync(1, 5);
        await using var rig = new TriageRig(
            TestSettings.For(Dovecot, _state, Mailbox), source => new InterruptedSource(source, Dovecot.CutAsync));
        var fault = await Assert.ThrowsAsync<MailSourceException>(rig.ReadAsync);
        Assert.True(fault.Temporary);
        Assert.StartsWith($"localhost:{Dovecot.ImapPort}: ", fault.Message, StringComparison.Ordinal);
        Assert.Equal(5, (await rig.BalanceAsync()).Pending);
        await Dovecot.StartAgainAsync();
        Assert.Equal(5, await EventuallyReadAsync(rig));
        var balance = await rig.BalanceAsync();
        Assert.Equal((5, 5), (balance.Seen, balance.Ingested));
        Assert.True(balance.Balances, balance.ToString());
    }

    [ServerFact]
    public async Task A_running_worker_waits_for_a_server_that_went_away_and_takes_up_where_it_was()
    {
        await DeliverAsync(1, 3);
        await using var worker = WorkerProcess.Run(_state, TestSettings.For(Dovecot, _state, Mailbox));
        using var record = new WorkerRecord(_state["enquiries.db"]);
        await TakenAsync(worker, record, 3);
        await Dovecot.CutAsync();
        await Eventually.TrueAsync(() => Task.FromResult(worker.Output.Contains("attempt 1 failed", StringComparison.Ordinal)), () => worker.Output);
        await Dovecot.StartAgainAsync();
        await DeliverAsync(4, 2);
        await TakenAsync(worker, record, 5);
        Assert.Equal(0, await worker.StopAsync());
        var balance = (await record.BalanceAsync())!;
        Assert.Equal((5, 5), (balance.Seen, balance.Ingested));
        Assert.True(balance.Balances, balance.ToString());
    }

    /// <inheritdoc/>
    public void Dispose() => _state.Dispose();

    // The first pass after the break may notice it: the loop of `run` tries again, so does this.
    private static async Task<int> EventuallyReadAsync(TriageRig rig)
    {
        try
        {
            return await rig.ReadAsync();
        }
        catch (MailSourceException)
        {
            return await rig.ReadAsync();
        }
    }

    private static Task TakenAsync(WorkerProcess worker, WorkerRecord record, int count) => Eventually.TrueAsync(
        async () => (await record.BalanceAsync())?.Ingested == count, () => $"{count} mails were expected to be taken.\n{worker.Output}", TimeSpan.FromSeconds(120));

    private Task DeliverAsync(int first, int count) => Lmtp.DeliverAsync(
        Dovecot,
        MailboxAddress,
        PersonAddress("ann"),
        [.. Enumerable.Range(first, count).Select(n => Mails.Enquiry(PersonAddress("ann"), MailboxAddress, n))]);
}
