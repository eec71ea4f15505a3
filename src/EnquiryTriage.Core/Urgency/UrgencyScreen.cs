namespace EnquiryTriage.Core.Urgency;

/// <summary>What the screen says of one mail.</summary>
/// <param name="Urgent">True where somebody may be in danger now, or a serious crime is happening or about to.</param>
/// <param name="Reasons">The sender's words that weighed, each with the group of phrases it belongs to; empty where not urgent. They quote the mail: show them to permitted roles only.</param>
/// <param name="Kind">A hint at the kind of mail, <c>threat-to-life</c>, <c>safeguarding</c> or <c>crime-report</c>; null where not urgent.</param>
public sealed record UrgencyVerdict(bool Urgent, IReadOnlyList<string> Reasons, string? Kind)
{
    /// <summary>Nothing in the mail calls for haste.</summary>
    public static UrgencyVerdict NotUrgent { get; } = new(false, [], null);
}

/// <summary>
/// Screens every mail, automatic ones too, for danger, by the phrases of <c>urgency-phrases.json</c>. It is the first of two
/// opinions and made for recall: the model gives the second. Pure, thread-safe, linear in the length of the text.
/// </summary>
public static class UrgencyScreen
{
    /// <summary>The most reasons that a verdict carries.</summary>
    public const int MaxReasons = 8;

    private static readonly Lazy<PhraseTable> Phrases = new(PhraseTable.LoadShipped);

    /// <summary>Screens one mail.</summary>
    /// <param name="subject">The decoded subject, may be empty.</param>
    /// <param name="text">The readable text: whole, with quotes and signature, where nothing is to be missed.</param>
    public static UrgencyVerdict Screen(string subject, string text) => Screen(Phrases.Value, subject, text);

    internal static UrgencyVerdict Screen(PhraseTable phrases, string subject, string text)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(text);
        var tokens = TokenisedText.Read($"{subject}\n\n{text}", phrases.Spelling);
        var occurrences = phrases.Atoms.Find(tokens);
        foreach (var figure in phrases.FiguresOfSpeech.SelectMany(phrase => phrase.Matches(tokens, occurrences)))
        {
            tokens.Mask(figure.Start, figure.End);
        }

        occurrences = tokens.AnyMasked ? phrases.Atoms.Find(tokens) : occurrences;
        var contexts = phrases.Contexts.ToDictionary(
            context => context.Name, context => context.Sentences(tokens, occurrences), StringComparer.Ordinal);
        return Judge(phrases, tokens, occurrences, contexts);
    }

    private static UrgencyVerdict Judge(PhraseTable phrases, TokenisedText tokens, Occurrences occurrences, Dictionary<string, bool[]> contexts)
    {
        var reasons = new List<string>();
        string? kind = null;
        foreach (var group in phrases.Groups)
        {
            foreach (var match in group.Phrases.SelectMany(phrase => phrase.Matches(tokens, occurrences).Where(match => !Excused(phrase, group, match))))
            {
                // Groups stand in the order of gravity, so the first that matches names the kind.
                kind ??= group.Kind;
                var reason = $"{group.Name}: \"{tokens.Quote(match.Start, match.End)}\"";
                if (reasons.Count < MaxReasons && !reasons.Contains(reason, StringComparer.Ordinal))
                {
                    reasons.Add(reason);
                }

                if (reasons.Count == MaxReasons)
                {
                    return new UrgencyVerdict(true, reasons, kind);
                }
            }
        }

        return kind is null ? AddUp(phrases, tokens, occurrences, contexts) : new UrgencyVerdict(true, reasons, kind);

        bool Excused(Phrase phrase, PhraseGroup group, Match match) =>
            !phrase.Always && group.Unless.Any(name => tokens.AnySentence(match.Start, match.End, contexts[name]));
    }

    // No phrase alarms by itself: several lesser signs close together may.
    private static UrgencyVerdict AddUp(PhraseTable phrases, TokenisedText tokens, Occurrences occurrences, Dictionary<string, bool[]> contexts)
    {
        var signs = phrases.Signs.Find(tokens, occurrences, contexts);
        return signs.Count == 0
            ? UrgencyVerdict.NotUrgent
            : new UrgencyVerdict(
                true,
                [.. signs.Take(MaxReasons).Select(hit => $"{hit.Sign.Name}: \"{tokens.Quote(hit.Match.Start, hit.Match.End)}\"")],
                signs.OrderByDescending(hit => hit.Sign.Points).FirstOrDefault(hit => hit.Sign.Kind is not null).Sign?.Kind ?? "threat-to-life");
    }
}
