namespace EnquiryTriage.Mail.Automatic;

/// <summary>Signs of a mailing list (RFC 2369, RFC 2919, and what list managers wrote before them).</summary>
internal static class MailingLists
{
    private static readonly string[] ListFields =
    [
        "List-Id", "List-Post", "List-Unsubscribe", "List-Help", "List-Subscribe", "List-Owner", "List-Archive", "Mailing-List", "X-Mailing-List", "X-BeenThere", "X-Mailman-Version", "X-Google-Group-Id",
    ];

    private static readonly string[] DiscussionFields = ["List-Post", "List-Subscribe", "List-Archive", "List-Owner", "Mailing-List", "X-Mailing-List", "X-BeenThere", "X-Mailman-Version", "X-Google-Group-Id"];

    /// <summary>Whether the mail came through a list of any kind.</summary>
    public static bool Is(HeaderFacts facts) => Field(facts) is not null;

    /// <summary>The field that shows a list, as "header List-Id", or null.</summary>
    public static string? Field(HeaderFacts facts)
    {
        foreach (var field in ListFields)
        {
            if (facts.Has(field))
            {
                return "header " + field;
            }
        }

        return facts["Precedence"] is { } precedence && precedence.StartsWith("list", StringComparison.OrdinalIgnoreCase) ? "header Precedence: list" : null;
    }

    /// <summary>Whether this is a list on which people write: a discussion list, not a mailing to many.</summary>
    public static bool HasPersonsList(HeaderFacts facts)
    {
        foreach (var field in DiscussionFields)
        {
            if (facts[field] is { } value && !value.StartsWith("no", StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
