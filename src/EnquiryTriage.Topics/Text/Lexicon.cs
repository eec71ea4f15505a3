using System.Text.Json;
using System.Text.Json.Serialization;

namespace EnquiryTriage.Topics.Text;

/// <summary>
/// Phrases that speak for something, in named groups (see models/lexicon.json): what a person knows and few training texts say.
/// A phrase is one to several words in lower case; a word that ends in <c>*</c> stands for all words that begin so.
/// Each group is one feature of every head: the weights of the phrases found, together. Immutable, thread-safe.
/// </summary>
internal sealed partial class Lexicon
{
    private readonly Dictionary<string, List<Phrase>> byFirstWord = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Phrase>> byFirstStem = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Phrase>>.AlternateLookup<ReadOnlySpan<char>> words;
    private readonly Dictionary<string, List<Phrase>>.AlternateLookup<ReadOnlySpan<char>> stems;
    private readonly int[] stemLengths;
    private readonly byte[] json;

    private Lexicon(SortedDictionary<string, SortedDictionary<string, double>> groups)
    {
        json = JsonSerializer.SerializeToUtf8Bytes(groups, LexiconJson.Default.SortedDictionaryStringSortedDictionaryStringDouble);
        Groups = [.. groups.Keys];
        for (var group = 0; group < Groups.Count; group++)
        {
            foreach (var (text, weight) in groups[Groups[group]])
            {
                Add(text, group, (float)weight);
            }
        }

        words = byFirstWord.GetAlternateLookup<ReadOnlySpan<char>>();
        stems = byFirstStem.GetAlternateLookup<ReadOnlySpan<char>>();
        stemLengths = [.. byFirstStem.Keys.Select(stem => stem.Length).Distinct().Order()];
    }

    /// <summary>The groups' names in order.</summary>
    public IReadOnlyList<string> Groups { get; }

    /// <summary>Reads a lexicon: <c>{"group": {"phrase": weight, …}, …}</c>.</summary>
    /// <exception cref="TopicDataException">It cannot be read or a phrase has no word.</exception>
    public static Lexicon Load(string path)
    {
        try
        {
            return FromJson(File.ReadAllBytes(path));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or JsonException or TopicDataException)
        {
            throw new TopicDataException($"The lexicon {path} is not usable: {fault.Message} Correct it or train without one.", fault);
        }
    }

    /// <summary>Reads a lexicon's JSON.</summary>
    public static Lexicon FromJson(ReadOnlySpan<byte> json) =>
        new(JsonSerializer.Deserialize(json, LexiconJson.Default.SortedDictionaryStringSortedDictionaryStringDouble) ?? throw new JsonException("It is empty."));

    /// <summary>The lexicon as JSON, always in the same order.</summary>
    public byte[] ToJson() => json;

    /// <summary>The weight found for each group in a normalised text.</summary>
    public float[] Weigh(string normalized)
    {
        var found = new float[Groups.Count];
        foreach (var match in Find(normalized))
        {
            found[match.Group] += match.Weight;
        }

        return found;
    }

    /// <summary>The phrases in a normalised text, in their order; a phrase said twice counts once.</summary>
    public IReadOnlyList<LexiconMatch> Find(string normalized)
    {
        var tokens = new List<(int Start, int End)>();
        for (var (start, end) = NgramReader.NextWord(normalized, 0); start < end; (start, end) = NgramReader.NextWord(normalized, end))
        {
            tokens.Add((start, end));
        }

        var matches = new List<LexiconMatch>();
        var seen = new HashSet<Phrase>();
        for (var i = 0; i < tokens.Count; i++)
        {
            var word = normalized.AsSpan(tokens[i].Start, tokens[i].End - tokens[i].Start);
            if (words.TryGetValue(word, out var phrases))
            {
                Match(normalized, tokens, i, phrases, seen, matches);
            }

            foreach (var length in stemLengths)
            {
                if (length <= word.Length && stems.TryGetValue(word[..length], out phrases))
                {
                    Match(normalized, tokens, i, phrases, seen, matches);
                }
            }
        }

        return matches;
    }

    private static void Match(
        string text, List<(int Start, int End)> tokens, int at, List<Phrase> phrases, HashSet<Phrase> seen, List<LexiconMatch> matches)
    {
        foreach (var phrase in phrases)
        {
            var last = at + phrase.Words.Length - 1;
            if (last < tokens.Count && Holds(text, tokens, at, phrase) && seen.Add(phrase))
            {
                matches.Add(new LexiconMatch(phrase.Group, phrase.Weight, tokens[at].Start, tokens[last].End));
            }
        }
    }

    private static bool Holds(string text, List<(int Start, int End)> tokens, int at, Phrase phrase)
    {
        for (var i = 0; i < phrase.Words.Length; i++)
        {
            var word = text.AsSpan(tokens[at + i].Start, tokens[at + i].End - tokens[at + i].Start);
            var wanted = phrase.Words[i].AsSpan();
            if (!(wanted[^1] == '*' ? word.StartsWith(wanted[..^1], StringComparison.Ordinal) : word.SequenceEqual(wanted)))
            {
                return false;
            }
        }

        return true;
    }

    private void Add(string text, int group, float weight)
    {
        var parts = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0 || Array.Exists(parts, part => part is ['*']))
        {
            throw new TopicDataException($"The phrase '{text}' of '{Groups[group]}' has no words.");
        }

        var (index, key) = parts[0][^1] == '*' ? (byFirstStem, parts[0][..^1]) : (byFirstWord, parts[0]);
        if (!index.TryGetValue(key, out var phrases))
        {
            index[key] = phrases = [];
        }

        phrases.Add(new Phrase(parts, group, weight));
    }

    private sealed record Phrase(string[] Words, int Group, float Weight);

    [JsonSerializable(typeof(SortedDictionary<string, SortedDictionary<string, double>>))]
    private sealed partial class LexiconJson : JsonSerializerContext;
}

/// <summary>A phrase of the lexicon found in a text.</summary>
/// <param name="Group">The group's number.</param>
/// <param name="Weight">The phrase's weight.</param>
/// <param name="Start">Where it begins in the normalised text.</param>
/// <param name="End">Where it ends.</param>
[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]
internal readonly record struct LexiconMatch(int Group, float Weight, int Start, int End);
