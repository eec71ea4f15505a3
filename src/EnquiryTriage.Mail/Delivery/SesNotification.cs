using System.Text.Json;
using EnquiryTriage.Mail.Automatic;

namespace EnquiryTriage.Mail.Delivery;

/// <summary>
/// Amazon SES tells of bounces, deliveries and complaints through SNS as well: a mail whose text is a JSON object with a notificationType
/// (or, from event publishing, an eventType).
/// </summary>
internal static class SesNotification
{
    private const int MaxBytes = 128 * 1024;

    /// <summary>The verdict, or null for a mail that is no such notification.</summary>
    public static AutomaticMail? Judge(HeaderFacts facts, PartScan parts)
    {
        if (!facts.Has("X-Amz-Sns-Message-Id") && facts.FromAddress?.EndsWith("@sns.amazonaws.com", StringComparison.OrdinalIgnoreCase) != true)
        {
            return null;
        }

        foreach (var part in parts.Parts)
        {
            if (part.Enclosed == 0 && part.Type is "text/plain" or "application/json" && Read(PartText.Read(part.Entity, MaxBytes)) is { } verdict)
            {
                return verdict;
            }
        }

        return null;
    }

    private static AutomaticMail? Read(string text)
    {
        var open = text.IndexOf('{', StringComparison.Ordinal);
        var close = text.LastIndexOf('}');
        if (open < 0 || close < open)
        {
            return null;
        }

        try
        {
            // QUIRK: lines cut at 1,000 characters carry "!" and a line break, which no JSON string may hold; SNS mails of long notifications do.
            using var json = JsonDocument.Parse(text[open..(close + 1)].Replace("!\n ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal));
            var root = json.RootElement;
            if (Text(root, "Message") is { } wrapped)
            {
                using var inner = JsonDocument.Parse(wrapped);
                return Verdict(inner.RootElement);
            }

            return Verdict(root);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static AutomaticMail? Verdict(JsonElement root)
    {
        var type = (Text(root, "notificationType") ?? Text(root, "eventType") ?? "").ToLowerInvariant();
        IReadOnlyList<string> reasons = [$"Amazon SES notification of type {type}"];
        var original = Child(root, "mail") is { } mail && Child(mail, "commonHeaders") is { } headers && Text(headers, "messageId") is { } id ? OriginalMail.BareId(id) : null;
        switch (type)
        {
            case "complaint":
                return new AutomaticMail(AutomaticKind.FeedbackReport, reasons, null);
            case "bounce" when Child(root, "bounce") is { } bounce:
                var failed = Recipients(bounce, "bouncedRecipients", DeliveryAction.Failed);
                return new AutomaticMail(AutomaticKind.Bounce, reasons, new DeliveryReport(
                    DeliveryAction.Failed, failed.Exists(r => r.Status?.StartsWith('5') == true), original, failed));
            case "deliverydelay" when Child(root, "deliveryDelay") is { } delay:
                return new AutomaticMail(AutomaticKind.Bounce, reasons, new DeliveryReport(
                    DeliveryAction.Delayed, Permanent: false, original, Recipients(delay, "delayedRecipients", DeliveryAction.Delayed)));
            case "delivery" when Child(root, "delivery") is { } delivery:
                return new AutomaticMail(AutomaticKind.DeliveryReport, reasons, new DeliveryReport(
                    DeliveryAction.Delivered, Permanent: false, original, Recipients(delivery, "recipients", DeliveryAction.Delivered)));
            default:
                return null;
        }
    }

    private static List<DeliveryRecipient> Recipients(JsonElement parent, string name, DeliveryAction action)
    {
        var recipients = new List<DeliveryRecipient>();
        if (Child(parent, name) is not { ValueKind: JsonValueKind.Array } list)
        {
            return recipients;
        }

        foreach (var item in list.EnumerateArray().Take(500))
        {
            var written = item.ValueKind == JsonValueKind.String ? item.GetString() : Text(item, "emailAddress");
            if (AddressScanner.First(written) is { } address)
            {
                var said = Text(item, "diagnosticCode");
                recipients.Add(new DeliveryRecipient(address, action, StatusCodes.Enhanced(Text(item, "status")) ?? StatusCodes.Derive(said ?? Text(parent, "smtpResponse"), action), said));
            }
        }

        return recipients;
    }

    private static JsonElement? Child(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var child) ? child : null;

    private static string? Text(JsonElement element, string name) =>
        Child(element, name) is { ValueKind: JsonValueKind.String } child ? child.GetString() : null;
}
