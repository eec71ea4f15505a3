namespace EnquiryTriage.Topics;

/// <summary>What the model says of a text.</summary>
/// <param name="Top">The best topic, even where the model abstains.</param>
/// <param name="Confidence">Calibrated probability that <paramref name="Top"/> is a topic of the text, 0 to 1.</param>
/// <param name="Abstained">True below the model's threshold: a person decides.</param>
/// <param name="Topics">Primary first, then further topics above their own thresholds; where abstained, the two best.</param>
/// <param name="Kind">The kind of mail, or null where the model was not trained for kinds.</param>
/// <param name="KindConfidence">Calibrated probability of <paramref name="Kind"/>, 0 to 1.</param>
/// <param name="Urgent">Whether somebody may be in danger; null where the model was not trained for it.</param>
/// <param name="UrgencyScore">Probability behind <paramref name="Urgent"/>, 0 to 1.</param>
public sealed record Prediction(
    string Top,
    double Confidence,
    bool Abstained,
    IReadOnlyList<TopicScore> Topics,
    string? Kind,
    double KindConfidence,
    bool? Urgent,
    double UrgencyScore)
{
    /// <summary>What <see cref="Abstained"/> is decided on: log confidence plus a share of the similarity to the nearest training texts.</summary>
    public double Certainty { get; init; }

    /// <summary>The training texts nearest in meaning, nearest first; empty without the sentence encoder.</summary>
    public IReadOnlyList<NearestText> Nearest { get; init; } = [];
}

/// <summary>A topic and how sure the model is of it.</summary>
/// <param name="Topic">The label.</param>
/// <param name="Confidence">Calibrated probability, 0 to 1.</param>
/// <param name="Reasons">Words and phrases of the text that weighed most for it, strongest first.</param>
public sealed record TopicScore(string Topic, double Confidence, IReadOnlyList<string> Reasons);

/// <summary>A shipped training text close to the mail in meaning.</summary>
/// <param name="Id">Its id in the training files.</param>
/// <param name="Similarity">Cosine of the two sentence embeddings, −1 to 1.</param>
public sealed record NearestText(string Id, double Similarity);
