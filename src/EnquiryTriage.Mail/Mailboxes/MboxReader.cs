namespace EnquiryTriage.Mail;

/// <summary>Splits an mbox (RFC 4155; mboxo and mboxrd) into raw messages, one at a time.</summary>
/// <remarks>
/// A separator is a line <c>From </c> at the start of the file or after an empty line, that ends in something like a date.
/// Lines quoted as <c>&gt;From </c> lose one <c>&gt;</c>, as mboxrd and mboxo both ask for the first level.
/// </remarks>
public static class MboxReader
{
    private const int ReadSize = 64 * 1024;

    /// <summary>Whether a file that starts so is an mbox.</summary>
    /// <param name="start">The first bytes: a line's worth is enough.</param>
    public static bool IsMbox(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("\uFEFF"u8))
        {
            start = start[3..];
        }

        var end = start.IndexOfAny((byte)'\n', (byte)'\r');
        return IsSeparator(end < 0 ? start : start[..end]);
    }

    /// <summary>The raw messages of <paramref name="stream"/>, without separators, in order. Lazily read; memory is bounded by the largest message.</summary>
    /// <exception cref="IOException">The stream could not be read.</exception>
    public static IEnumerable<ReadOnlyMemory<byte>> Split(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return SplitCore(stream);
    }

    private static IEnumerable<ReadOnlyMemory<byte>> SplitCore(Stream stream)
    {
        var message = new MemoryStream();
        var started = false;
        var afterEmpty = true;
        foreach (var line in Lines(stream))
        {
            var content = TrimEnd(line.Span);
            if (afterEmpty && IsSeparator(content))
            {
                if (started)
                {
                    yield return Finish(message);
                    message = new MemoryStream();
                }

                started = true;
                afterEmpty = false;
                continue;
            }

            if (!started)
            {
                // A byte order mark or empty lines before the first separator belong to no message.
                afterEmpty = true;
                continue;
            }

            afterEmpty = content.IsEmpty;
            message.Write(IsQuotedSeparator(content) ? line.Span[1..] : line.Span);
        }

        if (started)
        {
            yield return Finish(message);
        }
    }

    private static IEnumerable<ReadOnlyMemory<byte>> Lines(Stream stream)
    {
        var buffer = new byte[ReadSize];
        var start = 0;
        var end = 0;
        var scanned = 0;
        while (true)
        {
            var newLine = buffer.AsSpan(start + scanned, end - start - scanned).IndexOf((byte)'\n');
            if (newLine >= 0)
            {
                var length = scanned + newLine + 1;
                yield return buffer.AsMemory(start, length);
                start += length;
                scanned = 0;
                continue;
            }

            scanned = end - start;
            if (start > 0)
            {
                buffer.AsSpan(start, scanned).CopyTo(buffer);
                start = 0;
                end = scanned;
            }

            if (end == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            var read = stream.Read(buffer, end, buffer.Length - end);
            if (read == 0)
            {
                if (scanned > 0)
                {
                    yield return buffer.AsMemory(0, scanned);
                }

                yield break;
            }

            end += read;
        }
    }

    private static bool IsSeparator(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith("From "u8))
        {
            return false;
        }

        // "From sender Thu Nov 24 18:22:48 1986": a prose line has neither a clock nor a year.
        var rest = line[5..];
        return rest.IndexOfAnyInRange((byte)'0', (byte)'9') >= 0 && rest.Contains((byte)':') && rest.Contains((byte)' ');
    }

    private static bool IsQuotedSeparator(ReadOnlySpan<byte> line)
    {
        var quotes = line.IndexOfAnyExcept((byte)'>');
        return quotes > 0 && line[quotes..].StartsWith("From "u8);
    }

    private static ReadOnlySpan<byte> TrimEnd(ReadOnlySpan<byte> line) => line.TrimEnd("\r\n"u8);

    private static ReadOnlyMemory<byte> Finish(MemoryStream message)
    {
        var bytes = message.GetBuffer().AsMemory(0, (int)message.Length);

        // The empty line before the next separator is the mbox's, not the message's.
        return bytes.Span.EndsWith("\r\n\r\n"u8) ? bytes[..^2] : bytes.Span.EndsWith("\n\n"u8) ? bytes[..^1] : bytes;
    }
}
