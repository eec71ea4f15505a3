namespace EnquiryTriage.Topics;

/// <summary>How a model is trained. The defaults are those of the shipped model.</summary>
public sealed record TrainingOptions
{
    /// <summary>Word n-grams in fewer texts than this are ignored; null for 1 below a thousand texts, else 2, or 3 where texts are long.</summary>
    public int? MinimumWordTexts { get; init; }

    /// <summary>Character n-grams in fewer texts than this are ignored; null for 2, or 3 where a thousand texts or more are long.</summary>
    public int? MinimumCharacterTexts { get; init; }

    /// <summary>Weight of each block of n-grams; null for 1, or 3 where a thousand texts or more are long.</summary>
    public double? NgramWeight { get; init; }

    /// <summary>L2 penalty of the topic heads against the sum of losses; smaller fits closer.</summary>
    public double Penalty { get; init; } = 0.1;

    /// <summary>L2 penalty of the kind and urgency heads.</summary>
    public double MailPenalty { get; init; } = 0.1;

    /// <summary>Iterations of L-BFGS at most.</summary>
    public int MaximumIterations { get; init; } = 150;

    /// <summary>Folds of the cross-validation that sets calibration and thresholds; at least 2.</summary>
    public int Folds { get; init; } = 5;

    /// <summary>Wanted share of right answers among those the model does not abstain on, 0 to 1.</summary>
    public double TargetPrecision { get; init; } = 0.95;

    /// <summary>Whether the names of labels are learnt from, where they come from the data.</summary>
    public bool UseLabelNames { get; init; } = true;

    /// <summary>Whether the sentence encoder takes part.</summary>
    public bool UseEncoder { get; init; } = true;

    /// <summary>Weight of the sentence embedding beside the n-grams.</summary>
    public double EncoderWeight { get; init; } = 1.5;

    /// <summary>Whether a lexicon takes part where there is one.</summary>
    public bool UseLexicon { get; init; } = true;

    /// <summary>A lexicon (see models/lexicon.json), or null for the one beside the taxonomy.</summary>
    public string? LexiconPath { get; init; }

    /// <summary>Weight of a lexicon group's feature beside the n-grams.</summary>
    public double LexiconWeight { get; init; } = 1.1;
}

/// <summary>Where training stands.</summary>
/// <param name="Stage">What is being done, for a person to read.</param>
/// <param name="Done">Steps done in all.</param>
/// <param name="Total">Steps there are in all.</param>
public sealed record TrainingProgress(string Stage, int Done, int Total);
