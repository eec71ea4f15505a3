using Dapper;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Intake;
using Microsoft.Data.Sqlite;

namespace EnquiryTriage.Storage.Sqlite;

/// <summary>Mails that were set aside.</summary>
public sealed partial class SqliteStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<QuarantinedMail>> QuarantinedAsync(CancellationToken cancel)
    {
        const string List = """
            SELECT q.mailbox, q.folder, q.key, l.reason, q.mail_bytes AS Bytes, q.raw_bytes AS Kept, q.whole, q.received_at AS Received, l.settled_at AS Held,
                   q.sender, q.subject, q.message_id AS MessageId, q.urgent, l.state = 'Pending' AS Pending
            FROM quarantine q JOIN ledger l ON l.mailbox = q.mailbox AND l.folder = q.folder AND l.key = q.key
            WHERE l.state IN ('Quarantined', 'Pending') ORDER BY l.seen_at, q.mailbox, q.folder, q.key
            """;
        return ReadAsync<IReadOnlyList<QuarantinedMail>>(async connection => [.. (await connection.QueryAsync<QuarantineRow>(List)).Select(r => new QuarantinedMail(
            new LedgerKey(r.Mailbox, r.Folder, r.Key), r.Reason, r.Bytes, r.Kept, r.Whole, r.Received, r.Held, r.Sender, r.Subject, r.MessageId, r.Urgent, r.Pending))]);
    }

    /// <inheritdoc/>
    public Task<byte[]?> QuarantinedRawAsync(LedgerKey key, CancellationToken cancel)
    {
        const string Raw = "SELECT raw FROM quarantine WHERE mailbox = @Mailbox AND folder = @Folder AND key = @Key";
        return ReadAsync(async connection => await connection.QuerySingleOrDefaultAsync<byte[]>(Raw, new { key.Mailbox, key.Folder, key.Key }) is { } packed ? RawBytes.Unpack(packed) : null);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LedgerKey>> RetryAsync(IReadOnlyList<LedgerKey> keys, string actor, DateTimeOffset at, CancellationToken cancel)
    {
        const string Retry = """
            UPDATE ledger SET state = 'Pending', settled_at = NULL WHERE mailbox = @Mailbox AND folder = @Folder AND key = @Key AND state = 'Quarantined'
            """;
        return WriteAsync<IReadOnlyList<LedgerKey>>(
            async (connection, transaction) =>
            {
                var retried = new List<LedgerKey>();
                foreach (var key in keys)
                {
                    if (await connection.ExecuteAsync(Retry, new { key.Mailbox, key.Folder, key.Key }, transaction) == 1)
                    {
                        retried.Add(key);
                        await NoteAsync(connection, transaction, EventTypes.QuarantineRetried, key, actor, at);
                    }
                }

                return retried;
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task ExportedAsync(LedgerKey key, string actor, DateTimeOffset at, CancellationToken cancel) =>
        WriteAsync((connection, transaction) => NoteAsync(connection, transaction, EventTypes.QuarantineExported, key, actor, at), cancel);

    /// <inheritdoc/>
    public Task<bool> ImportAsync(LedgerKey key, byte[] raw, string actor, DateTimeOffset at, CancellationToken cancel)
    {
        const string See = """
            INSERT INTO ledger (mailbox, folder, key, state, reason, seen_at) VALUES (@Mailbox, @Folder, @Key, 'Pending', 'brought in as a file', @at)
            ON CONFLICT (mailbox, folder, key) DO UPDATE SET state = 'Pending', settled_at = NULL WHERE ledger.state IN ('Quarantined', 'Pending')
            """;
        const string Keep = """
            INSERT INTO quarantine (mailbox, folder, key, raw_bytes, raw, whole, mail_bytes, received_at)
            VALUES (@Mailbox, @Folder, @Key, @length, @raw, 1, @length, @at)
            ON CONFLICT (mailbox, folder, key) DO UPDATE SET raw_bytes = excluded.raw_bytes, raw = excluded.raw, whole = 1, mail_bytes = excluded.mail_bytes
            """;
        return WriteAsync(
            async (connection, transaction) =>
            {
                if (await connection.ExecuteAsync(See, new { key.Mailbox, key.Folder, key.Key, at }, transaction) == 0)
                {
                    return false;
                }

                await connection.ExecuteAsync(Keep, new { key.Mailbox, key.Folder, key.Key, length = raw.Length, raw = RawBytes.Pack(raw), at }, transaction);
                await NoteAsync(connection, transaction, EventTypes.QuarantineImported, key, actor, at);
                return true;
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<RetriedMail>> RetriedAsync(string mailbox, string folder, CancellationToken cancel)
    {
        const string Retried = """
            SELECT l.key, iif(q.whole = 1, q.raw, NULL) AS Raw, q.received_at AS Received
            FROM ledger l JOIN quarantine q ON q.mailbox = l.mailbox AND q.folder = l.folder AND q.key = l.key
            WHERE l.mailbox = @mailbox AND l.folder = @folder AND l.state = 'Pending' ORDER BY l.seen_at, l.key
            """;
        return ReadAsync<IReadOnlyList<RetriedMail>>(async connection => [.. (await connection.QueryAsync<RetriedRow>(Retried, new { mailbox, folder })).Select(r =>
            new RetriedMail(new LedgerKey(mailbox, folder, r.Key), r.Raw is null ? null : RawBytes.Unpack(r.Raw), r.Received))]);
    }

    private static Task<int> NoteAsync(SqliteConnection connection, SqliteTransaction transaction, string type, LedgerKey key, string actor, DateTimeOffset at)
    {
        var detail = new Dictionary<string, string>(StringComparer.Ordinal) { ["mailbox"] = key.Mailbox, ["folder"] = key.Folder, ["key"] = key.Key };
        return AppendAsync(connection, transaction, new NewEvent(type, actor, detail), null, null, at);
    }

    private sealed class QuarantineRow
    {
        public string Mailbox { get; set; } = "";

        public string Folder { get; set; } = "";

        public string Key { get; set; } = "";

        public string Reason { get; set; } = "";

        public long Bytes { get; set; }

        public long Kept { get; set; }

        public bool Whole { get; set; }

        public DateTimeOffset? Received { get; set; }

        public DateTimeOffset? Held { get; set; }

        public string? Sender { get; set; }

        public string Subject { get; set; } = "";

        public string? MessageId { get; set; }

        public bool Urgent { get; set; }

        public bool Pending { get; set; }
    }

    private sealed class RetriedRow
    {
        public string Key { get; set; } = "";

        public byte[]? Raw { get; set; }

        public DateTimeOffset? Received { get; set; }
    }
}
