namespace EnquiryTriage.Topics.Text;

/// <summary>Turns a normalised text into its sparse n-gram vector: (1 + ln tf) · idf, each block scaled to length one. Thread-safe.</summary>
internal sealed class NgramFeaturizer(Vocabulary vocabulary)
{
    private readonly System.Collections.Concurrent.ConcurrentBag<Scratch> pool = [];

    /// <summary>The n-grams it knows.</summary>
    public Vocabulary Vocabulary { get; } = vocabulary;

    /// <summary>Ascending indexes and their values, both empty where nothing is known.</summary>
    public (int[] Indexes, float[] Values) Featurize(ReadOnlySpan<char> normalized)
    {
        if (!pool.TryTake(out var scratch))
        {
            scratch = new Scratch(Vocabulary.Count);
        }

        var sink = new TallySink(Vocabulary, scratch);
        NgramReader.Read(normalized, ref sink);
        var touched = scratch.Touched;
        touched.Sort();
        var indexes = touched.ToArray();
        var values = new float[indexes.Length];
        for (var i = 0; i < indexes.Length; i++)
        {
            values[i] = (1f + MathF.Log(scratch.Counts[indexes[i]])) * Vocabulary.Idf(indexes[i]);
            scratch.Counts[indexes[i]] = 0;
        }

        touched.Clear();
        pool.Add(scratch);
        var words = Array.FindIndex(indexes, index => index >= Vocabulary.Words);
        words = words < 0 ? indexes.Length : words;
        ScaleToUnit(values.AsSpan(0, words));
        ScaleToUnit(values.AsSpan(words));
        return (indexes, values);
    }

    private static void ScaleToUnit(Span<float> values)
    {
        var norm = System.Numerics.Tensors.TensorPrimitives.Norm(values);
        if (norm > 0)
        {
            System.Numerics.Tensors.TensorPrimitives.Divide(values, norm, values);
        }
    }

    private sealed class Scratch(int size)
    {
        public int[] Counts { get; } = new int[size];

        public List<int> Touched { get; } = new(1024);
    }

    private readonly struct TallySink(Vocabulary vocabulary, Scratch scratch) : INgramSink
    {
        public void Add(ulong hash, NgramBlock block, int start, int end)
        {
            var index = vocabulary.Find(hash);
            if (index >= 0 && scratch.Counts[index]++ == 0)
            {
                scratch.Touched.Add(index);
            }
        }
    }
}
