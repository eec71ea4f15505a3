using EnquiryTriage.Topics.Learning;

namespace EnquiryTriage.Topics;

/// <summary>All a model consists of, in memory.</summary>
internal sealed record ModelParts(
    Taxonomy Taxonomy,
    FeaturePipeline Features,
    MeaningHead Topics,
    MeaningHead? Further,
    byte[]? KindPipeline,
    MeaningHead? Urgency,
    Neighbours? Neighbours,
    Calibration Calibration,
    int TrainedOn)
{
    /// <summary>The kinds' head, from its ML.NET pipeline.</summary>
    public LinearHead? Kinds { get; } = Open(KindPipeline, Features);

    /// <summary>Tells why.</summary>
    public Reasons Reasons { get; } = new(Features, Topics.Linear);

    /// <summary>See <see cref="TopicModel.Version"/>.</summary>
    public string Version { get; init; } = "";

    private static LinearHead? Open(byte[]? pipeline, FeaturePipeline features) =>
        pipeline is null ? null : MaximumEntropyTrainer.Open(pipeline, features.DenseFeatures);
}
