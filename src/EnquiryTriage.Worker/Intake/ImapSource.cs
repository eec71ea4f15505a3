using System.Globalization;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Worker.Protocol;
using EnquiryTriage.Worker.Settings;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;

namespace EnquiryTriage.Worker.Intake;

/// <summary>A folder on an IMAP server (RFC 3501), by MailKit. Connects when needed; after a fault the next call connects anew.</summary>
public sealed class ImapSource(MailboxSettings settings, CheckedSettings read, string folder, FolderRole role, TimeProvider time, ProtocolLog protocol) : IMailSource
{
    private const MessageSummaryItems Summary = MessageSummaryItems.UniqueId | MessageSummaryItems.Size | MessageSummaryItems.InternalDate;
    private const long LargestFetch = 64L * 1024 * 1024;
    private ImapClient? _client;
    private ImapFolder? _folder;

    /// <inheritdoc/>
    public string Mailbox => settings.Name;

    /// <inheritdoc/>
    public string Folder => folder;

    /// <inheritdoc/>
    public FolderRole Role => role;

    private bool ReadOnly => read.Access == MailboxAccess.ReadOnly || role == FolderRole.Sent || read.AfterIntake == AfterIntake.Leave;

    /// <inheritdoc/>
    public Task<IReadOnlyList<ListedMail>> ListAsync(CancellationToken cancel) => GuardAsync<IReadOnlyList<ListedMail>>(
        async () =>
        {
            var opened = await OpenAsync(cancel);

            // On a kept connection SEARCH answers from the state last told (Dovecot does), so that new mail would wait for the pass after this one.
            await _client!.NoOpAsync(cancel);
            var uids = await opened.SearchAsync(SearchQuery.All, cancel);
            return [.. uids.OrderBy(u => u.Id).Select(u => new ListedMail(KeyOf(opened.UidValidity, u), null))];
        });

    /// <inheritdoc/>
    public async IAsyncEnumerable<FetchResult> FetchAsync(IReadOnlyList<ListedMail> mails, [EnumeratorCancellation] CancellationToken cancel)
    {
        // MailKit hands streams to a callback while the response is read; the channel turns that into a sequence with the batch as its bound.
        var results = Channel.CreateUnbounded<FetchResult>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var fetch = FetchIntoAsync(mails, results.Writer, cancel);
        await foreach (var result in results.Reader.ReadAllAsync(cancel))
        {
            yield return result;
        }

        await fetch;
    }

    /// <inheritdoc/>
    public Task SettledAsync(IReadOnlyList<SettledMail> mails, CancellationToken cancel) => ReadOnly ? Task.CompletedTask : GuardAsync(
        async () =>
        {
            var opened = await OpenAsync(cancel);
            if (read.AfterIntake == AfterIntake.Move)
            {
                var target = await TargetAsync(cancel);
                await opened.MoveToAsync([.. mails.Select(m => UidOf(m.Key))], target, cancel);
                return 0;
            }

            foreach (var alike in mails.GroupBy(m => string.Join(' ', m.Keywords), StringComparer.Ordinal))
            {
                var request = new StoreFlagsRequest(StoreAction.Add, new HashSet<string>(alike.First().Keywords, StringComparer.Ordinal)) { Silent = true };
                await opened.StoreAsync([.. alike.Select(m => UidOf(m.Key))], request, cancel);
            }

            return 0;
        });

