using System.Text.Json;
using Dapper;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Outbox;
using Microsoft.Data.Sqlite;

namespace EnquiryTriage.Storage.Sqlite;

public sealed partial class SqliteStore
{
    /// <inheritdoc/>
    public async Task<IIntakeSession> BeginAsync(CancellationToken cancel)
    {
        await _writer.WaitAsync(cancel);
        SqliteConnection? connection = null;
        try
        {
            connection = Connect();
            return new IntakeSession(this, connection, connection.BeginTransaction(deferred: false));
        }
        catch (Exception e)
        {
            connection?.Dispose();
            _writer.Release();
            if (e is SqliteException)
            {
                throw Fault(e);
            }

            throw;
        }
    }

    private sealed partial class IntakeSession(SqliteStore store, SqliteConnection connection, SqliteTransaction transaction) : IIntakeSession
    {
        public Task<MailHistory> HistoryAsync(HistoryQuery query, CancellationToken cancel) => GuardAsync(async () =>
        {
            // A mail that a person moves from junk to the inbox is new there, unless it has an enquiry already; in junk a copy of either is a copy.
            const string SameRole = "(role = @role OR (@role = 'Junk' AND role = 'Inbox') OR (@role = 'Inbox' AND role = 'Junk' AND enquiry_id IS NOT NULL))";
            const string Same = "SELECT id, content_digest FROM mail WHERE message_id = @MessageId AND " + SameRole;
            const string SameContent = "SELECT id FROM mail WHERE content_digest = @ContentDigest AND " + SameRole + " LIMIT 1";
            const string Throttle = """
                SELECT count(*) AS Total, coalesce(sum(subject = @Subject), 0) AS Subject FROM outbox
                WHERE purpose = 'Acknowledgement' AND recipient_key = @recipient AND created_at >= @ThrottleSince
                """;
            var role = query.Role.ToString();
            string? duplicate = null;
            var otherContent = false;
            if (query.MessageId is null)
            {
                duplicate = await connection.QuerySingleOrDefaultAsync<string>(SameContent, new { query.ContentDigest, role }, transaction);
            }
            else
            {
                var same = (await connection.QueryAsync<(string Id, string Digest)>(Same, new { query.MessageId, role }, transaction)).AsList();
                duplicate = same.Find(m => m.Digest == query.ContentDigest).Id;
                otherContent = duplicate is null && same.Count > 0;
            }

            var counts = query.Recipient is null
                ? (Total: 0L, Subject: 0L)
                : await connection.QuerySingleAsync<(long Total, long Subject)>(
                    Throttle, new { query.Subject, recipient = Key(query.Recipient), query.ThrottleSince }, transaction);
            return new MailHistory(duplicate, otherContent, await CandidatesAsync(query), (int)counts.Total, (int)counts.Subject)
            {
                Earlier = await EarlierAsync(query),
            };
        });

        public Task AddAsync(IntakeRecord record, CancellationToken cancel) => GuardAsync(async () =>
        {
            await AddEnquiryAsync(record);
            await MoveEnquiryAsync(record);
            await AddMailAsync(record);
            await AddThreadAsync(record);
            await AddQuestionsAsync(record);
            await AddOutboxAsync(record.Outbox, record.EnquiryId, record.MailId, record.Fetched);
            await ReportAsync(record);
            await ReplyAsync(record);
            foreach (var @event in record.Events)
            {
                await AppendAsync(connection, transaction, @event, record.EnquiryId, record.MailId, record.Fetched);
            }

            await SettleLedgerAsync(record.Key, LedgerState.Ingested, "", record.MailId, record.Fetched);
            return 0;
        });

        public Task SettleAsync(LedgerKey key, LedgerState state, string reason, DateTimeOffset at, CancellationToken cancel) => GuardAsync(async () =>
        {
            if (state is LedgerState.Pending or LedgerState.Ingested or LedgerState.Quarantined)
            {
                throw new ArgumentOutOfRangeException(nameof(state), state, "A key settled without a mail is a duplicate, ignored or vanished; HoldAsync sets aside.");
            }

            await SettleLedgerAsync(key, state, reason, null, at);
            return 0;
        });

        public Task WantTouchAsync(LedgerKey key, string? original, CancellationToken cancel) => GuardAsync(() => connection.ExecuteAsync(
            "UPDATE ledger SET touch_wanted = 1, mail_id = coalesce(mail_id, @original) WHERE mailbox = @Mailbox AND folder = @Folder AND key = @Key",
            new { key.Mailbox, key.Folder, key.Key, original },
            transaction));

