using System.Text;
using MimeKit;
using MimeKit.Utils;

namespace EnquiryTriage.Mail.Reading;

/// <summary>Unstructured header text: encoded words (RFC 2047), raw 8-bit bytes in whatever charset, UTF-7 words.</summary>
internal static class HeaderText
{
    /// <summary>The text of a raw field value.</summary>
    /// <param name="value">Bytes after the colon.</param>
    /// <param name="charset">The body's charset: the best hint for raw 8-bit bytes.</param>
    /// <param name="options">Parser options.</param>
    internal static string Decode(byte[] value, string? charset, ParserOptions options) =>
        Collapse(Rfc2047.DecodeText(options, ToUtf8(value, charset)));

    /// <summary>The same bytes where they are ASCII or UTF-8, else converted from the charset that they seem to be in.</summary>
    internal static byte[] ToUtf8(byte[] value, string? charset)
    {
        value = Utf7.MendEncodedWords(value);
        if (Ascii.IsValid(value) || System.Text.Unicode.Utf8.IsValid(value))
        {
            return value;
        }

        return value.AsSpan().IndexOf("=?"u8) < 0 ? Encoding.UTF8.GetBytes(TextDecoding.Decode(value, charset)) : BetweenWords(value, charset);
    }

    /// <summary>Encoded words with raw bytes in them keep these: they are in the charset that the word names.</summary>
    private static byte[] BetweenWords(ReadOnlySpan<byte> value, string? charset)
    {
        var result = new MemoryStream(value.Length + 32);
        while (!value.IsEmpty)
        {
            var open = value.IndexOf("=?"u8);
            var close = open < 0 ? -1 : WordEnd(value[open..]);
            var outside = close < 0 ? value : value[..open];
            result.Write(Ascii.IsValid(outside) ? outside : Encoding.UTF8.GetBytes(TextDecoding.Decode(outside, charset)));
            if (close < 0)
            {
                break;
            }

            result.Write(value.Slice(open, close));
            value = value[(open + close)..];
        }

        return result.ToArray();
    }

    /// <summary>Length of the encoded word that starts here; -1 where there is none.</summary>
    private static int WordEnd(ReadOnlySpan<byte> word)
    {
        var charsetEnd = word[2..].IndexOf((byte)'?') + 2;
        if (charsetEnd < 3 || charsetEnd > 60 || word.Length < charsetEnd + 4 || word[charsetEnd + 2] != '?')
        {
            return -1;
        }

        var end = word[(charsetEnd + 3)..].IndexOf("?="u8);
        return end < 0 ? -1 : charsetEnd + 3 + end + 2;
    }

    /// <summary>Unfolds: runs of white space become one space, control characters go.</summary>
    internal static string Collapse(string text)
    {
        var plain = true;
        for (var i = 0; i < text.Length && plain; i++)
        {
            var c = text[i];
            plain = c > ' ' ? c != '\x7F' : c == ' ' && i > 0 && i < text.Length - 1 && text[i - 1] != ' ';
        }

        if (plain)
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is ' ' or '\t' or '\r' or '\n')
            {
                if (result.Length > 0 && result[^1] != ' ')
                {
                    result.Append(' ');
                }
            }
            else if (!char.IsControl(c))
            {
                result.Append(c);
            }
        }

        return result.ToString().TrimEnd(' ');
    }
}