    /// <inheritdoc/>
    public async Task WaitAsync(CancellationToken cancel) => await Task.Delay(TimeSpan.FromSeconds(settings.PollSeconds), time, cancel);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_client is { IsConnected: true } client)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            try
            {
                await client.DisconnectAsync(quit: true, limit.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or ProtocolException)
            {
                // The server is left without LOGOUT: it notices by the closed connection.
            }
        }

        _client?.Dispose();
    }

    private async Task FetchIntoAsync(IReadOnlyList<ListedMail> mails, ChannelWriter<FetchResult> results, CancellationToken cancel)
    {
        try
        {
            await GuardAsync(async () =>
            {
                var opened = await OpenAsync(cancel);
                var current = mails.Where(m => m.Key.Key.StartsWith(Validity(opened), StringComparison.Ordinal)).ToDictionary(m => UidOf(m.Key));
                var summaries = await opened.FetchAsync([.. current.Keys], new FetchRequest(Summary), cancel);
                var fetchable = new Dictionary<UniqueId, IMessageSummary>();
                long bytes = 0;
                foreach (var summary in summaries.Where(s => current.ContainsKey(s.UniqueId)))
                {
                    // The size comes before the body, so that an oversize mail costs nothing.
                    if (summary.Size > settings.MaxMessageBytes)
                    {
                        results.TryWrite(FetchResult.Quarantined(
                            current[summary.UniqueId].Key, $"{summary.Size} bytes, over Mailbox:MaxMessageBytes ({settings.MaxMessageBytes})"));
                        current.Remove(summary.UniqueId);
                        continue;
                    }

                    // No more at once than memory should hold: what does not come back stays pending and is asked for again.
                    bytes += summary.Size ?? 0;
                    if (fetchable.Count > 0 && bytes > LargestFetch)
                    {
                        current.Remove(summary.UniqueId);
                        continue;
                    }

                    fetchable[summary.UniqueId] = summary;
                }

                if (fetchable.Count > 0)
                {
                    await opened.GetStreamsAsync(
                        [.. fetchable.Keys],
                        async (_, _, uid, stream, stop) =>
                        {
                            using var raw = new MemoryStream();
                            await stream.CopyToAsync(raw, stop);
                            var received = fetchable[uid].InternalDate ?? time.GetUtcNow();
                            results.TryWrite(FetchResult.Of(new FetchedMail(current[uid].Key, raw.ToArray(), received.ToUniversalTime(), time.GetUtcNow(), role)));
                            current.Remove(uid);
                        },
                        cancel);
                }

                foreach (var gone in current.Values)
                {
                    results.TryWrite(fetchable.ContainsKey(UidOf(gone.Key))
                        ? FetchResult.Quarantined(gone.Key, "the server listed the mail and sent no body for it")
                        : FetchResult.Vanished(gone.Key));
                }

                return 0;
            });
            results.Complete();
        }
        catch (Exception e)
        {
            results.Complete(e);
        }
    }

    private async Task<ImapFolder> OpenAsync(CancellationToken cancel)
    {
        if (_client is { IsConnected: true, IsAuthenticated: true } && _folder is { IsOpen: true })
        {
            return _folder;
        }

        _client?.Dispose();
        _client = new ImapClient(protocol.Imap()) { Timeout = 120_000 };
        await Connection.OpenAsync(_client, settings.Server, read.MailboxSecurity, "Mailbox:Server", cancel);
        _folder = (ImapFolder)(folder.Equals("INBOX", StringComparison.OrdinalIgnoreCase) ? _client.Inbox! : await _client.GetFolderAsync(folder, cancel));
        await _folder.OpenAsync(ReadOnly ? FolderAccess.ReadOnly : FolderAccess.ReadWrite, cancel);
        return _folder;
    }

    private async Task<IMailFolder> TargetAsync(CancellationToken cancel)
    {
        try
        {
            return await _client!.GetFolderAsync(settings.MoveTo, cancel);
        }
        catch (FolderNotFoundException)
        {
            var root = _client!.GetFolder(_client.PersonalNamespaces[0]);
            return await root.CreateAsync(settings.MoveTo, isMessageFolder: true, cancel)
                ?? throw new MailSourceException($"Mailbox:MoveTo: the folder '{settings.MoveTo}' could not be created: create it, or name another.", temporary: true);
        }
    }

    private LedgerKey KeyOf(uint validity, UniqueId uid) =>
        new(settings.Name, folder, string.Create(CultureInfo.InvariantCulture, $"{validity}:{uid.Id}"));

    private static string Validity(ImapFolder opened) => string.Create(CultureInfo.InvariantCulture, $"{opened.UidValidity}:");

    private static UniqueId UidOf(LedgerKey key) =>
        new(uint.Parse(key.Key.AsSpan(key.Key.IndexOf(':', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture));

    private async Task<T> GuardAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (FolderNotFoundException e)
        {
            throw new MailSourceException($"{settings.Server.Host}: there is no folder '{e.FolderName}': set Mailbox:Folder or Mailbox:SentFolder to one that exists.", temporary: true, e);
        }
        catch (Exception e) when (Connection.IsFault(e))
        {
            // Whatever went wrong, the connection's state is not known: the next call starts afresh.
            _client?.Dispose();
            _client = null;
            throw new MailSourceException(Connection.Explain(settings.Server, "Mailbox:Server", e), temporary: true, e);
        }
    }
}
