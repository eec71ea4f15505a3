namespace EnquiryTriage.Mail.Automatic;

/// <summary>Mail that a web site sent for a person: the site says "auto-generated", the words and the Reply-To are a person's.</summary>
internal static class WebForms
{
    /// <summary>Whether a single Reply-To of another domain than From, and no robot's, stands behind a mail that is neither list nor bulk mail.</summary>
    public static bool CarriesPerson(HeaderFacts facts)
    {
        if (facts.ReplyTo.Count != 1
            || facts.FromAddress is not { } from
            || facts["Auto-Submitted"]?.StartsWith("auto-replied", StringComparison.OrdinalIgnoreCase) == true
            || MailingLists.Is(facts)
            || facts.Has("Precedence")
            || facts.NullReturnPath)
        {
            return false;
        }

        var answer = facts.ReplyTo[0];
        return AnswerPolicy.RobotName(answer) is null && !SameOrganisation(Domain(answer), Domain(from));
    }

    private static ReadOnlySpan<char> Domain(string address) => address.AsSpan(address.LastIndexOf('@') + 1);

    // Two labels are enough here: "co.uk" on both sides makes a mail look less like a form, which is the careful way for a robot.
    private static bool SameOrganisation(ReadOnlySpan<char> one, ReadOnlySpan<char> other) =>
        LastTwo(one).Equals(LastTwo(other), StringComparison.OrdinalIgnoreCase) && LastTwo(one).Length > 6
        || one.Equals(other, StringComparison.OrdinalIgnoreCase);

    private static ReadOnlySpan<char> LastTwo(ReadOnlySpan<char> domain)
    {
        var last = domain.LastIndexOf('.');
        var before = last <= 0 ? -1 : domain[..last].LastIndexOf('.');
        return domain[(before + 1)..];
    }
}
