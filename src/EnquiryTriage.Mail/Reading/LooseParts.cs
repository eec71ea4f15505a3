using System.Text;
using MimeKit;

namespace EnquiryTriage.Mail.Reading;

/// <summary>A multipart in which no part was found: its boundary is missing or wrong, but the text is there.</summary>
internal static class LooseParts
{
    private const int MaxBoundary = 200;

    /// <summary>Takes the first line that looks like a boundary for one. Null where there is none, or nothing comes of it.</summary>
    internal static Multipart? Guess(ReadOnlySpan<byte> body, string subtype, ReadingLimits limits)
    {
        if (FirstBoundary(body) is not { } boundary)
        {
            return null;
        }

        var header = Encoding.Latin1.GetBytes($"Content-Type: multipart/{subtype}; boundary=\"{boundary.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"\r\n\r\n");
        var whole = new byte[header.Length + body.Length];
        header.CopyTo(whole, 0);
        body.CopyTo(whole.AsSpan(header.Length));
        var message = MimeParsing.Parse(new ArraySegment<byte>(whole), limits, []);
        return message.Body is Multipart { Count: > 0 } multipart ? multipart : null;
    }

    private static string? FirstBoundary(ReadOnlySpan<byte> body)
    {
        while (!body.IsEmpty)
        {
            var end = body.IndexOf((byte)'\n');
            var line = (end < 0 ? body : body[..end]).TrimEnd(" \t\r"u8);
            if (line.Length is > 3 and < MaxBoundary && line.StartsWith("--"u8) && line.IndexOfAnyExceptInRange((byte)32, (byte)126) < 0 && line[2..].IndexOfAnyExcept("- "u8) >= 0)
            {
                return Encoding.ASCII.GetString(line[2..]);
            }

            body = end < 0 ? [] : body[(end + 1)..];
        }

        return null;
    }
}
