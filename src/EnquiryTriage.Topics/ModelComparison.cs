namespace EnquiryTriage.Topics;

/// <summary>A candidate beside the model in use, on the same texts.</summary>
/// <param name="Candidate">The candidate on the evaluation texts.</param>
/// <param name="InUse">The model in use on the same texts.</param>
/// <param name="CandidateOnCorrections">The candidate on every correction so far; null where there is none.</param>
/// <param name="InUseOnCorrections">The model in use on the same corrections.</param>
public sealed record ModelComparison(Evaluation Candidate, Evaluation InUse, Evaluation? CandidateOnCorrections, Evaluation? InUseOnCorrections)
{
    // Less than half a point of macro F1 is the noise of a handful of texts.
    private const double MacroF1Noise = 0.005;

    /// <summary>Compares two models.</summary>
    public static ModelComparison Of(TopicModel candidate, TopicModel inUse, IReadOnlyList<TrainingExample> texts, IReadOnlyList<TrainingExample> corrections) => new(
        TopicEvaluator.Evaluate(candidate, texts),
        TopicEvaluator.Evaluate(inUse, texts),
        corrections.Count == 0 ? null : TopicEvaluator.Evaluate(candidate, corrections),
        corrections.Count == 0 ? null : TopicEvaluator.Evaluate(inUse, corrections));

    /// <summary>What the candidate does worse, a line each; empty where it may take over.</summary>
    public IReadOnlyList<string> Worse()
    {
        var worse = new List<string>();
        Check("any owner right", Candidate.AnyOwnerAccuracy, InUse.AnyOwnerAccuracy, 0);
        Check("macro F1", Candidate.MacroF1, InUse.MacroF1, MacroF1Noise);
        Check("recall of urgent mail", Candidate.Urgency?.Recall, InUse.Urgency?.Recall, 0);
        Check("any owner right on corrections", CandidateOnCorrections?.AnyOwnerAccuracy, InUseOnCorrections?.AnyOwnerAccuracy, 0);
        Check("recall of urgent mail on corrections", CandidateOnCorrections?.Urgency?.Recall, InUseOnCorrections?.Urgency?.Recall, 0);
        return worse;

        void Check(string what, double? candidate, double? inUse, double noise)
        {
            // A candidate that cannot say what the model in use says is worse.
            if (inUse is { } before && (candidate is not { } after || after < before - noise - 1e-12))
            {
                worse.Add(FormattableString.Invariant($"{what}: {candidate:0.000} against {before:0.000}"));
            }
        }
    }
}
