using System.Globalization;
using EnquiryTriage.Mail.Delivery;

namespace EnquiryTriage.Mail.Automatic;

/// <summary>The reports that have a form of their own, delivery reports aside: feedback, DMARC, read receipts, calendar answers.</summary>
internal static class ReportKinds
{
    private static readonly string[] ArchiveTypes =
    [
        "application/zip", "application/gzip", "application/x-gzip", "application/x-zip", "application/x-zip-compressed", "application/xml", "text/xml", "application/octet-stream",
    ];

    /// <summary>Words of who sends feedback reports, and of their subjects.</summary>
    private static readonly PhraseList ComplaintWords = new("complaint", "abuse", "feedback", "fbl", "spam report", "arf");

    /// <summary>Judges by parts, and by the subjects that RFC 7489 section 7.2.1.1 prescribes.</summary>
    public static AutomaticMail? Judge(HeaderFacts facts, PartScan parts, string subject) =>
        Dmarc(parts, subject) ?? Feedback(facts, parts, subject) ?? ReadReceipt(parts) ?? Calendar(parts);

    private static AutomaticMail? Feedback(HeaderFacts facts, PartScan parts, string subject)
    {
        if (parts.ReportType is "feedback-report")
        {
            return Verdict(AutomaticKind.FeedbackReport, "multipart/report of type feedback-report");
        }

        if (parts.First("message/feedback-report") is not null)
        {
            return Verdict(AutomaticKind.FeedbackReport, "part message/feedback-report");
        }

        // A relay that rebuilt the mail leaves the report's fields in a text part.
        if (ComplaintWords.FirstIn(subject) is not null || facts.FromAddress is { } from && ComplaintWords.FirstIn(from) is not null)
        {
            foreach (var part in parts.Parts)
            {
                if (part.Enclosed == 0 && part.Type is "text/plain" && ("\n" + PartText.Read(part.Entity, 16 * 1024)).Contains("\nFeedback-Type:", StringComparison.OrdinalIgnoreCase))
                {
                    return Verdict(AutomaticKind.FeedbackReport, "field Feedback-Type in a text part");
                }
            }
        }

        // QUIRK: RFC 5965 asks for a report part; Outlook.com's Junk Mail Reporting sends the complained-of mail alone, from staff@.
        return subject.StartsWith("complaint about message from ", StringComparison.OrdinalIgnoreCase)
            && facts.FromAddress?.StartsWith("staff@", StringComparison.OrdinalIgnoreCase) == true
            ? Verdict(AutomaticKind.FeedbackReport, "subject of a junk mail report from staff@")
            : null;
    }

    private static AutomaticMail? Dmarc(PartScan parts, string subject)
    {
        foreach (var part in parts.Parts)
        {
            if (part.Enclosed > 0 || !ArchiveTypes.Contains(part.Type, StringComparer.Ordinal))
            {
                continue;
            }

            var name = part.Entity.ContentDisposition?.FileName ?? part.Entity.ContentType.Name;
            if (name is not null && IsAggregateName(name))
            {
                return Verdict(AutomaticKind.DmarcReport, $"attachment named as a DMARC aggregate report: {AutomaticMailScreen.Shorten(name)}");
            }

            if (subject.Contains("Report Domain:", StringComparison.OrdinalIgnoreCase) && subject.Contains("Submitter:", StringComparison.OrdinalIgnoreCase))
            {
                return Verdict(AutomaticKind.DmarcReport, $"subject of a DMARC aggregate report with {part.Type}");
            }
        }

        return null;
    }

    /// <summary>receiver "!" policy-domain "!" begin "!" end [ "!" id ] "." extension.</summary>
    private static bool IsAggregateName(string name)
    {
        var fields = name.Split('!');
        if (fields.Length is < 4 or > 5 || !fields[0].Contains('.', StringComparison.Ordinal) || !fields[1].Contains('.', StringComparison.Ordinal))
        {
            return false;
        }

        var end = fields[3].Split('.')[0];
        return long.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && long.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out _);
    }

    private static AutomaticMail? ReadReceipt(PartScan parts)
    {
        if (parts.ReportType is "disposition-notification")
        {
            return Verdict(AutomaticKind.ReadReceipt, "multipart/report of type disposition-notification");
        }

        return parts.First("message/disposition-notification") is not null
            ? Verdict(AutomaticKind.ReadReceipt, "part message/disposition-notification")
            : null;
    }

    private static AutomaticMail? Calendar(PartScan parts)
    {
        if (parts.First("text/calendar") is not { } part)
        {
            return null;
        }

        if (part.Entity.ContentType.Parameters["method"] is { } method)
        {
            return method.Trim().Equals("REPLY", StringComparison.OrdinalIgnoreCase)
                ? Verdict(AutomaticKind.CalendarReply, "part text/calendar; method=REPLY")
                : null;
        }

        var text = PartText.Read(part.Entity, 16 * 1024);
        return text.Contains("\nMETHOD:REPLY", StringComparison.OrdinalIgnoreCase)
            ? Verdict(AutomaticKind.CalendarReply, "calendar METHOD:REPLY")
            : null;
    }

    private static AutomaticMail Verdict(AutomaticKind kind, string reason) => new(kind, [reason], null);
}
