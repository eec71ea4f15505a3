using System.Numerics.Tensors;

namespace EnquiryTriage.Topics.Learning;

/// <summary>A linear scorer: one logit a label from a row's features. Immutable, thread-safe.</summary>
internal sealed class LinearHead
{
    // Feature after feature, each with its weights for all labels side by side: a row touches few features, all labels.
    private readonly float[] weights;

    /// <summary>Takes the weights, <paramref name="labels"/> a feature, sparse features first.</summary>
    public LinearHead(int labels, int sparseFeatures, int denseFeatures, float[] weights)
    {
        if (weights.Length != (long)labels * (sparseFeatures + denseFeatures))
        {
            throw new ArgumentException("The weights must be labels times features.", nameof(weights));
        }

        Labels = labels;
        SparseFeatures = sparseFeatures;
        DenseFeatures = denseFeatures;
        this.weights = weights;
    }

    /// <summary>How many labels it scores.</summary>
    public int Labels { get; }

    /// <summary>How many sparse features it knows.</summary>
    public int SparseFeatures { get; }

    /// <summary>How many dense features it knows.</summary>
    public int DenseFeatures { get; }

    /// <summary>The weights of one feature, a label each.</summary>
    public ReadOnlySpan<float> WeightsOf(int feature) => weights.AsSpan(feature * Labels, Labels);

    /// <summary>The logits of a row.</summary>
    public float[] Score(FeatureRow row)
    {
        var logits = new float[Labels];
        for (var i = 0; i < row.Indexes.Length; i++)
        {
            TensorPrimitives.MultiplyAdd(WeightsOf(row.Indexes[i]), row.Values[i], logits, logits);
        }

        for (var i = 0; i < row.Dense.Length; i++)
        {
            TensorPrimitives.MultiplyAdd(WeightsOf(SparseFeatures + i), row.Dense[i], logits, logits);
        }

        return logits;
    }

    /// <summary>Writes the head to a model file, its weights in half precision (they round far below the noise of training).</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(Labels);
        writer.Write(SparseFeatures);
        writer.Write(DenseFeatures);
        var halves = new Half[weights.Length];
        TensorPrimitives.ConvertToHalf(weights, halves);
        BinaryArrays.Write(writer, halves);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static LinearHead Read(BinaryReader reader)
    {
        var labels = reader.ReadInt32();
        var sparse = reader.ReadInt32();
        var dense = reader.ReadInt32();
        var halves = BinaryArrays.Read<Half>(reader, checked(labels * (sparse + dense)));
        var singles = new float[halves.Length];
        TensorPrimitives.ConvertToSingle(halves, singles);
        return new LinearHead(labels, sparse, dense, singles);
    }

    /// <summary>The head as it will be after a round trip through a file, so that thresholds are set on what is shipped.</summary>
    public LinearHead Rounded()
    {
        var halves = new Half[weights.Length];
        TensorPrimitives.ConvertToHalf(weights, halves);
        var rounded = new float[weights.Length];
        TensorPrimitives.ConvertToSingle(halves, rounded);
        return new LinearHead(Labels, SparseFeatures, DenseFeatures, rounded);
    }
}
