using System.Runtime.InteropServices;
using System.Threading.Channels;
using EnquiryTriage.Core;
using EnquiryTriage.Core.Intake;

namespace EnquiryTriage.Worker.Intake;

/// <summary>Batches in a row of three: while one is committed the next is analysed and the one after that fetched. What is fetched and not committed is bounded in bytes.</summary>
public sealed partial class MailboxIntake
{
    private const int MeasuredTogether = 500;
    private const int TouchedTogether = 100;
    private const int FetchAttempts = 5;

    private sealed record FetchedBatch(Task<IReadOnlyList<(FetchResult Result, MailAnalysis? Analysis)>> Analysed, long Reserved);

    private async Task<int> TakeAsync(IMailSource source, List<ListedMail> pending, CancellationToken cancel)
    {
        if (pending.Count == 0)
        {
            return 0;
        }

        // A commit that fails ends the fetching after the batch in hand: to cut it in the middle would cost the connection.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var budget = new ByteBudget(_watched[source].Mailbox.MaxBytesInFlight);
        var batches = Channel.CreateBounded<FetchedBatch>(1);
        var fetching = FetchAllAsync(source, pending, budget, batches.Writer, stop.Token, cancel);
        var done = 0;
        try
        {
            await foreach (var batch in batches.Reader.ReadAllAsync(cancel))
            {
                done += await CommitBatchAsync(source, await batch.Analysed, cancel);
                budget.Release(batch.Reserved);
            }
        }
        finally
        {
            await stop.CancelAsync();
            await fetching;
        }

        return done;
    }

    private async Task FetchAllAsync(
        IMailSource source, List<ListedMail> pending, ByteBudget budget, ChannelWriter<FetchedBatch> batches, CancellationToken stop, CancellationToken cancel)
    {
        var watched = _watched[source];
        try
        {
            foreach (var chunk in pending.Chunk(watched.Singly ? 1 : MeasuredTogether))
            {
                foreach (var batch in Batches(await MeasureAsync(source, chunk, cancel), watched))
                {
                    var bytes = batch.Sum(m => m.Bytes ?? 0);
                    await budget.TakeAsync(bytes, stop);
                    var fetched = await FetchAsync(source, batch, cancel);
                    CrashPoint.Reach(CrashPoint.AfterFetch);
                    var order = batch.Select((m, i) => (m.Key, i)).ToDictionary(p => p.Key, p => p.i);
                    fetched.Sort((a, b) => order[a.Key].CompareTo(order[b.Key]));
                    await batches.WriteAsync(new FetchedBatch(AnalyseAsync(fetched, cancel), bytes), stop);
                }
            }

            batches.Complete();
        }
        catch (Exception e)
        {
            // What was fetched before is committed first; then the fault is the reader's.
            batches.Complete(e);
        }
    }

    // As many as are committed together, and no more bytes than leave room for the two other batches in the row.
    private static IEnumerable<ListedMail[]> Batches(IEnumerable<ListedMail> mails, WatchedFolderState watched)
    {
        var (count, limit) = (watched.Singly ? 1 : watched.Mailbox.BatchSize, watched.Mailbox.MaxBytesInFlight / 3);
        var batch = new List<ListedMail>();
        long bytes = 0;
        foreach (var mail in mails)
        {
            if (batch.Count > 0 && (batch.Count >= count || bytes + (mail.Bytes ?? 0) > limit))
            {
                yield return [.. batch];
                batch.Clear();
                bytes = 0;
            }

            batch.Add(mail);
            bytes += mail.Bytes ?? 0;
        }

        if (batch.Count > 0)
        {
            yield return [.. batch];
        }
    }

    private async Task<IReadOnlyList<ListedMail>> MeasureAsync(IMailSource source, ListedMail[] mails, CancellationToken cancel)
    {
        try
        {
            return await source.MeasureAsync(mails, cancel);
        }
        catch (MailSourceException) when (Failed(source, mails))
        {
            return mails;
        }
    }

    // What came before a fault is committed and the rest stays pending. A mail that breaks the fetch time and again while the mailbox can be listed
    // is found by fetching singly, after the others, and set aside.
    private async Task<List<FetchResult>> FetchAsync(IMailSource source, ListedMail[] batch, CancellationToken cancel)
    {
        var fetched = new List<FetchResult>(batch.Length);
        try
        {
            await foreach (var result in source.FetchAsync(batch, cancel))
            {
                fetched.Add(result);
            }

            return fetched;
        }
        catch (MailSourceException e) when (fetched.Count > 0)
        {
            Log.FetchedInPart(log, source.Mailbox, source.Folder, fetched.Count, batch.Length, e.Message);
            return fetched;
        }
        catch (MailSourceException) when (Failed(source, batch))
        {
            return [FetchResult.Quarantined(batch[0].Key, $"could not be fetched in {FetchAttempts} attempts")];
        }
    }