        public Task<bool> IsSettledAsync(LedgerKey key, CancellationToken cancel) => GuardAsync(() => connection.ExecuteScalarAsync<bool>(
            "SELECT EXISTS (SELECT 1 FROM ledger WHERE mailbox = @Mailbox AND folder = @Folder AND key = @Key AND state NOT IN ('Pending', 'Vanished'))",
            new { key.Mailbox, key.Folder, key.Key },
            transaction));

        public Task CommitAsync(CancellationToken cancel) => GuardAsync(() =>
        {
            transaction.Commit();
            return Task.FromResult(0);
        });

        public ValueTask DisposeAsync()
        {
            try
            {
                transaction.Dispose();
            }
            finally
            {
                connection.Dispose();
                store._writer.Release();
            }

            return ValueTask.CompletedTask;
        }

        // Mail without a usable From has no sender: the empty key.
        private static string Key(string? address) => address?.Trim().ToLowerInvariant() ?? "";

        private async Task<IReadOnlyList<ConversationCandidate>> CandidatesAsync(HistoryQuery query)
        {
            const string ByToken = "SELECT e.id, e.reference, e.team, e.topic FROM outbox o JOIN enquiry e ON e.id = o.enquiry_id WHERE o.id = @value";
            const string ByMessageId = "SELECT e.id, e.reference, e.team, e.topic FROM thread t JOIN enquiry e ON e.id = t.enquiry_id WHERE t.message_id = @value AND t.borne = 1 ORDER BY t.enquiry_id LIMIT 1";
            // From the sender's side first: many name a circular's id, few mails are one sender's.
            const string ByNamedId = """
                SELECT e.id, e.reference, e.team, e.topic FROM mail m
                JOIN thread t ON t.enquiry_id = m.enquiry_id AND t.message_id = @value AND t.borne = 0 JOIN enquiry e ON e.id = t.enquiry_id
                WHERE m.sender_key = @sender ORDER BY e.id LIMIT 1
                """;
            const string ByIdNamedByOthers = """
                SELECT e.id, e.reference, e.team, e.topic FROM thread t JOIN enquiry e ON e.id = t.enquiry_id
                WHERE t.message_id = @value AND t.borne = 0 ORDER BY t.enquiry_id LIMIT 1
                """;
            const string ByReference = "SELECT id, reference, team, topic FROM enquiry WHERE reference = @value";
            const string BySubject = """
                SELECT e.id, e.reference, e.team, e.topic FROM mail m JOIN enquiry e ON e.id = m.enquiry_id
                WHERE m.sender_key = @sender AND m.subject_key = @value AND e.received_at >= @ReplySince ORDER BY e.id DESC LIMIT 1
                """;
            const string Belongs = "SELECT EXISTS (SELECT 1 FROM mail WHERE sender_key = @sender AND enquiry_id = @enquiry)";
            var candidates = new List<ConversationCandidate>();
            // An answer may arrive before what it answers, so its own id is looked for too; but whoever names a circular answers it, not it them.
            var named = query.Role == FolderRole.Inbox && query.MessageId is { } own ? query.ForeignIds.Append(own).ToList() : query.ForeignIds;
            var lookups = query.Tokens.Select(t => (ByToken, t, MatchEvidence.OurSignedId))
                .Concat(query.ForeignIds.Select(i => (ByMessageId, i, MatchEvidence.StoredMessageId)))
                .Concat(named.Select(i => (ByNamedId, i, MatchEvidence.NamedMessageId)))
                .Concat(named.Select(i => (ByIdNamedByOthers, i, MatchEvidence.NamedMessageId)))
                .Concat(query.SubjectTag is { } tag ? [(ByReference, tag, MatchEvidence.SubjectTag)] : [])
                .Concat(query.ReplySubject is { } subject ? [(BySubject, subject, MatchEvidence.ReplySubject)] : []);
            var sender = Key(query.Sender);
            foreach (var (sql, value, evidence) in lookups)
            {
                if (sql == ByIdNamedByOthers && candidates.Exists(c => c.Evidence == MatchEvidence.NamedMessageId))
                {
                    continue;
                }

                var found = await connection.QuerySingleOrDefaultAsync<(string Id, string Reference, string Team, string? Topic)>(sql, new { value, sender, query.ReplySince }, transaction);
                if (found.Id is not null && candidates.TrueForAll(c => c.EnquiryId != found.Id))
                {
                    var belongs = await connection.ExecuteScalarAsync<bool>(Belongs, new { sender, enquiry = found.Id }, transaction);
                    candidates.Add(new ConversationCandidate(found.Id, found.Reference, found.Team, evidence, belongs) { Topic = found.Topic });
                }
            }

            return candidates;
        }

