using System.Text;

namespace EnquiryTriage.Mail.Reading;

/// <summary>UTF-7 (RFC 2152): the platform no longer decodes it, old mail systems still write it.</summary>
internal static class Utf7
{
    internal static bool IsName(string? charset) =>
        charset is not null && (charset.Equals("utf-7", StringComparison.OrdinalIgnoreCase)
            || charset.Equals("utf7", StringComparison.OrdinalIgnoreCase)
            || charset.Equals("unicode-1-1-utf-7", StringComparison.OrdinalIgnoreCase)
            || charset.Equals("x-unicode-2-0-utf-7", StringComparison.OrdinalIgnoreCase));

    /// <summary>Decodes; what is not UTF-7 passes through as Latin-1.</summary>
    internal static string Decode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        for (var i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != '+')
            {
                text.Append((char)bytes[i]);
                continue;
            }

            var end = i + 1;
            while (end < bytes.Length && IsBase64(bytes[end]))
            {
                end++;
            }

            if (end == i + 1)
            {
                text.Append('+');
            }
            else
            {
                DecodeRun(bytes[(i + 1)..end], text);
            }

            i = end < bytes.Length && bytes[end] == '-' ? end : end - 1;
        }

        return text.ToString();
    }

    /// <summary>Rewrites encoded words in UTF-7 as UTF-8 ones, since MimeKit leaves them alone.</summary>
    internal static byte[] MendEncodedWords(byte[] value)
    {
        if (value.AsSpan().IndexOf("=?"u8) < 0)
        {
            return value;
        }

        var text = Encoding.Latin1.GetString(value);
        if (!text.Contains("utf-7?", StringComparison.OrdinalIgnoreCase))
        {
            return value;
        }

        var result = new StringBuilder(text.Length);
        var rest = text.AsSpan();
        while (true)
        {
            var open = rest.IndexOf("=?");
            if (open < 0 || !TryWord(rest[open..], out var length, out var decoded))
            {
                if (open < 0)
                {
                    return Encoding.Latin1.GetBytes(result.Append(rest).ToString());
                }

                result.Append(rest[..(open + 2)]);
                rest = rest[(open + 2)..];
                continue;
            }

            result.Append(rest[..open]).Append("=?utf-8?B?").Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(decoded))).Append("?=");
            rest = rest[(open + length)..];
        }
    }

    private static bool TryWord(ReadOnlySpan<char> text, out int length, out string decoded)
    {
        length = 0;
        decoded = "";
        var charsetEnd = text[2..].IndexOf('?') + 2;
        if (charsetEnd < 3 || charsetEnd > 60 || !IsName(text[2..charsetEnd].ToString()) || charsetEnd + 3 >= text.Length || text[charsetEnd + 2] != '?')
        {
            return false;
        }

        var payload = text[(charsetEnd + 3)..];
        var end = payload.IndexOf("?=");
        if (end < 0)
        {
            return false;
        }

        length = charsetEnd + 3 + end + 2;
        payload = payload[..end];
        var bytes = char.ToUpperInvariant(text[charsetEnd + 1]) == 'B' ? FromBase64(payload) : FromQ(payload);
        decoded = Decode(bytes);
        return true;
    }

    private static byte[] FromBase64(ReadOnlySpan<char> payload)
    {
        var bytes = new byte[(payload.Length * 3 / 4) + 3];
        return Convert.TryFromBase64Chars(payload, bytes, out var written) ? bytes[..written] : [];
    }

    private static byte[] FromQ(ReadOnlySpan<char> payload)
    {
        var bytes = new List<byte>(payload.Length);
        for (var i = 0; i < payload.Length; i++)
        {
            if (payload[i] == '=' && i + 2 < payload.Length && char.IsAsciiHexDigit(payload[i + 1]) && char.IsAsciiHexDigit(payload[i + 2]))
            {
                bytes.Add(Convert.ToByte(payload.Slice(i + 1, 2).ToString(), 16));
                i += 2;
            }
            else
            {
                bytes.Add(payload[i] == '_' ? (byte)' ' : (byte)payload[i]);
            }
        }

        return [.. bytes];
    }

    private static void DecodeRun(ReadOnlySpan<byte> run, StringBuilder text)
    {
        var bits = 0;
        var count = 0;
        foreach (var b in run)
        {
            bits = (bits << 6) | Value(b);
            count += 6;
            if (count >= 16)
            {
                count -= 16;
                text.Append((char)((bits >> count) & 0xFFFF));
                bits &= (1 << count) - 1;
            }
        }
    }

    private static bool IsBase64(byte b) => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'+' or (byte)'/';

    private static int Value(byte b) => b switch
    {
        >= (byte)'A' and <= (byte)'Z' => b - 'A',
        >= (byte)'a' and <= (byte)'z' => b - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => b - '0' + 52,
        (byte)'+' => 62,
        _ => 63,
    };
}
