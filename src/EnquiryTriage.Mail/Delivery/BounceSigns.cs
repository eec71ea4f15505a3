using EnquiryTriage.Mail.Automatic;

namespace EnquiryTriage.Mail.Delivery;

/// <summary>
/// Whether a mail is a delivery report. A report part settles it; without one, what the sender, the envelope, the subject and the words
/// say is added up, so that no single phrase in a person's mail makes it a bounce.
/// </summary>
internal static class BounceSigns
{
    private const int Enough = 4;
    private const int Daemon = 3;
    private const int MailRole = 2;
    private const int Certain = 5;
    private const int Strong = 2;
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

        var vacation = VacationSubjects.Opening(subject) is not null;
        var sender = Sender(facts, reasons);
        var machine = sender + Envelope(facts, parts, reasons);
        if (machine == 0 && ForwardedBare(parts))
        {
            return new Signs(["enclosed delivery report without a word of the sender's own"], Proven: true);
        }

        if (machine == 0 || vacation)
        {
            return new Signs([], Proven: false);
        }

        var form = Form(parts, subject, reasons);
        string? read = null;
        string FirstWords() => read ??= Opening(parts, text);
        // Daemons and postmasters write about mail only; of any other sender the subject or a part must say so as well.
        var counts = sender >= MailRole || machine >= Certain || form >= Strong || (form > 0 && machine > MailRole);
        var content = counts ? form + Words(FirstWords(), session: sender >= MailRole, reasons) : 0;
        var report = (content > 0 && machine + content >= Enough) || machine >= Certain || sender == Daemon;
        var doubtful = machine <= MailRole && (form < Strong || sender < MailRole);
        return report && !(doubtful && PersonsWords.Sign(subject, FirstWords(), mayBeSystem: sender == MailRole) is not null)
            ? new Signs(reasons, Proven: machine >= Certain - 1)
            : new Signs([], Proven: false);
    }

    // Somebody, or a list, passed a report on and wrote nothing; whoever writes something is a person with a question.
    private static bool ForwardedBare(PartScan parts)
    {
        if (!Status(parts, 3))
        {
            return false;
        }

        foreach (var part in parts.Parts)
        {
            if (part.Enclosed == 0 && part.Type is "text/plain" or "text/html" && part.Enclosed == 0 && !string.IsNullOrWhiteSpace(PartText.Read(part.Entity, OpeningChars)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Status(PartScan parts, int enclosed) =>
        parts.First("message/delivery-status", enclosed) is not null || parts.First("message/global-delivery-status", enclosed) is not null;

    private static int Envelope(HeaderFacts facts, PartScan parts, List<string> reasons)
    {
        var points = 0;
        if (facts["X-Failed-Recipients"] is { Length: > 0 } failed)
        {
            points += Certain;
            reasons.Add($"header X-Failed-Recipients: {AutomaticMailScreen.Shorten(failed)}");
        }

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
        if ((BounceWords.DaemonNames.Opening(local) ?? BounceWords.DaemonNames.Opening(facts["From"])) is not null)
        {
            reasons.Add($"sender {AutomaticMailScreen.Shorten(local)}");
            return Daemon;
        }

        if (BounceWords.MailRoles.Same(local) is not null || local.StartsWith("microsoftexchange", StringComparison.OrdinalIgnoreCase))
        {
            reasons.Add($"sender {AutomaticMailScreen.Shorten(local)}");
            return MailRole;
        }

        // fml puts the field on its members' mails as well; what it says itself comes from the list's -admin address.
        if (facts.Has("X-MLServer") && local.EndsWith("-admin", StringComparison.OrdinalIgnoreCase))
        {
            reasons.Add($"header X-MLServer and sender {AutomaticMailScreen.Shorten(local)}");
            return MailRole;
        }

        var name = facts.FromName ?? facts["From"] ?? "";
        if (BounceWords.DisplayNames.FirstIn(name) is { } shown)
        {
            reasons.Add($"sender named \"{shown}\"");
            return MailRole;
        }

        if (BounceWords.OtherRoles.Same(local) is not null
            || local.EndsWith("-bounces", StringComparison.OrdinalIgnoreCase)
            || local.EndsWith("-admin", StringComparison.OrdinalIgnoreCase)
            || AnswerPolicy.RobotName(from) is not null)
        {
            reasons.Add($"sender {AutomaticMailScreen.Shorten(local)}");
            return MailRole - 1;
        }

        return 0;
    }

    private static int Form(PartScan parts, string subject, List<string> reasons)
    {
        var points = 0;
        var opening = subject.TrimStart(' ', '*', '"', '[', '<');
        if ((BounceWords.SubjectOpenings.Opening(opening) ?? BounceWords.SubjectWords.FirstIn(opening)) is not null)
        {
            points += 2;
            reasons.Add("subject of a delivery report");
        }
        else if (BounceWords.WeakSubjectOpenings.Opening(opening) is not null)
        {
            points += 1;
            reasons.Add("subject that may be a delivery report's");
        }

        if (Status(parts, 0))
        {
            points += 3;
            reasons.Add("part message/delivery-status");
        }
        else if (Status(parts, 3))
        {
            points += 2;
            reasons.Add("part message/delivery-status in the enclosed message");
        }

        return points;
    }

    private static int Words(string opening, bool session, List<string> reasons)
    {
        if (BounceWords.Phrases.FirstIn(opening) is not { } phrase)
        {
            if (!session || !PersonsWords.HoldsSession(opening))
            {
                return 0;
            }

            phrase = "an SMTP reply";
        }

        reasons.Add($"words of a delivery report: \"{phrase}\"");
        return 2;
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
}
