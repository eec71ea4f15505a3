using EnquiryTriage.Topics.Learning;
using EnquiryTriage.Topics.Text;

namespace EnquiryTriage.Topics;

/// <summary>
/// A trained model: text in, scored labels out. Immutable; <see cref="Predict"/> may be called from any number of threads.
/// </summary>
public sealed class TopicModel : IDisposable
{
    internal TopicModel(ModelParts parts) => Parts = parts;

    /// <summary>The version of the model: that of the file format, and the beginning of the content's checksum.</summary>
    public string Version => Parts.Version;

    /// <summary>The topics it knows, in the taxonomy's order.</summary>
    public IReadOnlyList<string> Labels => Parts.Taxonomy.Labels;

    /// <summary>The closed lists it was trained on.</summary>
    public Taxonomy Taxonomy => Parts.Taxonomy;

    /// <summary>The share of right answers the abstention threshold was chosen for, 0 to 1.</summary>
    public double TargetPrecision => Parts.Calibration.TargetPrecision;

    /// <summary>The share of texts above that threshold in cross-validation, 0 to 1.</summary>
    public double ExpectedCoverage => Parts.Calibration.Coverage;

    /// <summary>The share of right answers above that threshold in cross-validation, 0 to 1.</summary>
    public double ExpectedPrecision => Parts.Calibration.Precision;

    /// <summary>Of how many texts it learnt.</summary>
    public int TrainedOn => Parts.TrainedOn;

    internal ModelParts Parts { get; }

    /// <summary>Reads a model file.</summary>
    /// <exception cref="TopicModelException">The file is missing, damaged, or of another version; the message names file, fault and remedy.</exception>
    public static TopicModel Load(string path) => new(ModelFile.Read(path));

    /// <summary>Writes the model as one file, replacing what is there only once all is written.</summary>
    /// <exception cref="TopicModelException">The file cannot be written.</exception>
    public void Save(string path) => ModelFile.Write(Parts, path);

    /// <summary>Labels a text. The subject, where there is one, counts as its first line. Never throws for any text.</summary>
    public Prediction Predict(string? subject, string text)
    {
        var joined = FeaturePipeline.Join(subject, text);
        return ToPrediction(Score(joined), joined);
    }

    /// <summary>The share of a text's words that the training texts did not hold often enough to be learnt, 0 to 1; null for a text without words.</summary>
    public double? UnseenWords(string text)
    {
        var normalized = FeaturePipeline.Normalize(text);
        var counter = new WordCounter(Parts.Features.Ngrams.Vocabulary, normalized);
        NgramReader.Read(normalized, ref counter);
        return counter.Words == 0 ? null : counter.Unseen / (double)counter.Words;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Nothing unmanaged is held today; callers dispose so that a mapped model may come without a change of theirs.
    }

    internal Scores Score(string text)
    {
        var row = Parts.Features.Row(text);
        var kinds = Parts.Kinds is null ? null : Probabilities.Softmax(Parts.Kinds.Score(row), Parts.Calibration.KindTemperature);
        var cosines = Parts.Neighbours?.Cosines(Parts.Features.Embedding(row)) ?? [];
        var nearness = Parts.Topics.Nearness is null ? [] : NearnessHead.Nearness(cosines);
        var further = Parts.Further?.Score(row, nearness);
        var urgency = Parts.Urgency is null ? double.NaN : Probabilities.Softmax(Parts.Urgency.Score(row, nearness), 1)[1];
        var probabilities = Probabilities.Softmax(Parts.Topics.Score(row, nearness), Parts.Calibration.Temperature);
        var nearest = Parts.Neighbours?.NearestOf(cosines) ?? [];
        return new Scores(row, probabilities, further is null ? null : [.. further.Select(logit => Probabilities.Sigmoid(logit))], kinds, urgency)
        {
            Nearest = nearest,
            Certainty = Calibrating.Certainty(probabilities.Max(), Neighbours.Similarity(nearest)),
        };
    }

    /// <summary>The primary topic, then the further topics above their own thresholds, surest first.</summary>
    internal IReadOnlyList<int> TopicSet(Scores scores)
    {
        var top = Probabilities.Best(scores.Topics);
        var thresholds = Parts.Calibration.FurtherThresholds;
        return scores.Further is null
            ? [top]
            : [top, .. Enumerable.Range(0, Labels.Count).Where(i => i != top && scores.Further[i] >= thresholds[i]).OrderByDescending(i => scores.Further[i])];
    }

    private Prediction ToPrediction(Scores scores, string text)
    {
        var top = Probabilities.Best(scores.Topics);
        var abstained = scores.Certainty < Parts.Calibration.AbstainBelow;
        IEnumerable<int> named = abstained
            ? Enumerable.Range(0, Labels.Count).OrderByDescending(i => scores.Topics[i]).Take(2)
            : TopicSet(scores);
        var kind = scores.Kinds is null ? -1 : Probabilities.Best(scores.Kinds);
        return new Prediction(
            Labels[top],
            scores.Topics[top],
            abstained,
            [.. named.Select(i => new TopicScore(Labels[i], i == top || abstained ? scores.Topics[i] : scores.Further![i], Parts.Reasons.For(text, i)))],
            kind < 0 ? null : Taxonomy.Kinds[kind],
            kind < 0 ? 0 : scores.Kinds![kind],
            double.IsNaN(scores.Urgency) ? null : scores.Urgency >= Parts.Calibration.UrgencyThreshold,
            double.IsNaN(scores.Urgency) ? 0 : scores.Urgency)
        {
            Certainty = scores.Certainty,
            Nearest = scores.Nearest,
        };
    }
}

/// <summary>Counts single words, and those among them that a vocabulary lacks.</summary>
internal struct WordCounter(Vocabulary vocabulary, string text) : INgramSink
{
    /// <summary>Words seen.</summary>
    public int Words { get; private set; }

    /// <summary>Those that are in no vocabulary.</summary>
    public int Unseen { get; private set; }

    /// <inheritdoc/>
    public void Add(ulong hash, NgramBlock block, int start, int end)
    {
        if (block != NgramBlock.Word || text.AsSpan(start, end - start).Contains(' '))
        {
            return;
        }

        Words++;
        Unseen += vocabulary.Find(hash) < 0 ? 1 : 0;
    }
}

/// <summary>Everything the heads say of a text.</summary>
internal sealed record Scores(FeatureRow Row, double[] Topics, double[]? Further, double[]? Kinds, double Urgency)
{
    /// <summary>The nearest training texts.</summary>
    public IReadOnlyList<NearestText> Nearest { get; init; } = [];

    /// <summary>What abstention is decided on.</summary>
    public double Certainty { get; init; }
}
