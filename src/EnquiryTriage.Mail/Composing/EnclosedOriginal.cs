using System.Runtime.InteropServices;
using MimeKit;

namespace EnquiryTriage.Mail.Composing;

/// <summary>A received mail as a part, its bytes as they came.</summary>
internal static class EnclosedOriginal
{
    private const int MaxLine = 998;

    /// <summary>message/rfc822 in 7bit or 8bit where its lines allow it; other encodings are forbidden for that type (RFC 2046 section 5.2.1).</summary>
    public static MimePart Of(ReadOnlyMemory<byte> original)
    {
        var encoding = Fit(original.Span);
        var part = encoding == ContentEncoding.Base64
            ? new MimePart("application", "octet-stream")
            : new MimePart("message", "rfc822");
        part.Content = new MimeContent(Stream(original));
        part.ContentTransferEncoding = encoding;
        part.ContentDisposition = new ContentDisposition(ContentDisposition.Attachment) { FileName = "original.eml" };
        return part;
    }

    private static ContentEncoding Fit(ReadOnlySpan<byte> mail)
    {
        var line = 0;
        var eight = false;
        for (var i = 0; i < mail.Length; i++)
        {
            var b = mail[i];
            if (b == '\n')
            {
                // A mail that came with bare LF would leave with CRLF, and no longer be what it was.
                if (i == 0 || mail[i - 1] != '\r')
                {
                    return ContentEncoding.Base64;
                }

                line = 0;
                continue;
            }

            if (b == 0 || (b == '\r' && (i + 1 == mail.Length || mail[i + 1] != '\n')) || (b != '\r' && ++line > MaxLine))
            {
                return ContentEncoding.Base64;
            }

            eight |= b > 127;
        }

        return mail.Length == 0 ? ContentEncoding.Base64 : eight ? ContentEncoding.EightBit : ContentEncoding.SevenBit;
    }

    private static MemoryStream Stream(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var segment)
            ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
            : new MemoryStream(bytes.ToArray(), writable: false);
}
