using EnquiryTriage.Topics.Text;

namespace EnquiryTriage.Topics.Learning;

/// <summary>From text to the features of every head. Thread-safe.</summary>
internal sealed class FeaturePipeline(NgramFeaturizer ngrams)
{
    /// <summary>The n-gram part.</summary>
    public NgramFeaturizer Ngrams { get; } = ngrams;

    /// <summary>How many sparse features a row may have.</summary>
    public int SparseFeatures => Ngrams.Vocabulary.Count;

    /// <summary>How many dense features a row has; the last is the constant one.</summary>
    public static int DenseFeatures => 1;

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
        var (indexes, values) = Ngrams.Featurize(Normalize(text));
        return new FeatureRow(indexes, values, [1f]);
    }
}
