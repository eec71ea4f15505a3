using System.Numerics.Tensors;
using EnquiryTriage.Topics.Encoding;

namespace EnquiryTriage.Topics.Learning;

/// <summary>
/// The training texts' embeddings and ids, to tell how far a text is from all that was learnt, and which text is nearest.
/// The texts themselves are not kept. Immutable, thread-safe.
/// </summary>
internal sealed class Neighbours
{
    /// <summary>Over how many of the nearest similarity is averaged.</summary>
    public const int Nearest = 3;

    private readonly string[] ids;
    private readonly float[] scales;
    private readonly sbyte[] values;
    private readonly int width;

    private Neighbours(string[] ids, int width, float[] scales, sbyte[] values)
    {
        (this.ids, this.width, this.scales, this.values) = (ids, width, scales, values);
    }

    /// <summary>Takes ids and embeddings of any one length, rounded to bytes with a scale each.</summary>
    public static Neighbours Create(IReadOnlyList<string> ids, IReadOnlyList<float[]> embeddings)
    {
        var length = embeddings[0].Length;
        var factors = new float[ids.Count];
        var rounded = new sbyte[ids.Count * length];
        for (var i = 0; i < ids.Count; i++)
        {
            var unit = embeddings[i].AsSpan();
            var norm = TensorPrimitives.Norm<float>(unit);
            var highest = MathF.Abs(TensorPrimitives.MaxMagnitude<float>(unit));
            factors[i] = norm > 0 ? highest / norm / 127 : 0;
            for (var j = 0; j < length && norm > 0; j++)
            {
                rounded[(i * length) + j] = (sbyte)MathF.Round(unit[j] / norm / factors[i]);
            }
        }

        return new Neighbours([.. ids], length, factors, rounded);
    }

    /// <summary>Takes those of the chosen rows that are in scope: nearness to what is out of scope is no reason for trust.</summary>
    public static Neighbours Create(TrainingSet set, FeaturePipeline features, IReadOnlyList<FeatureRow> rows, IReadOnlyList<int> chosen)
    {
        int[] inScope = [.. chosen.Where(row => set.Topics[row].Length > 0)];
        return Create([.. inScope.Select(row => set.Examples[row].Id)], [.. inScope.Select(row => features.Embedding(rows[row]).ToArray())]);
    }

    /// <summary>The ids and cosines of the nearest texts for a vector of any length.</summary>
    public IReadOnlyList<NearestText> Find(ReadOnlySpan<float> embedding) => NearestOf(Cosines(embedding));

    /// <summary>The cosines of a vector of any length with every text.</summary>
    public float[] Cosines(ReadOnlySpan<float> embedding)
    {
        Span<short> wanted = stackalloc short[width];
        var scale = Integers.Round(embedding, wanted) / Math.Max(TensorPrimitives.Norm(embedding), 1e-12f);
        var cosines = new float[ids.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            cosines[i] = Integers.Dot(wanted, values.AsSpan(i * width, width)) * scales[i] * scale;
        }

        return cosines;
    }

    /// <summary>The ids and cosines of the nearest texts, from the cosines with every text.</summary>
    public IReadOnlyList<NearestText> NearestOf(ReadOnlySpan<float> cosines)
    {
        Span<float> best = [float.NegativeInfinity, float.NegativeInfinity, float.NegativeInfinity];
        Span<int> at = [-1, -1, -1];
        for (var i = 0; i < cosines.Length; i++)
        {
            for (var place = 0; place < Nearest; place++)
            {
                if (cosines[i] > best[place])
                {
                    best[place..^1].CopyTo(best[(place + 1)..]);
                    at[place..^1].CopyTo(at[(place + 1)..]);
                    (best[place], at[place]) = (cosines[i], i);
                    break;
                }
            }
        }

        var nearest = new List<NearestText>(Nearest);
        for (var place = 0; place < Nearest && at[place] >= 0; place++)
        {
            nearest.Add(new NearestText(ids[at[place]], best[place]));
        }

        return nearest;
    }

    /// <summary>The mean cosine of the nearest, 0 where there are none.</summary>
    public static double Similarity(IReadOnlyList<NearestText> nearest) => nearest.Count == 0 ? 0 : nearest.Average(text => text.Similarity);

    /// <summary>Writes them to a model file.</summary>
    public void Write(BinaryWriter writer)
    {
        writer.Write(ids.Length);
        writer.Write(width);
        foreach (var id in ids)
        {
            writer.Write(id);
        }

        BinaryArrays.Write(writer, scales);
        BinaryArrays.Write(writer, values);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static Neighbours Read(BinaryReader reader)
    {
        var count = reader.ReadInt32();
        var length = reader.ReadInt32();
        var names = new string[count];
        for (var i = 0; i < count; i++)
        {
            names[i] = reader.ReadString();
        }

        return new Neighbours(names, length, BinaryArrays.Read<float>(reader, count), BinaryArrays.Read<sbyte>(reader, checked(count * length)));
    }
}
