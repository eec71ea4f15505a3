using System.Runtime.InteropServices;

namespace EnquiryTriage.Core.Urgency;

/// <summary>One step of a phrase: an atom, and how many words may stand between it and the step before.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PhraseStep(int Atom, int MaxGap);

/// <summary>A phrase of the table: steps in order, and words that must stand near.</summary>
internal sealed record Phrase(IReadOnlyList<PhraseStep> Steps, IReadOnlyList<int> Near, bool Always)
{
    /// <summary>How near, in words on either side, a required word must stand; a sentence's end counts as several.</summary>
    internal const int NearDistance = 16;

    /// <summary>All places where the phrase stands.</summary>
    public IEnumerable<Match> Matches(TokenisedText text, Occurrences occurrences)
    {
        var matches = occurrences.Of(Steps[0].Atom);
        for (var step = 1; step < Steps.Count && matches.Count > 0; step++)
        {
            matches = Extend(text, matches, occurrences.Of(Steps[step].Atom), Steps[step].MaxGap);
        }

        foreach (var near in Near)
        {
            matches = matches.Count == 0 ? matches : KeepNear(text, matches, occurrences.Of(near));
        }

        return matches;
    }

    // Each next occurrence is joined to the last match that ends before it begins: both lists run forward once.
    private static List<Match> Extend(TokenisedText text, IReadOnlyList<Match> matches, IReadOnlyList<Match> next, int maxGap)
    {
        var ordered = matches.OrderBy(match => match.End).ToList();
        var extended = new List<Match>();
        var candidate = -1;
        foreach (var atom in next)
        {
            while (candidate + 1 < ordered.Count && ordered[candidate + 1].End <= atom.Start)
            {
                candidate++;
            }

            if (candidate >= 0 && text.Distance(ordered[candidate], atom) <= maxGap)
            {
                extended.Add(new Match(ordered[candidate].Start, atom.End));
            }
        }

        return extended;
    }

    private static List<Match> KeepNear(TokenisedText text, IReadOnlyList<Match> matches, IReadOnlyList<Match> near)
    {
        var kept = new List<Match>();
        var first = 0;
        foreach (var match in matches.OrderBy(match => match.Start))
        {
            while (first < near.Count && near[first].End <= match.Start && text.Distance(near[first], match) > NearDistance)
            {
                first++;
            }

            if (first < near.Count && text.Distance(near[first], match) <= NearDistance)
            {
                kept.Add(match);
            }
        }

        return kept;
    }
}

/// <summary>Phrases that mean the same danger.</summary>
internal sealed record PhraseGroup(string Name, string Kind, IReadOnlyList<string> Unless, IReadOnlyList<Phrase> Phrases);

/// <summary>Phrases that show a sentence to be about something else than danger now: policy, the past, fiction.</summary>
internal sealed record PhraseContext(string Name, int SentencesBefore, int SentencesAfter, IReadOnlyList<Phrase> Phrases)
{
    /// <summary>A flag for each sentence that the context covers.</summary>
    public bool[] Sentences(TokenisedText text, Occurrences occurrences)
    {
        var flags = new bool[text.SentenceCount + 1];
        foreach (var match in Phrases.SelectMany(phrase => phrase.Matches(text, occurrences)))
        {
            var first = Math.Max(0, text.SentenceOf(match.Start) - SentencesBefore);
            var last = Math.Min(flags.Length - 1, text.SentenceOf(match.End - 1) + SentencesAfter);
            flags.AsSpan(first, last - first + 1).Fill(true);
        }

        return flags;
    }
}
