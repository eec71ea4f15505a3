using System.Text;
using System.Text.Unicode;
using MimeKit;

namespace EnquiryTriage.Mail.Reading;

/// <summary>Bytes to text where the charset label may be wrong, missing or made up.</summary>
internal static class TextDecoding
{
    /// <summary>windows-1252: what unlabelled Western text is in (WHATWG Encoding reads ISO 8859-1 so as well).</summary>
    internal static Encoding Western { get; } = Charsets.Western;

    /// <summary>The charset label of the first text part: a hint for raw 8-bit header fields.</summary>
    internal static string? BodyCharset(MimeMessage message)
    {
        var entity = message.Body;
        for (var depth = 0; depth < 10 && entity is Multipart { Count: > 0 } multipart; depth++)
        {
            entity = multipart[0];
        }

        return entity?.ContentType?.Charset;
    }

    /// <summary>Decodes <paramref name="bytes"/>. Never fails: undecodable bytes become U+FFFD.</summary>
    internal static string Decode(ReadOnlySpan<byte> bytes, string? label) => Decode(bytes, label, out _);

    /// <inheritdoc cref="Decode(ReadOnlySpan{byte}, string?)"/>
    /// <param name="bytes">Content without its transfer encoding.</param>
    /// <param name="label">The charset parameter, or null.</param>
    /// <param name="relabelled">The charset that was used instead of the label, or null where the label was right.</param>
    internal static string Decode(ReadOnlySpan<byte> bytes, string? label, out string? relabelled)
    {
        relabelled = null;
        if (ByteOrderMark(bytes) is { } marked)
        {
            return marked;
        }

        var encoding = Charsets.Resolve(label);
        if (Utf7.IsName(label))
        {
            return Ascii.IsValid(bytes) ? Utf7.Decode(bytes) : Decode(bytes, null, out relabelled);
        }

        if (encoding is not null && Charsets.IsStateful(encoding))
        {
            return DecodeStateful(bytes, encoding, ref relabelled);
        }

        if (Ascii.IsValid(bytes))
        {
            return IsIso2022Jp(bytes) ? Charsets.Iso2022Jp.GetString(bytes) : Encoding.ASCII.GetString(bytes);
        }

        if (Utf8.IsValid(bytes) && PrefersUtf8(bytes, encoding))
        {
            relabelled = encoding is null or UTF8Encoding ? null : "utf-8";
            return Encoding.UTF8.GetString(bytes);
        }

        if (encoding is null || encoding is UTF8Encoding || (Charsets.IsMultiByte(encoding) && !CharsetGuess.Fits(bytes, encoding)))
        {
            var guess = CharsetGuess.Guess(bytes, label is null ? null : encoding);
            relabelled = guess.Equals(encoding) ? null : guess.WebName;
            return guess.GetString(bytes);
        }

        return encoding.GetString(bytes);
    }

    private static string DecodeStateful(ReadOnlySpan<byte> bytes, Encoding encoding, ref string? relabelled)
    {
        // UTF-16 over plain ASCII, or ISO-2022-JP over 8-bit text, is a wrong label.
        var unicode = encoding.CodePage is 1200 or 1201 or 12000 or 12001;
        if (unicode ? Ascii.IsValid(bytes) && !bytes.Contains((byte)0) : !Ascii.IsValid(bytes))
        {
            var text = Decode(bytes, null, out _);
            relabelled = "detected";
            return text;
        }

        return encoding.GetString(bytes);
    }

    private static string? ByteOrderMark(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("\uFEFF"u8))
        {
            return Encoding.UTF8.GetString(bytes[3..]);
        }

        if (bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]))
        {
            return Encoding.Unicode.GetString(bytes[2..]);
        }

        return bytes.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]) ? Encoding.BigEndianUnicode.GetString(bytes[2..]) : null;
    }

    /// <summary>Text in another charset is hardly ever valid UTF-8 by chance; the more sequences, the surer.</summary>
    private static bool PrefersUtf8(ReadOnlySpan<byte> bytes, Encoding? encoding)
    {
        if (encoding is null or UTF8Encoding || encoding.CodePage is 1252)
        {
            return true;
        }

        var sequences = 0;
        foreach (var b in bytes)
        {
            sequences += b >= 0xC2 ? 1 : 0;
        }

        return sequences >= (Charsets.IsMultiByte(encoding) ? 4 : 2) && !(Charsets.IsMultiByte(encoding) && CharsetGuess.Fits(bytes, encoding) && sequences < 12);
    }

    private static bool IsIso2022Jp(ReadOnlySpan<byte> bytes) =>
        bytes.IndexOf("\u001b$B"u8) >= 0 || bytes.IndexOf("\u001b$@"u8) >= 0;
}
