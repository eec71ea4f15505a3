using System.Numerics.Tensors;
using System.Text.Json;
using EnquiryTriage.Topics.Encoding;

namespace EnquiryTriage.Topics.Tests;

public sealed class EncoderTests
{
    /// <summary>Our own sentences with the vectors that the encoder gives in single precision (written with quantise.mjs --float).</summary>
    public static TheoryData<int> Recorded => [.. Enumerable.Range(0, Sentences().Count)];

    [Theory]
    [MemberData(nameof(Recorded))]
    public void The_shipped_weights_keep_the_direction_of_the_exact_ones(int number)
    {
        var (text, exact) = Sentences()[number];

        Assert.InRange(TensorPrimitives.CosineSimilarity<float>(SentenceEncoder.Shared.Embed(text), exact), 0.999f, 1.0001f);
    }

    [Fact]
    public void Sentences_of_like_meaning_are_nearer_than_others()
    {
        var wanted = SentenceEncoder.Shared.Embed("My bicycle was stolen from outside the library");
        var near = SentenceEncoder.Shared.Embed("Somebody took my bike while I was getting books");
        var far = SentenceEncoder.Shared.Embed("Please send the slides of yesterday's talk");

        Assert.True(TensorPrimitives.Dot<float>(wanted, near) > TensorPrimitives.Dot<float>(wanted, far) + 0.2f);
    }

    [Fact]
    public void An_embedding_has_length_one_however_long_the_text()
    {
        var text = string.Join(' ', Enumerable.Range(0, 400).Select(i => $"word number {i}"));

        Assert.True(SentenceEncoder.Shared.Tokenize(text).Length > 4 * SentenceEncoder.WindowPieces);
        Assert.Equal(1f, TensorPrimitives.Norm<float>(SentenceEncoder.Shared.Embed(text)), 1e-5f);
        Assert.Equal(1f, TensorPrimitives.Norm<float>(SentenceEncoder.Shared.Embed("")), 1e-5f);
    }

    [Fact]
    public void Words_become_pieces_of_the_vocabulary()
    {
        // Ids as the published tokenizer gives them for these words.
        Assert.Equal([728, 31, 19, 54], SentenceEncoder.Shared.Tokenize("How are you?"));
        Assert.Equal([87, 18, 69, 1191, 2620], SentenceEncoder.Shared.Tokenize("what is my bank balance"));
    }

    [Theory]
    [InlineData("How  are\r\n\tyou?")]
    [InlineData(" How are you? ")]
    public void White_space_of_any_sort_is_one_space(string text) =>
        Assert.Equal(SentenceEncoder.Shared.Tokenize("How are you?"), SentenceEncoder.Shared.Tokenize(text));

    [Fact]
    public void Runs_of_unknown_characters_are_one_unknown_piece()
    {
        Assert.Single(SentenceEncoder.Shared.Tokenize("a \u4E00\u4E01\u4E03 b"), piece => piece == 0);
        Assert.Empty(SentenceEncoder.Shared.Tokenize("   "));
        Assert.NotEmpty(SentenceEncoder.Shared.Tokenize("\uD800 lone surrogate"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(13)]
    public void Integer_products_are_those_of_plain_arithmetic(int rows)
    {
        var random = new Random(rows);
        var (inputs, outputs) = (96, 128);
        var bytes = new sbyte[inputs * outputs];
        random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(bytes.AsSpan()));
        var scales = Floats(random, outputs);
        var bias = Floats(random, outputs);
        var x = Floats(random, rows * inputs);
        var y = new float[rows * outputs];

        new IntegerMatrix(outputs, inputs, scales, bytes).Multiply(x, rows, bias, y);

        var weights = bytes.Select((value, i) => value * scales[i / inputs]).ToArray();
        var exact = new float[rows * outputs];
        new FloatMatrix(outputs, inputs, weights).Multiply(x, rows, bias, exact);
        Assert.InRange(TensorPrimitives.Distance<float>(y, exact) / TensorPrimitives.Norm<float>(exact), 0, 2e-4f);
    }

    [Fact]
    public void A_file_that_is_no_encoder_is_refused() =>
        Assert.Throws<InvalidDataException>(() => SentenceEncoder.Open(new MemoryStream(new byte[64])));

    private static float[] Floats(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (float)random.NextDouble() - 0.5f)];

    private static List<(string Text, float[] Vector)> Sentences()
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Repository.File("tests", "EnquiryTriage.Topics.Tests", "encoder-vectors.json")));
        return [.. file.RootElement.EnumerateArray().Select(entry => (
            entry.GetProperty("text").GetString()!,
            entry.GetProperty("vector").EnumerateArray().Select(value => value.GetSingle()).ToArray()))];
    }
}
