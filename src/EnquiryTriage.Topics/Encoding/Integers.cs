using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EnquiryTriage.Topics.Encoding;

/// <summary>Numbers rounded to integers with a common scale, so that sums of products are exact on every instruction set.</summary>
internal static class Integers
{
    /// <summary>The magnitude the greatest number is rounded to: 1,536 products with bytes stay within 32 bits.</summary>
    public const int Highest = 8191;

    /// <summary>Rounds; returns the scale (number = scale · integer).</summary>
    public static float Round(ReadOnlySpan<float> from, Span<short> to)
    {
        var highest = MathF.Abs(TensorPrimitives.MaxMagnitude(from));
        var factor = highest > 0 ? Highest / highest : 0;
        var done = 0;
        if (Vector256.IsHardwareAccelerated)
        {
            for (; done + 16 <= from.Length; done += 16)
            {
                var low = Vector256.ConvertToInt32Native(Vector256.Round(Vector256.Create(from[done..]) * factor));
                var high = Vector256.ConvertToInt32Native(Vector256.Round(Vector256.Create(from[(done + 8)..]) * factor));
                Vector256.Narrow(low, high).CopyTo(to[done..]);
            }
        }

        for (; done < from.Length; done++)
        {
            to[done] = (short)MathF.Round(from[done] * factor);
        }

        return highest / Highest;
    }

    /// <summary>The sum of the products of 16-bit and 8-bit integers.</summary>
    public static int Dot(ReadOnlySpan<short> a, ReadOnlySpan<sbyte> b)
    {
        ref var left = ref MemoryMarshal.GetReference(a);
        ref var right = ref MemoryMarshal.GetReference(b);
        var (done, sum) = (0, 0);
        if (Avx512BW.IsSupported)
        {
            var sums = Vector512<int>.Zero;
            for (; done + 32 <= a.Length; done += 32)
            {
                var wide = Avx512BW.ConvertToVector512Int16(Vector256.LoadUnsafe(ref right, (nuint)done));
                sums += Avx512BW.MultiplyAddAdjacent(wide, Vector512.LoadUnsafe(ref left, (nuint)done));
            }

            sum = Vector512.Sum(sums);
        }
        else if (Avx2.IsSupported)
        {
            var sums = Vector256<int>.Zero;
            for (; done + 16 <= a.Length; done += 16)
            {
                var wide = Avx2.ConvertToVector256Int16(Vector128.LoadUnsafe(ref right, (nuint)done));
                sums += Avx2.MultiplyAddAdjacent(wide, Vector256.LoadUnsafe(ref left, (nuint)done));
            }

            sum = Vector256.Sum(sums);
        }

        for (; done < a.Length; done++)
        {
            sum += a[done] * b[done];
        }

        return sum;
    }
}
