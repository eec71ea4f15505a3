using Dapper;
using EnquiryTriage.Core.Intake;

namespace EnquiryTriage.Storage.Sqlite;

/// <summary>What the mailbox is still to be told of committed mails.</summary>
public sealed partial class SqliteStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<UntouchedMail>> UntouchedAsync(string mailbox, string folder, int limit, CancellationToken cancel)
    {
        // Kind and topic are those that were decided on the mail, the team is the one that has the enquiry now.
        const string Untouched = """
            SELECT l.key, json_extract(m.decision, '$.triage.kind') AS Kind, json_extract(m.decision, '$.triage.top') AS Topic, e.team,
                   coalesce(m.role = 'Sent', 0) AS Answer
            FROM ledger l LEFT JOIN mail m ON m.id = l.mail_id LEFT JOIN enquiry e ON e.id = m.enquiry_id
            WHERE l.mailbox = @mailbox AND l.folder = @folder AND l.touch_wanted = 1 AND l.touched_at IS NULL
            ORDER BY l.seen_at, l.key LIMIT @limit
            """;
        return ReadAsync<IReadOnlyList<UntouchedMail>>(async connection =>
            [.. (await connection.QueryAsync<(string Key, string? Kind, string? Topic, string? Team, bool Answer)>(Untouched, new { mailbox, folder, limit }))
                .Select(r => new UntouchedMail(new LedgerKey(mailbox, folder, r.Key), r.Kind, r.Topic, r.Team, r.Answer))]);
    }

    /// <inheritdoc/>
    public Task TouchedAsync(IReadOnlyList<TouchedMail> mails, DateTimeOffset at, CancellationToken cancel)
    {
        const string Touched = "UPDATE ledger SET touched_at = @at WHERE mailbox = @Mailbox AND folder = @Folder AND key = @Key";
        const string Moved = """
            INSERT INTO ledger (mailbox, folder, key, state, reason, mail_id, seen_at, settled_at)
            SELECT @Mailbox, @Folder, @Key, 'Duplicate', @reason, mail_id, @at, @at FROM ledger
            WHERE mailbox = @fromMailbox AND folder = @fromFolder AND key = @fromKey
            ON CONFLICT (mailbox, folder, key) DO UPDATE
            SET state = excluded.state, reason = excluded.reason, mail_id = excluded.mail_id, settled_at = excluded.settled_at
            WHERE ledger.state IN ('Pending', 'Vanished')
            """;
        return WriteAsync(
            async (connection, transaction) =>
            {
                foreach (var (from, to) in mails)
                {
                    await connection.ExecuteAsync(Touched, new { from.Mailbox, from.Folder, from.Key, at }, transaction);
                    if (to is { } moved)
                    {
                        var arguments = new
                        {
                            moved.Mailbox,
                            moved.Folder,
                            moved.Key,
                            reason = $"moved here by the worker from {from.Folder}/{from.Key}",
                            at,
                            fromMailbox = from.Mailbox,
                            fromFolder = from.Folder,
                            fromKey = from.Key,
                        };
                        await connection.ExecuteAsync(Moved, arguments, transaction);
                    }
                }

                return 0;
            },
            cancel);
    }
}
