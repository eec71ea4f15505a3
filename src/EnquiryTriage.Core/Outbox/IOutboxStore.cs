namespace EnquiryTriage.Core.Outbox;

/// <summary>The outbox's side of the store: the table is the queue.</summary>
public interface IOutboxStore
{
    /// <summary>
    /// Claims up to <paramref name="limit"/> queued rows that are due, alerts first. A claim past <paramref name="lease"/> counts as an
    /// attempt of unknown outcome: the row is offered once more, and fails after a second one.
    /// </summary>
    Task<IReadOnlyList<ClaimedOutboxRow>> ClaimAsync(string claimant, int limit, TimeSpan lease, DateTimeOffset now, CancellationToken cancel);

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

    /// <summary>Rows by state.</summary>
    Task<IReadOnlyDictionary<OutboxState, long>> CountAsync(CancellationToken cancel);
}
