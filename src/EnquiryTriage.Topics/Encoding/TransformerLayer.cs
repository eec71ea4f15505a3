using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EnquiryTriage.Topics.Encoding;

/// <summary>One layer of the encoder: self-attention with four heads, then a feed-forward part, each on normalised input.</summary>
internal sealed class TransformerLayer
{
    private const int Heads = 4;

    private readonly float[] normScale;
    private readonly float[] normBias;
    private readonly EncoderMatrix qkv;
    private readonly float[] qkvBias;
    private readonly EncoderMatrix output;
    private readonly float[] outputBias;
    private readonly float[] ffnScale;
    private readonly float[] ffnBias;
    private readonly EncoderMatrix up;
    private readonly float[] upBias;
    private readonly EncoderMatrix down;
    private readonly float[] downBias;
    private readonly EncoderMatrix? widen;
    private readonly float[] widenBias;

    /// <summary>Takes the layer's tensors; <paramref name="widen"/> is what carries the input past attention where the widths differ.</summary>
    public TransformerLayer(EncoderFile file, int number, EncoderMatrix? widen, float[] widenBias)
    {
        var own = number == 0 ? "0." : "1.";
        (normScale, normBias) = (file.Floats(own + "norm.scale"), file.Floats(own + "norm.bias"));
        (qkv, qkvBias) = (file.Matrix(own + "qkv"), file.Floats(own + "qkv.bias"));
        (output, outputBias) = (file.Matrix(own + "out"), file.Floats(own + "out.bias"));
        (ffnScale, ffnBias) = (file.Floats(own + "ffn.scale"), file.Floats(own + "ffn.bias"));
        (up, upBias) = (file.Matrix(own + "up"), file.Floats(own + "up.bias"));
        (down, downBias) = (file.Matrix(own + "down"), file.Floats(own + "down.bias"));
        (this.widen, this.widenBias) = (widen, widenBias);
    }

    /// <summary>Replaces the states of <paramref name="count"/> pieces by those after the layer.</summary>
    public void Forward(EncoderWorkspace space, int count)
    {
        var width = output.Outputs;
        Normalize(space.States, count, qkv.Inputs, normScale, normBias, space.Normal);
        qkv.Multiply(space.Normal, count, qkvBias, space.Wide);
        Attend(space, count, qkv.Inputs);
        output.Multiply(space.Mixed, count, outputBias, space.Next);
        var carried = space.States.AsSpan(0, count * width);
        if (widen is not null)
        {
            carried = space.Normal.AsSpan(0, count * width);
            widen.Multiply(space.States, count, widenBias, carried);
        }

        var next = space.Next.AsSpan(0, count * width);
        TensorPrimitives.Add(next, carried, next);
        Normalize(next, count, width, ffnScale, ffnBias, space.Normal);
        up.Multiply(space.Normal, count, upBias, space.Wide);
        var wide = space.Wide.AsSpan(0, count * up.Outputs);
        TensorPrimitives.Max(wide, 0f, wide);
        down.Multiply(wide, count, downBias, space.Normal);
        TensorPrimitives.Add(next, space.Normal.AsSpan(0, next.Length), next);
        space.Swap();
    }

    // Wide holds query, key and value side by side for each piece.
    private static void Attend(EncoderWorkspace space, int count, int width)
    {
        var size = width / Heads;
        var scale = 1 / MathF.Sqrt(size);
        var columns = (count + 15) / 16 * 16;
        var scores = space.Scores.AsSpan(0, columns);
        for (var head = 0; head < Heads; head++)
        {
            for (var j = 0; j < count; j++)
            {
                var key = space.Wide.AsSpan((j * 3 * width) + width + (head * size), size);
                for (var d = 0; d < size; d++)
                {
                    space.Keys[(d * columns) + j] = key[d] * scale;
                }
            }

            for (var i = 0; i < count; i++)
            {
                Combine(space.Wide.AsSpan((i * 3 * width) + (head * size), size), space.Keys, columns, scores);
                TensorPrimitives.SoftMax(scores[..count], scores[..count]);
                Combine(
                    scores[..count],
                    space.Wide.AsSpan((2 * width) + (head * size)),
                    3 * width,
                    space.Mixed.AsSpan((i * width) + (head * size), size));
            }
        }
    }

    // The sum of the matrix's rows, each weighted; as many columns as fit into the result, a multiple of sixteen.
    private static void Combine(ReadOnlySpan<float> weights, ReadOnlySpan<float> matrix, int stride, Span<float> result)
    {
        ref var from = ref MemoryMarshal.GetReference(matrix);
        var column = 0;
        for (; column + 64 <= result.Length; column += 64)
        {
            Vector512<float> a = default, b = default, c = default, d = default;
            for (var row = 0; row < weights.Length; row++)
            {
                var weight = Vector512.Create(weights[row]);
                var at = (nuint)((row * stride) + column);
                a = Vector512.MultiplyAddEstimate(weight, Vector512.LoadUnsafe(ref from, at), a);
                b = Vector512.MultiplyAddEstimate(weight, Vector512.LoadUnsafe(ref from, at + 16), b);
                c = Vector512.MultiplyAddEstimate(weight, Vector512.LoadUnsafe(ref from, at + 32), c);
                d = Vector512.MultiplyAddEstimate(weight, Vector512.LoadUnsafe(ref from, at + 48), d);
            }

            a.CopyTo(result[column..]);
            b.CopyTo(result[(column + 16)..]);
            c.CopyTo(result[(column + 32)..]);
            d.CopyTo(result[(column + 48)..]);
        }

        for (; column < result.Length; column += 16)
        {
            Vector512<float> a = default;
            for (var row = 0; row < weights.Length; row++)
            {
                a = Vector512.MultiplyAddEstimate(Vector512.Create(weights[row]), Vector512.LoadUnsafe(ref from, (nuint)((row * stride) + column)), a);
            }

            a.CopyTo(result[column..]);
        }
    }

    private static void Normalize(ReadOnlySpan<float> x, int count, int width, float[] scale, float[] bias, Span<float> into)
    {
        for (var i = 0; i < count; i++)
        {
            var to = into.Slice(i * width, width);
            var from = x.Slice(i * width, width);
            TensorPrimitives.Subtract(from, TensorPrimitives.Sum(from) / width, to);
            var deviation = MathF.Sqrt((TensorPrimitives.SumOfSquares<float>(to) / width) + 1e-6f);
            TensorPrimitives.Divide(to, deviation, to);
            TensorPrimitives.MultiplyAdd(to, scale, bias, to);
        }
    }
}
