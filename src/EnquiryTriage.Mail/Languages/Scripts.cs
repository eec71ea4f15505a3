namespace EnquiryTriage.Mail.Languages;

/// <summary>Scripts that name a language, or nearly.</summary>
internal static class Scripts
{
    /// <summary>Latin letters: they name no language.</summary>
    internal const int Latin = 0;

    private const int Han = 1;
    private const int Kana = 2;

    private static readonly string[] s_languages = ["", "zh", "ja", "ko", "ru", "el", "ar", "he", "und"];

    internal static int Count => s_languages.Length;

    internal static int Of(char c) => c switch
    {
        < '\u0370' or (>= '\u1E00' and <= '\u1EFF') => Latin,
        (>= '\u4E00' and <= '\u9FFF') or (>= '\u3400' and <= '\u4DBF') => Han,
        >= '\u3040' and <= '\u30FF' => Kana,
        (>= '\uAC00' and <= '\uD7A3') or (>= '\u1100' and <= '\u11FF') => 3,
        >= '\u0400' and <= '\u052F' => 4,
        >= '\u0370' and <= '\u03FF' => 5,
        >= '\u0600' and <= '\u06FF' => 6,
        >= '\u0590' and <= '\u05FF' => 7,
        _ => 8,
    };

    /// <summary>The language of a text that is mostly not in Latin letters; null where it is, or where there is too little of it.</summary>
    internal static string? Verdict(ReadOnlySpan<int> counts)
    {
        var total = 0;
        foreach (var count in counts)
        {
            total += count;
        }

        // A Chinese or Japanese word is two letters where a Latin one is six.
        if (total - counts[Latin] < 4 || counts[Latin] > (total - counts[Latin]) * 2)
        {
            return null;
        }

        if (counts[Kana] * 10 > counts[Han] + counts[Kana] && counts[Kana] > 0)
        {
            return s_languages[Kana];
        }

        var best = Han;
        for (var i = Han; i < counts.Length; i++)
        {
            best = counts[i] > counts[best] ? i : best;
        }

        return s_languages[best];
    }
}
