using System.Runtime.InteropServices;

namespace EnquiryTriage.Topics;

/// <summary>Arrays of plain numbers to and from a model file, in one piece (little-endian, as every supported machine is).</summary>
internal static class BinaryArrays
{
    /// <summary>Writes the elements without their count.</summary>
    public static void Write<T>(BinaryWriter writer, ReadOnlySpan<T> values)
        where T : unmanaged => writer.Write(MemoryMarshal.AsBytes(values));

    /// <summary>Writes the elements without their count.</summary>
    public static void Write<T>(BinaryWriter writer, T[] values)
        where T : unmanaged => Write<T>(writer, values.AsSpan());

    /// <summary>Reads <paramref name="count"/> elements; throws <see cref="EndOfStreamException"/> where the file is too short.</summary>
    public static T[] Read<T>(BinaryReader reader, int count)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var values = new T[count];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
