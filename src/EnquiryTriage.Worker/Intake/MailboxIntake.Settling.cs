using EnquiryTriage.Core;
using EnquiryTriage.Core.Intake;

namespace EnquiryTriage.Worker.Intake;

/// <summary>From fetched bytes to one transaction: analyse, look up, decide, add; one bad mail is set aside alone.</summary>
public sealed partial class MailboxIntake
{
    // Together where the store takes them; one by one where it refuses the batch for good, so that one mail cannot hold up the others.
    private async Task<List<IntakeOutcome>> CommitAsync(
        IMailSource source, IReadOnlyList<(FetchResult Result, MailAnalysis? Analysis)> batch, DateTimeOffset? adopted, CancellationToken cancel)
    {
        try
        {
            var outcomes = new List<IntakeOutcome>(batch.Count);
            var touches = source.Role == FolderRole.Inbox && _watched[source].Mailbox.Touches;
            await using var session = await store.BeginAsync(cancel);
            foreach (var (result, analysis) in batch)
            {
                var outcome = await SettleAsync(session, source, result, analysis, adopted, cancel);
                if (touches && outcome.State is LedgerState.Ingested or LedgerState.Duplicate)
                {
                    await session.WantTouchAsync(outcome.Key, outcome.Original, cancel);
                }

                outcomes.Add(outcome);
            }

            CrashPoint.Reach(CrashPoint.BeforeCommit);
            await session.CommitAsync(cancel);
            return outcomes;
        }
        catch (Exception e) when (e is StoreException { RowsRefused: true } or not (StoreException or OperationCanceledException or OutOfMemoryException))
        {
            var (result, analysis) = batch[0];
            if (batch.Count == 1 && (analysis is null || result.State == LedgerState.Quarantined))
            {
                throw;
            }

            if (batch.Count == 1)
            {
                Log.Poison(log, result.Key.ToString(), e);
                var refused = result with { State = LedgerState.Quarantined, Reason = $"its rows could not be written: {e.GetType().Name}" };
                return await CommitAsync(source, [(refused, Screen(refused))], adopted, cancel);
            }
        }

        var singly = new List<IntakeOutcome>(batch.Count);
        foreach (var mail in batch)
        {
            singly.AddRange(await CommitAsync(source, [mail], adopted, cancel));
        }

        return singly;
    }

    private async Task<IReadOnlyList<(FetchResult Result, MailAnalysis? Analysis)>> AnalyseAsync(List<FetchResult> fetched, CancellationToken cancel)
    {
        var analysed = new (FetchResult, MailAnalysis?)[fetched.Count];
        await Parallel.ForAsync(0, fetched.Count, cancel, (i, _) =>
        {
            analysed[i] = Analyse(fetched[i]);
            return ValueTask.CompletedTask;
        });
        return analysed;
    }

    // Whatever goes wrong with one mail, the mail is set aside with its bytes and the others go on.
    private (FetchResult Result, MailAnalysis? Analysis) Analyse(FetchResult result)
    {
        if ((result.Mail?.Raw ?? result.Head?.Raw) is not { } raw)
        {
            return (result, null);
        }

        try
        {
            return (result, pipeline.Analyse(raw));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Log.Poison(log, result.Key.ToString(), e);
            var held = result.State == LedgerState.Quarantined ? result : result with { State = LedgerState.Quarantined, Reason = $"could not be worked out: {e.GetType().Name}" };
            return (held, Screen(held));
        }
    }

    // Danger must be told also where the mail makes no sense otherwise.
    private MailAnalysis? Screen(FetchResult held)
    {
        try
        {
            return (held.Mail?.Raw ?? held.Head?.Raw) is { } raw ? pipeline.Screen(raw) : null;
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Log.Poison(log, held.Key.ToString(), e);
            return null;
        }
    }

    private async Task<IntakeOutcome> HoldAsync(
        IIntakeSession session, IMailSource source, FetchResult result, MailAnalysis? analysis, DateTimeOffset? adopted, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var head = result.Mail is { } mail ? new MailHead(mail.Raw, mail.Raw.Length, mail.Received) : result.Head;
        var held = _watched[source].Mailbox.Writer.WriteHeld(result.Key, result.Reason, head, result.Mail is not null, analysis, source.Role, now, adopted);
        await session.HoldAsync(held, now, cancel);
        return new IntakeOutcome(result.Key, LedgerState.Quarantined, result.Reason) { Alerts = held.Outbox.Count > 0 };
    }

