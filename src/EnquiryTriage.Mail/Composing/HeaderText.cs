using System.Text;

namespace EnquiryTriage.Mail.Composing;

/// <summary>
/// Makes any string safe for a header before MimeKit sees it. What comes out holds no line break, no
/// control character and no unpaired surrogate, so that nothing can end one field and begin another.
/// </summary>
internal static class HeaderText
{
    /// <summary>Longest subject or name in characters.</summary>
    public const int MaxText = 1_000;

    /// <summary>Longest id or token in characters: with its field name it fits a line (RFC 5322 section 2.1.1).</summary>
    public const int MaxToken = 900;

    /// <summary>
    /// Running text: control characters and runs of white space become one space each, and a space parts "=?", so that nothing in a
    /// value passes for an encoded word (RFC 2047) whose hidden line breaks a reader would unpack.
    /// </summary>
    public static string Text(string? value, int max = MaxText)
    {
        var clean = new StringBuilder(Math.Min(value?.Length ?? 0, max));
        var space = false;
        foreach (var rune in (value ?? "").EnumerateRunes())
        {
            if (Rune.IsWhiteSpace(rune) || Rune.IsControl(rune) || IsUnseen(rune.Value))
            {
                space = clean.Length > 0;
                continue;
            }

            if (clean.Length + rune.Utf16SequenceLength + 1 > max)
            {
                break;
            }

            if (space || (rune.Value == '?' && clean.Length > 0 && clean[^1] == '='))
            {
                clean.Append(' ');
                space = false;
            }

            clean.Append(rune.ToString());
        }

        return clean.ToString();
    }

    /// <summary>A msg-id without angle brackets (RFC 5322 section 3.6.4): printable ASCII without space, brackets and quotes; "" where nothing is left.</summary>
    public static string Id(string? value) => Ascii(value, c => c is not ('<' or '>' or '(' or ')' or '"' or '\\' or ',' or ';' or ':' or '[' or ']'));

    /// <summary>A token as a header value: printable ASCII without space.</summary>
    public static string Token(string? value) => Ascii(value, _ => true);

    /// <summary>A BCP 47 tag, or "" for anything else.</summary>
    public static string LanguageTag(string? value) =>
        value is { Length: > 0 and <= 35 } && value.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') && char.IsAsciiLetter(value[0]) ? value : "";

    /// <summary>A body: CRLF line ends, no control characters but tab, no unpaired surrogates.</summary>
    public static string Body(string value)
    {
        var clean = new StringBuilder(value.Length + 64);
        var afterReturn = false;
        foreach (var rune in value.EnumerateRunes())
        {
            if (rune.Value is '\r' or '\n')
            {
                if (!(afterReturn && rune.Value == '\n'))
                {
                    clean.Append("\r\n");
                }

                afterReturn = rune.Value == '\r';
                continue;
            }

            afterReturn = false;
            if (rune.Value == '\t' || !Rune.IsControl(rune))
            {
                clean.Append(rune.ToString());
            }
        }

        return clean.ToString();
    }

    // What turns the reading order or marks a fault: it has no use in a header but to deceive.
    private static bool IsUnseen(int rune) => rune is (>= 0x202A and <= 0x202E) or (>= 0x2066 and <= 0x2069) or 0xFFFD or 0xFEFF;

    private static string Ascii(string? value, Func<char, bool> allowed) =>
        new([.. (value ?? "").Where(c => c is > ' ' and < '\u007F' && allowed(c)).Take(MaxToken)]);
}
