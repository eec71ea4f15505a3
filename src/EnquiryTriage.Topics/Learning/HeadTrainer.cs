namespace EnquiryTriage.Topics.Learning;

/// <summary>The heads of a model, kinds and urgency as ML.NET pipelines.</summary>
internal sealed record TrainedHeads(LinearHead Topics, LinearHead? Further, byte[]? KindPipeline, byte[]? UrgencyPipeline, int DenseFeatures)
{
    /// <summary>The kinds' head.</summary>
    public LinearHead? Kinds { get; } = KindPipeline is null ? null : MaximumEntropyTrainer.Open(KindPipeline, DenseFeatures);

    /// <summary>The urgency head: not urgent, urgent.</summary>
    public LinearHead? Urgency { get; } = UrgencyPipeline is null ? null : MaximumEntropyTrainer.Open(UrgencyPipeline, DenseFeatures);
}

/// <summary>Trains all heads on a choice of rows.</summary>
internal sealed class HeadTrainer(
    TrainingSet set, IReadOnlyList<FeatureRow> rows, int sparseFeatures, TrainingOptions options, CancellationToken cancellation)
{
    // What a text's other topics count in the target of the primary head beside the primary's 1.
    private const float FurtherShare = 0.15f;

    /// <summary>The features of every example.</summary>
    public IReadOnlyList<FeatureRow> Rows => rows;

    /// <summary>Trains on the rows named.</summary>
    public TrainedHeads Train(IReadOnlyList<int> chosen)
    {
        var topics = SpanSolver.Train(Problem(chosen, TopicTarget, set.Taxonomy.Labels.Count, HeadLoss.OneOf), options.Penalty, options.MaximumIterations, cancellation);
        var further = set.HasFurtherTopics
            ? SpanSolver.Train(Problem(chosen, TopicFlags, set.Taxonomy.Labels.Count, HeadLoss.AnyOf), options.Penalty, options.MaximumIterations, cancellation)
            : null;
        var kinds = set.HasKinds ? Pipeline([.. chosen.Where(row => set.Kinds[row] >= 0)], KindTarget, set.Taxonomy.Kinds.Count) : null;
        var urgency = set.HasUrgency ? Pipeline([.. chosen.Where(row => set.Urgent[row] is not null)], UrgencyTarget, 2) : null;
        return new TrainedHeads(topics, further, kinds, urgency, rows[0].Dense.Length);
    }

    private byte[] Pipeline(IReadOnlyList<int> chosen, Func<int, float[]> target, int labels)
    {
        cancellation.ThrowIfCancellationRequested();
        return MaximumEntropyTrainer.Train(Problem(chosen, target, labels, HeadLoss.OneOf), options.MailPenalty, options.MaximumIterations);
    }

    private HeadProblem Problem(IReadOnlyList<int> chosen, Func<int, float[]> target, int labels, HeadLoss loss) =>
        new([.. chosen.Select(row => rows[row])], [.. chosen.Select(target)], [.. chosen.Select(_ => 1f)], labels, sparseFeatures, loss);

    // Out of scope: every topic is as likely as any other, which teaches the head to be unsure there.
    private float[] TopicTarget(int row)
    {
        var target = new float[set.Taxonomy.Labels.Count];
        var topics = set.Topics[row];
        if (topics.Length == 0)
        {
            Array.Fill(target, 1f / target.Length);
            return target;
        }

        var further = topics.Length == 1 ? 0 : FurtherShare;
        foreach (var topic in topics.Skip(1))
        {
            target[topic] = further / (topics.Length - 1);
        }

        target[topics[0]] = 1 - further;
        return target;
    }

    private float[] TopicFlags(int row)
    {
        var target = new float[set.Taxonomy.Labels.Count];
        foreach (var topic in set.Topics[row])
        {
            target[topic] = 1;
        }

        return target;
    }

    private float[] KindTarget(int row)
    {
        var target = new float[set.Taxonomy.Kinds.Count];
        target[set.Kinds[row]] = 1;
        return target;
    }

    private float[] UrgencyTarget(int row) => set.Urgent[row] == true ? [0, 1] : [1, 0];
}
