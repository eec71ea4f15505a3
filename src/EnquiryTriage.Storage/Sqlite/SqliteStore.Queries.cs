using System.Runtime.CompilerServices;
using System.Text.Json;
using Dapper;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Core.Reporting;

namespace EnquiryTriage.Storage.Sqlite;

/// <summary>Lists, whole lives, facts.</summary>
public sealed partial class SqliteStore
{
    private const string Summary = """
        SELECT e.id, e.reference, e.state, e.kind, e.topic, e.team, e.rule, e.urgent, e.language, e.received_at AS Received, e.due_at AS Due,
               (SELECT min(v.at) FROM event v JOIN outbox o ON o.id = v.outbox_id
                WHERE v.enquiry_id = e.id AND v.type = 'outbound-accepted' AND o.purpose = 'Acknowledgement') AS Acknowledged,
               (SELECT min(v.at) FROM event v WHERE v.enquiry_id = e.id AND v.type = 'answered') AS Answered,
               (SELECT count(*) FROM question q WHERE q.enquiry_id = e.id) AS Questions,
               m.subject, m.sender
        FROM enquiry e JOIN mail m ON m.id = (SELECT id FROM mail WHERE enquiry_id = e.id ORDER BY rowid LIMIT 1)
        """;

    /// <inheritdoc/>
    public Task<IReadOnlyList<EnquirySummary>> ListAsync(EnquiryFilter filter, CancellationToken cancel)
    {
        const string List = Summary + """

            WHERE (@Team IS NULL OR e.team = @Team) AND (@Topic IS NULL OR e.topic = @Topic) AND (@state IS NULL OR e.state = @state)
            ORDER BY e.received_at DESC, e.id DESC LIMIT @Limit
            """;
        return ReadAsync<IReadOnlyList<EnquirySummary>>(async connection =>
            [.. (await connection.QueryAsync<SummaryRow>(List, new { filter.Team, filter.Topic, state = filter.State?.ToString(), filter.Limit })).Select(r => r.ToSummary())]);
    }

