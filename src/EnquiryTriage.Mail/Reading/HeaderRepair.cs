namespace EnquiryTriage.Mail.Reading;

/// <summary>Messages whose header does not begin as a header does.</summary>
internal static class HeaderRepair
{
    private const int MaxLines = 200;

    /// <summary>Text of a message that has no header at all gets an empty one; junk in front of the first field goes.</summary>
    internal static ReadOnlyMemory<byte> Mend(ReadOnlyMemory<byte> raw, List<string> defects)
    {
        var span = raw.Span;
        if (span.IsEmpty || IsField(FirstLine(span)))
        {
            return raw;
        }

        // White space in front of the first field, or lines that are none above others that are.
        var at = 0;
        for (var n = 0; n < MaxLines && at < span.Length; n++)
        {
            var line = FirstLine(span[at..]);
            var trimmed = line.TrimStart(" \t"u8);
            if (trimmed.Trim(" \t\r\n"u8).IsEmpty)
            {
                break;
            }

            if ((n == 0 || trimmed.Length == line.Length) && IsField(trimmed) && (n == 0 || IsKnown(trimmed)))
            {
                defects.Add("junk in front of the header");
                return raw[(at + line.Length - trimmed.Length)..];
            }

            at += line.Length;
        }

        defects.Add("no header: read as text");
        var bare = new byte[span.Length + 1];
        bare[0] = (byte)'\n';
        span.CopyTo(bare.AsSpan(1));
        return bare;
    }

    /// <summary>Whether the line is a header field (RFC 5322 section 2.2): printable characters but no space, then a colon.</summary>
    private static bool IsField(ReadOnlySpan<byte> line)
    {
        var colon = line.IndexOf((byte)':');
        if (colon <= 0 || colon > 200)
        {
            return false;
        }

        var name = line[..colon].TrimEnd(" \t"u8);
        return !name.IsEmpty && name.IndexOfAnyExceptInRange((byte)33, (byte)126) < 0;
    }

    private static bool IsKnown(ReadOnlySpan<byte> line)
    {
        var name = System.Text.Encoding.ASCII.GetString(line[..line.IndexOf((byte)':')]).Trim();
        return name.ToUpperInvariant() is "FROM" or "TO" or "SUBJECT" or "DATE" or "RECEIVED" or "RETURN-PATH" or "MESSAGE-ID" or "MIME-VERSION" or "CONTENT-TYPE" or "DELIVERED-TO" or "REPLY-TO" or "CC";
    }

    private static ReadOnlySpan<byte> FirstLine(ReadOnlySpan<byte> span)
    {
        var end = span.IndexOf((byte)'\n');
        return end < 0 ? span : span[..(end + 1)];
    }
}
