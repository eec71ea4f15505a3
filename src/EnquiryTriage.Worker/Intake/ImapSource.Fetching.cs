using System.Runtime.CompilerServices;
using System.Threading.Channels;
using EnquiryTriage.Core.Intake;
using MailKit;
using MailKit.Net.Imap;

namespace EnquiryTriage.Worker.Intake;

/// <summary>Sizes first, then bodies as a batch of streams.</summary>
public sealed partial class ImapSource
{
    private readonly Dictionary<uint, (long Bytes, DateTimeOffset Received)> _measured = [];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<ListedMail>> MeasureAsync(IReadOnlyList<ListedMail> mails, CancellationToken cancel)
    {
        const MessageSummaryItems Summary = MessageSummaryItems.UniqueId | MessageSummaryItems.Size | MessageSummaryItems.InternalDate;
        var opened = await OpenAsync(cancel);
        var asked = mails.Select(m => UidOf(m.Key, opened)).OfType<UniqueId>().ToList();
        if (asked.Count > 0)
        {
            var summaries = await StepAsync(Step.Metadata, stop => opened.FetchAsync(asked, new FetchRequest(Summary), stop), cancel);
            foreach (var summary in summaries)
            {
                var received = (summary.InternalDate ?? time.GetUtcNow()).ToUniversalTime();
                _measured[summary.UniqueId.Id] = (summary.Size ?? 0, received);
            }
        }

        return [.. mails.Select(m => m with { Bytes = UidOf(m.Key, opened) is { } uid && _measured.TryGetValue(uid.Id, out var known) ? known.Bytes : null })];
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<FetchResult> FetchAsync(IReadOnlyList<ListedMail> mails, [EnumeratorCancellation] CancellationToken cancel)
    {
        // MailKit hands streams to a callback while the response is read; the channel turns that into a sequence with the batch as its bound.
        var results = Channel.CreateUnbounded<FetchResult>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
        var fetch = FetchIntoAsync(mails, results.Writer, cancel);
        await foreach (var result in results.Reader.ReadAllAsync(CancellationToken.None))
        {
            yield return result;
        }

        await fetch;
    }

    private async Task FetchIntoAsync(IReadOnlyList<ListedMail> mails, ChannelWriter<FetchResult> results, CancellationToken cancel)
    {
        try
        {
            var opened = await OpenAsync(cancel);
            if (mails.Any(m => UidOf(m.Key, opened) is { } uid && !_measured.ContainsKey(uid.Id)))
            {
                // A connection that broke since took what it knew with it.
                mails = await MeasureAsync(mails, cancel);
            }

            var waiting = new Dictionary<UniqueId, LedgerKey>();
            foreach (var mail in mails)
            {
                if (UidOf(mail.Key, opened) is not { } uid)
                {
                    results.TryWrite(FetchResult.Vanished(mail.Key));
                }
                else if (mail.Bytes > _settings.MaxMessageBytes)
                {
                    results.TryWrite(await HeadAsync(opened, mail, uid, cancel));
                }
                else
                {
                    waiting[uid] = mail.Key;
                }
            }

            await BodiesAsync(opened, waiting, results, cancel);
            if (waiting.Count > 0)
            {
                await MissingAsync(opened, waiting, results, cancel);
            }

            results.Complete();
        }
        catch (Exception e)
        {
            results.Complete(e);
        }
        finally
        {
            foreach (var mail in mails)
            {
                _measured.Remove(UidNumber(mail.Key));
            }
        }
    }

    // What comes is taken out of "waiting".
    private async Task BodiesAsync(ImapFolder opened, Dictionary<UniqueId, LedgerKey> waiting, ChannelWriter<FetchResult> results, CancellationToken cancel)
    {
        if (waiting.Count == 0)
        {
            return;
        }

        // Sizes are what the server says, and servers lie: some leeway, and an end.
        var expected = waiting.Keys.Sum(u => Math.Max(Measured(u).Bytes, 64 * 1024));
        await StepAsync(
            Step.Body,
            async stop =>
            {
                await opened.GetStreamsAsync(
                    [.. waiting.Keys],
                    async (_, _, uid, stream, token) =>
                    {
                        if (waiting.Remove(uid, out var key))
                        {
                            results.TryWrite(await TakeAsync(key, uid, stream, token));
                            // The limit is for the next one: a slow line may bring many mails, if it brings them.
                            _limit?.CancelAfter(Allowed(Step.Body));
                        }
                    },
                    stop);
                return 0;
            },
            cancel,
            expected * 2);
    }

    private async Task<FetchResult> TakeAsync(LedgerKey key, UniqueId uid, Stream stream, CancellationToken cancel)
    {
        var (bytes, received) = Measured(uid);
        using var raw = new MemoryStream((int)Math.Min(bytes + 1, _settings.MaxMessageBytes));
        await stream.CopyToAsync(raw, cancel);
        return raw.Length > _settings.MaxMessageBytes
            ? FetchResult.Oversize(key, new MailHead(raw.ToArray().AsMemory(0, FetchResult.HeadBytes), raw.Length, received), mailbox.Key, _settings.MaxMessageBytes)
            : FetchResult.Of(new FetchedMail(key, raw.GetBuffer().AsMemory(0, (int)raw.Length), received, time.GetUtcNow(), role));
    }

    // The beginning says who wrote, and mostly what: enough to list the mail and to see danger in it.
    private async Task<FetchResult> HeadAsync(ImapFolder opened, ListedMail mail, UniqueId uid, CancellationToken cancel)
    {
        try
        {
            return await StepAsync(Step.Body, async stop =>
            {
                using var raw = new MemoryStream();
                await using var stream = await opened.GetStreamAsync(uid, 0, FetchResult.HeadBytes, stop);
                await stream.CopyToAsync(raw, stop);
                return FetchResult.Oversize(mail.Key, new MailHead(raw.ToArray(), mail.Bytes ?? 0, Measured(uid).Received), mailbox.Key, _settings.MaxMessageBytes);
            }, cancel);
        }
        catch (MessageNotFoundException)
        {
            return FetchResult.Vanished(mail.Key);
        }
    }

    // Gone since they were listed, or listed without a body: the server is asked once more.
    private async Task MissingAsync(ImapFolder opened, Dictionary<UniqueId, LedgerKey> waiting, ChannelWriter<FetchResult> results, CancellationToken cancel)
    {
        var there = await StepAsync(
            Step.Metadata,
            async stop =>
            {
                await _client!.NoOpAsync(stop);
                var named = await opened.FetchAsync([.. waiting.Keys], new FetchRequest(MessageSummaryItems.UniqueId), stop);
                return named.Select(n => n.UniqueId.Id).ToHashSet();
            },
            cancel);
        foreach (var (uid, key) in waiting.Where(w => !there.Contains(w.Key.Id)).ToList())
        {
            results.TryWrite(FetchResult.Vanished(key));
            waiting.Remove(uid);
        }

        await BodiesAsync(opened, waiting, results, cancel);
        foreach (var key in waiting.Values)
        {
            results.TryWrite(FetchResult.Quarantined(key, "the server lists the mail and sends no body for it"));
        }
    }

    private (long Bytes, DateTimeOffset Received) Measured(UniqueId uid) =>
        _measured.TryGetValue(uid.Id, out var known) ? known : (0, time.GetUtcNow());

    private static uint UidNumber(LedgerKey key) =>
        uint.TryParse(key.Key.AsSpan(key.Key.IndexOf(':', StringComparison.Ordinal) + 1), out var uid) ? uid : 0;
}
