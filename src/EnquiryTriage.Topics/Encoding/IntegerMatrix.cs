using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EnquiryTriage.Topics.Encoding;

/// <summary>
/// Byte weights with a scale an output, multiplied as 16-bit integers: activations are rounded to ±8191 with a scale a row,
/// products summed in 32 bits, which 1,536 of them cannot overflow. Sums are exact, so every instruction set gives the same.
/// </summary>
internal sealed class IntegerMatrix : EncoderMatrix
{
    private const int PanelOutputs = 64;
    private const int BlockRows = 6;

    // Panels of 64 outputs; in a panel, for each pair of inputs, 64 × 2 weights: the order multiply-add instructions want.
    private readonly short[] weights;
    private readonly float[] scales;

    /// <summary>Takes weights with a row for each output.</summary>
    public IntegerMatrix(int outputs, int inputs, float[] scales, sbyte[] rows)
        : base(outputs, inputs)
    {
        if (outputs % PanelOutputs != 0 || inputs % 2 != 0 || (long)inputs * Integers.Highest * 127 > int.MaxValue)
        {
            throw new InvalidDataException("The sentence encoder's file holds a matrix of a size that is not supported.");
        }

        this.scales = scales;
        weights = new short[outputs * inputs];
        for (var output = 0; output < outputs; output++)
        {
            for (var input = 0; input < inputs; input++)
            {
                weights[At(output, input)] = rows[(output * inputs) + input];
            }
        }
    }

    /// <inheritdoc/>
    public override void Multiply(ReadOnlySpan<float> x, int rows, ReadOnlySpan<float> bias, Span<float> y)
    {
        var padded = (rows + BlockRows - 1) / BlockRows * BlockRows;
        var rounded = ArrayPool<short>.Shared.Rent(padded * Inputs);
        var sums = ArrayPool<int>.Shared.Rent(BlockRows * PanelOutputs);
        var rowScales = ArrayPool<float>.Shared.Rent(padded);
        for (var row = 0; row < rows; row++)
        {
            rowScales[row] = Integers.Round(x.Slice(row * Inputs, Inputs), rounded.AsSpan(row * Inputs, Inputs));
        }

        Array.Clear(rounded, rows * Inputs, (padded - rows) * Inputs);
        for (var output = 0; output < Outputs; output += PanelOutputs)
        {
            for (var row = 0; row < rows; row += BlockRows)
            {
                Sum(rounded, row, output, sums);
                for (var r = row; r < Math.Min(rows, row + BlockRows); r++)
                {
                    Scale(
                        sums.AsSpan((r - row) * PanelOutputs, PanelOutputs),
                        rowScales[r],
                        scales.AsSpan(output, PanelOutputs),
                        bias.Slice(output, PanelOutputs),
                        y.Slice((r * Outputs) + output, PanelOutputs));
                }
            }
        }

        ArrayPool<short>.Shared.Return(rounded);
        ArrayPool<int>.Shared.Return(sums);
        ArrayPool<float>.Shared.Return(rowScales);
    }

    private static void Scale(ReadOnlySpan<int> sums, float rowScale, ReadOnlySpan<float> scales, ReadOnlySpan<float> bias, Span<float> y)
    {
        for (var i = 0; i < PanelOutputs; i += 16)
        {
            var value = Vector512.ConvertToSingle(Vector512.Create(sums[i..])) * rowScale;
            Vector512.MultiplyAddEstimate(value, Vector512.Create(scales[i..]), Vector512.Create(bias[i..])).CopyTo(y[i..]);
        }
    }

    private int At(int output, int input) =>
        (output / PanelOutputs * PanelOutputs * Inputs) + (input / 2 * 2 * PanelOutputs) + (output % PanelOutputs * 2) + (input % 2);

    // Sums for BlockRows rows from row and PanelOutputs outputs from output, row after row.
    private void Sum(short[] x, int row, int output, int[] sums)
    {
        if (Avx512BW.IsSupported)
        {
            Sum512(x, row, output, sums);
        }
        else if (Avx2.IsSupported)
        {
            Sum256(x, row, output, sums);
        }
        else
        {
            SumPlain(x, row, output, sums);
        }
    }

