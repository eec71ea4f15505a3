using EnquiryTriage.Core;
using EnquiryTriage.Core.Acknowledgements;
using EnquiryTriage.Core.Clocks;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Routing;
using EnquiryTriage.Mail;
using EnquiryTriage.Storage.Sqlite;
using EnquiryTriage.Topics;
using EnquiryTriage.Worker.Intake;
using EnquiryTriage.Worker.Outbox;
using EnquiryTriage.Worker.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace EnquiryTriage.Worker.Tests;

/// <summary>A small office: a folder mailbox, a Sent folder, a store of its own, and a model that says what a test wants.</summary>
internal sealed class Office : IDisposable, IIntakeObserver
{
    /// <summary>A Monday morning.</summary>
    public static readonly DateTimeOffset Now = new(2021, 4, 12, 10, 0, 0, TimeSpan.Zero);

    public static readonly SignedMessageIds Ids = new("agency.example", [[.. Enumerable.Range(1, 32).Select(i => (byte)i)]]);

    private SqliteStore? _store;

    public TemporaryFolder Folder { get; } = new();

    public FakeTimeProvider Time { get; } = new(Now);

    public List<IntakeOutcome> Outcomes { get; } = [];

    public Classify Model { get; set; } = (_, _) => Says();

    public MailboxAccess Access { get; set; } = MailboxAccess.ReadWrite;

    public OutboxMode Mode { get; set; } = OutboxMode.Live;

    public long MaxBytes { get; set; } = 10_000;

    public int BatchSize { get; set; } = 50;

    public long MaxBytesInFlight { get; set; } = 1_000_000;
    /// <summary>Who is told besides.</summary>
    public IIntakeObserver? Told { get; set; }

    public string Database => Folder.At(".enquiry-triage", "enquiries.db");

    public SqliteStore Store => _store ??= SqliteStore.Open(Database, TimeSpan.FromSeconds(1));

    public CheckedSettings Read => new(
        MailboxKind.Folder, Access, AfterIntake.Leave, Mode, RelayKind.Folder, ConnectionSecurity.None, ConnectionSecurity.None);

    public static Prediction Says(string top = "drugs", string? kind = "enquiry", bool abstained = false) =>
        new(top, 0.9, abstained, [new TopicScore(top, 0.9, ["county lines"])], kind, 0.9, false, 0);

    public FolderSource Inbox() => new("strategy", "INBOX", Path.Combine(Folder.Root, "inbox"), FolderRole.Inbox, MaxBytes, TimeSpan.FromSeconds(1), Time);

    public FolderSource Sent() => new("strategy", "Sent", Path.Combine(Folder.Root, "sent"), FolderRole.Sent, MaxBytes, TimeSpan.FromSeconds(1), Time);

    /// <summary>Delivers a mail, received when the office's clock says.</summary>
    public string Deliver(byte[] raw, string name, DateTimeOffset? received = null, string to = "inbox")
    {
        var path = Folder.Write(raw, to, name);
        File.SetLastWriteTimeUtc(path, (received ?? Time.GetUtcNow()).UtcDateTime);
        return path;
    }

    public MailboxIntake Intake(IReadOnlyList<IMailSource> sources, IIntakeStore? store = null)
    {
        var settings = Settings();
        var problems = new List<string>();
        var routing = RoutingTable.Build(settings.Rules, settings.Teams, ["drugs", "fraud"], ["enquiry", "complaint", "logistics"], problems);
        var templates = AcknowledgementTemplates.Build(settings.Acknowledgements, problems);
        Assert.Empty(problems);
        var reading = new ReadingOptions { Ours = Ids, OwnAddresses = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { Mails.Us } };
        var pipeline = new TriagePipeline(
            settings, reading, (s, t) => Model(s, t), routing, new AcknowledgementPolicy(settings.Acknowledgements), WorkingCalendar.Default);
        var writer = new IntakeWriter(
            settings, Ids, templates, WorkingCalendar.Default.Zone, (label, _) => label, Read.HoldReason, Mode == OutboxMode.Off, Time);
        var mailbox = new WatchedMailbox(sources, writer, Touches: Access == MailboxAccess.ReadWrite) { BatchSize = BatchSize, MaxBytesInFlight = MaxBytesInFlight };
        return new MailboxIntake(
            [mailbox], store ?? Store, Store, pipeline, new OutboxSignal(), Told is null ? [this] : [this, Told], Time, NullLogger<MailboxIntake>.Instance);
    }

    /// <summary>Looks once into the mailbox, as a worker that has just started.</summary>
    public Task<int> TakeInAsync(FolderSource? source = null)
    {
        source ??= Inbox();
        return Intake([source]).PassAsync(source, default);
    }

    public async Task<LedgerBalance> BalanceAsync(string folder = "INBOX") =>
        (await Store.BalanceAsync(default)).Single(b => b.Folder == folder);

    public async Task<EnquiryLife> OnlyLifeAsync() =>
        (await Store.FindAsync(Assert.Single(await Store.ListAsync(new(), default)).Reference, default))!;

    public void Settled(IntakeOutcome outcome) => Outcomes.Add(outcome);

    /// <summary>Closes the store, so that a process may have it for itself.</summary>
    public void Close()
    {
        _store?.Dispose();
        _store = null;
    }

    public void Dispose()
    {
        Close();
        Folder.Dispose();
    }

    private static TriageSettings Settings() => new()
    {
        MailboxAddress = Mails.Us,
        MailboxName = "Strategy Team",
        DutyContact = "duty@agency.example",
        Teams = new Dictionary<string, TeamSettings>(StringComparer.Ordinal)
        {
            ["duty"] = new() { Name = "the Duty Desk" },
            ["drugs"] = new() { Name = "the Drugs Team" },
            ["general"] = new() { Name = "the Strategy Team" },
        },
        Rules =
        [
            new() { Name = "danger", Urgent = true, Team = "duty", Target = "30 minutes" },
            new() { Name = "topic: drugs", Topics = ["drugs"], Abstained = false, Team = "drugs", Target = "5 working days" },
            new() { Name = "everything else", Team = "general", Target = "5 working days" },
        ],
        Acknowledgements = new()
        {
            Kinds = new Dictionary<string, KindPolicy>(StringComparer.Ordinal) { ["complaint"] = new() { Action = AcknowledgementAction.None } },
            Templates = new Dictionary<string, TemplateSettings>(StringComparer.Ordinal)
            {
                ["enquiry"] = new() { Subject = "{{Reference}}: we have your message", Text = ["{{Team}} answers by {{Due}}."] },
            },
        },
    };
}
