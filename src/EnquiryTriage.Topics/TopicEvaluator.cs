using EnquiryTriage.Topics.Learning;

namespace EnquiryTriage.Topics;

/// <summary>Measures a model on labelled texts.</summary>
public static class TopicEvaluator
{
    private const int CalibrationBins = 15;

    /// <summary>Predicts each text, on all processors, and compares. Labels the model does not know count as wrong.</summary>
    public static Evaluation Evaluate(TopicModel model, IReadOnlyList<TrainingExample> examples)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(examples);
        var outcomes = new Outcome[examples.Count];
        Parallel.For(0, examples.Count, i => outcomes[i] = new Outcome(examples[i], model));
        var inScope = outcomes.Where(outcome => outcome.Example.Topics.Count > 0).ToArray();
        var covered = inScope.Where(outcome => !outcome.Abstained).ToArray();
        var surest = inScope.OrderByDescending(outcome => outcome.Certainty).Take((inScope.Length + 1) / 2).ToArray();
        var perTopic = PerLabel(inScope.Select(outcome => (outcome.Example.Topics[0], outcome.Top)));
        return new Evaluation(
            outcomes.Length,
            inScope.Length,
            Share(inScope, outcome => outcome.Right),
            Share(inScope, outcome => outcome.AnyOwner),
            MacroF1(perTopic),
            MicroF1(inScope),
            perTopic,
            Confusion(inScope),
            CalibrationError(inScope),
            Share(inScope, outcome => !outcome.Abstained),
            covered.Length == 0 ? null : Share(covered, outcome => outcome.AnyOwner),
            Share(surest, outcome => outcome.AnyOwner),
            AreaUnderRoc(outcomes, outcome => outcome.Example.Topics.Count > 0, outcome => outcome.Certainty),
            Kinds(outcomes),
            Urgency(outcomes));
    }

    private static double Share(IReadOnlyCollection<Outcome> outcomes, Func<Outcome, bool> holds) =>
        outcomes.Count == 0 ? 0 : outcomes.Count(holds) / (double)outcomes.Count;

    private static SortedDictionary<string, LabelScore> PerLabel(IEnumerable<(string True, string Answered)> pairs)
    {
        var all = pairs.ToArray();
        var scores = new SortedDictionary<string, LabelScore>(StringComparer.Ordinal);
        foreach (var label in all.Select(pair => pair.True).Concat(all.Select(pair => pair.Answered)).Distinct(StringComparer.Ordinal))
        {
            var carried = all.Count(pair => string.Equals(pair.True, label, StringComparison.Ordinal));
            var answered = all.Count(pair => string.Equals(pair.Answered, label, StringComparison.Ordinal));
            var hits = all.Count(pair => string.Equals(pair.True, label, StringComparison.Ordinal) && string.Equals(pair.Answered, label, StringComparison.Ordinal));
            scores[label] = new LabelScore(
                carried,
                answered == 0 ? 0 : hits / (double)answered,
                carried == 0 ? 0 : hits / (double)carried,
                carried + answered == 0 ? 0 : 2.0 * hits / (carried + answered));
        }

        return scores;
    }

    private static double MacroF1(IReadOnlyDictionary<string, LabelScore> labels) =>
        labels.Values.Where(score => score.N > 0).Select(score => score.F1).DefaultIfEmpty(0).Average();

    private static double MicroF1(IReadOnlyCollection<Outcome> outcomes)
    {
        var named = outcomes.Sum(outcome => outcome.Named.Count);
        var carried = outcomes.Sum(outcome => outcome.Example.Topics.Count);
        var hits = outcomes.Sum(outcome => outcome.Named.Count(topic => outcome.Example.Topics.Contains(topic, StringComparer.Ordinal)));
        return named + carried == 0 ? 0 : 2.0 * hits / (named + carried);
    }

    private static SortedDictionary<string, IReadOnlyDictionary<string, int>> Confusion(IEnumerable<Outcome> outcomes)
    {
        var confusion = new SortedDictionary<string, IReadOnlyDictionary<string, int>>(StringComparer.Ordinal);
        foreach (var group in outcomes.GroupBy(outcome => outcome.Example.Topics[0], StringComparer.Ordinal))
        {
            var row = new SortedDictionary<string, int>(StringComparer.Ordinal);
            foreach (var answer in group.GroupBy(outcome => outcome.Top, StringComparer.Ordinal))
            {
                row[answer.Key] = answer.Count();
            }

            confusion[group.Key] = row;
        }

        return confusion;
    }

    private static double CalibrationError(IReadOnlyCollection<Outcome> outcomes) => outcomes
        .GroupBy(outcome => Math.Min(CalibrationBins - 1, (int)(outcome.Confidence * CalibrationBins)))
        .Sum(bin => Math.Abs(bin.Average(outcome => outcome.Confidence) - bin.Average(outcome => outcome.AnyOwner ? 1.0 : 0.0)) * bin.Count() / outcomes.Count);

    /// <summary>The chance that a positive scores above a negative; ties count half (Mann and Whitney).</summary>
    private static double? AreaUnderRoc(IReadOnlyCollection<Outcome> outcomes, Func<Outcome, bool> positive, Func<Outcome, double> score)
    {
        var (positives, negatives) = (outcomes.Count(positive), outcomes.Count(outcome => !positive(outcome)));
        if (positives == 0 || negatives == 0)
        {
            return null;
        }

        var (below, area) = (0, 0.0);
        foreach (var ties in outcomes.GroupBy(score).OrderBy(group => group.Key))
        {
            var up = ties.Count(positive);
            var down = ties.Count() - up;
            area += up * (below + (down / 2.0));
            below += down;
        }

        return area / positives / negatives;
    }

    private static KindEvaluation? Kinds(IReadOnlyCollection<Outcome> outcomes)
    {
        var known = outcomes.Where(outcome => outcome.Example.Kind is not null && outcome.Kind is not null).ToArray();
        if (known.Length == 0)
        {
            return null;
        }

        var perKind = PerLabel(known.Select(outcome => (outcome.Example.Kind!, outcome.Kind!)));
        return new KindEvaluation(
            known.Length, Share(known, outcome => string.Equals(outcome.Example.Kind, outcome.Kind, StringComparison.Ordinal)), MacroF1(perKind), perKind);
    }

    private static UrgencyEvaluation? Urgency(IReadOnlyCollection<Outcome> outcomes)
    {
        var screened = outcomes.Where(outcome => outcome.Example.Urgent is not null && outcome.Urgent is not null).ToArray();
        if (screened.Length == 0)
        {
            return null;
        }

        var urgent = screened.Where(outcome => outcome.Example.Urgent == true).ToArray();
        var others = screened.Where(outcome => outcome.Example.Urgent == false).ToArray();
        return new UrgencyEvaluation(
            screened.Length,
            urgent.Length,
            Share(urgent, outcome => outcome.Urgent == true),
            Share(others, outcome => outcome.Urgent == true),
            AreaUnderRoc(screened, outcome => outcome.Example.Urgent == true, outcome => outcome.UrgencyScore));
    }

    private sealed class Outcome
    {
        public Outcome(TrainingExample example, TopicModel model)
        {
            Example = example;
            var scores = model.Score(FeaturePipeline.TextOf(example));
            var top = Probabilities.Best(scores.Topics);
            Top = model.Labels[top];
            Confidence = scores.Topics[top];
            Certainty = scores.Certainty;
            Abstained = scores.Certainty < model.Parts.Calibration.AbstainBelow;
            Named = [.. model.TopicSet(scores).Select(topic => model.Labels[topic])];
            Kind = scores.Kinds is null ? null : model.Taxonomy.Kinds[Probabilities.Best(scores.Kinds)];
            UrgencyScore = scores.Urgency;
            Urgent = double.IsNaN(scores.Urgency) ? null : scores.Urgency >= model.Parts.Calibration.UrgencyThreshold;
        }

        public TrainingExample Example { get; }

        public string Top { get; }

        public double Confidence { get; }

        public double Certainty { get; }

        public bool Abstained { get; }

        public IReadOnlyList<string> Named { get; }

        public string? Kind { get; }

        public bool? Urgent { get; }

        public double UrgencyScore { get; }

        public bool AnyOwner => Example.Topics.Contains(Top, StringComparer.Ordinal);

        public bool Right => string.Equals(Example.Topics.Count > 0 ? Example.Topics[0] : null, Top, StringComparison.Ordinal);
    }
}
