using System.Numerics.Tensors;

namespace EnquiryTriage.Topics.Learning;

/// <summary>
/// The part of a head that is not linear in the embedding: each training text speaks for its own labels, and is heard the better the nearer
/// the text in question lies to it. It is trained with the linear part, as a Gaussian kernel on the unit sphere beside the others' inner products.
/// Immutable, thread-safe.
/// </summary>
internal sealed class NearnessHead
{
    // e to the minus Steepness × (1 − cosine), times Strength: both from cross-validation by families.
    private const float Steepness = 4;
    private const float Strength = 2;

    // Label after label, a share for each training text.
    private readonly Half[] shares;
    private readonly float[] wide;
    private readonly int labels;

    private NearnessHead(int labels, Half[] shares)
    {
        (this.labels, this.shares) = (labels, shares);
        wide = new float[shares.Length];
        TensorPrimitives.ConvertToSingle(shares, wide);
    }

    /// <summary>Takes the shares as a solver keeps them: all labels of the first text, then the next.</summary>
    public static NearnessHead Of(int labels, ReadOnlySpan<float> coordinates)
    {
        var texts = coordinates.Length / labels;
        var given = new Half[coordinates.Length];
        for (var i = 0; i < coordinates.Length; i++)
        {
            given[(i % labels * texts) + (i / labels)] = (Half)coordinates[i];
        }

        return new NearnessHead(labels, given);
    }

    /// <summary>How near a text lies to others, from its cosines to them.</summary>
    public static float[] Nearness(ReadOnlySpan<float> cosines)
    {
        var near = new float[cosines.Length];
        TensorPrimitives.Add(cosines, -1, near);
        TensorPrimitives.Multiply(near, Steepness, near);
        TensorPrimitives.Exp<float>(near, near);
        TensorPrimitives.Multiply(near, Strength, near);
        return near;
    }

    /// <summary>Adds this part to the logits of a text.</summary>
    public void AddTo(float[] logits, ReadOnlySpan<float> nearness)
    {
        for (var label = 0; label < labels; label++)
        {
            logits[label] += TensorPrimitives.Dot(nearness, wide.AsSpan(label * nearness.Length, nearness.Length));
        }
    }

    /// <summary>Writes it to a model file.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(labels);
        writer.Write(shares.Length);
        BinaryArrays.Write(writer, shares);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static NearnessHead Read(BinaryReader reader)
    {
        var count = reader.ReadInt32();
        return new NearnessHead(count, BinaryArrays.Read<Half>(reader, reader.ReadInt32()));
    }
}
