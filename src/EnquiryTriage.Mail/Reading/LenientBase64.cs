namespace EnquiryTriage.Mail.Reading;

/// <summary>Base64 as it arrives: strange characters are skipped, padding ends a run, and only whole lines go on behind it.</summary>
internal static class LenientBase64
{
    /// <summary>Decodes what can be decoded into <paramref name="output"/>; returns the number of bytes written.</summary>
    internal static int Decode(ReadOnlySpan<byte> input, Span<byte> output)
    {
        var written = 0;
        var bits = 0;
        var count = 0;
        for (var i = 0; i < input.Length; i++)
        {
            var b = input[i];
            if (b == '=' && count > 0)
            {
                count = 0;
                bits = 0;
                i = BehindPadding(input, i);
                continue;
            }

            var value = Value(b);
            if (value < 0)
            {
                continue;
            }

            bits = (bits << 6) | value;
            count += 6;
            if (count >= 8)
            {
                count -= 8;
                output[written++] = (byte)(bits >> count);
                bits &= (1 << count) - 1;
            }
        }

        return written;
    }

    /// <summary>What stands on the same line behind the padding is not content; the next line may begin another run.</summary>
    private static int BehindPadding(ReadOnlySpan<byte> input, int index)
    {
        while (index + 1 < input.Length && input[index + 1] == '=')
        {
            index++;
        }

        var rest = input[(index + 1)..];
        var lineEnd = rest.IndexOf((byte)'\n');
        var line = lineEnd < 0 ? rest : rest[..lineEnd];
        return line.Trim(" \t\r"u8).IsEmpty || line.IndexOfAny(" \t"u8) < 0 ? index : index + line.Length;
    }

    private static int Value(byte b) => b switch
    {
        >= (byte)'A' and <= (byte)'Z' => b - 'A',
        >= (byte)'a' and <= (byte)'z' => b - 'a' + 26,
        >= (byte)'0' and <= (byte)'9' => b - '0' + 52,
        (byte)'+' => 62,
        (byte)'/' => 63,
        _ => -1,
    };
}