    private async Task<IntakeOutcome> SettleAsync(
        IIntakeSession session, IMailSource source, FetchResult result, MailAnalysis? analysis, DateTimeOffset? adopted, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var writer = _watched[source].Mailbox.Writer;
        if (await session.IsSettledAsync(result.Key, cancel))
        {
            return new IntakeOutcome(result.Key, LedgerState.Ignored, "settled meanwhile");
        }

        if (result.State == LedgerState.Vanished)
        {
            return await GoneAsync(session, source, result, now, cancel);
        }

        if (result.State == LedgerState.Quarantined || result.Mail is not { } mail || analysis is null)
        {
            return await HoldAsync(session, source, result, analysis, adopted, cancel);
        }

        // A person's answer counts once, whether it is seen in the Sent folder first or as a copy in the inbox.
        var ours = mail.Role == FolderRole.Sent || pipeline.IsOwn(analysis.Mail.From);
        var query = pipeline.QueryFor(analysis, now) with { Role = mail.Role };
        var history = await session.HistoryAsync(query, cancel);
        if (ours && history.DuplicateOf is null && mail.Role != FolderRole.Sent)
        {
            history = history with { DuplicateOf = (await session.HistoryAsync(query with { Role = FolderRole.Sent }, cancel)).DuplicateOf };
        }

        if (history.DuplicateOf is { } original)
        {
            var reason = $"the same mail as {original}";
            await session.SettleAsync(result.Key, LedgerState.Duplicate, reason, now, cancel);
            return new IntakeOutcome(result.Key, LedgerState.Duplicate, reason) { Original = original };
        }

        // A person's answer, from the Sent folder or copied to the mailbox: only where it goes to somebody who belongs to the enquiry.
        if (ours && await AnsweredAsync(session, writer, query, analysis, cancel) is { } answered)
        {
            var answer = writer.WriteSent(mail, analysis, answered);
            await session.AddAsync(answer, cancel);
            return new IntakeOutcome(result.Key, LedgerState.Ingested, "", analysis, null, answer);
        }

        if (mail.Role == FolderRole.Sent)
        {
            var reason = writer.IsOurs(analysis.Mail.MessageId) ? "a copy of a mail that the worker sent" : "a sent mail that answers no enquiry on record";
            await session.SettleAsync(result.Key, LedgerState.Ignored, reason, now, cancel);
            return new IntakeOutcome(result.Key, LedgerState.Ignored, reason);
        }

        if (Decide(writer, mail, analysis, history, now, adopted) is not { } decided)
        {
            return await HoldAsync(session, source, result with { Reason = "could not be decided" }, analysis, adopted, cancel);
        }

        await session.AddAsync(decided.Record, cancel);
        return new IntakeOutcome(result.Key, LedgerState.Ingested, "", analysis, decided.Decision, decided.Record);
    }

    // A mail that was tried again and is gone from the mailbox: what was kept of it stays.
    private async Task<IntakeOutcome> GoneAsync(IIntakeSession session, IMailSource source, FetchResult result, DateTimeOffset now, CancellationToken cancel)
    {
        if (_watched[source].Retried.Contains(result.Key))
        {
            const string Reason = "tried again: it is gone from the mailbox, and only its beginning was kept";
            await session.KeepHeldAsync(result.Key, Reason, now, cancel);
            return new IntakeOutcome(result.Key, LedgerState.Quarantined, Reason);
        }

        await session.SettleAsync(result.Key, result.State, result.Reason, now, cancel);
        return new IntakeOutcome(result.Key, result.State, result.Reason);
    }

    private (TriageDecision Decision, IntakeRecord Record)? Decide(
        IntakeWriter writer, FetchedMail mail, MailAnalysis analysis, MailHistory history, DateTimeOffset now, DateTimeOffset? adopted)
    {
        try
        {
            var decision = pipeline.Decide(analysis, history, mail.Received, now, adopted);
            return (decision, writer.Write(mail, analysis, decision, history));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Log.Poison(log, mail.Key.ToString(), e);
            return null;
        }
    }

    private async Task<ConversationCandidate?> AnsweredAsync(IIntakeSession session, IntakeWriter writer, HistoryQuery query, MailAnalysis analysis, CancellationToken cancel)
    {
        const int MostRecipients = 10;
        if (analysis.Mail.Automatic is not null || writer.IsOurs(analysis.Mail.MessageId))
        {
            return null;
        }

        // A subject counts only where the mail hangs on nothing: an answer to another mail is no answer to this enquiry.
        var hangs = analysis.Mail.InReplyTo.Count + analysis.Mail.References.Count > 0;
        foreach (var recipient in analysis.Mail.To.Concat(analysis.Mail.Cc).Where(r => !pipeline.IsOwn(r)).Take(MostRecipients))
        {
            // Asked as if the recipient wrote: does the one who gets this mail belong to the enquiry that it hangs on?
            var asked = query with { Role = FolderRole.Sent, Sender = recipient.Address, ReplySubject = hangs ? null : query.ReplySubject };
            var history = await session.HistoryAsync(asked, cancel);
            if (history.Candidates.FirstOrDefault(c => c is { SenderBelongs: true, Evidence: MatchEvidence.OurSignedId or MatchEvidence.StoredMessageId or MatchEvidence.ReplySubject }) is { } answered)
            {
                return answered;
            }
        }

        return null;
    }
}
