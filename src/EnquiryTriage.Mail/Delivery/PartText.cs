using System.Text;
using System.Text.Unicode;
using MimeKit;

namespace EnquiryTriage.Mail.Delivery;

/// <summary>The first characters of a part, decoded whatever its labels say. Never throws.</summary>
internal static class PartText
{
    /// <summary>Reads at most <paramref name="maxBytes"/> decoded bytes of <paramref name="entity"/> as text with LF line ends.</summary>
    public static string Read(MimeEntity entity, int maxBytes)
    {
        if (entity is not MimePart { Content: { } content })
        {
            return "";
        }

        var bytes = Bytes(content, maxBytes);
        var charset = Charset(entity);
        var text = Decode(bytes, charset);
        return text.Contains('\r', StringComparison.Ordinal)
            ? text.Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n')
            : text;
    }

    private static byte[] Bytes(IMimeContent content, int maxBytes)
    {
        try
        {
            using var stream = content.Open();
            using var kept = new MemoryStream();
            var buffer = new byte[8 * 1024];
            int read;
            while (kept.Length < maxBytes && (read = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, maxBytes - kept.Length))) > 0)
            {
                kept.Write(buffer, 0, read);
            }

            return kept.ToArray();
        }
        catch (Exception e) when (e is IOException or FormatException or NotSupportedException or ArgumentException or InvalidOperationException)
        {
            return [];
        }
    }

    private static string? Charset(MimeEntity entity)
    {
        try
        {
            return entity.ContentType.Charset?.Trim().Trim('"');
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static string Decode(byte[] bytes, string? charset)
    {
        if (charset is not null && charset.Contains("utf-7", StringComparison.OrdinalIgnoreCase))
        {
            return Utf7.Decode(Encoding.Latin1.GetString(bytes));
        }

        if (bytes.AsSpan().IndexOf("\u001b$"u8) >= 0)
        {
            charset = "iso-2022-jp";
        }
        else if (Ascii.IsValid(bytes))
        {
            return Encoding.ASCII.GetString(bytes);
        }

        return (Utf8.IsValid(bytes) ? Encoding.UTF8 : Labelled(charset)).GetString(bytes);
    }

    private static Encoding Labelled(string? charset)
    {
        try
        {
            return charset is { Length: > 0 } ? CodePagesEncodingProvider.Instance.GetEncoding(charset) ?? Encoding.GetEncoding(charset) : Encoding.Latin1;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return Encoding.Latin1;
        }
    }
}
