using System.Text;

namespace EnquiryTriage.Mail.Delivery;

/// <summary>
/// Reads UTF-7 (RFC 2152). .NET keeps its own decoder under lock for good reason; here the result is only ever looked at for words
/// and addresses. What is not valid stays as it is.
/// </summary>
internal static class Utf7
{
    /// <summary>Decodes <paramref name="text"/>, one character a byte.</summary>
    public static string Decode(string text)
    {
        var result = new StringBuilder(text.Length);
        var i = 0;
        while (i < text.Length)
        {
            if (text[i] != '+')
            {
                result.Append(text[i++]);
                continue;
            }

            var start = ++i;
            while (i < text.Length && IsBase64(text[i]))
            {
                i++;
            }

            if (i == start)
            {
                result.Append('+');
            }
            else
            {
                AppendShifted(result, text.AsSpan(start, i - start));
            }

            if (i < text.Length && text[i] == '-')
            {
                i++;
            }
        }

        return result.ToString();
    }

    private static void AppendShifted(StringBuilder result, ReadOnlySpan<char> run)
    {
        var bits = 0;
        var held = 0;
        foreach (var c in run)
        {
            bits = ((bits << 6) | Value(c)) & 0x3FFFFF;
            held += 6;
            if (held >= 16)
            {
                held -= 16;
                result.Append((char)((bits >> held) & 0xFFFF));
            }
        }
    }

    private static bool IsBase64(char c) => char.IsAsciiLetterOrDigit(c) || c is '+' or '/';

    private static int Value(char c) => c switch
    {
        >= 'A' and <= 'Z' => c - 'A',
        >= 'a' and <= 'z' => c - 'a' + 26,
        >= '0' and <= '9' => c - '0' + 52,
        '+' => 62,
        _ => 63,
    };
}
