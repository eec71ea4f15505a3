using Dapper;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Outbox;

namespace EnquiryTriage.Storage.Sqlite;

/// <summary>The outbox's care: claims of the dead, retries by people, the cap, copies in the Sent folder, lists.</summary>
public sealed partial class SqliteStore
{
    private const string CappedSetting = "outbox-capped";

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> ClaimantsAsync(CancellationToken cancel)
    {
        const string Claimants = "SELECT DISTINCT claimed_by FROM outbox WHERE state = 'Claimed'";
        return ReadAsync<IReadOnlyList<string>>(async connection => (await connection.QueryAsync<string>(Claimants)).AsList());
    }

    /// <inheritdoc/>
    public Task<int> ForsakeAsync(string claimant, DateTimeOffset now, CancellationToken cancel) =>
        WriteAsync((connection, transaction) => ExpireClaimsAsync(connection, transaction, now, claimant), cancel);

    /// <inheritdoc/>
    public Task<int> RetryAsync(string? reference, string actor, DateTimeOffset now, CancellationToken cancel)
    {
        const string Stuck = """
            SELECT o.id FROM outbox o LEFT JOIN enquiry e ON e.id = o.enquiry_id
            WHERE (o.state = 'Failed' AND @reference IS NULL)
               OR (e.reference = @reference AND (o.state IN ('Failed', 'Bounced') OR (o.state = 'Queued' AND o.next_at > @now)))
            ORDER BY o.id
            """;
        const string Retry = "UPDATE outbox SET state = 'Queued', released = 1, next_at = @now, queued_at = @now, bounce_permanent = NULL WHERE id = @id";
        return WriteAsync(
            async (connection, transaction) =>
            {
                var stuck = (await connection.QueryAsync<string>(Stuck, new { reference, now }, transaction)).AsList();
                foreach (var id in stuck)
                {
                    await connection.ExecuteAsync(Retry, new { now, id }, transaction);
                    await AppendOutboxAsync(connection, transaction, EventTypes.OutboundRetried, id, now, actor);
                }

                return stuck.Count;
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task<int> OfferedSinceAsync(DateTimeOffset since, CancellationToken cancel)
    {
        const string Offered = "SELECT count(*) FROM outbox WHERE offered_at > @since AND purpose = 'Acknowledgement'";
        return ReadAsync(connection => connection.ExecuteScalarAsync<int>(Offered, new { since }));
    }

    /// <inheritdoc/>
    public Task<bool> SetCappedAsync(bool capped, int perHour, DateTimeOffset now, CancellationToken cancel)
    {
        const string Known = "SELECT value FROM setting WHERE name = @name";
        return WriteAsync(
            async (connection, transaction) =>
            {
                var was = await connection.QuerySingleOrDefaultAsync<string>(Known, new { name = CappedSetting }, transaction) == "true";
                if (was == capped)
                {
                    return false;
                }

                await connection.ExecuteAsync(SetSetting, new { name = CappedSetting, value = capped ? "true" : "false" }, transaction);
                var type = capped ? EventTypes.OutboxCapped : EventTypes.OutboxUncapped;
                var limit = perHour.ToString(System.Globalization.CultureInfo.InvariantCulture);
                await AppendAsync(connection, transaction, NewEvent.ByMachine(type, ("perHour", limit)), null, null, now);
                return true;
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DueCopy>> CopiesDueAsync(int limit, DateTimeOffset now, CancellationToken cancel)
    {
        const string Due = """
            SELECT id, message_id, raw, accepted_at FROM outbox WHERE copy_due_at IS NOT NULL AND copy_due_at <= @now ORDER BY copy_due_at, id LIMIT @limit
            """;
        return ReadAsync<IReadOnlyList<DueCopy>>(async connection =>
            [.. (await connection.QueryAsync<(string Id, string MessageId, byte[] Raw, DateTimeOffset Accepted)>(Due, new { now, limit }))
                .Select(c => new DueCopy(c.Id, c.MessageId, c.Raw, c.Accepted))]);
    }

    /// <inheritdoc/>
    public Task CopiedAsync(string id, DateTimeOffset? tryAgain, CancellationToken cancel)
    {
        const string Copied = "UPDATE outbox SET copy_due_at = @tryAgain WHERE id = @id";
        return WriteAsync((connection, transaction) => connection.ExecuteAsync(Copied, new { id, tryAgain }, transaction), cancel);
    }

    /// <inheritdoc/>
    public Task CopyFailedAsync(string id, string reason, DateTimeOffset now, CancellationToken cancel)
    {
        const string GivenUp = "UPDATE outbox SET copy_due_at = NULL WHERE id = @id";
        return WriteAsync(
            async (connection, transaction) =>
            {
                await connection.ExecuteAsync(GivenUp, new { id }, transaction);
                await AppendOutboxAsync(connection, transaction, EventTypes.SentCopyFailed, id, now, ("reason", reason));
                return 0;
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<OutboxLine>> OutboxAsync(OutboxState? state, int limit, CancellationToken cancel)
    {
        // What was suppressed has no row: its event says why, and the mail whom it would have gone to.
        const string Lines = """
            SELECT o.id, e.reference, o.purpose, o.state, o.recipient, o.attempts, o.unknown_attempts AS UnknownAttempts, o.queue_id AS QueueId,
                   o.bounce_permanent AS Permanent, coalesce(o.hold_reason, o.last_reply) AS Why, o.created_at AS Created,
                   CASE WHEN o.state = 'Queued' THEN o.next_at END AS Next, o.accepted_at AS Accepted, o.replied_at AS Replied
            FROM outbox o LEFT JOIN enquiry e ON e.id = o.enquiry_id
            WHERE @state IS NULL OR o.state = @state
            UNION ALL
            SELECT v.mail_id, e.reference, 'Acknowledgement', 'Suppressed', coalesce(m.sender, ''), 0, 0, NULL, NULL, v.detail ->> 'reason', v.at, NULL, NULL, NULL
            FROM event v JOIN mail m ON m.id = v.mail_id LEFT JOIN enquiry e ON e.id = v.enquiry_id
            WHERE v.type = 'acknowledgement-suppressed' AND (@state IS NULL OR @state = 'Suppressed')
            ORDER BY 11 DESC, 1 DESC LIMIT @limit
            """;
        return ReadAsync<IReadOnlyList<OutboxLine>>(async connection =>
            [.. (await connection.QueryAsync<LineRow>(Lines, new { state = state?.ToString(), limit })).Select(r => r.ToLine())]);
    }

    private sealed class LineRow
    {
        public string Id { get; set; } = "";

        public string? Reference { get; set; }

        public OutboxPurpose Purpose { get; set; }

        public OutboxState State { get; set; }

        public string Recipient { get; set; } = "";

        public int Attempts { get; set; }

        public int UnknownAttempts { get; set; }

        public string? QueueId { get; set; }

        public bool? Permanent { get; set; }

        public string? Why { get; set; }

        public DateTimeOffset Created { get; set; }

        public DateTimeOffset? Next { get; set; }

        public DateTimeOffset? Accepted { get; set; }

        public DateTimeOffset? Replied { get; set; }

        public OutboxLine ToLine() => new(
            Id, Reference, Purpose, State, Recipient, Attempts, UnknownAttempts, QueueId, Permanent, Why, Created, Next, Accepted, Replied);
    }
}
