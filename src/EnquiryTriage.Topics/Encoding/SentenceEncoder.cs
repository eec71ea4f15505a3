using System.Numerics.Tensors;

namespace EnquiryTriage.Topics.Encoding;

/// <summary>
/// The Universal Sentence Encoder Lite: a text becomes 512 numbers whose direction is its meaning. Two transformer layers over word
/// pieces; see models/encoder. Immutable, thread-safe.
/// </summary>
internal sealed class SentenceEncoder
{
    /// <summary>Numbers an embedding has.</summary>
    public const int Width = 512;

    /// <summary>Pieces a window has at most: the encoder was trained on 128, and is at its best well below.</summary>
    public const int WindowPieces = 96;

    private const string Resource = "EnquiryTriage.Topics.encoder.bin";

    private static readonly Lazy<SentenceEncoder> SharedEncoder = new(OpenShipped);

    private readonly UnigramTokenizer tokenizer;
    private readonly EmbeddingTable embedding;
    private readonly float[] positions;
    private readonly System.Collections.Concurrent.ConcurrentBag<EncoderWorkspace> pool = [];
    private readonly TransformerLayer[] layers;
    private readonly EncoderMatrix last;
    private readonly float[] lastBias;

    private SentenceEncoder(EncoderFile file)
    {
        tokenizer = new UnigramTokenizer(file.Pieces);
        embedding = file.Table("embedding");
        positions = Positions(file.Floats("timing"), embedding.Width);
        layers =
        [
            new TransformerLayer(file, 0, file.Matrix("widen"), file.Floats("widen.bias")),
            new TransformerLayer(file, 1, null, []),
        ];
        last = file.Matrix("last");
        lastBias = file.Floats("last.bias");
    }

    /// <summary>The shipped encoder, opened when it is first asked for.</summary>
    public static SentenceEncoder Shared => SharedEncoder.Value;

    /// <summary>Opens an encoder's file.</summary>
    public static SentenceEncoder Open(Stream stream) => new(EncoderFile.Read(stream));

    /// <summary>The ids of the text's word pieces.</summary>
    public int[] Tokenize(string text) => tokenizer.Tokenize(text);

    /// <summary>
    /// The embedding of a text, a vector of length one. Text of more than a window is cut into windows of even size; theirs are averaged.
    /// </summary>
    public float[] Embed(string text)
    {
        var pieces = Tokenize(text);
        var windows = Math.Max(1, (pieces.Length + WindowPieces - 1) / WindowPieces);
        var sum = new float[Width];
        for (var window = 0; window < windows; window++)
        {
            var from = (int)((long)pieces.Length * window / windows);
            var to = (int)((long)pieces.Length * (window + 1) / windows);
            TensorPrimitives.Add(sum, EmbedWindow(pieces.Length == 0 ? [0] : pieces.AsSpan(from, to - from)), sum);
        }

        Normalize(sum);
        return sum;
    }

    private float[] EmbedWindow(ReadOnlySpan<int> pieces)
    {
        if (!pool.TryTake(out var space))
        {
            space = new EncoderWorkspace(WindowPieces);
        }

        var width = embedding.Width;
        for (var i = 0; i < pieces.Length; i++)
        {
            var row = space.States.AsSpan(i * width, width);
            embedding.Row(pieces[i], row);
            TensorPrimitives.MultiplyAdd(row, 2f, positions.AsSpan(i * width, width), row);
        }

        foreach (var layer in layers)
        {
            layer.Forward(space, pieces.Length);
        }

        var mean = new float[Width];
        for (var i = 0; i < pieces.Length; i++)
        {
            TensorPrimitives.Add(mean, space.States.AsSpan(i * Width, Width), mean);
        }

        pool.Add(space);
        TensorPrimitives.Divide(mean, pieces.Length, mean);
        var result = new float[Width];
        last.Multiply(mean, 1, lastBias, result);
        TensorPrimitives.Tanh<float>(result, result);
        Normalize(result);
        return result;
    }

    // For each position of a window the sines, then the cosines, of the position times each frequency.
    private static float[] Positions(float[] frequencies, int width)
    {
        var table = new float[WindowPieces * width];
        for (var i = 0; i < WindowPieces; i++)
        {
            for (var j = 0; j < frequencies.Length; j++)
            {
                (table[(i * width) + j], table[(i * width) + frequencies.Length + j]) = MathF.SinCos(i * frequencies[j]);
            }
        }

        return table;
    }

    private static void Normalize(Span<float> vector) =>
        TensorPrimitives.Divide(vector, MathF.Sqrt(MathF.Max(TensorPrimitives.SumOfSquares<float>(vector), 1e-12f)), vector);

    private static SentenceEncoder OpenShipped()
    {
        using var stream = typeof(SentenceEncoder).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException("The sentence encoder is missing from the program. Build it with models/encoder/encoder.bin in place.");
        return Open(stream);
    }
}
