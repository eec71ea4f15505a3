using EnquiryTriage.Topics.Encoding;
using EnquiryTriage.Topics.Learning;
using EnquiryTriage.Topics.Text;

namespace EnquiryTriage.Topics;

/// <summary>Trains models. The same examples and options on the same machine give the same model, byte for byte.</summary>
public static class TopicTrainer
{
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
        taxonomy ??= Taxonomy.FromExamples(examples);
        var set = TrainingSet.Create(examples, taxonomy);
        var steps = new Steps(progress, total: 4 + Folds.Count(examples, options.Folds));

        steps.Next("Reading the words");
        var texts = set.Examples.Select(FeaturePipeline.TextOf).ToArray();
        var vocabulary = Vocabulary.Build(texts.Select(FeaturePipeline.Normalize), options.MinimumWordTexts, options.MinimumCharacterTexts);
        var features = new FeaturePipeline(
            new NgramFeaturizer(vocabulary),
            options.LexiconPath is null ? null : Lexicon.Load(options.LexiconPath),
            (float)options.LexiconWeight,
            options.UseEncoder ? SentenceEncoder.Shared : null,
            (float)options.EncoderWeight);
        steps.Next("Computing features");
        var rows = new FeatureRow[texts.Length];
        Parallel.For(0, texts.Length, new ParallelOptions { CancellationToken = cancellationToken }, i => rows[i] = features.Row(texts[i]));

        var heads = new HeadTrainer(set, rows, features.SparseFeatures, options, cancellationToken);
        var unseen = CrossValidation.Run(set, heads, features, options, steps, cancellationToken);
        steps.Next("Training on all texts");
        var everything = Enumerable.Range(0, rows.Length).ToArray();
        var trained = heads.Train(everything);
        steps.Next("Calibrating");
        var parts = new ModelParts(
            taxonomy,
            features,
            trained.Topics.Rounded(),
            trained.Further?.Rounded(),
            trained.KindPipeline,
            trained.UrgencyPipeline,
            features.HasEncoder
                ? Neighbours.Create([.. set.Examples.Select(example => example.Id)], [.. rows.Select(row => features.Embedding(row).ToArray())])
                : null,
            unseen.Calibrate(set, options),
            rows.Length);
        var model = new TopicModel(ModelFile.WithVersion(parts));
        steps.Next("Done");
        return model;
    }

    internal sealed class Steps(IProgress<TrainingProgress>? progress, int total)
    {
        private int done;

        public void Next(string stage) => progress?.Report(new TrainingProgress(stage, Math.Min(done++, total), total));
    }
}
