using Dapper;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Intake;

namespace EnquiryTriage.Storage.Sqlite;

/// <summary>The ledger: what was seen, and what became of it.</summary>
public sealed partial class SqliteStore
{
    /// <inheritdoc/>
    public Task<Sighting> SeeAsync(IReadOnlyList<LedgerKey> listed, DateTimeOffset at, CancellationToken cancel)
    {
        const string See = """
            INSERT INTO ledger (mailbox, folder, key, state, reason, seen_at) VALUES (@Mailbox, @Folder, @Key, 'Pending', '', @at)
            ON CONFLICT (mailbox, folder, key) DO NOTHING
            """;
        const string SeeAgain = """
            UPDATE ledger SET state = 'Pending', reason = '', settled_at = NULL
            WHERE mailbox = @Mailbox AND folder = @Folder AND key = @Key AND state IN ('Vanished', 'Pending')
            """;
        return WriteAsync(
            async (connection, transaction) =>
            {
                // What is listed is not gone: a mail that seemed to have vanished (a rename, say) is pending again.
                var pending = new List<LedgerKey>();
                var added = new HashSet<LedgerKey>();
                foreach (var key in listed)
                {
                    var arguments = new { key.Mailbox, key.Folder, key.Key, at };
                    if (await connection.ExecuteAsync(See, arguments, transaction) == 1)
                    {
                        added.Add(key);
                        pending.Add(key);
                    }
                    else if (await connection.ExecuteAsync(SeeAgain, arguments, transaction) == 1)
                    {
                        pending.Add(key);
                    }
                }

                return new Sighting(pending, added);
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task RecordAsync(NewEvent happened, DateTimeOffset at, CancellationToken cancel) =>
        WriteAsync((connection, transaction) => AppendAsync(connection, transaction, happened, null, null, at), cancel);

    /// <inheritdoc/>
    public async Task<string?> NumberAsync(string mailbox, string folder, string numbering, DateTimeOffset at, CancellationToken cancel)
    {
        const string Known = "SELECT value FROM setting WHERE name = @name";
        var name = $"numbering:{mailbox}/{folder}";
        if (await ReadAsync(connection => connection.QuerySingleOrDefaultAsync<string>(Known, new { name })) == numbering)
        {
            return null;
        }

        return await WriteAsync(
            async (connection, transaction) =>
            {
                var before = await connection.QuerySingleOrDefaultAsync<string>(Known, new { name }, transaction);
                await connection.ExecuteAsync(SetSetting, new { name, value = numbering }, transaction);
                if (before is null || before == numbering)
                {
                    return null;
                }

                var renumbered = NewEvent.ByMachine(EventTypes.FolderRenumbered, ("mailbox", mailbox), ("folder", folder), ("from", before), ("to", numbering));
                await AppendAsync(connection, transaction, renumbered, null, null, at);
                return before;
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task CheckedAsync(string mailbox, string folder, long serverCount, long presentCount, DateTimeOffset at, CancellationToken cancel)
    {
        const string Check = """
            INSERT INTO mailbox_check (mailbox, folder, server_count, present_count, checked_at)
            VALUES (@mailbox, @folder, @serverCount, @presentCount, @at)
            ON CONFLICT (mailbox, folder) DO UPDATE
            SET server_count = excluded.server_count, present_count = excluded.present_count, checked_at = excluded.checked_at
            """;
        return WriteAsync(
            (connection, transaction) => connection.ExecuteAsync(Check, new { mailbox, folder, serverCount, presentCount, at }, transaction),
            cancel);
    }

    /// <inheritdoc/>
    public Task<int> VanishAsync(string mailbox, string folder, IReadOnlySet<string> listedKeys, DateTimeOffset at, CancellationToken cancel)
    {
        // What was set aside and is to be tried again is kept here, wherever the mailbox has it.
        const string PendingKeys = """
            SELECT key FROM ledger l WHERE mailbox = @mailbox AND folder = @folder AND state = 'Pending'
            AND NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.mailbox = l.mailbox AND q.folder = l.folder AND q.key = l.key)
            """;
        const string Vanish = """
            UPDATE ledger SET state = 'Vanished', reason = 'gone from the mailbox before it could be fetched', settled_at = @at
            WHERE mailbox = @mailbox AND folder = @folder AND key = @key AND state = 'Pending'
            """;
        return WriteAsync(
            async (connection, transaction) =>
            {
                var vanished = 0;
                foreach (var key in await connection.QueryAsync<string>(PendingKeys, new { mailbox, folder }, transaction))
                {
                    if (!listedKeys.Contains(key))
                    {
                        vanished += await connection.ExecuteAsync(Vanish, new { mailbox, folder, key, at }, transaction);
                    }
                }

                return vanished;
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LedgerBalance>> BalanceAsync(CancellationToken cancel)
    {
        const string Balance = """
            SELECT l.mailbox, l.folder, count(*) AS Seen,
                   sum(l.state = 'Ingested') AS Ingested, sum(l.state = 'Duplicate') AS Duplicate, sum(l.state = 'Quarantined') AS Quarantined,
                   sum(l.state = 'Ignored') AS Ignored, sum(l.state = 'Vanished') AS Vanished, sum(l.state = 'Pending') AS Pending,
                   max(c.server_count) AS ServerCount, max(c.present_count) AS PresentCount
            FROM ledger l LEFT JOIN mailbox_check c ON c.mailbox = l.mailbox AND c.folder = l.folder
            GROUP BY l.mailbox, l.folder ORDER BY l.mailbox, l.folder
            """;
        return ReadAsync<IReadOnlyList<LedgerBalance>>(async connection =>
            [.. (await connection.QueryAsync<BalanceRow>(Balance)).Select(r => new LedgerBalance(
                r.Mailbox, r.Folder, r.Seen, r.Ingested, r.Duplicate, r.Quarantined, r.Ignored, r.Vanished, r.Pending, r.ServerCount, r.PresentCount))]);
    }

    /// <inheritdoc/>
    public Task<DateTimeOffset?> AdoptedBeforeAsync(string mailbox, CancellationToken cancel)
    {
        const string Adopted = "SELECT value FROM setting WHERE name = @name";
        return ReadAsync(connection => connection.QuerySingleOrDefaultAsync<DateTimeOffset?>(Adopted, new { name = AdoptionSetting(mailbox) }));
    }

    /// <inheritdoc/>
    public Task AdoptAsync(string mailbox, DateTimeOffset before, string actor, DateTimeOffset at, CancellationToken cancel) =>
        WriteAsync(
            async (connection, transaction) =>
            {
                await connection.ExecuteAsync(SetSetting, new { name = AdoptionSetting(mailbox), value = before }, transaction);
                var detail = new Dictionary<string, string>(StringComparer.Ordinal) { ["mailbox"] = mailbox, ["before"] = before.UtcDateTime.ToString("O") };
                await AppendAsync(connection, transaction, new NewEvent(EventTypes.MailboxAdopted, actor, detail), null, null, at);
                return 0;
            },
            cancel);

    private const string SetSetting =
        "INSERT INTO setting (name, value) VALUES (@name, @value) ON CONFLICT (name) DO UPDATE SET value = excluded.value";

    private static string AdoptionSetting(string mailbox) => $"adopted-before:{mailbox}";

    private sealed class BalanceRow
    {
        public string Mailbox { get; set; } = "";

        public string Folder { get; set; } = "";

        public long Seen { get; set; }

        public long Ingested { get; set; }

        public long Duplicate { get; set; }

        public long Quarantined { get; set; }

        public long Ignored { get; set; }

        public long Vanished { get; set; }

        public long Pending { get; set; }

        public long? ServerCount { get; set; }

        public long? PresentCount { get; set; }
    }
}
