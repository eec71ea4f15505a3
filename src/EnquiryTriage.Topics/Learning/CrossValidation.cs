namespace EnquiryTriage.Topics.Learning;

/// <summary>What heads said of texts they had not been trained on.</summary>
internal sealed class CrossValidation
{
    private const double UrgentRecall = 0.99;

    // Of the training texts, which hold many times the share of hard negatives that an inbox does.
    private const double FalseAlarms = 0.05;

    private readonly float[]?[] topics;
    private readonly float[]?[] further;
    private readonly float[]?[] kinds;
    private readonly double[] urgency;
    private readonly double[] similarity;

    private CrossValidation(int count)
    {
        topics = new float[count][];
        further = new float[count][];
        kinds = new float[count][];
        urgency = new double[count];
        similarity = new double[count];
    }

    /// <summary>Trains once a fold on the others' texts and scores the fold's own.</summary>
    public static CrossValidation Run(
        TrainingSet set, HeadTrainer trainer, FeaturePipeline features, TrainingOptions options, TopicTrainer.Steps steps, CancellationToken cancellation)
    {
        TrainingExample[] given = [.. set.Examples.Take(set.Given)];
        var foldOf = Folds.Assign(given, options.Folds);
        var result = new CrossValidation(given.Length);
        for (var fold = 0; fold <= foldOf.Max(); fold++)
        {
            cancellation.ThrowIfCancellationRequested();
            steps.Next("Cross-validating");
            int[] learnt = [.. Enumerable.Range(0, set.Examples.Count).Where(row => row >= given.Length || foldOf[row] != fold)];
            var heads = trainer.Train(learnt);
            var neighbours = features.HasEncoder
                ? Neighbours.Create(set, features, trainer.Rows, learnt)
                : null;
            foreach (var row in Enumerable.Range(0, foldOf.Length).Where(row => foldOf[row] == fold))
            {
                var cosines = neighbours?.Cosines(features.Embedding(trainer.Rows[row])) ?? [];
                var nearness = heads.Topics.Nearness is null ? [] : NearnessHead.Nearness(cosines);
                result.similarity[row] = neighbours is null ? 0 : Neighbours.Similarity(neighbours.NearestOf(cosines));
                result.topics[row] = heads.Topics.Score(trainer.Rows[row], nearness);
                result.further[row] = heads.Further?.Score(trainer.Rows[row], nearness);
                result.kinds[row] = heads.Kinds?.Score(trainer.Rows[row]);
                result.urgency[row] = heads.Urgency is null ? 0 : Probabilities.Softmax(heads.Urgency.Score(trainer.Rows[row], nearness), 1)[1];
            }
        }

        return result;
    }

    /// <summary>Temperatures and thresholds from these scores.</summary>
    public Calibration Calibrate(TrainingSet set, TrainingOptions options)
    {
        var weights = Folds.Voices([.. set.Examples.Take(set.Given)]);
        var inScope = Enumerable.Range(0, topics.Length).Where(row => set.Topics[row].Length > 0).ToArray();
        var temperature = Calibrating.Temperature(
            [.. inScope.Select(row => topics[row]!)], [.. inScope.Select(row => set.Topics[row])], [.. inScope.Select(row => weights[row])]);
        var certainties = new List<double>();
        var right = new List<bool>();
        foreach (var row in Enumerable.Range(0, topics.Length))
        {
            var probabilities = Probabilities.Softmax(topics[row]!, temperature);
            var best = Probabilities.Best(probabilities);
            certainties.Add(Calibrating.Certainty(probabilities[best], similarity[row]));
            right.Add(set.Topics[row].Contains(best));
        }

        var (threshold, coverage, precision) = Calibrating.Abstention(certainties, right, options.TargetPrecision, weights);
        var known = Enumerable.Range(0, topics.Length).Where(row => set.Kinds[row] >= 0).ToArray();
        var screened = Enumerable.Range(0, topics.Length).Where(row => set.Urgent[row] is not null).ToArray();
        return new Calibration
        {
            Temperature = temperature,
            AbstainBelow = threshold,
            TargetPrecision = options.TargetPrecision,
            Coverage = coverage,
            Precision = precision,
            FurtherThresholds = set.HasFurtherTopics ? FurtherThresholds(set) : [],
            KindTemperature = set.HasKinds ? Calibrating.Temperature([.. known.Select(row => kinds[row]!)], [.. known.Select(row => new[] { set.Kinds[row] })]) : 1,
            UrgencyThreshold = set.HasUrgency
                ? Calibrating.Screening([.. screened.Select(row => urgency[row])], [.. screened.Select(row => set.Urgent[row] == true)], UrgentRecall, FalseAlarms)
                : 0.5,
        };
    }

    private double[] FurtherThresholds(TrainingSet set)
    {
        var labels = set.Taxonomy.Labels.Count;
        var scores = further.Select(row => row!.Select(logit => Probabilities.Sigmoid(logit)).ToArray()).ToArray();
        var flat = scores.SelectMany(row => row).ToArray();
        var carries = set.Topics.Take(set.Given).SelectMany(topics => Enumerable.Range(0, labels).Select(label => topics.Contains(label))).ToArray();
        var common = Calibrating.BestF1(flat, carries);
        return [.. Enumerable.Range(0, labels).Select(label => Calibrating.FurtherThreshold(
            [.. scores.Select(row => row[label])], [.. set.Topics.Take(set.Given).Select(topics => topics.Contains(label))], common))];
    }
}
