using System.Numerics.Tensors;
using EnquiryTriage.Topics.Encoding;
using EnquiryTriage.Topics.Text;

namespace EnquiryTriage.Topics.Learning;

/// <summary>From text to the features of every head: n-grams, lexicon groups, sentence embedding, and a constant. Thread-safe.</summary>
internal sealed class FeaturePipeline(
    NgramFeaturizer ngrams, float ngramWeight, Lexicon? lexicon, float lexiconWeight, SentenceEncoder? encoder, float encoderWeight)
{
    // Past this, more phrases of a group add nothing: a handful of good ones is proof enough.
    private const float EnoughPhrases = 6;

    /// <summary>The n-gram part.</summary>
    public NgramFeaturizer Ngrams { get; } = ngrams;

    /// <summary>The length of each block of n-grams in a row.</summary>
    public float NgramWeight { get; } = ngramWeight;

    /// <summary>The phrases, or null.</summary>
    public Lexicon? Lexicon { get; } = lexicon;

    /// <summary>What a group's full weight counts.</summary>
    public float LexiconWeight { get; } = lexiconWeight;

    /// <summary>Whether the sentence encoder takes part.</summary>
    public bool HasEncoder => encoder is not null;

    /// <summary>Which sentence encoder takes part, or null.</summary>
    public string? EncoderVersion => encoder?.Version;

    /// <summary>The length of the embedding in a row.</summary>
    public float EncoderWeight { get; } = encoderWeight;

    /// <summary>How many sparse features a row may have.</summary>
    public int SparseFeatures => Ngrams.Vocabulary.Count + (Lexicon?.Groups.Count ?? 0);

    /// <summary>How many dense features a row has; the last is the constant one.</summary>
    public int DenseFeatures => (HasEncoder ? SentenceEncoder.Width : 0) + 1;

    /// <summary>Subject and body as one text.</summary>
    public static string Join(string? subject, string? text) =>
        string.IsNullOrWhiteSpace(subject) ? text ?? "" : string.IsNullOrWhiteSpace(text) ? subject : subject + "\n" + text;

    /// <summary>The text of an example.</summary>
    public static string TextOf(TrainingExample example) => Join(example.Subject, example.Text ?? example.Body);

    /// <summary>A text as the n-gram reader wants it.</summary>
    public static string Normalize(string text) =>
        string.Create(text.Length, text, (into, from) => NgramReader.Normalize(from, into));

    /// <summary>The features of a text.</summary>
    public FeatureRow Row(string text)
    {
        var normalized = Normalize(text);
        var (indexes, values) = Ngrams.Featurize(normalized);
        TensorPrimitives.Multiply(values, NgramWeight, values);
        var dense = new float[DenseFeatures];
        dense[^1] = 1;
        if (encoder is not null)
        {
            TensorPrimitives.Multiply(encoder.Embed(text), EncoderWeight, dense.AsSpan(0, SentenceEncoder.Width));
        }

        return Lexicon is null ? new FeatureRow(indexes, values, dense) : WithLexicon(indexes, values, dense, Lexicon.Weigh(normalized));
    }

    /// <summary>The embedding of a row, of the length <see cref="EncoderWeight"/>; empty without the encoder.</summary>
    public ReadOnlySpan<float> Embedding(FeatureRow row) => row.Dense.AsSpan(0, DenseFeatures - 1);

    private FeatureRow WithLexicon(int[] indexes, float[] values, float[] dense, float[] weights)
    {
        var found = Enumerable.Range(0, weights.Length).Where(group => weights[group] > 0).ToArray();
        return new FeatureRow(
            [.. indexes, .. found.Select(group => Ngrams.Vocabulary.Count + group)],
            [.. values, .. found.Select(group => LexiconWeight * MathF.Sqrt(Math.Min(weights[group], EnoughPhrases) / EnoughPhrases))],
            dense);
    }
}
