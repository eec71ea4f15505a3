namespace EnquiryTriage.Topics.Encoding;

/// <summary>The buffers of one forward pass, kept for the next one: fresh ones would be large objects, dear to collect.</summary>
internal sealed class EncoderWorkspace(int pieces)
{
    private const int Width = SentenceEncoder.Width;

    /// <summary>The states that go from layer to layer.</summary>
    public float[] States { get; private set; } = new float[pieces * Width];

    /// <summary>States in the making.</summary>
    public float[] Next { get; private set; } = new float[pieces * Width];

    /// <summary>Normalised input, and what the feed-forward part adds.</summary>
    public float[] Normal { get; } = new float[pieces * Width];

    /// <summary>Query, key and value of each piece; the feed-forward part's wide states.</summary>
    public float[] Wide { get; } = new float[pieces * 3 * Width];

    /// <summary>What attention gathered for each piece.</summary>
    public float[] Mixed { get; } = new float[pieces * Width];

    /// <summary>A head's keys, a column a piece; columns come in sixteens.</summary>
    public float[] Keys { get; } = new float[Width * ((pieces + 15) / 16 * 16)];

    /// <summary>How much a piece attends to each piece; in sixteens.</summary>
    public float[] Scores { get; } = new float[(pieces + 15) / 16 * 16];

    /// <summary>Makes <see cref="Next"/> the states.</summary>
    public void Swap() => (States, Next) = (Next, States);
}
