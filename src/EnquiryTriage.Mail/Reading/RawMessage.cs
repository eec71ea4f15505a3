using System.Runtime.InteropServices;

namespace EnquiryTriage.Mail.Reading;

/// <summary>The bytes that go to the parser: a stranger's message with its line ends and its size put right.</summary>
internal static class RawMessage
{
    /// <summary>Prepares <paramref name="raw"/>; copies only where something has to be changed.</summary>
    internal static ArraySegment<byte> Prepare(ReadOnlyMemory<byte> raw, ReadingLimits limits, List<string> defects)
    {
        if (raw.Length > limits.MaxRawBytes)
        {
            defects.Add($"larger than {limits.MaxRawBytes} bytes: only the header was read");
            raw = raw[..Math.Min(HeaderEnd(raw.Span), limits.MaxHeaderBytes)];
        }

        raw = SkipPreface(raw);
        raw = MendLineEnds(raw, defects);
        raw = HeaderRepair.Mend(raw, defects);
        raw = CutHeader(raw, limits, defects);
        return MemoryMarshal.TryGetArray(raw, out var segment) ? segment : new ArraySegment<byte>(raw.ToArray());
    }

    /// <summary>Index just past the empty line that ends the header; the length where there is none.</summary>
    internal static int HeaderEnd(ReadOnlySpan<byte> raw)
    {
        var at = 0;
        while (at < raw.Length)
        {
            var end = raw[at..].IndexOf((byte)'\n');
            if (end < 0)
            {
                return raw.Length;
            }

            var line = raw.Slice(at, end);
            at += end + 1;
            if (line.IsEmpty || (line.Length == 1 && line[0] == '\r'))
            {
                return at;
            }
        }

        return raw.Length;
    }

    /// <summary>Byte order mark, empty lines and an mbox separator in front of the header are nobody's content.</summary>
    private static ReadOnlyMemory<byte> SkipPreface(ReadOnlyMemory<byte> raw)
    {
        if (raw.Span.StartsWith("\uFEFF"u8))
        {
            raw = raw[3..];
        }

        var first = raw.Span.IndexOfAnyExcept("\r\n"u8);
        raw = first > 0 ? raw[first..] : raw;
        if (raw.Span.StartsWith("From "u8) || raw.Span.StartsWith(">From "u8))
        {
            var end = raw.Span.IndexOfAny((byte)'\n', (byte)'\r');
            if (end >= 0)
            {
                raw = raw[(end + 1)..];
                raw = raw.Span.StartsWith("\n"u8) ? raw[1..] : raw;
            }
        }

        return raw;
    }

    private static ReadOnlyMemory<byte> MendLineEnds(ReadOnlyMemory<byte> raw, List<string> defects)
    {
        if (raw.Span.Contains((byte)'\n') || !raw.Span.Contains((byte)'\r'))
        {
            return raw;
        }

        defects.Add("lines end at bare CR");
        var copy = raw.ToArray();
        copy.AsSpan().Replace((byte)'\r', (byte)'\n');
        return copy;
    }

    private static ReadOnlyMemory<byte> CutHeader(ReadOnlyMemory<byte> raw, ReadingLimits limits, List<string> defects)
    {
        if (raw.Length <= limits.MaxHeaderBytes)
        {
            return raw;
        }

        var headerEnd = HeaderEnd(raw.Span);
        if (headerEnd <= limits.MaxHeaderBytes)
        {
            return raw;
        }

        defects.Add($"header longer than {limits.MaxHeaderBytes} bytes: the rest of it was left out");
        var lastLine = raw.Span[..limits.MaxHeaderBytes].LastIndexOf((byte)'\n');
        var kept = lastLine < 0 ? limits.MaxHeaderBytes : lastLine + 1;
        var cut = new byte[kept + 1 + raw.Length - headerEnd];
        raw.Span[..kept].CopyTo(cut);
        cut[kept] = (byte)'\n';
        raw.Span[headerEnd..].CopyTo(cut.AsSpan(kept + 1));
        return cut;
    }
}
