using Dapper;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Outbox;
using Microsoft.Data.Sqlite;

namespace EnquiryTriage.Storage.Sqlite;

/// <summary>The outbox: the table is the queue.</summary>
public sealed partial class SqliteStore
{
    private const string PausedSetting = "outbox-paused";

    /// <inheritdoc/>
    public Task<IReadOnlyList<ClaimedOutboxRow>> ClaimAsync(
        string claimant, int limit, TimeSpan lease, OutboxPurpose? only, DateTimeOffset now, CancellationToken cancel)
    {
        const string Due = """
            SELECT id, purpose, message_id AS MessageId, return_path AS ReturnPath, recipient, raw, attempts,
                   unknown_attempts AS UnknownAttempts, queued_at AS Since
            FROM outbox WHERE state = 'Queued' AND next_at <= @now AND (@only IS NULL OR purpose = @only)
            ORDER BY purpose = 'Alert' DESC, next_at, id LIMIT @limit
            """;
        const string Claim = "UPDATE outbox SET state = 'Claimed', claimed_by = @claimant, claimed_until = @until WHERE id = @id";
        return WriteAsync<IReadOnlyList<ClaimedOutboxRow>>(
            async (connection, transaction) =>
            {
                await ExpireClaimsAsync(connection, transaction, now);
                var claimed = new List<ClaimedOutboxRow>();
                foreach (var row in (await connection.QueryAsync<ClaimRow>(Due, new { now, limit, only = only?.ToString() }, transaction)).AsList())
                {
                    await connection.ExecuteAsync(Claim, new { claimant, until = now + lease, id = row.Id }, transaction);
                    await AppendOutboxAsync(connection, transaction, EventTypes.OutboundClaimed, row.Id, now);
                    claimed.Add(new ClaimedOutboxRow(
                        row.Id, row.Purpose, row.MessageId, row.ReturnPath, row.Recipient, row.Raw, row.Attempts, row.UnknownAttempts, row.Since));
                }

                return claimed;
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task<bool> SettleAsync(string id, string claimant, SendOutcome outcome, DateTimeOffset now, CancellationToken cancel)
    {
        // A report on the mail can be quicker than the record of its sending: then the report's state stays.
        const string Settle = """
            UPDATE outbox SET state = CASE WHEN state = 'Claimed' THEN @state ELSE state END,
                   attempts = attempts + 1, unknown_attempts = unknown_attempts + @unknown,
                   last_reply = CASE WHEN state = 'Claimed' THEN @words ELSE last_reply END, queue_id = coalesce(@QueueId, queue_id),
                   next_at = coalesce(@RetryAt, next_at),
                   offered_at = CASE WHEN @state = 'Accepted' OR @unknown = 1 THEN @now ELSE offered_at END,
                   accepted_at = CASE WHEN @state = 'Accepted' THEN @now ELSE accepted_at END,
                   copy_due_at = CASE WHEN @state = 'Accepted' AND @KeepCopy THEN @now ELSE copy_due_at END,
                   claimed_by = NULL, claimed_until = NULL
            WHERE id = @id AND claimed_by = @claimant
            """;
        var (state, type) = outcome switch
        {
            { Kind: SendOutcomeKind.Accepted } => (OutboxState.Accepted, EventTypes.OutboundAccepted),
            { Kind: SendOutcomeKind.Temporary, RetryAt: not null } => (OutboxState.Queued, EventTypes.OutboundDeferred),
            { Kind: SendOutcomeKind.Unknown, RetryAt: not null } => (OutboxState.Queued, EventTypes.OutboundUnknown),
            { Kind: SendOutcomeKind.Unknown } => (OutboxState.Failed, EventTypes.OutboundUnknown),
            _ => (OutboxState.Failed, EventTypes.OutboundFailed),
        };
        return WriteAsync(
            async (connection, transaction) =>
            {
                var unknown = outcome.Kind == SendOutcomeKind.Unknown ? 1 : 0;
                var words = outcome.Words is { Length: > 0 } said ? $"{outcome.Reply}: {said}" : outcome.Reply;
                var settled = await connection.ExecuteAsync(
                    Settle,
                    new { state = state.ToString(), unknown, words, outcome.QueueId, outcome.RetryAt, outcome.KeepCopy, now, id, claimant },
                    transaction);
                if (settled == 1)
                {
                    (string, string)[] detail = outcome.QueueId is { } queued ? [("reply", outcome.Reply), ("queueId", queued)] : [("reply", outcome.Reply)];
                    await AppendOutboxAsync(connection, transaction, type, id, now, detail);
                }

                return settled == 1;
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task<DateTimeOffset?> NextDueAsync(CancellationToken cancel)
    {
        const string Next = "SELECT min(CASE state WHEN 'Queued' THEN next_at ELSE claimed_until END) FROM outbox WHERE state IN ('Queued', 'Claimed')";
        return ReadAsync(connection => connection.QuerySingleOrDefaultAsync<DateTimeOffset?>(Next));
    }

    /// <inheritdoc/>
    public Task<int> ReleaseAsync(
        string? reference, bool includeStale, TimeSpan staleAfter, string actor, DateTimeOffset now, CancellationToken cancel)
    {
        const string Held = """
            SELECT o.id FROM outbox o LEFT JOIN enquiry e ON e.id = o.enquiry_id
            WHERE o.state = 'Held' AND (@reference IS NULL OR e.reference = @reference) AND (@includeStale OR (o.stale = 0 AND o.created_at >= @freshSince)) ORDER BY o.id
            """;
        const string Release = "UPDATE outbox SET state = 'Queued', hold_reason = NULL, released = 1, next_at = @now, queued_at = @now WHERE id = @id";
        return WriteAsync(
            async (connection, transaction) =>
            {
                var held = (await connection.QueryAsync<string>(Held, new { reference, includeStale, freshSince = now - staleAfter }, transaction)).AsList();
                foreach (var id in held)
                {
                    await connection.ExecuteAsync(Release, new { now, id }, transaction);
                    await AppendOutboxAsync(connection, transaction, EventTypes.OutboundReleased, id, now, actor);
                }

                return held.Count;
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task<int> HoldQueuedAsync(string reason, DateTimeOffset now, CancellationToken cancel)
    {
        const string Queued = "SELECT id FROM outbox WHERE state = 'Queued' AND released = 0 ORDER BY id";
        const string Hold = "UPDATE outbox SET state = 'Held', hold_reason = @reason WHERE id = @id";
        return WriteAsync(
            async (connection, transaction) =>
            {
                var queued = (await connection.QueryAsync<string>(Queued, transaction: transaction)).AsList();
                foreach (var id in queued)
                {
                    await connection.ExecuteAsync(Hold, new { reason, id }, transaction);
                    await AppendOutboxAsync(connection, transaction, EventTypes.OutboundHeld, id, now, ("reason", reason));
                }

                return queued.Count;
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task<bool> IsPausedAsync(CancellationToken cancel)
    {
        const string Paused = "SELECT value FROM setting WHERE name = @name";
        return ReadAsync(async connection => await connection.QuerySingleOrDefaultAsync<string>(Paused, new { name = PausedSetting }) == "true");
    }

    /// <inheritdoc/>
    public Task SetPausedAsync(bool paused, string actor, DateTimeOffset now, CancellationToken cancel) =>
        WriteAsync(
            async (connection, transaction) =>
            {
                await connection.ExecuteAsync(SetSetting, new { name = PausedSetting, value = paused ? "true" : "false" }, transaction);
                var type = paused ? EventTypes.OutboxPaused : EventTypes.OutboxResumed;
                await AppendAsync(connection, transaction, new NewEvent(type, actor, new Dictionary<string, string>(StringComparer.Ordinal)), null, null, now);
                return 0;
            },
            cancel);

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<OutboxState, long>> CountAsync(CancellationToken cancel)
    {
        const string Count = "SELECT state, count(*) AS Rows FROM outbox GROUP BY state";
        return ReadAsync<IReadOnlyDictionary<OutboxState, long>>(async connection =>
            (await connection.QueryAsync<(string State, long Rows)>(Count)).ToDictionary(r => Enum.Parse<OutboxState>(r.State), r => r.Rows));
    }

    private static Task<int> InsertOutboxAsync(
        SqliteConnection connection, SqliteTransaction transaction, NewOutboxRow row, string? enquiryId, string? mailId, DateTimeOffset at)
    {
        const string Add = """
            INSERT INTO outbox (id, enquiry_id, mail_id, purpose, state, message_id, return_path, recipient, recipient_key, subject, template,
                                raw, hold_reason, stale, attempts, unknown_attempts, next_at, created_at, queued_at)
            VALUES (@Id, @enquiryId, @mailId, @purpose, @state, @MessageId, @ReturnPath, @Recipient, @recipientKey, @Subject, @Template,
                    @Raw, @HoldReason, @Stale, 0, 0, @at, @at, @at)
            """;
        return connection.ExecuteAsync(
            Add,
            new
            {
                row.Id,
                enquiryId,
                mailId,
                purpose = row.Purpose.ToString(),
                state = (row.HoldReason is null ? OutboxState.Queued : OutboxState.Held).ToString(),
                row.MessageId,
                row.ReturnPath,
                row.Recipient,
                recipientKey = row.Recipient.Trim().ToLowerInvariant(),
                row.Subject,
                row.Template,
                row.Raw,
                row.HoldReason,
                row.Stale,
                at,
            },
            transaction);
    }

    // Whoever held an expired claim may have died after the relay took the mail: one more try, then a person has to look.
    private static async Task<int> ExpireClaimsAsync(SqliteConnection connection, SqliteTransaction transaction, DateTimeOffset now, string? dead = null)
    {
        const string Expired = "SELECT id FROM outbox WHERE state = 'Claimed' AND (claimed_until <= @now OR claimed_by = @dead)";
        const string Expire = """
            UPDATE outbox SET state = CASE WHEN unknown_attempts = 0 THEN 'Queued' ELSE 'Failed' END,
                   attempts = attempts + 1, unknown_attempts = unknown_attempts + 1, last_reply = 'the sender died with the mail in hand', offered_at = @now,
                   claimed_by = NULL, claimed_until = NULL
            WHERE id = @id
            """;
        var expired = (await connection.QueryAsync<string>(Expired, new { now, dead }, transaction)).AsList();
        foreach (var id in expired)
        {
            await connection.ExecuteAsync(Expire, new { now, id }, transaction);
            await AppendOutboxAsync(connection, transaction, EventTypes.OutboundUnknown, id, now, ("reply", "the sender died with the mail in hand"));
        }

        return expired.Count;
    }

    private static Task AppendOutboxAsync(
        SqliteConnection connection, SqliteTransaction transaction, string type, string id, DateTimeOffset at, params (string, string)[] detail) =>
        AppendOutboxAsync(connection, transaction, NewEvent.ByMachine(type, detail), id, at);

    private static Task AppendOutboxAsync(
        SqliteConnection connection, SqliteTransaction transaction, string type, string id, DateTimeOffset at, string actor) =>
        AppendOutboxAsync(connection, transaction, NewEvent.ByMachine(type) with { Actor = actor }, id, at);

    private static async Task AppendOutboxAsync(SqliteConnection connection, SqliteTransaction transaction, NewEvent @event, string id, DateTimeOffset at)
    {
        const string Owner = "SELECT enquiry_id AS EnquiryId, mail_id AS MailId FROM outbox WHERE id = @id";
        var (enquiryId, mailId) = await connection.QuerySingleAsync<(string? EnquiryId, string? MailId)>(Owner, new { id }, transaction);
        await AppendAsync(connection, transaction, @event with { OutboxId = id }, enquiryId, mailId, at);
    }

    private sealed class ClaimRow
    {
        public string Id { get; set; } = "";

        public OutboxPurpose Purpose { get; set; }

        public string MessageId { get; set; } = "";

        public string ReturnPath { get; set; } = "";

        public string Recipient { get; set; } = "";

        public byte[] Raw { get; set; } = [];

        public int Attempts { get; set; }

        public int UnknownAttempts { get; set; }

        public DateTimeOffset Since { get; set; }
    }
}