    // Whether a mail that was asked for alone has failed for the last time.
    private bool Failed(IMailSource source, ListedMail[] mails)
    {
        var watched = _watched[source];
        watched.Singly = true;
        return mails.Length == 1 && ++CollectionsMarshal.GetValueRefOrAddDefault(watched.Failures, mails[0].Key.Key, out _) >= FetchAttempts;
    }

    // Mails that somebody had tried again, and those brought in as files: from the bytes that are kept where these are whole, else they are fetched again.
    private async Task<(int Done, IReadOnlyList<ListedMail> ToFetch)> RetryAsync(IMailSource source, CancellationToken cancel)
    {
        var watched = _watched[source];
        var retried = (await quarantine.RetriedAsync(source.Mailbox, source.Folder, cancel)).ToList();
        if (watched.Mailbox.Sources[0] == source)
        {
            retried.AddRange(await quarantine.RetriedAsync(source.Mailbox, HeldMail.ImportFolder, cancel));
        }

        watched.Retried.Clear();
        watched.Retried.UnionWith(retried.Select(r => r.Key));
        watched.Settled.ExceptWith(retried.Select(r => r.Key.Key));
        var done = 0;
        foreach (var mail in retried)
        {
            if (mail.Raw is { } raw)
            {
                var now = time.GetUtcNow();
                var fetched = FetchResult.Of(new FetchedMail(mail.Key, raw, mail.Received ?? now, now, source.Role));
                done += await CommitBatchAsync(source, await AnalyseAsync([fetched], cancel), cancel);
            }
        }

        return (done, [.. retried.Where(r => r.Raw is null).Select(r => new ListedMail(r.Key, null))]);
    }

    private async Task<int> CommitBatchAsync(IMailSource source, IReadOnlyList<(FetchResult Result, MailAnalysis? Analysis)> analysed, CancellationToken cancel)
    {
        var watched = _watched[source];
        var adopted = await store.AdoptedBeforeAsync(source.Mailbox, cancel);
        var outcomes = await CommitAsync(source, analysed, adopted, cancel);
        CrashPoint.Reach(CrashPoint.AfterCommit);
        watched.Committed += outcomes.Count;

        // A mail that was gone may only have been renamed: where it is listed again, it is looked for again.
        watched.Gone += outcomes.Count(o => o.State == LedgerState.Vanished);
        watched.Settled.UnionWith(outcomes.Where(o => o.State != LedgerState.Vanished).Select(o => o.Key.Key));
        foreach (var observer in observers)
        {
            outcomes.ForEach(observer.Settled);
        }

        Log.Committed(log, source.Mailbox, source.Folder, outcomes.Count);
        if (outcomes.Exists(o => o.Alerts || o.Record?.Outbox.Count > 0))
        {
            outbox.Wake();
        }

        return outcomes.Count;
    }

    // The record is what counts: a mailbox that refuses a keyword or a move must not hold up the mail behind it. What it refused, or what a crash left
    // over, stays owed and is tried again after the next mail and at the next whole listing.
    private async Task TouchAsync(IMailSource source, CancellationToken cancel)
    {
        if (!_watched[source].Mailbox.Touches || source.Role != FolderRole.Inbox)
        {
            return;
        }

        var watchedFolders = _watched.Keys.Where(s => s.Mailbox == source.Mailbox).Select(s => s.Folder).ToHashSet(StringComparer.OrdinalIgnoreCase);
        while (await store.UntouchedAsync(source.Mailbox, source.Folder, TouchedTogether, cancel) is { Count: > 0 } owed)
        {
            IReadOnlyList<TouchedMail> touched;
            try
            {
                touched = await source.TouchAsync(owed, cancel);
            }
            catch (MailSourceException e)
            {
                Log.NotTouched(log, source.Mailbox, source.Folder, owed.Count, e.Message);
                return;
            }

            if (touched.Count == 0)
            {
                return;
            }

            CrashPoint.Reach(CrashPoint.AfterTouch);
            await store.TouchedAsync(
                [.. touched.Select(t => t with { MovedTo = t.MovedTo is { } to && watchedFolders.Contains(to.Folder) ? to : null })], time.GetUtcNow(), cancel);
        }
    }
}
