using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Worker.Access;
using EnquiryTriage.Worker.Settings;
using Microsoft.Graph.Users.Item.MailFolders.Item.Messages.Delta;
using Microsoft.Kiota.Abstractions;
using Message = Microsoft.Graph.Models.Message;

namespace EnquiryTriage.Worker.Intake;

/// <summary>
/// A folder of a Microsoft 365 mailbox, by Microsoft Graph. What it holds is kept in memory and brought up to date by delta queries; after a start, or where Graph
/// has forgotten the state, it is listed whole. The ledger's keys are Graph's immutable ids.
/// </summary>
internal sealed class GraphSource(GraphMailbox graph, CheckedMailbox mailbox, string folder, FolderRole role, TimeProvider time) : IMailSource
{
    private readonly MailboxSettings _settings = mailbox.Settings;
    private const int PageSize = 500;
    private static readonly TimeSpan BodyTime = TimeSpan.FromMinutes(4);
    private static readonly string[] Selected = ["receivedDateTime", "categories"];
    private readonly GraphFolders _folders = new(graph);
    private readonly Dictionary<string, Known> _known = new(StringComparer.Ordinal);
    private string? _deltaLink;

    /// <inheritdoc/>
    public string Mailbox => _settings.Name;

    /// <inheritdoc/>
    public string Folder => folder;

    /// <inheritdoc/>
    public FolderRole Role => role;

