using System.Buffers;

namespace EnquiryTriage.Mail.Languages;

/// <summary>A guess at a language.</summary>
/// <param name="Code">ISO 639-1 code, or "und" where it cannot be told.</param>
/// <param name="Confidence">0 to 1.</param>
internal sealed record LanguageGuess(string Code, double Confidence)
{
    internal static LanguageGuess None { get; } = new("und", 0);
}

/// <summary>Tells the language of a text: by its script where that says enough, else by its character trigrams.</summary>
internal static class LanguageGuesser
{
    /// <summary>Letters that are looked at: more of them change nothing.</summary>
    private const int MaxLetters = 900;

    /// <summary>Fewer letters than these say nothing.</summary>
    private const int MinLetters = 8;

    /// <summary>Below this a guess is not given out.</summary>
    private const double MinConfidence = 0.6;

    private static readonly SearchValues<char> s_spaces = SearchValues.Create(" \n\t\r");

    internal static LanguageGuess Guess(ReadOnlySpan<char> text)
    {
        Span<char> letters = stackalloc char[MaxLetters];
        var length = Letters(text, letters, out var script);
        if (script is not null)
        {
            return new LanguageGuess(script, 0.95);
        }

        var count = length - letters[..length].Count(' ');
        if (count < MinLetters)
        {
            return LanguageGuess.None;
        }

        var guess = TrigramModel.Shared.Classify(letters[..length]);
        return guess.Confidence < MinConfidence ? new LanguageGuess("und", guess.Confidence) : guess;
    }

    /// <summary>Lower-case words with one space around each. Addresses of web pages and mailboxes are left out: they are in no language.</summary>
    private static int Letters(ReadOnlySpan<char> text, Span<char> letters, out string? script)
    {
        Span<int> scripts = stackalloc int[Scripts.Count];
        scripts.Clear();
        var length = 0;
        letters[length++] = ' ';
        foreach (var range in text.SplitAny(s_spaces))
        {
            var word = text[range];
            if (word.Length > 3 && (word.Contains('@') || word.Contains("://", StringComparison.Ordinal) || word.StartsWith("www.", StringComparison.OrdinalIgnoreCase)))
            {
                continue;
            }

            foreach (var c in word)
            {
                if (length >= letters.Length - 1)
                {
                    script = Scripts.Verdict(scripts);
                    return length;
                }

                if (char.IsAsciiLetter(c))
                {
                    scripts[Scripts.Latin]++;
                    letters[length++] = (char)(c | 0x20);
                }
                else if (char.IsLetter(c))
                {
                    scripts[Scripts.Of(c)]++;
                    letters[length++] = char.ToLowerInvariant(c);
                }
                else if (letters[length - 1] != ' ')
                {
                    // An apostrophe parts a word in two: "rwy'n", "l'argent".
                    letters[length++] = ' ';
                }
            }

            if (letters[length - 1] != ' ')
            {
                letters[length++] = ' ';
            }
        }

        script = Scripts.Verdict(scripts);
        return length;
    }
}
