using EnquiryTriage.Mail.Automatic;

namespace EnquiryTriage.Mail.Delivery;

/// <summary>
/// Reads delivery reports: the fields of RFC 3464 where there are any, wherever they ended up, and the words of systems that write none.
/// </summary>
internal static class DeliveryReportReader
{
    private const int MaxStatusBytes = 512 * 1024;
    private const int DeepestReport = 4;

    /// <summary>What the report says. Never throws; without any recipient it still says what happened.</summary>
    /// <param name="facts">The mail's header.</param>
    /// <param name="parts">Its parts.</param>
    /// <param name="subject">Its decoded subject.</param>
    /// <param name="text">Its readable text, used where no text part holds words.</param>
    /// <param name="ours">Our signed ids: a VERP address links a report that encloses nothing.</param>
    public static DeliveryReport Read(HeaderFacts facts, PartScan parts, string subject, string text, SignedMessageIds? ours)
    {
        var (groups, enclosed) = Groups(parts);
        var words = ReportText.Of(parts, text, enclosed);
        if (groups.Count == 0)
        {
            (groups, words, enclosed) = Embedded(parts, words);
        }

        var original = OriginalMail.Find(parts, enclosed, words.Tail);
        var recipients = groups.Count > 0
            ? FieldRecipients.Of(groups, words, original)
            : TextRecipients.Of(facts, words, original, subject);
        var action = recipients.Count > 0 ? recipients.Max(r => Weight(r.Action)).Action : TextRecipients.Action(words, subject);
        return new DeliveryReport(
            action,
            recipients.Any(r => r.Action == DeliveryAction.Failed && r.Status?.StartsWith('5') == true),
            Linked(original.MessageId, groups, facts, ours),
            recipients);
    }

    private static (List<StatusFields.Group> Groups, int Enclosed) Groups(PartScan parts)
    {
        for (var enclosed = 0; enclosed <= DeepestReport; enclosed++)
        {
            var groups = new List<StatusFields.Group>();
            foreach (var part in parts.Parts)
            {
                if (part.Enclosed == enclosed && part.Type is "message/delivery-status" or "message/global-delivery-status" && part.Enclosed == enclosed)
                {
                    groups.AddRange(StatusFields.Read(PartText.Read(part.Entity, MaxStatusBytes)));
                }
            }

            if (groups.Count > 0)
            {
                return (groups, enclosed);
            }
        }

        return ([], 0);
    }

    // Fields in the middle of a text; or a report that another system enclosed without a word of its own.
    private static (List<StatusFields.Group> Groups, ReportText Words, int Enclosed) Embedded(PartScan parts, ReportText words)
    {
        for (var enclosed = 0; enclosed <= DeepestReport; enclosed++)
        {
            var candidate = enclosed == 0 ? words : ReportText.Of(parts, "", enclosed);
            var groups = StatusFields.Read(string.Join('\n', candidate.Lines)).FindAll(g => g.Final is not null);
            if (groups.Count > 0)
            {
                return (groups, candidate, enclosed);
            }
        }

        return (Attached(parts), words, 0);
    }

    // A gateway that knows no report parts passes the fields on as an attached text.
    private static List<StatusFields.Group> Attached(PartScan parts)
    {
        foreach (var part in parts.Parts)
        {
            if (part.Enclosed == 0 && part.Type.StartsWith("text/", StringComparison.Ordinal) && part.Entity.ContentDisposition?.FileName is not null)
            {
                var groups = StatusFields.Read(PartText.Read(part.Entity, MaxStatusBytes)).FindAll(g => g.Final is not null && (g.Action ?? g.Status) is not null);
                if (groups.Count > 0)
                {
                    return groups;
                }
            }
        }

        return [];
    }

    // What is proven ours first: the enclosed id, the ENVID that we gave, the VERP address that the report came to. Then whatever it says.
    private static string? Linked(string? enclosed, List<StatusFields.Group> groups, HeaderFacts facts, SignedMessageIds? ours)
    {
        if (ours is not null && !ours.TryVerify(enclosed, out _))
        {
            if (groups.Find(g => ours.TryVerify(g.EnvelopeId, out _))?.EnvelopeId is { } envelope)
            {
                return OriginalMail.BareId(envelope);
            }

            if (AddressScanner.First(facts["To"]) is { } to && ours.TryVerifyReturnPath(to, out var token))
            {
                return ours.Create(token);
            }
        }

        return enclosed is not null ? enclosed : facts["In-Reply-To"] is { Length: > 0 } answered ? OriginalMail.BareId(answered) : null;
    }

    private static (int Order, DeliveryAction Action) Weight(DeliveryAction action) => action switch
    {
        DeliveryAction.Failed => (4, action),
        DeliveryAction.Delayed => (3, action),
        DeliveryAction.Expanded => (2, action),
        DeliveryAction.Relayed => (1, action),
        _ => (0, action),
    };
}
