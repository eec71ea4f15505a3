using System.Globalization;
using System.IO.Compression;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Core.Reporting;
using EnquiryTriage.Storage.Sqlite;
using EnquiryTriage.Worker.Commands;
using EnquiryTriage.Worker.Settings;
using Microsoft.Extensions.Hosting;
using Spectre.Console;

namespace EnquiryTriage.Worker.Demo;

/// <summary>
/// The same worker as <c>run</c>, live on its own folders: sample mails are delivered into a folder mailbox one by one, acknowledgements go into
/// another folder, and two people's answers appear in the Sent folder.
/// </summary>
internal static class DemoRun
{
    /// <summary>Where the demo, and by default the worker, keeps its state.</summary>
    public const string Home = ".enquiry-triage";
    private static readonly string Database = Path.Combine(Home, "enquiries.db");
    private static readonly string Samples = Path.Combine(AppContext.BaseDirectory, "demo-mails");
    private static readonly string Inbox = Path.Combine(Home, "inbox");
    private static readonly string Sent = Path.Combine(Home, "sent");
    private static readonly string Outgoing = Path.Combine(Home, "outgoing");

    private static readonly string Marker = Path.Combine(Home, "demo.marker");
    private static readonly string[] Folders = [Inbox, Sent, Outgoing];
    private static readonly string[] DatabaseFiles = [Database, Database + "-wal", Database + "-shm"];

    /// <summary>Runs the demo; exit code 0 where the ledger balances and every acknowledgement left.</summary>
    public static async Task<int> RunAsync(string[] config, bool once, bool keep, CancellationToken cancel)
    {
        var console = Output.Terminal;
        Prepare(keep);
        var configuration = SettingsLoader.Configure(config, Overrides());
        using var composition = Composition.Build(configuration);
        using var store = SqliteStore.Open(composition.Settings.Storage.Path);
        var screen = new DemoScreen(console);
        await using var app = Hosting.Build(configuration, composition, store, TimeProvider.System, [screen], [screen]);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancel, app.Lifetime.ApplicationStopping);
        await app.StartAsync(cancel);
        console.MarkupLine($"The page: [link]{Markup.Escape(app.Urls.FirstOrDefault() ?? composition.Settings.Web.Url)}[/]   Outgoing mail: {Markup.Escape(Outgoing)}");
        var delivered = await DeliverAsync(stopping.Token);
        await DrainAsync(store, screen, delivered, stopping.Token);
        var answers = await AnswerAsync(store, composition, stopping.Token);
        await DrainAsync(store, screen, delivered + answers, stopping.Token);
        var good = await SummariseAsync(console, store, composition, cancel);
        if (!once)
        {
            console.MarkupLine($"Put a mail into {Markup.Escape(Inbox)} and watch. Ctrl+C ends the demo.");
            await app.WaitForShutdownAsync(cancel);
        }

