using System.Text.Json;
using Dapper;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Learning;

namespace EnquiryTriage.Storage.Sqlite;

/// <content>Corrections: what people said, what they released for training.</content>
public sealed partial class SqliteStore : ICorrectionStore
{
    /// <inheritdoc/>
    public Task CorrectAsync(Correction correction, CorrectedRoute route, DateTimeOffset at, CancellationToken cancel)
    {
        const string Find = "SELECT id FROM enquiry WHERE reference = @Reference";
        const string Add = """
            INSERT INTO correction (id, enquiry_id, mail_id, actor, at, was_topic, was_kind, was_urgent, topics, kind, urgent)
            VALUES (@Id, @enquiryId, @MailId, @Actor, @at, @WasTopic, @WasKind, @WasUrgent, @topics, @Kind, @Urgent)
            """;
        const string Move = """
            UPDATE enquiry SET topic = @topic, kind = @Kind, urgent = @Urgent, team = @Team, rule = @Rule, due_at = @Due, state = coalesce(@state, state)
            WHERE id = @enquiryId
            """;

        // A mail of one question is that question; of several, each keeps what was said of it.
        const string MoveQuestion = """
            UPDATE question SET topic = @topic, confidence = 1, abstained = 0, team = @Team, rule = @Rule, due_at = @Due
            WHERE mail_id = @MailId AND (SELECT count(*) FROM question q WHERE q.mail_id = @MailId) = 1
            """;
        return WriteAsync(
            async (connection, transaction) =>
            {
                var enquiryId = await connection.QuerySingleOrDefaultAsync<string>(Find, new { correction.Reference }, transaction)
                    ?? throw new StoreException($"There is no enquiry {correction.Reference} in this store.", temporary: false);
                var topic = correction.Topics[0];
                await connection.ExecuteAsync(
                    Add,
                    new
                    {
                        correction.Id,
                        enquiryId,
                        correction.MailId,
                        correction.Actor,
                        at,
                        correction.WasTopic,
                        correction.WasKind,
                        correction.WasUrgent,
                        topics = JsonSerializer.Serialize(correction.Topics),
                        correction.Kind,
                        correction.Urgent,
                    },
                    transaction);
                await connection.ExecuteAsync(
                    Move,
                    new { enquiryId, topic, correction.Kind, correction.Urgent, route.Team, route.Rule, route.Due, state = route.State?.ToString() },
                    transaction);
                await connection.ExecuteAsync(MoveQuestion, new { correction.MailId, topic, route.Team, route.Rule, route.Due }, transaction);
                await AppendAsync(
                    connection,
                    transaction,
                    EventOf(
                        EventTypes.Corrected,
                        correction.Actor,
                        ("correction", correction.Id),
                        ("topic", $"{correction.WasTopic} > {topic}"),
                        ("kind", $"{correction.WasKind} > {correction.Kind}"),
                        ("urgent", $"{correction.WasUrgent} > {correction.Urgent}")),
                    enquiryId,
                    correction.MailId,
                    at);
                return await AppendAsync(
                    connection, transaction, EventOf(EventTypes.Routed, correction.Actor, ("team", route.Team), ("rule", route.Rule)), enquiryId, correction.MailId, at);
            },
            cancel);
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<CorrectedMail>> CorrectionsAsync(CancellationToken cancel)
    {
        const string All = """
            SELECT c.id, e.reference, c.mail_id AS MailId, c.actor, c.at, c.was_topic AS WasTopic, c.was_kind AS WasKind, c.was_urgent AS WasUrgent,
                   c.topics, c.kind, c.urgent, m.subject, m.new_text AS NewText, m.sender, c.released_by AS ReleasedBy, c.released_at AS ReleasedAt,
                   c.subject AS ReleasedSubject, c.body AS ReleasedBody
            FROM correction c JOIN enquiry e ON e.id = c.enquiry_id JOIN mail m ON m.id = c.mail_id ORDER BY c.id
            """;
        return ReadAsync<IReadOnlyList<CorrectedMail>>(async connection =>
            [.. (await connection.QueryAsync<CorrectionRow>(All)).Select(r => r.ToMail())]);
    }

    /// <inheritdoc/>
    public Task ReleaseForTrainingAsync(string correctionId, TrainingRelease release, CancellationToken cancel)
    {
        const string Release = """
            UPDATE correction SET released_by = @Actor, released_at = @At, subject = @Subject, body = @Body WHERE id = @correctionId
            RETURNING enquiry_id AS EnquiryId, mail_id AS MailId
            """;
        return WriteAsync(
            async (connection, transaction) =>
            {
                var (enquiryId, mailId) = await connection.QuerySingleOrDefaultAsync<(string, string)>(
                    Release, new { correctionId, release.Actor, release.At, release.Subject, release.Body }, transaction);
                return enquiryId is null
                    ? throw new StoreException($"There is no correction {correctionId} in this store.", temporary: false)
                    : await AppendAsync(
                        connection,
                        transaction,
                        EventOf(EventTypes.CorrectionReleased, release.Actor, ("correction", correctionId)),
                        enquiryId,
                        mailId,
                        release.At);
            },
            cancel);
    }

    private static NewEvent EventOf(string type, string actor, params (string Key, string Value)[] detail) =>
        NewEvent.ByMachine(type, detail) with { Actor = actor };

    private sealed class CorrectionRow
    {
        public string Id { get; set; } = "";

        public string Reference { get; set; } = "";

        public string MailId { get; set; } = "";

        public string Actor { get; set; } = "";

        public DateTimeOffset At { get; set; }

        public string? WasTopic { get; set; }

        public string WasKind { get; set; } = "";

        public bool WasUrgent { get; set; }

        public string Topics { get; set; } = "";

        public string Kind { get; set; } = "";

        public bool Urgent { get; set; }

        public string Subject { get; set; } = "";

        public string NewText { get; set; } = "";

        public string? Sender { get; set; }

        public string? ReleasedBy { get; set; }

        public DateTimeOffset? ReleasedAt { get; set; }

        public string? ReleasedSubject { get; set; }

        public string? ReleasedBody { get; set; }

        public CorrectedMail ToMail() => new(
            new Correction(Id, Reference, MailId, Actor, WasTopic, WasKind, WasUrgent, JsonSerializer.Deserialize<string[]>(Topics)!, Kind, Urgent),
            At,
            Subject,
            NewText,
            Sender,
            ReleasedBy is null ? null : new TrainingRelease(ReleasedBy, ReleasedAt!.Value, ReleasedSubject!, ReleasedBody!));
    }
}
