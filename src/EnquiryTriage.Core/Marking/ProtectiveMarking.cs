using System.Text.RegularExpressions;

namespace EnquiryTriage.Core.Marking;

/// <summary>The levels of the UK government's security classifications that a subject line may carry.</summary>
public enum MarkingLevel
{
    /// <summary>No marking is written.</summary>
    None,

    /// <summary>OFFICIAL, which needs no marking but is sometimes written.</summary>
    Official,

    /// <summary>OFFICIAL-SENSITIVE: only permitted roles may read it, and its body is never quoted in a reply.</summary>
    OfficialSensitive,

    /// <summary>SECRET: does not belong in this mailbox.</summary>
    Secret,

    /// <summary>TOP SECRET: does not belong in this mailbox.</summary>
    TopSecret,
}

/// <summary>A marking as read from a subject line.</summary>
/// <param name="Level">The level, <see cref="MarkingLevel.None"/> where none is written.</param>
/// <param name="Text">The marking in its canonical spelling with its descriptor ("OFFICIAL-SENSITIVE COMMERCIAL"), or empty; to be put in front of replies.</param>
/// <param name="Subject">The subject without the marking and without the reply and forward prefixes that stood before it; what threads are matched on.</param>
public sealed partial record ProtectiveMarking(MarkingLevel Level, string Text, string Subject)
{
    // Capitals are the rule of the classification scheme, and what tells a marking from the ordinary words ("Official
    // visit", "Secret ballot"). Reply prefixes may stand before it, as mail clients put them there.
    [GeneratedRegex(
        """
        ^\s*(?<re>(?:(?:re|fw|fwd|ateb|ymlaen)(?:\[\d{1,3}\])?\s*:\s*){0,20})
        (?<open>[\[({*<]?)\s*
        (?:UK\s+)?
        (?<level>TOP[\s_-]{1,3}SECRET|SECRET|OFFICIAL(?:\s{0,2}[-\u2010-\u2015:_/.,]?\s{0,2}[\[(]?SENSITIVE[\])]?)?)
        (?![\p{L}\p{N}])
        (?<descriptor>(?:\s{0,2}[-\u2010-\u2015:/]?\s{0,2}\[?(?:COMMERCIAL|LOCSEN|PERSONAL|RECIPIENTS\ ONLY|HMG\ USE\ ONLY|MARKET|LEGAL|POLICE)\]?(?![\p{L}\p{N}]))*)
        \s*(?<close>[\])}*>]?)\s*(?<separator>[-\u2010-\u2015:|/,.;]*)\s*(?<subject>.*)$
        """,
        RegexOptions.IgnorePatternWhitespace | RegexOptions.ExplicitCapture | RegexOptions.Singleline | RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Marked();

    [GeneratedRegex(@"^\s*(?:(?:re|fw|fwd|ateb|ymlaen)(?:\[\d{1,3}\])?\s*:\s*)+", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ReplyPrefixes();

    [GeneratedRegex(@"[\s\[\]():/_\u2010-\u2015-]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Joiners();

    /// <summary>True where only permitted roles may read the mail.</summary>
    public bool Restricted => Level >= MarkingLevel.OfficialSensitive;

    /// <summary>True where the marking does not belong in this mailbox at all: alarm, and lock the mail.</summary>
    public bool TooHigh => Level >= MarkingLevel.Secret;

    /// <summary>
    /// Reads the marking at the start of a decoded subject line. A marking written by an outsider is only a claim: it may
    /// restrict who reads the mail, it never lowers urgency.
    /// </summary>
    /// <param name="subject">The decoded subject; null reads as empty. Only its first 1,000 characters can hold a marking.</param>
    public static ProtectiveMarking Read(string? subject)
    {
        var line = subject ?? "";
        var (head, tail) = line.Length > MaxSubject ? (line[..MaxSubject], line[MaxSubject..]) : (line, "");
        // The reply prefixes are matched without regard to case, the marking is not.
        var prefixes = ReplyPrefixes().Match(head).Value;
        var rest = head[prefixes.Length..];
        var match = Marked().Match(rest);
        if (!match.Success || OnlyAWordOfTheSubject(match))
        {
            return new ProtectiveMarking(MarkingLevel.None, "", (rest + tail).Trim());
        }

        var subjectAfter = match.Groups["subject"].Value + tail;
        var inner = ReplyPrefixes().Match(subjectAfter).Value;
        var level = LevelOf(match.Groups["level"].Value);
        var descriptor = Joiners().Replace(match.Groups["descriptor"].Value, " ").Trim();
        return new ProtectiveMarking(level, $"{NameOf(level)} {descriptor}".Trim(), subjectAfter[inner.Length..].Trim());
    }

    private const int MaxSubject = 1000;

    // A shouted subject is no marking: "OFFICIAL VISIT OF THE MAYOR", "SECRET BALLOT". What tells them apart is a bracket or a
    // separator after the marking, or a text after it that is not all capitals. OFFICIAL-SENSITIVE is no ordinary phrase.
    private static bool OnlyAWordOfTheSubject(Match match)
    {
        var subject = match.Groups["subject"].Value;
        return LevelOf(match.Groups["level"].Value) is MarkingLevel.Official or MarkingLevel.Secret or MarkingLevel.TopSecret
            && match.Groups["open"].Length == 0 && match.Groups["separator"].Length == 0 && match.Groups["descriptor"].Length == 0
            && subject.Any(char.IsLetter) && !subject.Any(char.IsLower);
    }

    private static MarkingLevel LevelOf(string written) => written switch
    {
        _ when written.StartsWith("TOP", StringComparison.Ordinal) => MarkingLevel.TopSecret,
        _ when written.StartsWith("SECRET", StringComparison.Ordinal) => MarkingLevel.Secret,
        _ when written.Contains("SENSITIVE", StringComparison.Ordinal) => MarkingLevel.OfficialSensitive,
        _ => MarkingLevel.Official,
    };

    private static string NameOf(MarkingLevel level) => level switch
    {
        MarkingLevel.TopSecret => "TOP SECRET",
        MarkingLevel.Secret => "SECRET",
        MarkingLevel.OfficialSensitive => "OFFICIAL-SENSITIVE",
        _ => "OFFICIAL",
    };
}
