using System.Globalization;
using System.Text;
using System.Text.Json.Serialization;
using EnquiryTriage.Core.Reporting;
using EnquiryTriage.Mail;

namespace EnquiryTriage.Worker.Commands;

/// <summary>One object of <c>inspect</c>: names and shapes are a contract with scripts.</summary>
internal sealed record InspectDocument : DecisionDocument
{
    [JsonPropertyOrder(-3)]
    public string Source { get; init; } = "";

    [JsonPropertyOrder(-2)]
    public string? Error { get; init; }

    [JsonPropertyOrder(-1)]
    public MessageDocument? Message { get; init; }
}

/// <summary>The message, read.</summary>
internal sealed record MessageDocument(
    string? MessageId,
    IReadOnlyList<string> InReplyTo,
    IReadOnlyList<string> References,
    DateTimeOffset? Date,
    string Subject,
    MailAddress? From,
    IReadOnlyList<MailAddress> To,
    IReadOnlyList<MailAddress> Cc,
    IReadOnlyList<MailAddress> ReplyTo,
    string Text,
    string NewText,
    IReadOnlyList<MailAttachment> Attachments,
    IReadOnlyList<MailPart> Parts,
    IReadOnlyList<string> Defects)
{
    public static MessageDocument Of(InboundMail m) => new(
        m.MessageId, m.InReplyTo, m.References, m.Date, m.Subject, m.From, m.To, m.Cc, m.ReplyTo, m.Text, m.NewText, m.Attachments, m.Parts, m.Defects);
}

/// <summary>The same for people.</summary>
internal static class InspectText
{
    public static string Of(InspectDocument d)
    {
        var text = new StringBuilder().Append(d.Source).Append('\n');
        if (d.Message is not { } message)
        {
            return text.Append("  error: ").Append(d.Error).ToString();
        }

        Line(text, "subject", message.Subject);
        Line(text, "from", message.From is { } from ? $"{from.Name} <{from.Address}>".Trim() : "nobody");
        Line(text, "defects", string.Join("; ", message.Defects));
        Line(text, "automatic", d.Automatic is { } a ? $"{a.Kind} ({string.Join("; ", a.Reasons)})" : "no");
        Line(text, "answerable", (d.Answerable ? "yes" : "no") + (d.AnswerableReasons.Count > 0 ? $" ({string.Join("; ", d.AnswerableReasons)})" : ""));
        Line(text, "conversation", $"{d.Conversation} ({d.ConversationReason})");
        Line(text, "urgent", d.Urgent ? $"YES ({string.Join("; ", d.UrgentReasons)})" : "no");
        Line(text, "language", d.Language);
        if (d.Triage is { } triage)
        {
            Line(text, "kind", $"{triage.Kind} ({triage.KindReason})");
            foreach (var topic in triage.Topics)
            {
                Line(text, "topic", string.Create(CultureInfo.InvariantCulture, $"{topic.Topic} {topic.Confidence:0.00} ({string.Join(", ", topic.Reasons)})"));
            }

            if (triage.Abstained)
            {
                Line(text, "", "the model abstains: a person decides");
            }

            foreach (var question in triage.Questions)
            {
                Line(text, "question", string.Create(CultureInfo.InvariantCulture, $"{question.Top} {question.Confidence:0.00} -> {question.Team}: {question.Text}"));
            }

            Line(text, "team", $"{triage.Team} ({triage.Rule})");
            Line(text, "due", string.Join("; ", triage.DueArithmetic));
            Line(text, "acknowledge", $"{(triage.Acknowledgement.Send ? "yes" : "no")}, {triage.Acknowledgement.Reason}");
        }

        return text.ToString();
    }

    private static void Line(StringBuilder text, string name, string value)
    {
        if (value.Length > 0)
        {
            text.Append("  ").Append(name.PadRight(13)).Append(Output.Plain(value)).Append('\n');
        }
    }
}
