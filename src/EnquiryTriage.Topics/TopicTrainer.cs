using EnquiryTriage.Topics.Encoding;
using EnquiryTriage.Topics.Learning;
using EnquiryTriage.Topics.Text;

namespace EnquiryTriage.Topics;

/// <summary>Trains models. The same examples and options on the same machine give the same model, byte for byte.</summary>
public static class TopicTrainer
{
    // From here on there are texts enough to tell a word that matters from one that fell once (twice, where texts are long).
    private const int ManyTexts = 1000;
    private const int LongText = 150;
    private const int RareInLong = 3;

    // A block of length one is thinly spread over the thousand n-grams of a mail: found by cross-validation by families.
    private const double WeightInLong = 3;

    /// <summary>Trains a model on examples of any label set.</summary>
    /// <param name="examples">Labelled texts; <c>topics: []</c> is out of scope.</param>
    /// <param name="taxonomy">The closed lists, or null to take them from the data.</param>
    /// <param name="options">How to train.</param>
    /// <param name="progress">Told of each step, where given.</param>
    /// <param name="cancellationToken">Stops the training.</param>
    /// <exception cref="TopicDataException">A label or kind is none of the taxonomy's, or there is too little data.</exception>
    public static TopicModel Train(
        IReadOnlyList<TrainingExample> examples,
        Taxonomy? taxonomy,
        TrainingOptions options,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(examples);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Folds, 2, nameof(options));
        // A taxonomy's labels are a house's words for its teams; labels that come with the data say what is meant.
        var useNames = options.UseLabelNames && taxonomy is null;
        taxonomy ??= Taxonomy.FromExamples(examples);
        var set = TrainingSet.Create(examples, taxonomy, useNames);
        var steps = new Steps(progress, total: 6 + Folds.Count(examples, options.Folds));

        steps.Next("Reading the words");
        var texts = set.Examples.Select(FeaturePipeline.TextOf).ToArray();
        var rare = texts.Length < ManyTexts ? 1 : texts.Average(text => text.Length) < LongText ? 2 : RareInLong;
        var vocabulary = Vocabulary.Build(
            texts.Select(FeaturePipeline.Normalize), options.MinimumWordTexts ?? rare, options.MinimumCharacterTexts ?? Math.Max(2, rare));
        var features = new FeaturePipeline(
            new NgramFeaturizer(vocabulary),
            (float)(options.NgramWeight ?? (rare == RareInLong ? WeightInLong : 1)),
            options.UseLexicon && (options.LexiconPath ?? taxonomy.LexiconPath) is { } lexicon ? Lexicon.Load(lexicon) : null,
            (float)options.LexiconWeight,
            options.UseEncoder ? SentenceEncoder.Shared : null,
            (float)options.EncoderWeight);
        steps.Next("Computing features");
        var rows = new FeatureRow[texts.Length];
        Parallel.For(0, texts.Length, new ParallelOptions { CancellationToken = cancellationToken }, i => rows[i] = features.Row(texts[i]));

        steps.Next("Comparing texts");
        var gram = Gram.Pays(rows) ? Gram.Of(rows, features.SparseFeatures, cancellationToken) : null;
        var heads = new HeadTrainer(set, rows, gram, WithNearness(gram, set, features, rows), features.SparseFeatures, options, cancellationToken);
        var unseen = CrossValidation.Run(set, heads, features, options, steps, cancellationToken);
        steps.Next("Training on all texts");
        var everything = Enumerable.Range(0, rows.Length).ToArray();
        var trained = heads.Train(everything);
        steps.Next("Training kinds");
        var kinds = heads.KindPipeline();
        steps.Next("Calibrating");
        var parts = new ModelParts(
            taxonomy,
            features,
            trained.Topics.Rounded(),
            trained.Further?.Rounded(),
            kinds,
            trained.Urgency?.Rounded(),
            features.HasEncoder
                ? Neighbours.Create(set, features, rows, everything)
                : null,
            unseen.Calibrate(set, options),
            set.Given);
        var model = new TopicModel(ModelFile.WithVersion(parts));
        steps.Next("Done");
        return model;
    }

    // Nearness needs the encoder, a table, and neighbours to stand for every row, which out-of-scope texts are not among.
    private static Gram? WithNearness(Gram? gram, TrainingSet set, FeaturePipeline features, FeatureRow[] rows)
    {
        if (gram is null || !features.HasEncoder || set.Topics.Any(topics => topics.Length == 0))
        {
            return null;
        }

        var neighbours = Neighbours.Create(set, features, rows, [.. Enumerable.Range(0, rows.Length)]);
        return gram.Plus(row => NearnessHead.Nearness(neighbours.Cosines(features.Embedding(rows[row]))));
    }

    internal sealed class Steps(IProgress<TrainingProgress>? progress, int total)
    {
        private int done;

        public void Next(string stage) => progress?.Report(new TrainingProgress(stage, Math.Min(done++, total), total));
    }
}