        private Task AddEnquiryAsync(IntakeRecord record)
        {
            const string Add = """
                INSERT INTO enquiry (id, reference, kind, topic, team, rule, urgent, language, state, received_at, due_at)
                VALUES (@Id, @Reference, @Kind, @Topic, @Team, @Rule, @Urgent, @Language, @state, @Received, @Due)
                """;
            return record.Opens is not { } e ? Task.CompletedTask : connection.ExecuteAsync(
                Add,
                new { e.Id, e.Reference, e.Kind, e.Topic, e.Team, e.Rule, e.Urgent, e.Language, state = e.State.ToString(), record.Received, e.Due },
                transaction);
        }

        private async Task MoveEnquiryAsync(IntakeRecord record)
        {
            // A thank-you leaves an undecided enquiry undecided: only what was over is opened again, and only what is open is answered.
            const string Reopen = "UPDATE enquiry SET state = 'Assigned' WHERE id = @EnquiryId AND state IN ('Answered', 'Closed', 'NoAnswerNeeded')";
            const string Answer = "UPDATE enquiry SET state = 'Answered' WHERE id = @EnquiryId AND state <> 'Closed'";
            const string Escalate = """
                UPDATE enquiry SET state = 'Assigned', urgent = 1, team = @Team, rule = @Rule, due_at = @Due WHERE id = @EnquiryId
                """;
            if (record.MovesTo is { } state)
            {
                await connection.ExecuteAsync(state == EnquiryState.Answered ? Answer : Reopen, new { record.EnquiryId }, transaction);
            }

            if (record.Escalates is { } to)
            {
                await connection.ExecuteAsync(Escalate, new { to.Team, to.Rule, to.Due, record.EnquiryId }, transaction);
            }
        }

        private Task<int> AddMailAsync(IntakeRecord record)
        {
            const string Add = """
                INSERT INTO mail (id, enquiry_id, role, message_id, content_digest, raw_digest, raw_bytes, raw, sender, sender_key,
                                  subject, subject_key, new_text, language, urgent, automatic, decision, received_at, fetched_at)
                VALUES (@MailId, @EnquiryId, @role, @MessageId, @ContentDigest, @Digest, @RawBytes, @raw, @sender, @senderKey,
                        @Subject, @subjectKey, @NewText, @Language, @Urgent, @automatic, @DecisionJson, @Received, @Fetched)
                """;
            var mail = record.Mail;
            return connection.ExecuteAsync(
                Add,
                new
                {
                    record.MailId,
                    record.EnquiryId,
                    role = record.Role.ToString(),
                    mail.MessageId,
                    record.ContentDigest,
                    mail.Digest,
                    mail.RawBytes,
                    raw = RawBytes.Pack(record.Raw.Span),
                    sender = mail.From?.Address,
                    senderKey = Key(mail.From?.Address),
                    subjectKey = BaseSubject.Of(mail.Subject).Key,
                    mail.Subject,
                    mail.NewText,
                    mail.Language,
                    record.Urgent,
                    automatic = mail.Automatic is null ? null : JsonNamingPolicy.KebabCaseLower.ConvertName(mail.Automatic.Kind.ToString()),
                    record.DecisionJson,
                    record.Received,
                    record.Fetched,
                },
                transaction);
        }

        private async Task AddThreadAsync(IntakeRecord record)
        {
            const string Add = """
                INSERT INTO thread (message_id, enquiry_id, borne) VALUES (@id, @EnquiryId, @borne)
                ON CONFLICT (message_id, enquiry_id) DO UPDATE SET borne = max(borne, excluded.borne)
                """;
            if (record.EnquiryId is null)
            {
                return;
            }

            var named = record.Mail.InReplyTo.Concat(record.Mail.References).Append(record.Mail.MessageId)
                .OfType<string>().Distinct(StringComparer.Ordinal);
            foreach (var id in named)
            {
                await connection.ExecuteAsync(Add, new { id, record.EnquiryId, borne = id == record.Mail.MessageId }, transaction);
            }
        }

        private async Task AddQuestionsAsync(IntakeRecord record)
        {
            const string Add = """
                INSERT INTO question (id, enquiry_id, mail_id, ordinal, text, topic, confidence, abstained, team, rule, due_at, state)
                VALUES (@Id, @EnquiryId, @MailId, @Ordinal, @Text, @Topic, @Confidence, @Abstained, @Team, @Rule, @Due, 'Open')
                """;
            foreach (var q in record.EnquiryId is null ? [] : record.Questions)
            {
                await connection.ExecuteAsync(
                    Add,
                    new { q.Id, record.EnquiryId, record.MailId, q.Ordinal, q.Text, q.Topic, q.Confidence, q.Abstained, q.Team, q.Rule, q.Due },
                    transaction);
            }
        }

