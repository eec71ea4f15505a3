using System.Runtime.InteropServices;

namespace EnquiryTriage.Core.Urgency;

/// <summary>A stretch of words, from the first to one past the last.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Match(int Start, int End);

/// <summary>Where each atom of the phrase table stands in one text, in the order of the text.</summary>
internal sealed class Occurrences(int atoms)
{
    private readonly List<Match>?[] _found = new List<Match>?[atoms];

    public IReadOnlyList<Match> Of(int atom) => (IReadOnlyList<Match>?)_found[atom] ?? [];

    public void Add(int atom, Match match) => (_found[atom] ??= []).Add(match);
}

/// <summary>
/// Finds all atoms (runs of fixed words that phrases are made of) in one pass: a tree of words, walked from each word of the
/// text for as long as it fits, which is never longer than the longest atom.
/// </summary>
internal sealed class AtomFinder
{
    /// <summary>Stands for any number in a phrase.</summary>
    public const string Number = "#";

    private const int ShortestStem = 2;

    private readonly Node _root = new();

    public int Atoms { get; private set; }

    public int NewAtom() => Atoms++;

    /// <summary>Adds one wording of an atom. A word that ends in <c>*</c> is a stem: any ending fits.</summary>
    public void Add(int atom, IReadOnlyList<string> words)
    {
        var node = _root;
        foreach (var word in words)
        {
            var children = word.EndsWith('*') ? node.Stems : node.Words;
            var key = word.TrimEnd('*');
            if (word.EndsWith('*') && key.Length < ShortestStem)
            {
                throw new FormatException($"The stem '{word}' is too short: write at least {ShortestStem} letters.");
            }

            if (!children.TryGetValue(key, out var child))
            {
                children.Add(key, child = new Node());
            }

            node = child;
        }

        if (!node.Atoms.Contains(atom))
        {
            node.Atoms.Add(atom);
        }
    }

    public Occurrences Find(TokenisedText text)
    {
        var found = new Occurrences(Atoms);
        for (var start = 0; start < text.Count; start++)
        {
            Walk(_root, text, start, start, found);
        }

        return found;
    }

    private static void Walk(Node node, TokenisedText text, int start, int at, Occurrences found)
    {
        foreach (var atom in node.Atoms)
        {
            found.Add(atom, new Match(start, at));
        }

        if (at >= text.Count || text.IsMasked(at) || (at > start && text.BeginsSentence(at)))
        {
            return;
        }

        var word = text[at];
        if (node.Words.TryGetValue(word, out var child))
        {
            Walk(child, text, start, at + 1, found);
        }

        if (text.IsNumber(at) && node.Words.TryGetValue(Number, out child))
        {
            Walk(child, text, start, at + 1, found);
        }

        for (var length = ShortestStem; node.Stems.Count > 0 && length <= word.Length; length++)
        {
            if (node.StemLookup.TryGetValue(word.AsSpan(0, length), out child))
            {
                Walk(child, text, start, at + 1, found);
            }
        }
    }

    private sealed class Node
    {
        public Node() => StemLookup = Stems.GetAlternateLookup<ReadOnlySpan<char>>();

        public Dictionary<string, Node> Words { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, Node> Stems { get; } = new(StringComparer.Ordinal);

        public Dictionary<string, Node>.AlternateLookup<ReadOnlySpan<char>> StemLookup { get; }

        public List<int> Atoms { get; } = [];
    }
}