        await app.StopAsync(CancellationToken.None);
        return good ? ExitCodes.Done : ExitCodes.SomeFailed;
    }

    /// <summary>A worker must not go on with the demo's record: its enquiries are not real and their senders do not exist.</summary>
    /// <exception cref="SettingsException">The record at <paramref name="path"/> is the demo's.</exception>
    public static void RefuseItsRecord(string path)
    {
        if (File.Exists(Marker) && Path.GetFullPath(path) == Path.GetFullPath(Database))
        {
            throw new SettingsException([$"Storage:Path: {path} is the demo's record: remove the folder {Home}, start in another folder, or name another file."]);
        }
    }

    private static void Prepare(bool keep)
    {
        if (!Directory.Exists(Samples))
        {
            throw new SettingsException([$"{Samples} is not there: install the program whole, with its demo-mails folder."]);
        }

        if (!File.Exists(Marker) && (Folders.Any(Directory.Exists) || File.Exists(Database)))
        {
            throw new SettingsException([$"{Path.GetFullPath(Home)} holds mail or a record that the demo did not make: run the demo in another folder."]);
        }

        if (!keep)
        {
            // The marker says that all of it is the demo's own.
            foreach (var folder in Folders.Where(Directory.Exists))
            {
                Directory.Delete(folder, recursive: true);
            }

            foreach (var file in DatabaseFiles.Where(File.Exists))
            {
                File.Delete(file);
            }
        }

        Directory.CreateDirectory(Inbox);
        Directory.CreateDirectory(Sent);
        File.WriteAllText(Marker, "What lies here was made by the demo, which removes it when it starts again.\n");
    }

    private static Dictionary<string, string?> Overrides() => new(StringComparer.Ordinal)
    {
        ["Storage:Path"] = Database,
        ["Mailbox:Kind"] = "folder",
        ["Mailbox:Path"] = Inbox,
        ["Mailbox:SentPath"] = Sent,
        ["Mailbox:Access"] = "read-write",
        ["Mailbox:AfterIntake"] = "leave",
        ["Mailbox:PollSeconds"] = "0.2",
        ["Outbox:Mode"] = "live",
        ["Outbox:Kind"] = "folder",
        ["Outbox:Path"] = Outgoing,
        ["Web:Url"] = "http://127.0.0.1:0",
        ["Serilog:WriteTo:Console:Args:restrictedToMinimumLevel"] = "Error",
    };

    private static async Task<int> DeliverAsync(CancellationToken cancel)
    {
        var samples = Directory.EnumerateFiles(Samples, "*.eml*").Order(StringComparer.Ordinal).ToList();
        foreach (var sample in samples)
        {
            // The dot keeps a mail that is being written out of the mailbox's sight.
            var name = Path.GetFileName(sample);
            var packed = name.EndsWith(".gz", StringComparison.Ordinal);
            var target = Path.Combine(Inbox, packed ? name[..^3] : name);
            var writing = Path.Combine(Inbox, "." + name);
            await using (var from = File.OpenRead(sample))
            await using (var to = File.Create(writing))
            await using (var source = packed ? new GZipStream(from, CompressionMode.Decompress) : (Stream)from)
            {
                await source.CopyToAsync(to, cancel);
            }

            File.Move(writing, target, overwrite: true);
        }

        return samples.Count;
    }

    // Until every mail delivered is settled and nothing is left to send.
    private static async Task DrainAsync(SqliteStore store, DemoScreen screen, int expected, CancellationToken cancel)
    {
        while (true)
        {
            var outbox = await store.CountAsync(cancel);
            var waiting = outbox.GetValueOrDefault(OutboxState.Queued) + outbox.GetValueOrDefault(OutboxState.Claimed);
            if (screen.Settled >= expected && waiting == 0)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancel);
        }
    }

    // Two officers answer from their own mail clients: their mails appear in the Sent folder.
    private static async Task<int> AnswerAsync(SqliteStore store, Composition composition, CancellationToken cancel)
    {
        var open = await store.ListAsync(new Core.Enquiries.EnquiryFilter(State: Core.Enquiries.EnquiryState.Assigned), cancel);
        var answered = open.Where(e => e is { Kind: "enquiry", Acknowledged: not null, Sender: not null }).Reverse().Take(2).ToList();
        foreach (var enquiry in answered)
        {
            var life = (await store.FindAsync(enquiry.Reference, cancel))!;
            var mail = life.Mails[0];
            var raw = Mail.MailComposer.Compose(new Mail.OutboundDraft
            {
                MessageId = $"{mail.Id}.answer@desk.example",
                Date = TimeProvider.System.GetUtcNow(),
                From = new Mail.MailAddress(composition.Settings.Mailbox.DisplayName, composition.Settings.Mailbox.Address),
                To = [new Mail.MailAddress(null, enquiry.Sender!)],
                Subject = $"Re: {enquiry.Subject}",
                Text = "Thank you for your question. Here is our answer.\n",
                InReplyTo = mail.MessageId,
            });
            var writing = Path.Combine(Sent, $".{mail.Id}.eml");
            await File.WriteAllBytesAsync(writing, raw, cancel);
            File.Move(writing, Path.Combine(Sent, $"{mail.Id}.eml"), overwrite: true);
        }

        return answered.Count;
    }

    private static async Task<bool> SummariseAsync(IAnsiConsole console, SqliteStore store, Composition composition, CancellationToken cancel)
    {
        var zone = composition.Calendar.Zone;
        var balances = await store.BalanceAsync(cancel);
        var outbox = await store.CountAsync(cancel);
        console.WriteLine();
        console.MarkupLine("[bold]Response figures by topic[/]");
        ReportVerb.Print(Report.Build(await store.FactsAsync(null, null, cancel), ReportGrouping.Topic, null, null), ListFormat.Table, zone);
        console.MarkupLine("[bold]Outgoing mail[/]");
        Output.Rows(ListFormat.Table, [.. outbox.OrderBy(o => o.Key)], [new("State", o => Choice.Word(o.Key)), new("Mails", o => o.Value)]);
        console.MarkupLine("[bold]The ledger[/]: seen = ingested + duplicate + quarantined + ignored + vanished");
        Output.Rows(ListFormat.Table, balances, LedgerTable.Columns);
        var balanced = balances.All(b => b.Balances);
        var unsent = outbox.Where(o => o.Key is OutboxState.Queued or OutboxState.Claimed or OutboxState.Failed).Sum(o => o.Value);
        console.MarkupLine(balanced && unsent == 0
            ? "[green]Every mail is accounted for.[/]"
            : string.Create(CultureInfo.InvariantCulture, $"[red]The ledger {(balanced ? "balances" : "does NOT balance")}; {unsent} mails were not sent.[/]"));
        console.MarkupLine("Next: [bold]enquiry-triage list[/], [bold]show REF[/], [bold]report --by team[/]");
        return balanced && unsent == 0;
    }
}
