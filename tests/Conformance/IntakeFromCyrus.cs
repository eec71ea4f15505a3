using EnquiryTriage.Conformance.Rig;
using EnquiryTriage.Conformance.Servers;

namespace EnquiryTriage.Conformance;

/// <summary>Intake from Cyrus, which announces mail at once and has every extension that the worker knows.</summary>
public sealed class IntakeFromCyrus(CyrusHost host) : IClassFixture<CyrusHost>, IAsyncLifetime, IDisposable
{
    private readonly PrivateFolder _state = new();
    private readonly string _user = "strategy-" + Guid.NewGuid().ToString("N")[..8];

    /// <inheritdoc/>
    public Task InitializeAsync() => CyrusHost.Missing is null ? host.Server.AddAsync(_user) : Task.CompletedTask;

    /// <inheritdoc/>
    public Task DisposeAsync() => Task.CompletedTask;

    [CyrusFact]
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
        Assert.True(balance.Balances, balance.ToString());
    }

    [CyrusFact]
    public async Task A_mail_is_taken_when_the_server_announces_it()
    {
        // Nothing but IDLE ends the wait within this test.
        await using var rig = Rig(s => s.With("Mailbox:IdlePollSeconds", "3600"));
        await rig.Intake.StartAsync(CancellationToken.None);
        await DeliverAsync(1, 1);
        await TakenAsync(rig, 1);
        await DeliverAsync(2, 1);
        await TakenAsync(rig, 2);
        await rig.Intake.StopAsync(CancellationToken.None);
    }

    [CyrusFact]
    public async Task Mail_is_moved_to_its_teams_folder_which_is_made_and_subscribed_and_is_not_taken_again_where_that_is_watched()
    {
        await using (var first = Rig(Moving))
        {
            await DeliverAsync(1, 1);
            Assert.Equal(1, await first.ReadAsync());
        }

        using var client = await host.Server.LogInAsync(_user);
        var team = Assert.Single(await client.GetFoldersAsync(client.PersonalNamespaces[0]), f => f.FullName.StartsWith("Teams/", StringComparison.Ordinal)).FullName;
        Assert.Contains(await client.GetFoldersAsync(client.PersonalNamespaces[0], MailKit.StatusItems.None, true), f => string.Equals(f.FullName, team, StringComparison.Ordinal));

        await using var rig = Rig(s => Moving(s).With("Mailbox:Folders:0:Name", team));
        await DeliverAsync(6, 3);
        Assert.Equal(3, await rig.ReadAsync());
        Assert.Empty(await host.Server.ReadAsync(_user));
        await rig.ReadAsync(team);
        var balance = await rig.BalanceAsync(team);
        Assert.Equal(0, balance.Ingested);
        Assert.True(balance.Balances, balance.ToString());
        Assert.Equal(4, (await rig.BalanceAsync()).Ingested);
        // COPYUID said where the moved mails lie, so that none of them was fetched again.
        Assert.Equal(balance.Seen, balance.Duplicate);
    }

    [CyrusFact]
    public async Task Keywords_are_set_after_the_commit()
    {
        await DeliverAsync(1, 2);
        await using var rig = Rig(s => s.With("Mailbox:AfterIntake", "keywords"));
        Assert.Equal(2, await rig.ReadAsync());
        Assert.All(await host.Server.ReadAsync(_user), m => Assert.Equal(2, m.Keywords.Count));
        Assert.Empty(await rig.Store.UntouchedAsync("strategy", "INBOX", 10, CancellationToken.None));
    }

    [CyrusFact]
    public async Task Mail_that_goes_between_two_looks_is_no_gap()
    {
        await DeliverAsync(1, 4);
        await using var rig = Rig();
        Assert.Equal(4, await rig.ReadAsync());
        await host.Server.ExpungeAsync(_user, 2);
        await DeliverAsync(5, 2);
        Assert.Equal(2, await rig.ReadAsync());
        var balance = await rig.BalanceAsync();
        Assert.Equal((6, 6, 5L), (balance.Seen, balance.Ingested, balance.ServerCount));
        Assert.True(balance.Balances, balance.ToString());
    }

    /// <inheritdoc/>
    public void Dispose() => _state.Dispose();

    private static Dictionary<string, string?> Moving(Dictionary<string, string?> settings) =>
        settings.With("Mailbox:AfterIntake", "move").With("Mailbox:MoveTo", "Teams/{team}");

    private static Task TakenAsync(TriageRig rig, int count) => Eventually.TrueAsync(
        async () => (await rig.Store.BalanceAsync(CancellationToken.None)).SingleOrDefault(b => string.Equals(b.Folder, "INBOX", StringComparison.Ordinal))?.Ingested == count,
        () => $"{count} mails were expected to be taken.");

    private Task DeliverAsync(int first, int count) => Lmtp.DeliverAsync(
        host.Server, _user, "ann@people.test", [.. Enumerable.Range(first, count).Select(n => Mails.Enquiry("ann@people.test", "strategy@agency.test", n))]);

    private TriageRig Rig(Func<Dictionary<string, string?>, Dictionary<string, string?>>? change = null)
    {
        var settings = TestSettings.For(host.Server, _state, _user);
        return new TriageRig(change?.Invoke(settings) ?? settings);
    }
}
