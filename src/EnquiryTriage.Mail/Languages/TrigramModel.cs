using System.Runtime.Intrinsics;

namespace EnquiryTriage.Mail.Languages;

/// <summary>
/// Naive Bayes over character trigrams, trained when first used on the texts embedded in this assembly, which were written for it.
/// </summary>
internal sealed class TrigramModel
{
    /// <summary>Trigrams share this many rows by their hash.</summary>
    private const int Rows = 1 << 14;

    /// <summary>Added to each count, so that what was never seen is unlikely and not impossible.</summary>
    private const double Smoothing = 0.3;

    /// <summary>Neighbouring trigrams overlap: their evidence counts for less than its sum.</summary>
    private const double Independence = 0.45;

    /// <summary>Mean log likelihood of a trigram below which English and Welsh (names, jargon) are not believed.</summary>
    private const double HomeFit = -8.1;

    /// <summary>The same for other languages.</summary>
    private const double ForeignFit = -7.9;

    private const int MinLettersToJudgeFit = 40;

    /// <summary>Languages, with what is expected of a mailbox in Wales and England before anything is read.</summary>
    private static readonly (string Code, double Prior)[] s_languages =
        [("en", 0.60), ("cy", 0.20), ("fr", 0.03), ("de", 0.03), ("es", 0.03), ("it", 0.02), ("pl", 0.04), ("pt", 0.02), ("nl", 0.01), ("ro", 0.02)];

    /// <summary>A row is this wide, so that two vectors hold it.</summary>
    private const int Width = 16;

    private readonly float[] _weights = new float[Rows * Width];

    private TrigramModel()
    {
        for (var language = 0; language < s_languages.Length; language++)
        {
            Train(language, TextOf(s_languages[language].Code));
        }
    }

    internal static TrigramModel Shared { get; } = new();

    /// <summary>The likeliest language of lower-case words with a space around each.</summary>
    internal LanguageGuess Classify(ReadOnlySpan<char> letters)
    {
        var languages = s_languages.Length;
        Span<double> scores = stackalloc double[languages];
        for (var i = 0; i < languages; i++)
        {
            scores[i] = Math.Log(s_languages[i].Prior);
        }

        var (low, high) = (Vector256<float>.Zero, Vector256<float>.Zero);
        for (var i = 0; i + 2 < letters.Length; i++)
        {
            var row = _weights.AsSpan(Row(letters[i], letters[i + 1], letters[i + 2]) * Width, Width);
            low += Vector256.Create<float>(row);
            high += Vector256.Create<float>(row[Vector256<float>.Count..]);
        }

        Span<float> sums = stackalloc float[Width];
        low.CopyTo(sums);
        high.CopyTo(sums[Vector256<float>.Count..]);

        var best = 0;
        for (var i = 0; i < languages; i++)
        {
            scores[i] += sums[i] * Independence;
            best = scores[i] > scores[best] ? i : best;
        }

        var total = 0.0;
        foreach (var score in scores)
        {
            total += Math.Exp(score - scores[best]);
        }

        // A language that is not among ours fits none of them well.
        var fit = sums[best] / letters.Length;
        var stranger = letters.Length >= MinLettersToJudgeFit && fit < (best <= 1 ? HomeFit : ForeignFit);
        return stranger ? LanguageGuess.None : new LanguageGuess(s_languages[best].Code, 1 / total);
    }

    private void Train(int language, string text)
    {
        var counts = new double[Rows];
        var total = 0;
        var previous = ' ';
        var before = ' ';
        foreach (var raw in text)
        {
            var c = char.IsLetter(raw) ? char.ToLowerInvariant(raw) : ' ';
            if (c == ' ' && previous == ' ')
            {
                continue;
            }

            counts[Row(before, previous, c)]++;
            total++;
            before = previous;
            previous = c;
        }

        for (var row = 0; row < Rows; row++)
        {
            _weights[(row * Width) + language] = (float)Math.Log((counts[row] + Smoothing) / (total + (Smoothing * 4_000)));
        }
    }

    private static int Row(char a, char b, char c)
    {
        var hash = ((uint)a * 0x9E3779B1u) ^ ((uint)b * 0x85EBCA77u) ^ ((uint)c * 0xC2B2AE3Du);
        hash ^= hash >> 15;
        return (int)((hash * 0x27D4EB2Fu) >> 18);
    }

    private static string TextOf(string code)
    {
        using var stream = typeof(TrigramModel).Assembly.GetManifestResourceStream($"EnquiryTriage.Mail.Languages.Texts.{code}.txt")
            ?? throw new InvalidOperationException($"The text for {code} is missing from the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
