using EnquiryTriage.Mail.Automatic;

namespace EnquiryTriage.Mail.Delivery;

/// <summary>Recipients from the words of a report, from the header of the report, and from the mail it returns, in this order.</summary>
internal static class TextRecipients
{
    private const int MaxGuessed = 5;
    /// <summary>Most recipients for each of whom the words are searched: the cost is their product.</summary>
    internal const int MaxOwnLines = 20;

    /// <summary>Reads the recipients of a report without fields.</summary>
    public static List<DeliveryRecipient> Of(HeaderFacts facts, ReportText words, OriginalMail original, string subject)
    {
        var action = Action(words, subject);
        var everything = string.Join(' ', words.Lines);
        var failed = facts["X-Failed-Recipients"] is { } header ? AddressScanner.All(header).ConvertAll(f => f.Address) : [];
        var found = FreeTextReport.Recipients(words.Lines, NotRecipients(facts), [.. failed, .. original.Recipients]);
        if (failed.Count > 0)
        {
            found = failed.ConvertAll(address => (address, found.Find(f => f.Address.Equals(address, StringComparison.OrdinalIgnoreCase)).Said ?? ""));
        }

        if (found.Count == 0)
        {
            found = Guessed(facts, words, original, subject, everything);
        }

        return found.ConvertAll(f => Recipient(f.Address, (found.Count is > 1 and <= MaxOwnLines ? OwnLine(words.Lines, f.Address) : null) ?? f.Said, everything, action));
    }

    /// <summary>What the words say happened: failed unless they say otherwise.</summary>
    public static DeliveryAction Action(ReportText words, string subject)
    {
        var said = string.Join('\n', words.Lines);
        var delayed = BounceWords.DelayedPhrases.FirstIn(said) is not null
            || subject.StartsWith("delayed", StringComparison.OrdinalIgnoreCase)
            || subject.Contains("(delay", StringComparison.OrdinalIgnoreCase)
            || subject.StartsWith("warning", StringComparison.OrdinalIgnoreCase);
        if (delayed && (BounceWords.FailedPhrases.FirstIn(said) is null || subject.Contains("delay", StringComparison.OrdinalIgnoreCase)))
        {
            return DeliveryAction.Delayed;
        }

        if (StatusCodes.Reply(said) is null)
        {
            foreach (var (phrase, action) in BounceWords.SuccessPhrases)
            {
                if (said.Contains(phrase, StringComparison.OrdinalIgnoreCase) && BounceWords.FailedPhrases.FirstIn(said) is null)
                {
                    return action;
                }
            }
        }

        return DeliveryAction.Failed;
    }

    // Of several recipients each has its own line in the transcript: "552 5.2.2 <bob@far.example>... Mailbox full".
    /// <summary>The first line that names the address and says a code, or null.</summary>
    internal static string? OwnLine(IReadOnlyList<string> lines, string address)
    {
        foreach (var line in lines)
        {
            if (line.Contains(address, StringComparison.OrdinalIgnoreCase) && (StatusCodes.Enhanced(line) ?? StatusCodes.Reply(line)) is not null)
            {
                return line;
            }
        }

        return null;
    }

    private static DeliveryRecipient Recipient(string address, string said, string everything, DeliveryAction action)
    {
        var own = StatusCodes.Enhanced(said) is not null || StatusCodes.Reply(said) is not null;
        var words = own || said.Length > address.Length + 20 ? said : everything;
        var status = StatusCodes.Derive(words, action);
        if (status.EndsWith(".0.0", StringComparison.Ordinal) && !own)
        {
            status = StatusCodes.Derive(everything, action);
        }

        // A report that it is over outweighs a temporary code of the last attempt only in the action: the status stays as the server gave it.
        return new DeliveryRecipient(address, action, status, Diagnostic(words));
    }

    private static string? Diagnostic(string words)
    {
        var said = words.Trim();
        return said.Length == 0 ? null : said.Length > 1_000 ? said[..1_000] : said;
    }

    private static HashSet<string> NotRecipients(HeaderFacts facts)
    {
        var set = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in (string[])["To", "From", "Delivered-To", "Sender", "Reply-To", "Errors-To", "Return-Path"])
        {
            if (facts[name] is { } value)
            {
                set.UnionWith(AddressScanner.All(value).Select(f => f.Address));
            }
        }

        return set;
    }

    // Nobody is named: a local part before "... User unknown", the VERP address that the report came to, or whom the returned mail was for.
    private static List<(string Address, string Said)> Guessed(HeaderFacts facts, ReportText words, OriginalMail original, string subject, string everything)
    {
        if (AddressScanner.First(subject) is { } inSubject && !NotRecipients(facts).Contains(inSubject))
        {
            return [(inSubject, everything)];
        }

        if (Verp(facts["To"]) is { } verp)
        {
            return [(verp, everything)];
        }

        var sender = NotRecipients(facts);
        foreach (var link in words.Links)
        {
            if (!sender.Contains(link) && AnswerPolicy.RobotName(link) is null)
            {
                return [(link, everything)];
            }
        }

        foreach (var known in (IReadOnlyList<string>[])[original.Written, original.Recipients])
        {
            var others = known.Where(r => !sender.Contains(r)).Take(MaxGuessed + 1).ToList();
            if (others.Count is > 0 and <= MaxGuessed)
            {
                return others.ConvertAll(r => (r, everything));
            }
        }

        return [];
    }

    /// <summary>The recipient in a classic VERP address, local+user=domain@ours.</summary>
    private static string? Verp(string? to)
    {
        if (AddressScanner.First(to) is not { } address)
        {
            return null;
        }

        var local = address[..address.LastIndexOf('@')];
        var equals = local.LastIndexOf('=');
        var start = equals < 0 ? -1 : local.LastIndexOfAny(['+', '-'], equals);
        return start > 0 && equals > start + 1 && local.IndexOf('.', equals) > 0 ? $"{local[(start + 1)..equals]}@{local[(equals + 1)..]}" : null;
    }
}
