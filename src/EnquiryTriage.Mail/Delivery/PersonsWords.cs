namespace EnquiryTriage.Mail.Delivery;

/// <summary>What people write and mail systems don't: asked where a sender or subject could be either's.</summary>
internal static class PersonsWords
{
    private static readonly string[] AnswerPrefixes = ["re:", "aw:", "antw:", "sv:", "vs:", "atb:", "ynt:", "odp:", "rif:", "r:", "fw:", "fwd:", "wg:", "tr:", "rv:"];

    /// <summary>The sign of a person in a mail's subject or its own words, or null.</summary>
    /// <param name="subject">The decoded subject.</param>
    /// <param name="opening">The first words.</param>
    /// <param name="mayBeSystem">Whether the sender looks after mail: then lines of an SMTP session speak against a person.</param>
    public static string? Sign(string subject, string opening, bool mayBeSystem)
    {
        var lines = ReportText.Split(opening).Lines;
        if (mayBeSystem && lines.Any(IsOfSession))
        {
            return null;
        }

        var start = subject.AsSpan().TrimStart();
        foreach (var prefix in AnswerPrefixes)
        {
            if (start.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return $"subject that opens with \"{prefix}\"";
            }
        }

        foreach (var line in lines)
        {
            if (Asks(line))
            {
                return "a question";
            }
        }

        return null;
    }

    /// <summary>Whether lines of an SMTP session stand in <paramref name="opening"/>.</summary>
    public static bool HoldsSession(string opening) => ReportText.Split(opening).Lines.Any(IsOfSession);

    // A reply code or a command at the start of a line; Apache James answers with "Re:" and has these.
    private static bool IsOfSession(string line)
    {
        var start = line.AsSpan().TrimStart(" \t<>#");
        return start.StartsWith("RCPT TO:", StringComparison.OrdinalIgnoreCase)
            || start.StartsWith("Final-Recipient:", StringComparison.OrdinalIgnoreCase)
            || (start.Length > 3 && start[0] is '4' or '5' && start[3] is ' ' or '-' && char.IsAsciiDigit(start[1]) && char.IsAsciiDigit(start[2]) && StatusCodes.Reply(start[..4]) is not null);
    }

    // A question mark ends a word; in an address of the web it stands within one.
    private static bool Asks(string line)
    {
        for (var at = line.IndexOf('?', StringComparison.Ordinal); at >= 0; at = line.IndexOf('?', at + 1))
        {
            if (at > 0 && char.IsLetterOrDigit(line[at - 1]) && (at + 1 == line.Length || char.IsWhiteSpace(line[at + 1])))
            {
                return true;
            }
        }

        return line.Contains('\uFF1F', StringComparison.Ordinal);
    }
}
