namespace EnquiryTriage.Topics.Encoding;

/// <summary>The encoder's vocabulary and tensors as its file holds them (format: models/encoder/quantise.mjs).</summary>
internal sealed class EncoderFile
{
    private readonly Dictionary<string, Tensor> tensors = new(StringComparer.Ordinal);

    private EncoderFile(IReadOnlyList<(string Piece, float Score)> pieces) => Pieces = pieces;

    /// <summary>The vocabulary, in the order of the ids.</summary>
    public IReadOnlyList<(string Piece, float Score)> Pieces { get; }

    /// <summary>Reads the file; throws <see cref="InvalidDataException"/> or <see cref="EndOfStreamException"/> where it is none.</summary>
    public static EncoderFile Read(Stream stream)
    {
        using var reader = new BinaryReader(stream, System.Text.Encoding.UTF8, leaveOpen: true);
        if (!reader.ReadBytes(8).AsSpan().SequenceEqual("ETENCODE"u8) || reader.ReadInt32() != 1)
        {
            throw new InvalidDataException("The sentence encoder's file is not one of this version. Build encoder.bin anew with quantise.mjs.");
        }

        var pieces = new (string, float)[reader.ReadInt32()];
        for (var i = 0; i < pieces.Length; i++)
        {
            pieces[i] = (Name(reader), reader.ReadSingle());
        }

        var file = new EncoderFile(pieces);
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            file.tensors[Name(reader)] = Tensor.Read(reader);
        }

        return file;
    }

    /// <summary>A tensor kept in single precision, or widened to it.</summary>
    public float[] Floats(string name) => tensors[name].ToFloats();

    /// <summary>A matrix ready to multiply by, exact or quantised as the file has it.</summary>
    public EncoderMatrix Matrix(string name)
    {
        var tensor = tensors[name];
        return tensor.Values is null
            ? new FloatMatrix(tensor.Rows, tensor.Columns, tensor.Scales)
            : new IntegerMatrix(tensor.Rows, tensor.Columns, tensor.Scales, tensor.Values);
    }

    /// <summary>Rows that are looked up one at a time.</summary>
    public EmbeddingTable Table(string name)
    {
        var tensor = tensors[name];
        return new EmbeddingTable(tensor.Columns, tensor.Scales, tensor.Values);
    }

    private static string Name(BinaryReader reader) => System.Text.Encoding.UTF8.GetString(reader.ReadBytes(reader.ReadByte()));

    // Where Values is null, Scales holds the values themselves.
    private sealed record Tensor(int Rows, int Columns, float[] Scales, sbyte[]? Values)
    {
        public static Tensor Read(BinaryReader reader)
        {
            var quantised = reader.ReadByte() == 1;
            var rows = reader.ReadInt32();
            var columns = reader.ReadInt32();
            var size = checked(rows * columns);
            return quantised
                ? new Tensor(rows, columns, BinaryArrays.Read<float>(reader, rows), BinaryArrays.Read<sbyte>(reader, size))
                : new Tensor(rows, columns, BinaryArrays.Read<float>(reader, size), null);
        }

        public float[] ToFloats() => Values is null ? Scales : [.. Values.Select((value, i) => value * Scales[i / Columns])];
    }
}

/// <summary>Word piece vectors: float rows, or byte rows with a scale each.</summary>
internal sealed class EmbeddingTable(int width, float[] scales, sbyte[]? values)
{
    /// <summary>Numbers a vector has.</summary>
    public int Width => width;

    /// <summary>Copies a row.</summary>
    public void Row(int row, Span<float> into)
    {
        if (values is null)
        {
            scales.AsSpan(row * width, width).CopyTo(into);
            return;
        }

        for (var i = 0; i < width; i++)
        {
            into[i] = values[(row * width) + i] * scales[row];
        }
    }
}
