namespace EnquiryTriage.Topics;

/// <summary>How a model did on labelled texts. All shares are from 0 to 1; NaN never occurs, what cannot be said is null.</summary>
/// <param name="N">Texts in all.</param>
/// <param name="InScope">Texts with a topic.</param>
/// <param name="Accuracy">Share of in-scope texts whose primary topic was the model's best.</param>
/// <param name="AnyOwnerAccuracy">Share of in-scope texts where the best was any of the text's topics.</param>
/// <param name="MacroF1">Mean F1 of the primary topics that occur.</param>
/// <param name="MicroF1">F1 over all topics of all texts: primary and further ones against those named.</param>
/// <param name="PerTopic">Precision, recall and F1 of each primary topic.</param>
/// <param name="Confusion">True primary topic → answered topic → number of texts.</param>
/// <param name="CalibrationError">Expected calibration error over 15 equal bins: stated confidence against the share where the best was any of the text's topics.</param>
/// <param name="Coverage">Share of in-scope texts the model did not abstain on.</param>
/// <param name="CoveredAccuracy">Share of these where the best was any of the text's topics, or null where it abstained on all.</param>
/// <param name="SurestHalfAccuracy">The same share on the half of the in-scope texts it was surest of.</param>
/// <param name="AreaUnderRoc">How well certainty tells in-scope texts from others (0.5 is chance), or null where there are not both.</param>
/// <param name="Kinds">How it did on kinds, or null where model or data know none.</param>
/// <param name="Urgency">How it did on urgency, or null where model or data know none.</param>
public sealed record Evaluation(
    int N,
    int InScope,
    double Accuracy,
    double AnyOwnerAccuracy,
    double MacroF1,
    double MicroF1,
    IReadOnlyDictionary<string, LabelScore> PerTopic,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Confusion,
    double CalibrationError,
    double Coverage,
    double? CoveredAccuracy,
    double SurestHalfAccuracy,
    double? AreaUnderRoc,
    KindEvaluation? Kinds,
    UrgencyEvaluation? Urgency);

/// <summary>How a label did.</summary>
/// <param name="N">Texts that carry it.</param>
/// <param name="Precision">Share of right ones among the texts given it.</param>
/// <param name="Recall">Share found of the texts that carry it.</param>
/// <param name="F1">Harmonic mean of the two.</param>
public sealed record LabelScore(int N, double Precision, double Recall, double F1);

/// <summary>How kinds did.</summary>
/// <param name="N">Texts with a kind.</param>
/// <param name="Accuracy">Share right.</param>
/// <param name="MacroF1">Mean F1 of the kinds that occur.</param>
/// <param name="PerKind">Each kind.</param>
public sealed record KindEvaluation(int N, double Accuracy, double MacroF1, IReadOnlyDictionary<string, LabelScore> PerKind);

/// <summary>How the screening for urgency did.</summary>
/// <param name="N">Texts that say whether they are urgent.</param>
/// <param name="Urgent">How many are.</param>
/// <param name="Recall">Share found of these.</param>
/// <param name="FalseAlarms">Share flagged of the others.</param>
/// <param name="AreaUnderRoc">How well the score tells the two apart.</param>
public sealed record UrgencyEvaluation(int N, int Urgent, double Recall, double FalseAlarms, double? AreaUnderRoc);
