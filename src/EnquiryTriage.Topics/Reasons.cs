using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using EnquiryTriage.Topics.Learning;
using EnquiryTriage.Topics.Text;

namespace EnquiryTriage.Topics;

/// <summary>
/// Says which whole words and phrases of a text weighed most for a topic: the weight of every n-gram, over the topics' mean,
/// is credited to the words it lies in.
/// </summary>
internal sealed class Reasons(FeaturePipeline features, LinearHead topics)
{
    private const int Most = 4;

    // Beside the strongest, what weighs less than this share of it explains nothing.
    private const float Least = 0.3f;

    // A phrase of the lexicon is one feature; an n-gram shares its word with a dozen others.
    private const float LexiconCredit = 4;

    /// <summary>At most four words or phrases, strongest first, as they stand in the text but in lower case.</summary>
    public IReadOnlyList<string> For(string text, int topic)
    {
        var normalized = FeaturePipeline.Normalize(text);
        var credits = new Dictionary<(int Start, int End), float>();
        var sink = new CreditSink(features, topics, topic, credits);
        NgramReader.Read(normalized, ref sink);
        foreach (var match in features.Lexicon?.Find(normalized) ?? [])
        {
            CollectionsMarshal.GetValueRefOrAddDefault(credits, (match.Start, match.End), out _) +=
                Over(topics.WeightsOf(features.Ngrams.Vocabulary.Count + match.Group), topic) * match.Weight * LexiconCredit;
        }

        return Choose(normalized, credits);
    }

    private static float Over(ReadOnlySpan<float> weights, int topic) => weights[topic] - TensorPrimitives.Average(weights);

    private static List<string> Choose(string text, Dictionary<(int Start, int End), float> credits)
    {
        // The same word in several places is one reason, with all its weight; punctuation around it is none of it.
        var words = credits
            .Select(credit => (Text: Trim(text.AsSpan(credit.Key.Start, credit.Key.End - credit.Key.Start)), credit.Value))
            .Where(credit => credit.Text.Length > 2)
            .GroupBy(credit => credit.Text, StringComparer.Ordinal)
            .Select(group => (Text: group.Key, Weight: group.Sum(credit => credit.Value)))
            .Where(reason => reason.Weight > 0 && !StopWords.IsOnly(reason.Text))
            .OrderByDescending(reason => reason.Weight)
            .ThenBy(reason => reason.Text, StringComparer.Ordinal)
            .ToArray();
        var chosen = new List<string>();
        foreach (var (word, weight) in words)
        {
            if (weight < Least * words[0].Weight)
            {
                break;
            }

            if (!chosen.Exists(other => Overlap(other, word)))
            {
                chosen.Add(word);
                if (chosen.Count == Most)
                {
                    break;
                }
            }
        }

        return chosen;
    }

    private static string Trim(ReadOnlySpan<char> text)
    {
        var start = 0;
        var end = text.Length;
        while (start < end && !char.IsLetterOrDigit(text[start]))
        {
            start++;
        }

        while (end > start && !char.IsLetterOrDigit(text[end - 1]))
        {
            end--;
        }

        return string.Join(' ', text[start..end].ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    private static bool Overlap(string a, string b) =>
        (' ' + a + ' ').Contains(' ' + b + ' ', StringComparison.Ordinal) || (' ' + b + ' ').Contains(' ' + a + ' ', StringComparison.Ordinal);

    private readonly struct CreditSink(
        FeaturePipeline features, LinearHead topics, int topic, Dictionary<(int Start, int End), float> credits) : INgramSink
    {
        public void Add(ulong hash, NgramBlock block, int start, int end)
        {
            var index = features.Ngrams.Vocabulary.Find(hash);
            if (index < 0)
            {
                return;
            }

            CollectionsMarshal.GetValueRefOrAddDefault(credits, (start, end), out _) +=
                Over(topics.WeightsOf(index), topic) * features.Ngrams.Vocabulary.Idf(index) * features.NgramWeight;
        }
    }
}
