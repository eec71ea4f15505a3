namespace EnquiryTriage.Core.Outbox;

/// <summary>The outbox's side of the store: the table is the queue.</summary>
public interface IOutboxStore
{
    /// <summary>
    /// Claims up to <paramref name="limit"/> queued rows that are due, alerts first. A claim past <paramref name="lease"/> counts as an
    /// attempt of unknown outcome: the row is offered once more, and fails after a second one. <paramref name="only"/> leaves rows for other purposes where
    /// they are; null for any.
    /// </summary>
    Task<IReadOnlyList<ClaimedOutboxRow>> ClaimAsync(
        string claimant, int limit, TimeSpan lease, OutboxPurpose? only, DateTimeOffset now, CancellationToken cancel);

    /// <summary>Who has claims.</summary>
    Task<IReadOnlyList<string>> ClaimantsAsync(CancellationToken cancel);

    /// <summary>Ends the claims of a claimant that is known to be dead, as if they had run out; returns how many.</summary>
    Task<int> ForsakeAsync(string claimant, DateTimeOffset now, CancellationToken cancel);

    /// <summary>Records how an attempt ended; ignored where the row is no longer claimed by <paramref name="claimant"/>.</summary>
    Task<bool> SettleAsync(string id, string claimant, SendOutcome outcome, DateTimeOffset now, CancellationToken cancel);

    /// <summary>When the next queued or claimed row needs attention; null where there is none.</summary>
    Task<DateTimeOffset?> NextDueAsync(CancellationToken cancel);

    /// <summary>
    /// Lets held rows go: those of one enquiry, or all. Without <paramref name="includeStale"/> those stay whose mail was too old when it was fetched, and
    /// those that have waited longer than <paramref name="staleAfter"/>, for what they promise may be over. Returns how many went.
    /// </summary>
    Task<int> ReleaseAsync(string? reference, bool includeStale, TimeSpan staleAfter, string actor, DateTimeOffset now, CancellationToken cancel);

    /// <summary>Holds what is queued and was not released by a person; returns how many.</summary>
    Task<int> HoldQueuedAsync(string reason, DateTimeOffset now, CancellationToken cancel);

    /// <summary>Whether sending is paused.</summary>
    Task<bool> IsPausedAsync(CancellationToken cancel);

    /// <summary>Pauses or resumes sending.</summary>
    Task SetPausedAsync(bool paused, string actor, DateTimeOffset now, CancellationToken cancel);

    /// <summary>
    /// Lets a person's rows go again at once: with a reference those of the enquiry that failed, bounced, or wait for their next attempt; without one all
    /// that failed. Returns how many.
    /// </summary>
    Task<int> RetryAsync(string? reference, string actor, DateTimeOffset now, CancellationToken cancel);

    /// <summary>How many acknowledgements were accepted, or offered without an answer, since a time.</summary>
    Task<int> OfferedSinceAsync(DateTimeOffset since, CancellationToken cancel);

    /// <summary>Records that the cap on sends stops sending, or no longer does; returns false where that was known.</summary>
    Task<bool> SetCappedAsync(bool capped, int perHour, DateTimeOffset now, CancellationToken cancel);

    /// <summary>Accepted mails whose copies are due, oldest first.</summary>
    Task<IReadOnlyList<DueCopy>> CopiesDueAsync(int limit, DateTimeOffset now, CancellationToken cancel);

    /// <summary>Records that a copy is in the Sent folder, or, with a time, that it is tried again then.</summary>
    Task CopiedAsync(string id, DateTimeOffset? tryAgain, CancellationToken cancel);

    /// <summary>Gives a copy up; the mail itself was accepted, and nothing resends it.</summary>
    Task CopyFailedAsync(string id, string reason, DateTimeOffset now, CancellationToken cancel);

    /// <summary>Outbound mails, newest first; null for any state.</summary>
    Task<IReadOnlyList<OutboxLine>> OutboxAsync(OutboxState? state, int limit, CancellationToken cancel);

    /// <summary>Rows by state.</summary>
    Task<IReadOnlyDictionary<OutboxState, long>> CountAsync(CancellationToken cancel);
}