    /// <inheritdoc/>
    public async Task<Listing> ListAsync(bool whole, CancellationToken cancel)
    {
        try
        {
            await UpdateAsync(cancel);
        }
        catch (MailSourceException e) when (_deltaLink is not null && e.InnerException is ApiException { ResponseStatusCode: 410 or 400 or 404 })
        {
            // 410 Gone, or a link that is not understood any more: Graph has forgotten the state, and everything is listed anew.
            _deltaLink = null;
            await UpdateAsync(cancel);
        }

        return Listing.All([.. _known.OrderBy(k => k.Value.Received).ThenBy(k => k.Key, StringComparer.Ordinal).Select(k => new ListedMail(new LedgerKey(_settings.Name, folder, k.Key), null))]);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<FetchResult> FetchAsync(IReadOnlyList<ListedMail> mails, [EnumeratorCancellation] CancellationToken cancel)
    {
        var results = Channel.CreateBounded<FetchResult>(GraphMailbox.Concurrency);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var fetch = FetchIntoAsync(mails, results.Writer, stop.Token);
        try
        {
            await foreach (var result in results.Reader.ReadAllAsync(cancel))
            {
                yield return result;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await fetch;
        }
    }

    /// <summary>Graph tells no sizes.</summary>
    public Task<IReadOnlyList<ListedMail>> MeasureAsync(IReadOnlyList<ListedMail> mails, CancellationToken cancel) => Task.FromResult(mails);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<TouchedMail>> TouchAsync(IReadOnlyList<UntouchedMail> mails, CancellationToken cancel)
    {
        if (!mailbox.Touches || role == FolderRole.Sent)
        {
            return [];
        }

        var targets = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in mailbox.AfterIntake == AfterIntake.Move ? mails.Select(TargetOf).Distinct(StringComparer.Ordinal) : [])
        {
            targets[name] = await _folders.FindOrCreateAsync(name, cancel);
        }

        var done = new TouchedMail[mails.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = GraphMailbox.Concurrency, CancellationToken = cancel };
        await Parallel.ForAsync(0, mails.Count, options, async (i, stop) => done[i] = await TouchAsync(mails[i], targets, stop));
        return done;
    }

    /// <inheritdoc/>
    public Task WaitAsync(CancellationToken wake, CancellationToken cancel) => Waiting.DelayAsync(TimeSpan.FromSeconds(_settings.PollSeconds), time, wake, cancel);

    /// <summary>Nothing of its own: the mailbox's client is shared.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // The state is replaced only when a round is whole: half a listing would look as if the rest had vanished.
    private async Task UpdateAsync(CancellationToken cancel)
    {
        var id = await _folders.FindAsync(folder, cancel)
            ?? throw new MailSourceException($"there is no folder '{folder}': set Mailbox:Folder or Mailbox:SentFolder to one that exists.", temporary: true);
        var whole = _deltaLink is null;
        var link = _deltaLink;
        var changes = new List<(string Id, Known? Mail)>();
        string? delta = null;
        while (delta is null)
        {
            var page = await graph.CallAsync(stop => PageAsync(id, link, stop), cancel);
            changes.AddRange((page?.Value ?? []).Where(m => m.Id is not null).Select(m => (m.Id!, m.AdditionalData.ContainsKey("@removed") ? null : Seen(m))));
            delta = page?.OdataDeltaLink;
            link = page?.OdataNextLink ?? (delta is not null ? delta : throw new MailSourceException("Graph ended a listing without a link to go on from: the next look starts afresh.", temporary: true));
        }

        if (whole)
        {
            _known.Clear();
        }

        foreach (var (key, mail) in changes)
        {
            if (mail is null)
            {
                _known.Remove(key);
            }
            else
            {
                _known[key] = mail;
            }
        }

        _deltaLink = delta;
    }

    private Task<DeltaGetResponse?> PageAsync(string id, string? link, CancellationToken cancel)
    {
        var delta = graph.User.MailFolders[id].Messages.Delta;
        return link is null
            ? delta.GetAsDeltaGetResponseAsync(
                c =>
                {
                    c.QueryParameters.Select = Selected;
                    c.Headers.Add("Prefer", GraphMailbox.ImmutableIds, $"odata.maxpagesize={PageSize}");
                },
                cancel)
            : delta.WithUrl(link).GetAsDeltaGetResponseAsync(c => c.Headers.Add("Prefer", GraphMailbox.ImmutableIds, $"odata.maxpagesize={PageSize}"), cancel);
    }

    // A change may name only what changed: what it leaves out is as it was.
    private Known Seen(Message message)
    {
        var before = _known.GetValueOrDefault(message.Id!);
        return new Known((message.ReceivedDateTime ?? before?.Received ?? time.GetUtcNow()).ToUniversalTime(), message.Categories ?? before?.Categories ?? []);
    }

    private async Task FetchIntoAsync(IReadOnlyList<ListedMail> mails, ChannelWriter<FetchResult> results, CancellationToken cancel)
    {
        try
        {
            var options = new ParallelOptions { MaxDegreeOfParallelism = GraphMailbox.Concurrency, CancellationToken = cancel };
            await Parallel.ForEachAsync(mails, options, async (mail, stop) => await results.WriteAsync(await FetchAsync(mail.Key, stop), stop));
            results.Complete();
        }
        catch (Exception e)
        {
            results.Complete(e);
        }
    }

    private async Task<FetchResult> FetchAsync(LedgerKey key, CancellationToken cancel)
    {
        try
        {
            var raw = await graph.CallAsync(stop => RawAsync(key.Key, stop), cancel);
            var received = _known.GetValueOrDefault(key.Key)?.Received ?? time.GetUtcNow();
            return raw.Length > _settings.MaxMessageBytes
                ? FetchResult.Oversize(key, new MailHead(raw.AsSpan(0, Math.Min(raw.Length, FetchResult.HeadBytes)).ToArray(), raw.Length, received), mailbox.Key, _settings.MaxMessageBytes)
                : FetchResult.Of(new FetchedMail(key, raw, received, time.GetUtcNow(), role));
        }
        catch (MailSourceException e) when (e.InnerException is ApiException { ResponseStatusCode: 404 })
        {
            return FetchResult.Vanished(key);
        }
    }

    // Graph tells no size beforehand: the stream is left where it has grown beyond the limit.
    private async Task<byte[]> RawAsync(string id, CancellationToken cancel)
    {
        // The client's own timeout ends with the answer's headers.
        using var limit = new CancellationTokenSource(BodyTime, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancel);
        await using var stream = await graph.User.Messages[id].Content.GetAsync(c => c.Headers.Add("Prefer", GraphMailbox.ImmutableIds), either.Token)
            ?? throw new IOException("Graph sent no body for a mail.");
        using var raw = new MemoryStream();
        var buffer = new byte[81_920];
        int count;
        while (raw.Length <= _settings.MaxMessageBytes && (count = await stream.ReadAsync(buffer, either.Token)) > 0)
        {
            raw.Write(buffer, 0, count);
        }

        return raw.ToArray();
    }

    private string TargetOf(UntouchedMail mail) => ImapSource.TargetName(_settings.MoveTo, mail);

    private async Task<TouchedMail> TouchAsync(UntouchedMail mail, Dictionary<string, string> targets, CancellationToken cancel)
    {
        var request = graph.User.Messages[mail.Key.Key];
        try
        {
            if (mailbox.AfterIntake == AfterIntake.Move)
            {
                var target = TargetOf(mail);
                await graph.CallAsync(stop => request.Move.PostAsync(new() { DestinationId = targets[target] }, c => c.Headers.Add("Prefer", GraphMailbox.ImmutableIds), stop), cancel);
                return new TouchedMail(mail.Key, new LedgerKey(_settings.Name, target, mail.Key.Key));
            }

            // A mail's categories are replaced as a whole: those that people gave it stay.
            var before = _known.GetValueOrDefault(mail.Key.Key)?.Categories ?? [];
            var categories = before.Union(ImapSource.Keywords(mail), StringComparer.OrdinalIgnoreCase).ToList();
            if (categories.Count > before.Count)
            {
                await graph.CallAsync(stop => request.PatchAsync(new Message { Categories = categories }, c => c.Headers.Add("Prefer", GraphMailbox.ImmutableIds), stop), cancel);
            }
        }
        catch (MailSourceException e) when (e.InnerException is ApiException { ResponseStatusCode: 404 })
        {
            // Somebody moved or deleted it meanwhile.
        }

        return new TouchedMail(mail.Key, null);
    }

    private sealed record Known(DateTimeOffset Received, IReadOnlyList<string> Categories);
}
