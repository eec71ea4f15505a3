using System.Buffers;
using System.Buffers.Text;
using MimeKit;
using MimeKit.Encodings;
using MimeKit.IO;

namespace EnquiryTriage.Mail.Reading;

/// <summary>Decodes the content of one leaf into a rented buffer, or hands out the raw bytes where there is nothing to decode.</summary>
internal ref struct LeafDecoding : IDisposable
{
    private byte[]? _rented;

    /// <summary>The decoded content; valid until disposal.</summary>
    internal ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Whether the transfer encoding was broken.</summary>
    internal bool Broken { get; private set; }

    internal static LeafDecoding Decode(MimePart part)
    {
        var leaf = default(LeafDecoding);
        if (part.Content is not { } content)
        {
            return leaf;
        }

        var raw = Raw(content);
        switch (content.Encoding)
        {
            case ContentEncoding.Base64:
                leaf.DecodeBase64(raw);
                break;
            case ContentEncoding.QuotedPrintable:
                leaf.DecodeWith(new QuotedPrintableDecoder(), raw);
                break;
            case ContentEncoding.UUEncode:
                leaf.DecodeWith(new UUDecoder(), raw);
                break;
            default:
                leaf.Bytes = raw;
                break;
        }

        return leaf;
    }

    public void Dispose()
    {
        if (_rented is not null)
        {
            ArrayPool<byte>.Shared.Return(_rented);
            _rented = null;
        }

        Bytes = default;
    }

    /// <summary>A persistent parser leaves content where it lies in the raw message: no copy.</summary>
    private static ReadOnlySpan<byte> Raw(IMimeContent content)
    {
        if (content.Stream is BoundStream { BaseStream: MemoryStream whole } bound && whole.TryGetBuffer(out var buffer))
        {
            var end = bound.EndBoundary < 0 ? buffer.Count : (int)Math.Min(bound.EndBoundary, buffer.Count);
            var start = (int)Math.Min(bound.StartBoundary, end);
            return buffer.AsSpan(start, end - start);
        }

        if (content.Stream is MemoryStream memory && memory.TryGetBuffer(out var all))
        {
            return all;
        }

        using var copy = new MemoryStream();
        content.WriteTo(copy);
        return copy.GetBuffer().AsSpan(0, (int)copy.Length);
    }

    private void DecodeBase64(ReadOnlySpan<byte> raw)
    {
        // The platform's decoder is used on one unbroken run only (dotnet/runtime#123311): line ends go first.
        var buffer = ArrayPool<byte>.Shared.Rent(raw.Length + 4);
        var length = 0;
        var rest = raw;
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOfAny((byte)'\r', (byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            line.CopyTo(buffer.AsSpan(length));
            length += line.Length;
            rest = end < 0 ? [] : rest[(end + 1)..];
        }

        // Not in place: that decoder goes four characters at a time, this one by vectors.
        _rented = ArrayPool<byte>.Shared.Rent(raw.Length + 4);
        Broken = Base64.DecodeFromUtf8(buffer.AsSpan(0, length), _rented, out _, out var written) != OperationStatus.Done;
        ArrayPool<byte>.Shared.Return(buffer);
        Bytes = _rented.AsSpan(0, Broken ? LenientBase64.Decode(raw, _rented) : written);
    }

    private void DecodeWith(IMimeDecoder decoder, ReadOnlySpan<byte> raw)
    {
        var input = ArrayPool<byte>.Shared.Rent(raw.Length);
        raw.CopyTo(input);
        _rented = ArrayPool<byte>.Shared.Rent(decoder.EstimateOutputLength(raw.Length) + 16);
        var written = decoder.Decode(input, 0, raw.Length, _rented);
        ArrayPool<byte>.Shared.Return(input);
        Bytes = _rented.AsSpan(0, written);
    }
}
