namespace EnquiryTriage.Mail.Automatic;

/// <summary>Whether a machine may answer a mail (RFC 3834 section 2, and what mail systems agreed on besides).</summary>
internal static class AnswerPolicy
{
    /// <summary>Local parts behind which nobody reads, or which must never get a machine's answer (RFC 2142 names some).</summary>
    private static readonly PhraseList NeverAnswered = new(
        "mailer-daemon", "mailerdaemon", "mailer_daemon", "mail-daemon", "maildaemon", "postmaster", "post_master", "post-master", "abuse", "root", "daemon", "nobody", "bounce", "bounces",
        "noreply", "no-reply", "no_reply", "no.reply", "donotreply", "do-not-reply", "do_not_reply", "do.not.reply", "dontreply", "dont-reply", "dont_reply", "nepasrepondre", "ne-pas-repondre",
        "noresponder", "no-responder", "nao-responda", "naoresponda", "keineantwort", "keine-antwort", "nichtantworten", "nicht-antworten", "noresponse", "no-response", "unattended", "auto-reply", "autoreply",
        "listserv", "majordomo");

    // Only these are looked for inside a longer local part ("github-noreply", "noreply-abc123").
    private static readonly PhraseList RobotWords = new("noreply", "no-reply", "no_reply", "no.reply", "donotreply", "do-not-reply", "do_not_reply", "mailer-daemon", "autoreply");

    /// <summary>Judges whether an acknowledgement may go out; the reasons say why not.</summary>
    public static (bool Answerable, IReadOnlyList<string> Reasons) Judge(HeaderFacts facts, AutomaticMail? automatic, bool viaList, ReadingOptions options)
    {
        var reasons = new List<string>();
        if (automatic is not null)
        {
            reasons.Add($"automatic mail ({KindName(automatic.Kind)})");
        }

        if (viaList)
        {
            reasons.Add(MailingLists.Field(facts) ?? "mailing list");
        }

        AddHeaders(facts, reasons);
        AddAddress(facts, options, reasons);
        return (reasons.Count == 0, reasons);
    }

    /// <summary>The robot's name in <paramref name="address"/> ("noreply"), or null for an address that may be a person's.</summary>
    public static string? RobotName(string address)
    {
        var at = address.LastIndexOf('@');
        var local = at < 0 ? address.AsSpan() : address.AsSpan(0, at);
        var plus = local.IndexOf('+');
        var bare = plus > 0 ? local[..plus] : local;
        if ((NeverAnswered.Same(bare) ?? RobotWords.FirstIn(local)) is { } robot)
        {
            return robot;
        }

        return bare.EndsWith("-bounces", StringComparison.OrdinalIgnoreCase) || bare.StartsWith("owner-", StringComparison.OrdinalIgnoreCase)
            || bare.StartsWith("bounce-", StringComparison.OrdinalIgnoreCase) || bare.StartsWith("bounces-", StringComparison.OrdinalIgnoreCase)
            ? bare.ToString()
            : null;
    }

    private static void AddHeaders(HeaderFacts facts, List<string> reasons)
    {
        foreach (var name in (string[])["Precedence", "X-Precedence"])
        {
            if (facts[name] is { } value && StartsWithAny(value, "bulk", "junk", "auto_reply"))
            {
                reasons.Add($"header {name}: {AutomaticMailScreen.Shorten(value)}");
            }
        }

        if (facts["Auto-Submitted"] is { Length: > 0 } submitted && !submitted.StartsWith("no", StringComparison.OrdinalIgnoreCase))
        {
            reasons.Add($"header Auto-Submitted: {AutomaticMailScreen.Shorten(submitted)}");
        }

        if (facts["X-Auto-Response-Suppress"] is { } suppress && SuppressesAnswers(suppress))
        {
            reasons.Add($"header X-Auto-Response-Suppress: {AutomaticMailScreen.Shorten(suppress)}");
        }

        if (facts.Has("X-Loop"))
        {
            reasons.Add($"header X-Loop: {AutomaticMailScreen.Shorten(facts["X-Loop"]!)}");
        }

        if (facts.NullReturnPath)
        {
            reasons.Add("header Return-Path: <>");
        }
    }

    private static void AddAddress(HeaderFacts facts, ReadingOptions options, List<string> reasons)
    {
        if (facts.AnswerTo is not { } answerTo)
        {
            reasons.Add("no address to answer to");
            return;
        }

        if (options.OwnAddresses.Contains(answerTo))
        {
            reasons.Add("one of our own addresses");
        }

        if (RobotName(answerTo) is { } robot)
        {
            reasons.Add($"address of a robot or role that is never answered: {robot}");
        }
    }

    private static bool SuppressesAnswers(string value)
    {
        foreach (var item in value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (item.Equals("All", StringComparison.OrdinalIgnoreCase) || item.Equals("AutoReply", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool StartsWithAny(string value, params ReadOnlySpan<string> starts)
    {
        foreach (var start in starts)
        {
            if (value.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static string KindName(AutomaticKind kind) => kind switch
    {
        AutomaticKind.AutoReply => "auto-reply",
        AutomaticKind.AutoGenerated => "auto-generated",
        AutomaticKind.Bounce => "bounce",
        AutomaticKind.DeliveryReport => "delivery-report",
        AutomaticKind.ReadReceipt => "read-receipt",
        AutomaticKind.FeedbackReport => "feedback-report",
        AutomaticKind.DmarcReport => "dmarc-report",
        AutomaticKind.CalendarReply => "calendar-reply",
        AutomaticKind.Newsletter => "newsletter",
        AutomaticKind.Loop => "loop",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "An automatic kind without a name."),
    };
}
