namespace EnquiryTriage.Mail.Automatic;

/// <summary>What besides its subject shows that an answering machine wrote a mail.</summary>
internal static class VacationHints
{
    /// <summary>Longest text of an answering machine in characters: a longer one with a vacation subject and no other proof is a person's.</summary>
    private const int ShortText = 2_000;

    /// <summary>The second hint that goes with a vacation subject, in words, or null.</summary>
    public static string? For(HeaderFacts facts, string opening, string text)
    {
        if (Strong(facts) is { } strong)
        {
            return strong;
        }

        if (text.Length <= ShortText)
        {
            // "Out of office hours" may be the subject of a person who answers; machines say who is away, and ask nothing.
            var persons = !VacationSubjects.IsMachines(opening) && text.Contains('?', StringComparison.Ordinal) && !VacationSubjects.SaysOfOneself(text);
            if (!persons && (facts.Has("In-Reply-To") || facts.Has("References")))
            {
                return facts.Has("In-Reply-To") ? "header In-Reply-To" : "header References";
            }

            if (VacationSubjects.IsMachines(opening) && VacationSubjects.AwayWords(text) is { } away)
            {
                return $"words \"{away}\"";
            }
        }

        return null;
    }

    /// <summary>A machine's answer whose subject is in no list: a null return path on an answer, or the loop mark of a mailbox rule.</summary>
    public static string? WithoutSubject(HeaderFacts facts, string text)
    {
        // Anonymised mail has its Return-Path emptied at times: only a null path in so many characters counts, and only without a mail client.
        if (facts["Return-Path"] is "<>" && !facts.Has("User-Agent") && !facts.Has("X-Mailer"))
        {
            if (facts.Has("In-Reply-To") && !Converses(text))
            {
                return "header Return-Path: <> on an answer (In-Reply-To)";
            }

            if (Suppresses(facts, "all", "oof"))
            {
                return $"header Return-Path: <> with X-Auto-Response-Suppress: {AutomaticMailScreen.Shorten(facts["X-Auto-Response-Suppress"]!)}";
            }
        }

        return facts.Has("X-MS-Exchange-Inbox-Rules-Loop") && Suppresses(facts, "all", "oof")
            ? "headers X-MS-Exchange-Inbox-Rules-Loop and X-Auto-Response-Suppress"
            : null;
    }

    // Whoever asks, or quotes what is answered, is a person, unless the words say that nobody is there.
    private static bool Converses(string text) =>
        (text.Contains("? ", StringComparison.Ordinal) || text.Contains("?\n", StringComparison.Ordinal) || text.EndsWith('?') || text.Contains("\n> ", StringComparison.Ordinal))
        && !VacationSubjects.SaysOfOneself(text);

    private static string? Strong(HeaderFacts facts)
    {
        if (facts.NullReturnPath)
        {
            return "header Return-Path: <>";
        }

        if (Suppresses(facts, "all", "oof", "autoreply"))
        {
            return $"header X-Auto-Response-Suppress: {AutomaticMailScreen.Shorten(facts["X-Auto-Response-Suppress"]!)}";
        }

        foreach (var name in (string[])["X-MS-Exchange-Inbox-Rules-Loop", "X-Loop"])
        {
            if (facts.Has(name))
            {
                return $"header {name}";
            }
        }

        return facts["Precedence"] is { } precedence
            && (precedence.StartsWith("bulk", StringComparison.OrdinalIgnoreCase) || precedence.StartsWith("junk", StringComparison.OrdinalIgnoreCase))
            ? $"header Precedence: {AutomaticMailScreen.Shorten(precedence)}"
            : null;
    }

    private static bool Suppresses(HeaderFacts facts, params ReadOnlySpan<string> values)
    {
        if (facts["X-Auto-Response-Suppress"] is not { } field)
        {
            return false;
        }

        foreach (var value in values)
        {
            if (field.Contains(value, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