    /// <inheritdoc/>
    public Task<EnquiryLife?> FindAsync(string reference, CancellationToken cancel)
    {
        const string Find = Summary + " WHERE e.reference = @reference";
        const string Mails = """
            SELECT id, role, received_at AS Received, fetched_at AS Fetched, message_id AS MessageId, sender, subject, new_text AS NewText,
                   urgent, automatic, decision AS DecisionJson
            FROM mail WHERE enquiry_id = @Id ORDER BY received_at, id
            """;
        const string Questions = """
            SELECT id, ordinal, text, topic, confidence, abstained, team, rule, due_at AS Due, state
            FROM question WHERE enquiry_id = @Id ORDER BY mail_id, ordinal
            """;
        const string Outbox = """
            SELECT id, purpose, state, template, recipient, message_id AS MessageId, attempts, unknown_attempts AS UnknownAttempts,
                   hold_reason AS HoldReason, last_reply AS LastReply, created_at AS Created, accepted_at AS Accepted,
                   queue_id AS QueueId, bounce_permanent AS Permanent, replied_at AS Replied
            FROM outbox WHERE enquiry_id = @Id ORDER BY id
            """;
        const string Events = """
            SELECT sequence, at, type, actor, enquiry_id AS EnquiryId, mail_id AS MailId, outbox_id AS OutboxId, detail
            FROM event WHERE enquiry_id = @Id ORDER BY sequence
            """;
        return ReadAsync(async connection =>
        {
            if (await connection.QuerySingleOrDefaultAsync<SummaryRow>(Find, new { reference }) is not { } found)
            {
                return null;
            }

            var of = new { found.Id };
            return new EnquiryLife(
                found.ToSummary(),
                found.Rule,
                [.. (await connection.QueryAsync<MailRow>(Mails, of)).Select(m => m.ToMail())],
                [.. (await connection.QueryAsync<QuestionRow>(Questions, of)).Select(q => q.ToQuestion())],
                [.. (await connection.QueryAsync<OutboxLifeRow>(Outbox, of)).Select(o => o.ToLife())],
                [.. (await connection.QueryAsync<EventRow>(Events, of)).Select(e => e.ToEvent())]);
        });
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<EnquiryFacts>> FactsAsync(DateTimeOffset? receivedFrom, DateTimeOffset? receivedBefore, CancellationToken cancel)
    {
        const string Facts = Summary + " WHERE (@receivedFrom IS NULL OR e.received_at >= @receivedFrom) AND (@receivedBefore IS NULL OR e.received_at < @receivedBefore) ORDER BY e.id";
        return ReadAsync<IReadOnlyList<EnquiryFacts>>(async connection =>
            [.. (await connection.QueryAsync<SummaryRow>(Facts, new { receivedFrom, receivedBefore })).Select(r => new EnquiryFacts(
                r.Topic, r.Team, r.Kind, r.Received, r.Acknowledged, r.Answered, r.State != EnquiryState.NoAnswerNeeded))]);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<DecidedMail> DecisionsAsync(DateTimeOffset? since, [EnumeratorCancellation] CancellationToken cancel)
    {
        const string Decisions = """
            SELECT m.id AS MailId, e.reference, m.received_at AS Received, m.fetched_at AS Fetched, m.decision AS DecisionJson, m.new_text AS NewText
            FROM mail m LEFT JOIN enquiry e ON e.id = m.enquiry_id
            WHERE m.role = 'Inbox' AND (@since IS NULL OR m.fetched_at >= @since) AND m.id > @after ORDER BY m.id LIMIT 500
            """;
        var after = "";
        while (true)
        {
            var page = await ReadAsync(async connection =>
                (await connection.QueryAsync<DecisionRow>(Decisions, new { since, after })).AsList());
            foreach (var row in page)
            {
                cancel.ThrowIfCancellationRequested();
                yield return new DecidedMail(row.MailId, row.Reference, row.Received, row.Fetched, row.DecisionJson, row.NewText);
            }

            if (page.Count == 0)
            {
                yield break;
            }

            after = page[^1].MailId;
        }
    }

    /// <inheritdoc/>
    public Task<byte[]?> RawAsync(string mailId, CancellationToken cancel)
    {
        const string Raw = "SELECT raw FROM mail WHERE id = @mailId";
        return ReadAsync(async connection =>
            await connection.QuerySingleOrDefaultAsync<byte[]>(Raw, new { mailId }) is { } packed ? RawBytes.Unpack(packed) : null);
    }

    private sealed class SummaryRow
    {
        public string Id { get; set; } = "";

        public string Reference { get; set; } = "";

        public EnquiryState State { get; set; }

        public string Kind { get; set; } = "";

        public string? Topic { get; set; }

        public string Team { get; set; } = "";

        public string Rule { get; set; } = "";

        public bool Urgent { get; set; }

        public string Language { get; set; } = "";

        public DateTimeOffset Received { get; set; }

        public DateTimeOffset? Due { get; set; }

        public DateTimeOffset? Acknowledged { get; set; }

        public DateTimeOffset? Answered { get; set; }

        public int Questions { get; set; }

        public string Subject { get; set; } = "";

        public string? Sender { get; set; }

        public EnquirySummary ToSummary() => new(
            Reference, State, Kind, Topic, Team, Urgent, Language, Received, Due, Acknowledged, Answered, Questions, Subject, Sender);
    }

    private sealed class MailRow
    {
        public string Id { get; set; } = "";

        public FolderRole Role { get; set; }

        public DateTimeOffset Received { get; set; }

        public DateTimeOffset Fetched { get; set; }

        public string? MessageId { get; set; }

        public string? Sender { get; set; }

        public string Subject { get; set; } = "";

        public string NewText { get; set; } = "";

        public bool Urgent { get; set; }

        public string? Automatic { get; set; }

        public string DecisionJson { get; set; } = "";

        public EnquiryMail ToMail() => new(Id, Role, Received, Fetched, MessageId, Sender, Subject, NewText, Urgent, Automatic, DecisionJson);
    }

    private sealed class QuestionRow
    {
        public string Id { get; set; } = "";

        public int Ordinal { get; set; }

        public string Text { get; set; } = "";

        public string Topic { get; set; } = "";

        public double Confidence { get; set; }

        public bool Abstained { get; set; }

        public string Team { get; set; } = "";

        public string Rule { get; set; } = "";

        public DateTimeOffset? Due { get; set; }

        public string State { get; set; } = "";

        public EnquiryQuestion ToQuestion() => new(Id, Ordinal, Text, Topic, Confidence, Abstained, Team, Rule, Due, State);
    }

    private sealed class OutboxLifeRow
    {
        public string Id { get; set; } = "";

        public OutboxPurpose Purpose { get; set; }

        public OutboxState State { get; set; }

        public string Template { get; set; } = "";

        public string Recipient { get; set; } = "";

        public string MessageId { get; set; } = "";

        public int Attempts { get; set; }

        public int UnknownAttempts { get; set; }

        public string? HoldReason { get; set; }

        public string? LastReply { get; set; }

        public DateTimeOffset Created { get; set; }

        public DateTimeOffset? Accepted { get; set; }

        public string? QueueId { get; set; }

        public bool? Permanent { get; set; }

        public DateTimeOffset? Replied { get; set; }

        public OutboxLife ToLife() => new(
            Id, Purpose, State, Template, Recipient, MessageId, Attempts, UnknownAttempts, HoldReason, LastReply, Created, Accepted)
        {
            QueueId = QueueId,
            Permanent = Permanent,
            Replied = Replied,
        };
    }

    private sealed class EventRow
    {
        public long Sequence { get; set; }

        public DateTimeOffset At { get; set; }

        public string Type { get; set; } = "";

        public string Actor { get; set; } = "";

        public string? EnquiryId { get; set; }

        public string? MailId { get; set; }

        public string? OutboxId { get; set; }

        public string Detail { get; set; } = "";

        public EnquiryEvent ToEvent() => new(Sequence, At, Type, Actor, EnquiryId, MailId, OutboxId, JsonElement.Parse(Detail));
    }

    private sealed class DecisionRow
    {
        public string MailId { get; set; } = "";

        public string? Reference { get; set; }

        public DateTimeOffset Received { get; set; }

        public DateTimeOffset Fetched { get; set; }

        public string DecisionJson { get; set; } = "";

        public string NewText { get; set; } = "";
    }
}
