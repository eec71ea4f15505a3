using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Storage.Sqlite;
using EnquiryTriage.Worker;
using EnquiryTriage.Worker.Intake;
using EnquiryTriage.Worker.Outbox;
using EnquiryTriage.Worker.Protocol;
using EnquiryTriage.Worker.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace EnquiryTriage.Conformance.Rig;

/// <summary>The worker's own parts in this process, one pass at a time: the same composition as <c>run</c>, without its loops.</summary>
internal sealed class TriageRig : IAsyncDisposable
{
    private readonly Composition _composition;
    private readonly OutboxSignal _signal = new();
    private readonly SmtpRelay _relay;
    private readonly ProtocolLog _protocol;

    /// <summary>Puts the worker together.</summary>
    /// <param name="settings">What differs from the shipped configuration.</param>
    /// <param name="around">Wraps the inbox, to do something between its steps.</param>
    public TriageRig(IReadOnlyDictionary<string, string?> settings, Func<IMailSource, IMailSource>? around = null)
    {
        var time = TimeProvider.System;
        _composition = Composition.Build(SettingsLoader.Configure([], settings));
        var (written, read) = (_composition.Settings, _composition.Read);
        Store = SqliteStore.Open(written.Storage.Path);
        _protocol = new ProtocolLog(written.ProtocolLog);
        Mailboxes = [.. read.Mailboxes.Select(m => WatchedMailbox.Of(
            m, [.. m.Folders.Select(f => Around(new ImapSource(m, f.Name, f.Role, time, _protocol), around))], _composition.Writer(m, time)))];
        Intake = new MailboxIntake(Mailboxes, Store, Store, _composition.Pipeline, _signal, [], time, NullLogger<MailboxIntake>.Instance);
        _relay = new SmtpRelay(written.Outbox, read, time, _protocol);
        Outbox = new OutboxDispatcher(Store, _relay, read, written.Outbox, _signal, [], time, NullLogger<OutboxDispatcher>.Instance);
    }

    /// <summary>The record.</summary>
    public SqliteStore Store { get; }

    /// <summary>The watched mailboxes.</summary>
    public IReadOnlyList<WatchedMailbox> Mailboxes { get; }

    /// <summary>The watched inbox.</summary>
    public IMailSource Inbox => Mailboxes[0].Sources[0];

    /// <summary>The watched Sent folder.</summary>
    public IMailSource Sent => Mailboxes[0].Sources.First(s => s.Role == FolderRole.Sent);

    /// <summary>Reads.</summary>
    public MailboxIntake Intake { get; }

    /// <summary>Sends.</summary>
    public OutboxDispatcher Outbox { get; }

    /// <summary>One pass over the inbox; returns how many mails were settled.</summary>
    public Task<int> ReadAsync() => Intake.PassAsync(Inbox, CancellationToken.None);

    /// <summary>One pass over the Sent folder.</summary>
    public Task<int> ReadSentAsync() => Intake.PassAsync(Sent, CancellationToken.None);

    /// <summary>One pass of the outbox; returns how many attempts were made.</summary>
    public Task<int> SendAsync() => Outbox.PassAsync(CancellationToken.None);

    /// <summary>The ledger's sum for a folder.</summary>
    public async Task<LedgerBalance> BalanceAsync(string folder = "INBOX") =>
        Assert.Single(await Store.BalanceAsync(CancellationToken.None), b => string.Equals(b.Folder, folder, StringComparison.Ordinal));

    /// <summary>What runs out, as the servers' access knows it.</summary>
    public IReadOnlyList<EnquiryTriage.Worker.Health.HealthFact> Facts(DateTimeOffset now) => [.. _composition.Access.HealthSources.SelectMany(s => s.Facts(now))];

    /// <summary>Whole lives of all enquiries, newest first.</summary>
    public async Task<IReadOnlyList<EnquiryLife>> EnquiriesAsync()
    {
        var lives = new List<EnquiryLife>();
        foreach (var enquiry in await Store.ListAsync(new EnquiryFilter(Limit: 10_000), CancellationToken.None))
        {
            lives.Add((await Store.FindAsync(enquiry.Reference, CancellationToken.None))!);
        }

        return lives;
    }

    private static IMailSource Around(ImapSource source, Func<IMailSource, IMailSource>? around) =>
        source.Role == FolderRole.Inbox && around is not null ? around(source) : source;

    /// <summary>One pass over another folder.</summary>
    public Task<int> ReadAsync(string folder) => Intake.PassAsync(Mailboxes.SelectMany(m => m.Sources).First(s => string.Equals(s.Folder, folder, StringComparison.Ordinal)), CancellationToken.None);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var source in Mailboxes.SelectMany(m => m.Sources))
        {
            await source.DisposeAsync();
        }

        await _relay.DisposeAsync();
        Intake.Dispose();
        Outbox.Dispose();
        Store.Dispose();
        _protocol.Dispose();
        _composition.Dispose();
    }
}

/// <summary>Does something once, between the listing of a folder and the fetch of its mails.</summary>
internal sealed class InterruptedSource(IMailSource inner, Func<Task> afterListing) : IMailSource
{
    private bool _done;

    public string Mailbox => inner.Mailbox;

    public string Folder => inner.Folder;

    public FolderRole Role => inner.Role;

    public async Task<Listing> ListAsync(bool whole, CancellationToken cancel)
    {
        var listed = await inner.ListAsync(whole, cancel);
        if (!_done)
        {
            _done = true;
            await afterListing();
        }

        return listed;
    }

    public IAsyncEnumerable<FetchResult> FetchAsync(IReadOnlyList<ListedMail> mails, CancellationToken cancel) => inner.FetchAsync(mails, cancel);

    public Task<IReadOnlyList<ListedMail>> MeasureAsync(IReadOnlyList<ListedMail> mails, CancellationToken cancel) => inner.MeasureAsync(mails, cancel);

    public Task<IReadOnlyList<TouchedMail>> TouchAsync(IReadOnlyList<UntouchedMail> mails, CancellationToken cancel) => inner.TouchAsync(mails, cancel);

    public Task WaitAsync(CancellationToken wake, CancellationToken cancel) => inner.WaitAsync(wake, cancel);

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
