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

        return Encoding.UTF8.GetBytes(TextDecoding.Decode(value, charset));
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
