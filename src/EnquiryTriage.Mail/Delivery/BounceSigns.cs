using EnquiryTriage.Mail.Automatic;

namespace EnquiryTriage.Mail.Delivery;

/// <summary>
/// Whether a mail is a delivery report. A report part settles it; without one, what the sender, the envelope, the subject and the words
/// say is added up, so that no single phrase in a person's mail makes it a bounce.
/// </summary>
internal static class BounceSigns
{
    private const int Enough = 4;
    private const int OpeningChars = 4_000;

    /// <summary>The verdict.</summary>
    /// <param name="Reasons">The evidence; empty for a mail that is no delivery report.</param>
    /// <param name="Proven">False where a recipient must be found as well before the mail counts as a report.</param>
    internal readonly record struct Signs(IReadOnlyList<string> Reasons, bool Proven);

    /// <summary>Adds up the evidence.</summary>
    public static Signs Judge(HeaderFacts facts, PartScan parts, string subject, string text)
    {
        var reasons = new List<string>();
        if (parts.ReportType is "delivery-status" || (parts.ReportType is "" && Status(parts, 0)))
        {
            reasons.Add("multipart/report of type delivery-status");
            return new Signs(reasons, Proven: true);
        }

        if (facts.Has("X-MS-Exchange-Message-Is-Ndr"))
        {
            reasons.Add("header X-MS-Exchange-Message-Is-Ndr");
            return new Signs(reasons, Proven: true);
        }

        var machine = Machine(facts, parts, reasons);
        var content = Content(parts, subject, text, machine, reasons);
        // A daemon writes nothing but reports; its answering machine is told apart by a vacation subject.
        var daemon = machine >= 5 && VacationSubjects.Opening(subject) is null;
        return (machine > 0 && content > 0 && machine + content >= Enough) || daemon
            ? new Signs(reasons, Proven: machine >= 4)
            : new Signs([], Proven: false);
    }

    private static bool Status(PartScan parts, int enclosed) =>
        parts.First("message/delivery-status", enclosed) is not null || parts.First("message/global-delivery-status", enclosed) is not null;

    private static int Machine(HeaderFacts facts, PartScan parts, List<string> reasons)
    {
        var points = 0;
        if (facts["X-Failed-Recipients"] is { Length: > 0 } failed)
        {
            points += 4;
            reasons.Add($"header X-Failed-Recipients: {AutomaticMailScreen.Shorten(failed)}");
        }

        points += Sender(facts, reasons);
        var path = facts["Return-Path"];
        if (facts.NullReturnPath || (path is not null && path.Contains("mailer-daemon", StringComparison.OrdinalIgnoreCase)))
        {
            points += 2;
            reasons.Add($"header Return-Path: {(path!.Length == 0 ? "<>" : AutomaticMailScreen.Shorten(path))}");
        }

        if (facts["Auto-Submitted"] is { Length: > 0 } submitted && !submitted.StartsWith("no", StringComparison.OrdinalIgnoreCase))
        {
            points += 1;
            reasons.Add($"header Auto-Submitted: {AutomaticMailScreen.Shorten(submitted)}");
        }

        if (facts.Has("X-MLServer"))
        {
            points += 1;
            reasons.Add("header X-MLServer");
        }

        if (parts.ReportType is "")
        {
            points += 2;
            reasons.Add("multipart/report");
        }

        return points;
    }

    private static int Sender(HeaderFacts facts, List<string> reasons)
    {
        var from = facts.FromAddress ?? AddressScanner.First(facts["From"]) ?? facts["From"]?.Trim(' ', '<', '>', '"') ?? "";
        var at = from.IndexOf('@', StringComparison.Ordinal);
        var local = (at < 0 ? from : from[..at]).Trim('"');
        if (Starts(local, BounceWords.DaemonNames) || Starts(facts["From"] ?? "", BounceWords.DaemonNames))
        {
            reasons.Add($"sender {AutomaticMailScreen.Shorten(local)}");
            return 3;
        }

        if (BounceWords.RoleNames.Contains(local, StringComparer.OrdinalIgnoreCase)
            || local.StartsWith("microsoftexchange", StringComparison.OrdinalIgnoreCase)
            || local.EndsWith("-bounces", StringComparison.OrdinalIgnoreCase)
            || local.EndsWith("-admin", StringComparison.OrdinalIgnoreCase)
            || AnswerPolicy.RobotName(from) is not null)
        {
            reasons.Add($"sender {AutomaticMailScreen.Shorten(local)}");
            return 2;
        }

        var name = facts.FromName ?? facts["From"] ?? "";
        if (BounceWords.FirstIn(name, BounceWords.DisplayNames) is { } shown)
        {
            reasons.Add($"sender named \"{shown}\"");
            return 2;
        }

        return 0;
    }

    private static int Content(PartScan parts, string subject, string text, int machine, List<string> reasons)
    {
        var points = 0;
        if (Starts(subject.TrimStart(' ', '*', '"', '[', '<'), BounceWords.SubjectOpenings))
        {
            points += 2;
            reasons.Add("subject of a delivery report");
        }

        if (Status(parts, 0))
        {
            points += 3;
            reasons.Add("part message/delivery-status");
        }
        else if (machine > 0 && Status(parts, 3))
        {
            points += 2;
            reasons.Add("part message/delivery-status in the enclosed message");
        }

        // Most mail is a person's and ends here: the words are read only where something else looks like a machine.
        if (machine > 0 && BounceWords.FirstIn(Opening(parts, text), BounceWords.Phrases) is { } phrase)
        {
            points += 2;
            reasons.Add($"words of a delivery report: \"{phrase}\"");
        }

        return points;
    }

    private static string Opening(PartScan parts, string text)
    {
        var opening = string.Join('\n', [text, .. parts.Loose]);
        opening = opening.Length <= OpeningChars ? opening : opening[..OpeningChars];
        foreach (var part in parts.Parts)
        {
            if (part.Enclosed == 0 && part.Type is "text/plain" or "text/html")
            {
                return opening + "\n" + PartText.Read(part.Entity, OpeningChars);
            }
        }

        return opening;
    }

    private static bool Starts(string value, IReadOnlyList<string> openings)
    {
        foreach (var opening in openings)
        {
            if (value.StartsWith(opening, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