        private async Task AddOutboxAsync(IReadOnlyList<NewOutboxRow> rows, string? enquiryId, string? mailId, DateTimeOffset at)
        {
            foreach (var row in rows)
            {
                await InsertOutboxAsync(connection, transaction, row, enquiryId, mailId, at);
            }
        }

        private async Task ReportAsync(IntakeRecord record)
        {
            // Reports arrive in any order: a delay that is reported after the delivery changes nothing. A report on a mail of unknown outcome proves that
            // the relay took it: it is not sent again.
            const string Report = """
                UPDATE outbox SET state = @state, last_reply = @Detail, bounce_permanent = @Permanent
                WHERE id = @Token AND (state IN ('Accepted', 'Delayed', 'Claimed')
                                       OR (state IN ('Queued', 'Failed') AND unknown_attempts > 0)
                                       OR (@state = 'Bounced' AND state IN ('Delivered', 'Bounced')))
                """;
            if (record.Reported is { } reported)
            {
                await connection.ExecuteAsync(
                    Report, new { state = reported.State.ToString(), reported.Detail, reported.Token, reported.Permanent }, transaction);
            }
        }

        private async Task ReplyAsync(IntakeRecord record)
        {
            const string Reply = """
                UPDATE outbox SET replied_at = @Received,
                       state = CASE WHEN state IN ('Accepted', 'Delayed', 'Delivered', 'Bounced') OR (state IN ('Queued', 'Failed') AND unknown_attempts > 0)
                                    THEN 'Replied' ELSE state END
                WHERE id = @token AND enquiry_id = @EnquiryId AND replied_at IS NULL
                """;
            foreach (var token in record.Replies)
            {
                if (await connection.ExecuteAsync(Reply, new { record.Received, token, record.EnquiryId }, transaction) > 0)
                {
                    var replied = NewEvent.ByMachine(EventTypes.OutboundReplied) with { OutboxId = token };
                    await AppendAsync(connection, transaction, replied, record.EnquiryId, record.MailId, record.Fetched);
                }
            }
        }

        private async Task<IReadOnlyList<EarlierAcknowledgement>> EarlierAsync(HistoryQuery query)
        {
            const string Earlier = """
                SELECT enquiry_id, created_at FROM outbox
                WHERE purpose = 'Acknowledgement' AND recipient_key = @recipient AND created_at >= @EarlierSince
                """;
            return query is { Recipient: { } address, EarlierSince: not null }
                ? [.. (await connection.QueryAsync<(string? EnquiryId, DateTimeOffset At)>(Earlier, new { recipient = Key(address), query.EarlierSince }, transaction))
                    .Select(e => new EarlierAcknowledgement(e.EnquiryId, e.At))]
                : [];
        }

        private async Task SettleLedgerAsync(LedgerKey key, LedgerState state, string reason, string? mailId, DateTimeOffset at)
        {
            const string Release = "DELETE FROM quarantine WHERE mailbox = @Mailbox AND folder = @Folder AND key = @Key";
            const string Settle = """
                INSERT INTO ledger (mailbox, folder, key, state, reason, mail_id, seen_at, settled_at)
                VALUES (@Mailbox, @Folder, @Key, @state, @reason, @mailId, @at, @at)
                ON CONFLICT (mailbox, folder, key) DO UPDATE
                SET state = excluded.state, reason = excluded.reason, mail_id = excluded.mail_id, settled_at = excluded.settled_at
                WHERE ledger.state IN ('Pending', 'Quarantined', 'Vanished')
                """;
            var settled = await connection.ExecuteAsync(
                Settle, new { key.Mailbox, key.Folder, key.Key, state = state.ToString(), reason, mailId, at }, transaction);
            if (settled == 0)
            {
                throw new StoreException($"{key.Mailbox}/{key.Folder}: a mail was settled twice; its second settling was refused.", temporary: false) { RowsRefused = true };
            }

            if (state != LedgerState.Quarantined)
            {
                // A mail that was set aside and got through after all: its bytes are with the mail.
                await connection.ExecuteAsync(Release, new { key.Mailbox, key.Folder, key.Key }, transaction);
            }
        }

        private async Task<T> GuardAsync<T>(Func<Task<T>> work)
        {
            try
            {
                return await work();
            }
            catch (SqliteException e)
            {
                throw store.Fault(e);
            }
        }
    }
}