    // Six rows by 64 outputs in 24 registers: each weight loaded serves six rows, each activation 64 outputs.
    private void Sum512(short[] x, int row, int output, int[] sums)
    {
        ref var w = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(weights), output * Inputs);
        ref var a = ref Unsafe.As<short, int>(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(x), row * Inputs));
        var pairs = Inputs / 2;
        Vector512<int> s00 = default, s01 = default, s02 = default, s03 = default;
        Vector512<int> s10 = default, s11 = default, s12 = default, s13 = default;
        Vector512<int> s20 = default, s21 = default, s22 = default, s23 = default;
        Vector512<int> s30 = default, s31 = default, s32 = default, s33 = default;
        Vector512<int> s40 = default, s41 = default, s42 = default, s43 = default;
        Vector512<int> s50 = default, s51 = default, s52 = default, s53 = default;
        for (var pair = 0; pair < pairs; pair++)
        {
            var at = (nuint)(pair * 2 * PanelOutputs);
            var w0 = Vector512.LoadUnsafe(ref w, at);
            var w1 = Vector512.LoadUnsafe(ref w, at + 32);
            var w2 = Vector512.LoadUnsafe(ref w, at + 64);
            var w3 = Vector512.LoadUnsafe(ref w, at + 96);
            var activation = Vector512.Create(Unsafe.Add(ref a, pair)).AsInt16();
            s00 += Avx512BW.MultiplyAddAdjacent(activation, w0);
            s01 += Avx512BW.MultiplyAddAdjacent(activation, w1);
            s02 += Avx512BW.MultiplyAddAdjacent(activation, w2);
            s03 += Avx512BW.MultiplyAddAdjacent(activation, w3);
            activation = Vector512.Create(Unsafe.Add(ref a, pairs + pair)).AsInt16();
            s10 += Avx512BW.MultiplyAddAdjacent(activation, w0);
            s11 += Avx512BW.MultiplyAddAdjacent(activation, w1);
            s12 += Avx512BW.MultiplyAddAdjacent(activation, w2);
            s13 += Avx512BW.MultiplyAddAdjacent(activation, w3);
            activation = Vector512.Create(Unsafe.Add(ref a, (2 * pairs) + pair)).AsInt16();
            s20 += Avx512BW.MultiplyAddAdjacent(activation, w0);
            s21 += Avx512BW.MultiplyAddAdjacent(activation, w1);
            s22 += Avx512BW.MultiplyAddAdjacent(activation, w2);
            s23 += Avx512BW.MultiplyAddAdjacent(activation, w3);
            activation = Vector512.Create(Unsafe.Add(ref a, (3 * pairs) + pair)).AsInt16();
            s30 += Avx512BW.MultiplyAddAdjacent(activation, w0);
            s31 += Avx512BW.MultiplyAddAdjacent(activation, w1);
            s32 += Avx512BW.MultiplyAddAdjacent(activation, w2);
            s33 += Avx512BW.MultiplyAddAdjacent(activation, w3);
            activation = Vector512.Create(Unsafe.Add(ref a, (4 * pairs) + pair)).AsInt16();
            s40 += Avx512BW.MultiplyAddAdjacent(activation, w0);
            s41 += Avx512BW.MultiplyAddAdjacent(activation, w1);
            s42 += Avx512BW.MultiplyAddAdjacent(activation, w2);
            s43 += Avx512BW.MultiplyAddAdjacent(activation, w3);
            activation = Vector512.Create(Unsafe.Add(ref a, (5 * pairs) + pair)).AsInt16();
            s50 += Avx512BW.MultiplyAddAdjacent(activation, w0);
            s51 += Avx512BW.MultiplyAddAdjacent(activation, w1);
            s52 += Avx512BW.MultiplyAddAdjacent(activation, w2);
            s53 += Avx512BW.MultiplyAddAdjacent(activation, w3);
        }

        Store(sums, 0, s00, s01, s02, s03);
        Store(sums, 1, s10, s11, s12, s13);
        Store(sums, 2, s20, s21, s22, s23);
        Store(sums, 3, s30, s31, s32, s33);
        Store(sums, 4, s40, s41, s42, s43);
        Store(sums, 5, s50, s51, s52, s53);
    }

    private static void Store(int[] sums, int row, Vector512<int> a, Vector512<int> b, Vector512<int> c, Vector512<int> d)
    {
        var to = sums.AsSpan(row * PanelOutputs, PanelOutputs);
        a.CopyTo(to);
        b.CopyTo(to[16..]);
        c.CopyTo(to[32..]);
        d.CopyTo(to[48..]);
    }

    private void Sum256(short[] x, int row, int output, int[] sums)
    {
        ref var a = ref Unsafe.As<short, int>(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(x), row * Inputs));
        var pairs = Inputs / 2;
        for (var part = 0; part < PanelOutputs; part += 8)
        {
            ref var w = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(weights), (output * Inputs) + (part * 2));
            Vector256<int> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
            for (var pair = 0; pair < pairs; pair++)
            {
                var weight = Vector256.LoadUnsafe(ref w, (nuint)(pair * 2 * PanelOutputs));
                s0 += Avx2.MultiplyAddAdjacent(Vector256.Create(Unsafe.Add(ref a, pair)).AsInt16(), weight);
                s1 += Avx2.MultiplyAddAdjacent(Vector256.Create(Unsafe.Add(ref a, pairs + pair)).AsInt16(), weight);
                s2 += Avx2.MultiplyAddAdjacent(Vector256.Create(Unsafe.Add(ref a, (2 * pairs) + pair)).AsInt16(), weight);
                s3 += Avx2.MultiplyAddAdjacent(Vector256.Create(Unsafe.Add(ref a, (3 * pairs) + pair)).AsInt16(), weight);
                s4 += Avx2.MultiplyAddAdjacent(Vector256.Create(Unsafe.Add(ref a, (4 * pairs) + pair)).AsInt16(), weight);
                s5 += Avx2.MultiplyAddAdjacent(Vector256.Create(Unsafe.Add(ref a, (5 * pairs) + pair)).AsInt16(), weight);
            }

            s0.CopyTo(sums, part);
            s1.CopyTo(sums, part + PanelOutputs);
            s2.CopyTo(sums, part + (2 * PanelOutputs));
            s3.CopyTo(sums, part + (3 * PanelOutputs));
            s4.CopyTo(sums, part + (4 * PanelOutputs));
            s5.CopyTo(sums, part + (5 * PanelOutputs));
        }
    }

    private void SumPlain(short[] x, int row, int output, int[] sums)
    {
        for (var r = row; r < row + BlockRows; r++)
        {
            for (var o = output; o < output + PanelOutputs; o++)
            {
                var sum = 0;
                for (var input = 0; input < Inputs; input++)
                {
                    sum += x[(r * Inputs) + input] * weights[At(o, input)];
                }

                sums[((r - row) * PanelOutputs) + o - output] = sum;
            }
        }
    }
}
