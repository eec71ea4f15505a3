using System.IO.Compression;

namespace EnquiryTriage.Storage.Sqlite;

/// <summary>How raw messages are kept: Brotli (RFC 7932), quick level, since mail is written once and seldom read.</summary>
internal static class RawBytes
{
    public static byte[] Pack(ReadOnlySpan<byte> raw)
    {
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(raw.Length)];
        return BrotliEncoder.TryCompress(raw, packed, out var written, quality: 1, window: 18)
            ? packed[..written]
            : throw new InvalidOperationException("The buffer was sized for the worst case.");
    }

    public static byte[] Unpack(byte[] packed)
    {
        using var unpacked = new MemoryStream();
        using (var brotli = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress))
        {
            brotli.CopyTo(unpacked);
        }

        return unpacked.ToArray();
    }
}
