namespace EnquiryTriage.Mail.Automatic;

/// <summary>Bulk mail that no person wrote to us. A list on which people write never is; one sign alone never suffices.</summary>
internal static class NewsletterSigns
{
    /// <summary>Points needed besides List-Unsubscribe.</summary>
    private const int Enough = 2;

    private static readonly string[] BulkLocalParts =
    [
        "news", "newsletter", "newsletters", "marketing", "offers", "promo", "promotions", "deals", "updates", "digest", "mailing", "campaign", "campaigns", "bulletin", "alerts", "notifications", "notification",
    ];

    /// <summary>Judges the header.</summary>
    public static AutomaticMail? Judge(HeaderFacts facts, string subject)
    {
        if (!facts.Has("List-Unsubscribe")
            || MailingLists.HasPersonsList(facts)
            || facts.Has("In-Reply-To")
            || subject.StartsWith("Re:", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var reasons = new List<string> { "header List-Unsubscribe" };
        var points = 0;
        if (facts.Has("List-Unsubscribe-Post"))
        {
            points += 1;
            reasons.Add("header List-Unsubscribe-Post");
        }

        if (facts.Has("Feedback-ID"))
        {
            points += 1;
            reasons.Add("header Feedback-ID");
        }

        if (facts["Precedence"] is { } precedence
            && (precedence.StartsWith("bulk", StringComparison.OrdinalIgnoreCase) || precedence.StartsWith("junk", StringComparison.OrdinalIgnoreCase)))
        {
            points += 2;
            reasons.Add($"header Precedence: {AutomaticMailScreen.Shorten(precedence)}");
        }

        points += AddBulkFields(facts, reasons);
        if (facts.FromAddress is { } from && BulkLocalPart(from) is { } local)
        {
            points += 1;
            reasons.Add($"sender {local}@");
        }

        return points >= Enough ? new AutomaticMail(AutomaticKind.Newsletter, reasons, null) : null;
    }

    private static int AddBulkFields(HeaderFacts facts, List<string> reasons)
    {
        var found = 0;
        foreach (var field in AutomaticHeaders.BulkSenderFields)
        {
            if (found < 2 && facts.Has(field))
            {
                found++;
                reasons.Add("header " + field);
            }
        }

        return found;
    }

    private static string? BulkLocalPart(string address)
    {
        var local = address[..address.LastIndexOf('@')];
        return BulkLocalParts.Contains(local, StringComparer.OrdinalIgnoreCase) || AnswerPolicy.RobotName(address) is not null ? local : null;
    }
}
