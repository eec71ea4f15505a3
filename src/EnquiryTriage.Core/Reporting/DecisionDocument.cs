using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;
using EnquiryTriage.Mail;
using EnquiryTriage.Topics;

namespace EnquiryTriage.Core.Reporting;

/// <summary>The JSON that <c>inspect</c> prints and that is stored with each mail: names and shapes are a contract with scripts.</summary>
public record DecisionDocument
{
    /// <summary>Automatic mail: kind, reasons, delivery report.</summary>
    public AutomaticMail? Automatic { get; init; }

    /// <summary>Whether it may be acknowledged at all.</summary>
    public bool Answerable { get; init; }

    /// <summary>Why (not).</summary>
    public IReadOnlyList<string> AnswerableReasons { get; init; } = [];

    /// <summary>Whether it came through a mailing list.</summary>
    public bool ViaList { get; init; }

    /// <summary>Equal for mails of one conversation.</summary>
    public string? Conversation { get; init; }

    /// <summary>Why it belongs to that conversation.</summary>
    public string? ConversationReason { get; init; }

    /// <summary>Why it may be a new enquiry in an old thread; null where nothing says so.</summary>
    public string? SplitOffer { get; init; }

    /// <summary>Whether somebody may be in danger.</summary>
    public bool Urgent { get; init; }

    /// <summary>Why.</summary>
    public IReadOnlyList<string> UrgentReasons { get; init; } = [];

    /// <summary>ISO 639-1 code.</summary>
    public string Language { get; init; } = "und";

    /// <summary>Decisions on a person's mail; null for automatic mail.</summary>
    public TriageDocument? Triage { get; init; }

    /// <summary>The decision as a document.</summary>
    public static DecisionDocument Of(MailAnalysis analysis, TriageDecision decision, string? conversation) => Fill(new DecisionDocument(), analysis, decision, conversation);

    /// <summary>Writes the decision into <paramref name="document"/>.</summary>
    public static T Fill<T>(T document, MailAnalysis analysis, TriageDecision decision, string? conversation)
        where T : DecisionDocument => (T)(document with
        {
            Automatic = analysis.Mail.Automatic,
            Answerable = analysis.Mail.Answerable,
            AnswerableReasons = analysis.Mail.AnswerableReasons,
            ViaList = analysis.Mail.ViaList,
            Conversation = conversation,
            ConversationReason = decision.ConversationReason,
            SplitOffer = decision.SplitOffer,
            Urgent = analysis.Urgent,
            UrgentReasons = analysis.UrgentReasons,
            Language = analysis.Mail.Language,
            Triage = TriageDocument.Of(analysis, decision.Triage),
        });
}

/// <summary>Decisions on a person's mail.</summary>
public sealed record TriageDocument(
    string Kind,
    string KindReason,
    string Top,
    double Confidence,
    bool Abstained,
    IReadOnlyList<TopicScore> Topics,
    IReadOnlyList<QuestionDocument> Questions,
    string Team,
    string Rule,
    DateTimeOffset? Due,
    IReadOnlyList<string> DueArithmetic,
    AcknowledgementDocument Acknowledgement)
{
    internal static TriageDocument? Of(MailAnalysis analysis, Triage? triage) =>
        triage is null || analysis.Prediction is not { } prediction ? null : new TriageDocument(
            analysis.Kind!,
            analysis.KindReason,
            prediction.Top,
            Round(prediction.Confidence),
            prediction.Abstained,
            [.. prediction.Topics.Select(t => t with { Confidence = Round(t.Confidence) })],
            [.. analysis.Questions.Zip(triage.Questions, (q, r) => new QuestionDocument(
                q.Text, q.Prediction.Top, Round(q.Prediction.Confidence), q.Prediction.Abstained, r.Route.Team, r.Route.Rule, r.Due?.Due))],
            triage.Route.Team,
            triage.Route.Rule,
            triage.Due?.Due,
            triage.Due?.Arithmetic ?? [],
            new AcknowledgementDocument(
                triage.Acknowledgement.Send, triage.Acknowledgement.Template, triage.Acknowledgement.Reason, triage.Acknowledgement.HoldReason));

    private static double Round(double confidence) => Math.Round(confidence, 4);
}

/// <summary>A question and where it goes.</summary>
public sealed record QuestionDocument(
    string Text, string Top, double Confidence, bool Abstained, string Team, string Rule, DateTimeOffset? Due);

/// <summary>Whether it is acknowledged.</summary>
public sealed record AcknowledgementDocument(bool Send, string? Template, string Reason, string? HoldReason);

/// <summary>How the documents are written: UTF-8, camelCase, kebab-case enums, ISO 8601 UTC, nulls written.</summary>
public static class ContractJson
{
    /// <summary>One line each.</summary>
    public static JsonSerializerOptions Line { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            Encoder = JavaScriptEncoder.Create(UnicodeRanges.All),
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower));
        options.Converters.Add(new UtcConverter());
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    private sealed class UtcConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            DateTimeOffset.Parse(reader.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture));
    }
}
