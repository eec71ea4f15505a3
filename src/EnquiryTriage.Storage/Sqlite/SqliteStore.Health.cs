using System.Globalization;
using Dapper;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Health;
using EnquiryTriage.Core.Outbox;
using Microsoft.Data.Sqlite;

namespace EnquiryTriage.Storage.Sqlite;

/// <summary>Health: beats, figures, issues, notices.</summary>
public sealed partial class SqliteStore
{
    /// <inheritdoc/>
    public Task BeatAsync(IReadOnlyDictionary<string, DateTimeOffset> beats, CancellationToken cancel)
    {
        const string Beat = "INSERT INTO health_beat (name, at) VALUES (@Key, @Value) ON CONFLICT (name) DO UPDATE SET at = excluded.at";
        return WriteAsync((connection, transaction) => connection.ExecuteAsync(Beat, beats.Select(b => new { b.Key, b.Value }), transaction), cancel);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<string, DateTimeOffset>> BeatsAsync(CancellationToken cancel)
    {
        const string Beats = "SELECT name, at FROM health_beat";
        return ReadAsync<IReadOnlyDictionary<string, DateTimeOffset>>(async connection =>
            (await connection.QueryAsync<BeatRow>(Beats)).ToDictionary(b => b.Name, b => b.At, StringComparer.Ordinal));
    }

    /// <inheritdoc/>
    public Task<HealthFigures> FiguresAsync(DateTimeOffset since, DateTimeOffset now, CancellationToken cancel)
    {
        const string Figures = """
            SELECT (SELECT min(next_at) FROM outbox WHERE state = 'Queued' AND next_at <= @now) AS OldestDue,
                   (SELECT count(*) FROM outbox WHERE state = 'Queued' AND next_at <= @now) AS Due,
                   (SELECT min(created_at) FROM outbox WHERE state IN ('Queued', 'Claimed')) AS OldestQueued,
                   (SELECT count(*) FROM outbox WHERE state IN ('Queued', 'Claimed')) AS Queued,
                   (SELECT count(DISTINCT e.outbox_id) FROM event e JOIN outbox o ON o.id = e.outbox_id
                    WHERE e.at >= @since AND e.type IN ('outbound-failed', 'outbound-unknown') AND o.state = 'Failed') AS Failed,
                   (SELECT count(*) FROM setting WHERE name = @paused AND value = 'true') AS Paused,
                   (SELECT count(*) FROM setting WHERE name = @capped AND value = 'true') AS Capped,
                   (SELECT min(seen_at) FROM ledger WHERE state = 'Pending') AS OldestPending,
                   (SELECT count(*) FROM ledger WHERE state = 'Pending') AS Pending,
                   (SELECT count(*) FROM ledger WHERE state = 'Quarantined' AND settled_at >= @since) AS Quarantined,
                   (SELECT count(*) FROM ledger WHERE state = 'Quarantined') AS QuarantinedEver
            """;
        return ReadAsync(async connection =>
        {
            var row = await connection.QuerySingleAsync<FiguresRow>(Figures, new { since, now, paused = PausedSetting, capped = CappedSetting });
            return new HealthFigures(
                row.OldestDue, row.Due, row.OldestQueued, row.Queued, row.Failed, row.Paused > 0, row.Capped > 0, row.OldestPending, row.Pending,
                row.Quarantined, row.QuarantinedEver);
        });
    }

    /// <inheritdoc/>
    public Task<IReadOnlyDictionary<DateTimeOffset, int>> MailsByHourAsync(string mailbox, string folder, DateTimeOffset since, CancellationToken cancel)
    {
        const string ByHour = """
            SELECT replace(substr(seen_at, 1, 13), ' ', 'T') AS Hour, count(*) AS Mails FROM ledger
            WHERE mailbox = @mailbox AND folder = @folder AND seen_at >= @since AND state <> 'Duplicate' GROUP BY 1
            """;
        return ReadAsync<IReadOnlyDictionary<DateTimeOffset, int>>(async connection =>
            (await connection.QueryAsync<(string Hour, long Mails)>(ByHour, new { mailbox, folder, since })).ToDictionary(
                h => DateTimeOffset.ParseExact(h.Hour, "yyyy-MM-dd'T'HH", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
                h => (int)h.Mails));
    }

    /// <inheritdoc/>
    public Task<DateTimeOffset?> FirstSeenAsync(string mailbox, string folder, CancellationToken cancel)
    {
        const string First = "SELECT min(seen_at) FROM ledger WHERE mailbox = @mailbox AND folder = @folder";
        return ReadAsync(connection => connection.QuerySingleOrDefaultAsync<DateTimeOffset?>(First, new { mailbox, folder }));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<OpenIssue>> OpenIssuesAsync(CancellationToken cancel)
    {
        const string Open = "SELECT code, message, opened_at AS Opened FROM health_issue WHERE closed_at IS NULL ORDER BY id";
        return ReadAsync<IReadOnlyList<OpenIssue>>(async connection =>
            [.. (await connection.QueryAsync<IssueRow>(Open)).Select(i => new OpenIssue(i.Code, i.Message, i.Opened))]);
    }

    /// <inheritdoc/>
    public Task<bool> OpenIssueAsync(OpenIssue issue, IReadOnlyList<NewNotice> notices, NewOutboxRow? mail, CancellationToken cancel)
    {
        const string Open = """
            INSERT INTO health_issue (code, message, opened_at) VALUES (@Code, @Message, @Opened)
            ON CONFLICT (code) WHERE closed_at IS NULL DO NOTHING
            """;
        return WriteAsync(
            async (connection, transaction) =>
                await connection.ExecuteAsync(Open, issue, transaction) == 1
                && await TellAsync(connection, transaction, notices, mail, issue.Opened),
            cancel);
    }

    /// <inheritdoc/>
    public Task<bool> CloseIssueAsync(string code, DateTimeOffset at, IReadOnlyList<NewNotice> notices, NewOutboxRow? mail, CancellationToken cancel)
    {
        const string Close = "UPDATE health_issue SET closed_at = @at WHERE code = @code AND closed_at IS NULL";
        return WriteAsync(
            async (connection, transaction) =>
                await connection.ExecuteAsync(Close, new { code, at }, transaction) == 1
                && await TellAsync(connection, transaction, notices, mail, at),
            cancel);
    }

    /// <inheritdoc/>
    public Task<int> NoteUrgentAsync(IReadOnlyList<string> channels, DateTimeOffset since, DateTimeOffset now, CancellationToken cancel)
    {
        // What is held waits for somebody's word on every channel.
        const string Wanted = """
            SELECT id FROM outbox o WHERE purpose = 'Alert' AND template = 'alert' AND state <> 'Held' AND created_at >= @since
            AND NOT EXISTS (SELECT 1 FROM health_notice n WHERE n.subject = o.id AND n.channel = @channel AND n.kind = 'urgent')
            """;
        const string Note = """
            INSERT INTO health_notice (channel, subject, kind, body, created_at, next_at) SELECT @channel, id, 'urgent', '', @now, @now FROM outbox WHERE id = @id
            """;
        return WriteAsync(
            async (connection, transaction) =>
            {
                var noted = 0;
                foreach (var channel in channels)
                {
                    foreach (var id in (await connection.QueryAsync<string>(Wanted, new { since, channel }, transaction)).AsList())
                    {
                        noted += await connection.ExecuteAsync(Note, new { channel, id, now }, transaction);
                    }
                }

                return noted;
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<DueNotice>> NoticesDueAsync(DateTimeOffset now, CancellationToken cancel)
    {
        const string Due = """
            SELECT n.id, n.channel, n.subject, n.kind, n.body, e.reference, n.created_at AS Created, n.attempts
            FROM health_notice n LEFT JOIN outbox o ON n.kind = 'urgent' AND o.id = n.subject LEFT JOIN enquiry e ON e.id = o.enquiry_id
            WHERE n.next_at <= @now ORDER BY n.kind = 'urgent' DESC, n.id LIMIT 100
            """;
        return ReadAsync<IReadOnlyList<DueNotice>>(async connection =>
            [.. (await connection.QueryAsync<NoticeRow>(Due, new { now })).Select(n => new DueNotice(n.Id, n.Channel, n.Subject, n.Kind, n.Body, n.Reference, n.Created, n.Attempts))]);
    }

    /// <inheritdoc/>
    public Task SettleNoticeAsync(long id, DateTimeOffset now, string? fault, DateTimeOffset? tryAgain, CancellationToken cancel)
    {
        const string Settle = """
            UPDATE health_notice SET attempts = attempts + 1, last_error = @fault, next_at = @tryAgain, done_at = CASE WHEN @fault IS NULL THEN @now END
            WHERE id = @id
            """;
        return WriteAsync((connection, transaction) => connection.ExecuteAsync(Settle, new { id, now, fault, tryAgain }, transaction), cancel);
    }

    private static async Task<bool> TellAsync(
        SqliteConnection connection, SqliteTransaction transaction, IReadOnlyList<NewNotice> notices, NewOutboxRow? mail, DateTimeOffset at)
    {
        const string Tell = """
            INSERT INTO health_notice (channel, subject, kind, body, created_at, next_at) VALUES (@Channel, @Subject, @Kind, @Body, @Created, @Created)
            """;
        await connection.ExecuteAsync(Tell, notices, transaction);
        if (mail is not null)
        {
            await InsertOutboxAsync(connection, transaction, mail, null, null, at);
            await AppendOutboxAsync(connection, transaction, EventTypes.AlertQueued, mail.Id, at, ("template", mail.Template));
        }

        return true;
    }

    private sealed class BeatRow
    {
        public string Name { get; set; } = "";

        public DateTimeOffset At { get; set; }
    }

    private sealed class IssueRow
    {
        public string Code { get; set; } = "";

        public string Message { get; set; } = "";

        public DateTimeOffset Opened { get; set; }
    }

    private sealed class NoticeRow
    {
        public long Id { get; set; }

        public string Channel { get; set; } = "";

        public string Subject { get; set; } = "";

        public string Kind { get; set; } = "";

        public string Body { get; set; } = "";

        public string? Reference { get; set; }

        public DateTimeOffset Created { get; set; }

        public int Attempts { get; set; }
    }

    private sealed class FiguresRow
    {
        public DateTimeOffset? OldestDue { get; set; }

        public long Due { get; set; }

        public DateTimeOffset? OldestQueued { get; set; }

        public long Queued { get; set; }

        public long Failed { get; set; }

        public long Paused { get; set; }

        public long Capped { get; set; }

        public DateTimeOffset? OldestPending { get; set; }

        public long Pending { get; set; }

        public long Quarantined { get; set; }

        public long QuarantinedEver { get; set; }
    }
}
