using System.Reflection;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Mail;
using EnquiryTriage.Storage.Sqlite;
using EnquiryTriage.Worker.Tests.Commands;

namespace EnquiryTriage.Worker.Tests;

/// <summary>Killed with SIGKILL at any point and started again, the worker neither loses nor repeats.</summary>
[Collection(nameof(WorkerProcessTests))]
public sealed class CrashTests(TinyModel model) : IDisposable
{
    private const int Mailed = 5;
    private const int Killed = 128 + 9;

    private readonly TemporaryFolder _folder = new();

    /// <summary>Every point that the worker knows, so that a new one is tried without a word here; a folder of files is never marked, so not the one after that.</summary>
    public static TheoryData<string> Points =>
        [.. typeof(Composition).Assembly.GetType("EnquiryTriage.Worker.CrashPoint", throwOnError: true)!
            .GetFields(BindingFlags.Public | BindingFlags.Static).Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!).Where(p => p != "after-touch")];

    private string Outgoing => Path.Combine(_folder.Root, "outgoing");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Killed_at_any_point_it_loses_nothing_and_repeats_nothing(string point)
    {
        var config = model.Configure(_folder.Root);
        Deliver();
        using (var doomed = WorkerProcess.Start(_folder.Root, ["run", "--config", config], null, ("ENQUIRYTRIAGE_CRASH_AT", point)))
        {
            Assert.Equal(Killed, await doomed.EndAsync());
        }

        using (var worker = WorkerProcess.Start(_folder.Root, ["run", "--config", config]))
        {
            await worker.UntilAsync(() => Task.FromResult(worker.Output.Contains("Watching mailbox", StringComparison.Ordinal)));
            await worker.UntilAsync(IsDoneAsync);
            Assert.Equal(0, await worker.StopAsync());
        }

        using var store = Open();
        await Assert_every_mail_is_one_enquiry_with_one_acknowledgement(store);
        // Only the mail that the dead process had in hand may have left already.
        var unknown = (await LivesAsync(store)).Sum(l => l.Outbox.Sum(o => o.UnknownAttempts));
        Assert.Equal(point is "after-claim" or "after-send" ? 1 : 0, unknown);
    }

    [Fact]
    public async Task In_shadow_mode_nothing_leaves_and_no_file_of_the_mailbox_is_touched()
    {
        var config = model.Configure(_folder.Root, access: "read-only");
        Deliver();
        var before = Snapshot();
        using (var worker = WorkerProcess.Start(_folder.Root, ["run", "--config", config]))
        {
            await worker.UntilAsync(() => Task.FromResult(worker.Output.Contains("Watching mailbox", StringComparison.Ordinal)));
            await worker.UntilAsync(async () =>
            {
                using var watched = Open();
                return (await watched.BalanceAsync(default)) is [{ Ingested: Mailed }];
            });
            Assert.Equal(0, await worker.StopAsync());
        }

        using var store = Open();
        Assert.Equal([(OutboxState.Held, (long)Mailed)], (await store.CountAsync(default)).Select(c => (c.Key, c.Value)));
        Assert.False(Directory.Exists(Outgoing));
        Assert.Equal(before, Snapshot());
    }

    private async Task Assert_every_mail_is_one_enquiry_with_one_acknowledgement(SqliteStore store)
    {
        var balance = Assert.Single(await store.BalanceAsync(default));
        Assert.True(balance.Balances);
        Assert.Equal((Mailed, Mailed), (balance.Seen, balance.Ingested));
        var lives = await LivesAsync(store);
        Assert.Equal(Mailed, lives.Count);
        Assert.All(lives, life =>
        {
            Assert.Single(life.Mails);
            Assert.Equal(OutboxState.Accepted, Assert.Single(life.Outbox).State);
        });
        Assert.Equal(Mailed, lives.Select(l => l.Mails[0].MessageId).Distinct(StringComparer.Ordinal).Count());
        var sent = Directory.GetFiles(Outgoing).Select(f => MailReader.Read(File.ReadAllBytes(f)).MessageId);
        Assert.Equal(lives.Select(l => l.Outbox[0].MessageId).Order(StringComparer.Ordinal), sent.Order(StringComparer.Ordinal));
    }

    private void Deliver()
    {
        for (var i = 1; i <= Mailed; i++)
        {
            _folder.Write(Mails.Raw(from: $"candidate{i}@candidates.example", messageId: $"m{i}@candidates.example"), "inbox", $"{i}.eml");
        }
    }

    private SqliteStore Open() => SqliteStore.Open(Path.Combine(_folder.Root, ".enquiry-triage", "enquiries.db"), TimeSpan.FromSeconds(30));

    private async Task<bool> IsDoneAsync()
    {
        using var store = Open();
        return (await store.CountAsync(default)).GetValueOrDefault(OutboxState.Accepted) == Mailed && (await store.BalanceAsync(default)) is [{ Balances: true, Seen: Mailed }];
    }

    private static async Task<IReadOnlyList<EnquiryLife>> LivesAsync(SqliteStore store)
    {
        var lives = new List<EnquiryLife>();
        foreach (var enquiry in await store.ListAsync(new(), default))
        {
            lives.Add((await store.FindAsync(enquiry.Reference, default))!);
        }

        return lives;
    }

    private List<(string, DateTime, string)> Snapshot() =>
        [.. Directory.EnumerateFiles(Path.Combine(_folder.Root, "inbox"), "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(f => (f, File.GetLastWriteTimeUtc(f), Convert.ToHexString(File.ReadAllBytes(f))))];
}
