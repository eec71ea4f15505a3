namespace EnquiryTriage.Topics.Learning;

/// <summary>The heads of a model.</summary>
internal sealed record TrainedHeads(MeaningHead Topics, MeaningHead? Further, LinearHead? Kinds, MeaningHead? Urgency);

/// <summary>A head for topics or urgency: its linear part and, where the texts' nearness takes part, that.</summary>
internal sealed record MeaningHead(LinearHead Linear, NearnessHead? Nearness)
{
    /// <summary>The logits of a row, given how near it lies to the texts of the training.</summary>
    public float[] Score(FeatureRow row, ReadOnlySpan<float> nearness)
    {
        var logits = Linear.Score(row);
        Nearness?.AddTo(logits, nearness);
        return logits;
    }

    /// <summary>The head as it will be after a round trip through a file.</summary>
    public MeaningHead Rounded() => this with { Linear = Linear.Rounded() };
}

/// <summary>Trains all heads on a choice of rows.</summary>
/// <param name="set">The examples.</param>
/// <param name="rows">Their features.</param>
/// <param name="gram">The rows' inner products, where the table pays; else null.</param>
/// <param name="meaningGram">The same with the texts' nearness added, for topics and urgency; null where nearness takes no part.</param>
/// <param name="sparseFeatures">How many sparse features a row may have.</param>
/// <param name="options">How to train.</param>
/// <param name="cancellation">Stops the training.</param>
internal sealed class HeadTrainer(
    TrainingSet set, IReadOnlyList<FeatureRow> rows, Gram? gram, Gram? meaningGram, int sparseFeatures, TrainingOptions options, CancellationToken cancellation)
{
    // What a text's other topics count in the target of the primary head beside the primary's 1.
    private const float FurtherShare = 0.15f;

    /// <summary>The features of every example.</summary>
    public IReadOnlyList<FeatureRow> Rows => rows;

    /// <summary>Trains all heads in the span of the rows named: as ML.NET would, but in a fraction of its time.</summary>
    public TrainedHeads Train(IReadOnlyList<int> chosen)
    {
        var table = gram?.Only(chosen);
        var labels = set.Taxonomy.Labels.Count;
        var meaningTable = meaningGram?.Only(chosen) ?? table;
        return new TrainedHeads(
            WithMeaning(chosen, meaningTable, TopicTarget, labels, HeadLoss.OneOf, options.Penalty),
            set.HasFurtherTopics ? WithMeaning(chosen, meaningTable, TopicFlags, labels, HeadLoss.AnyOf, options.Penalty) : null,
            set.HasKinds ? Solve(chosen, table, KindTarget, set.Taxonomy.Kinds.Count, HeadLoss.OneOf, options.MailPenalty) : null,
            set.HasUrgency ? WithMeaning(chosen, meaningTable, UrgencyTarget, 2, HeadLoss.OneOf, options.MailPenalty) : null);
    }

    /// <summary>The kinds' head as an ML.NET pipeline, or null where there are no kinds.</summary>
    public byte[]? KindPipeline()
    {
        if (!set.HasKinds)
        {
            return null;
        }

        cancellation.ThrowIfCancellationRequested();
        int[] known = [.. Enumerable.Range(0, rows.Count).Where(row => set.Kinds[row] >= 0)];
        return MaximumEntropyTrainer.Train(
            Problem(known, KindTarget, set.Taxonomy.Kinds.Count, HeadLoss.OneOf), options.MailPenalty, options.MaximumIterations);
    }

    private MeaningHead WithMeaning(IReadOnlyList<int> chosen, Gram? table, Func<int, float[]> target, int labels, HeadLoss loss, double penalty)
    {
        var solved = SpanSolver.Solve(Problem(chosen, target, labels, loss), table, penalty, options.MaximumIterations, cancellation);
        return new MeaningHead(solved.ToHead(), meaningGram is null ? null : NearnessHead.Of(labels, solved.Coordinates));
    }

    // A row without a target has no loss and takes no part.
    private LinearHead Solve(IReadOnlyList<int> chosen, Gram? table, Func<int, float[]> target, int labels, HeadLoss loss, double penalty) =>
        SpanSolver.Train(Problem(chosen, target, labels, loss), table, penalty, options.MaximumIterations, cancellation);

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
        if (set.Kinds[row] >= 0)
        {
            target[set.Kinds[row]] = 1;
        }

        return target;
    }

    private float[] UrgencyTarget(int row) => set.Urgent[row] switch
    {
        // A missed one is the worst error there is, and there are few of them.
        true => [0, 3],
        false => [1, 0],
        null => [0, 0],
    };
}
