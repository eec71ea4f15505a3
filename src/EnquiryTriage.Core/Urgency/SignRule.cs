using System.Runtime.InteropServices;

namespace EnquiryTriage.Core.Urgency;

/// <summary>Something that is no alarm by itself but adds up with others near it: haste, fear, an emergency line, a farewell.</summary>
/// <param name="Name">What it is a sign of.</param>
/// <param name="Kind">The kind of mail it hints at, or null.</param>
/// <param name="Points">What each counts.</param>
/// <param name="Most">How many different wordings of it count in one stretch of text.</param>
/// <param name="Pressing">True where it shows haste; a stretch without any such sign is never urgent, however grave its subject.</param>
/// <param name="Phrases">Its wordings.</param>
internal sealed record Sign(string Name, string? Kind, int Points, int Most, bool Pressing, IReadOnlyList<Phrase> Phrases);

/// <summary>
/// Catches what is written without any of the alarming phrases: a mail is urgent where signs that add up to enough points stand
/// within one stretch of words.
/// </summary>
internal sealed record SignRule(int PointsNeeded, int WithinWords, IReadOnlyList<string> Unless, IReadOnlyList<Sign> Signs)
{
    /// <summary>The signs of the first stretch that has enough points, or none.</summary>
    public IReadOnlyList<(Sign Sign, Match Match)> Find(TokenisedText text, Occurrences occurrences, IReadOnlyDictionary<string, bool[]> contexts)
    {
        var found = Collect(text, occurrences, contexts);
        var tally = new Tally(Signs);
        var first = 0;
        for (var last = 0; last < found.Count; last++)
        {
            tally.Add(found[last]);
            while (text.Position(found[last].Match.Start) - text.Position(found[first].Match.Start) > WithinWords)
            {
                tally.Remove(found[first++]);
            }

            if (tally.Points >= PointsNeeded && tally.Pressing > 0)
            {
                return [.. found[first..(last + 1)].DistinctBy(hit => (hit.Sign, hit.Phrase)).Select(hit => (Signs[hit.Sign], hit.Match))];
            }
        }

        return [];
    }

    private List<Hit> Collect(TokenisedText text, Occurrences occurrences, IReadOnlyDictionary<string, bool[]> contexts)
    {
        var found = new List<Hit>();
        for (var sign = 0; sign < Signs.Count; sign++)
        {
            for (var phrase = 0; phrase < Signs[sign].Phrases.Count; phrase++)
            {
                found.AddRange(Signs[sign].Phrases[phrase].Matches(text, occurrences)
                    .Where(match => !Unless.Any(name => text.AnySentence(match.Start, match.End, contexts[name])))
                    .Select(match => new Hit(sign, phrase, match)));
            }
        }

        found.Sort((a, b) => a.Match.Start.CompareTo(b.Match.Start));
        return found;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Hit(int Sign, int Phrase, Match Match);

    /// <summary>The points of the stretch in view, kept up as it moves over the text.</summary>
    private sealed class Tally(IReadOnlyList<Sign> signs)
    {
        private readonly Dictionary<(int Sign, int Phrase), int> _inView = [];
        private readonly int[] _wordings = new int[signs.Count];

        public int Points { get; private set; }

        public int Pressing { get; private set; }

        public void Add(Hit hit)
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_inView, (hit.Sign, hit.Phrase), out _);
            count++;
            Pressing += signs[hit.Sign].Pressing ? 1 : 0;
            if (count == 1 && ++_wordings[hit.Sign] <= signs[hit.Sign].Most)
            {
                Points += signs[hit.Sign].Points;
            }
        }

        public void Remove(Hit hit)
        {
            ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(_inView, (hit.Sign, hit.Phrase), out _);
            count--;
            Pressing -= signs[hit.Sign].Pressing ? 1 : 0;
            if (count == 0 && --_wordings[hit.Sign] < signs[hit.Sign].Most)
            {
                Points -= signs[hit.Sign].Points;
            }
        }
    }
}
