using System.Globalization;
using System.Text;

namespace EnquiryTriage.Core.Urgency;

/// <summary>
/// A text as words in one spelling: small letters, no accents, no apostrophes, contractions and text-speak written out
/// ("he's gonna" is "he is going to"), each with its sentence and its place in the original.
/// </summary>
internal sealed class TokenisedText
{
    /// <summary>How many words a sentence's end counts for in the distance between two words.</summary>
    private const int SentenceGap = 3;

    /// <summary>Longer words are cut: nothing that the table knows is as long, and the time stays linear.</summary>
    private const int MaxWord = 24;

    private readonly string _original;
    private readonly List<Word> _words = [];
    private readonly List<int> _positions = [];

    private TokenisedText(string original) => _original = original;

    public int Count => _words.Count;

    public int SentenceCount { get; private set; }

    public bool AnyMasked { get; private set; }

    /// <summary>Reads a text. <paramref name="spelling"/> maps a word to the one or more words it stands for.</summary>
    public static TokenisedText Read(string text, IReadOnlyDictionary<string, string[]> spelling)
    {
        var result = new TokenisedText(text);
        var word = new StringBuilder();
        var start = 0;
        var wordsInSentence = 0;
        var newlines = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : '\n';
            if (char.IsLetterOrDigit(c) || char.IsHighSurrogate(c) || char.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark)
            {
                start = word.Length == 0 ? i : start;
                AppendFolded(word, c);
                newlines = 0;
                continue;
            }

            if (word.Length > 0 && c is '\'' or '\u2019' or '\u2018' or '`' or '\u02BC' or '\u00B4' && i + 1 < text.Length && char.IsLetter(text[i + 1]))
            {
                continue;
            }

            if (word.Length > 0)
            {
                wordsInSentence += result.Add(word.ToString(), start, i, spelling);
                word.Clear();
            }

            newlines = c == '\n' ? newlines + 1 : newlines;
            // A dot inside a number or an address ends no sentence; a blank line ends one without any stop.
            var stop = c is '!' or '?' or ';' or '\u2026' || (c == '.' && (i + 1 >= text.Length || !char.IsLetterOrDigit(text[i + 1])));
            if ((stop || newlines >= 2) && wordsInSentence > 0)
            {
                result.SentenceCount++;
                wordsInSentence = 0;
            }
        }

        result.SentenceCount++;
        return result;
    }

    public string this[int index] => _words[index].Text;

    /// <summary>True for numbers, with am, pm or an ordinal's ending too.</summary>
    public bool IsNumber(int index) => _words[index].IsNumber;

    public bool IsMasked(int index) => _words[index].Masked;

    /// <summary>True where the word is the first of its sentence.</summary>
    public bool BeginsSentence(int index) => index == 0 || _words[index].Sentence != _words[index - 1].Sentence;

    /// <summary>Words between two stretches, sentence ends counted as several; the order doesn't matter, overlap is 0.</summary>
    public int Distance(Match a, Match b) => a.Start > b.Start ? Distance(b, a) : b.Start < a.End ? 0 : _positions[b.Start] - _positions[a.End - 1] - 1;

    public int Position(int index) => _positions[index];

    /// <summary>Takes words out of the reckoning, as parts of a figure of speech.</summary>
    public void Mask(int start, int end)
    {
        AnyMasked = true;
        for (var i = start; i < end; i++)
        {
            _words[i] = _words[i] with { Masked = true };
        }
    }

    public int SentenceOf(int index) => _words[index].Sentence;

    public bool AnySentence(int start, int end, bool[] flags) => flags.AsSpan(_words[start].Sentence, _words[end - 1].Sentence - _words[start].Sentence + 1).Contains(true);

    /// <summary>The sender's own words, on one line, at most 160 characters.</summary>
    public string Quote(int start, int end)
    {
        var quote = string.Join(' ', _original[_words[start].From.._words[end - 1].To].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return quote.Length <= 160 ? quote : quote[..159] + "\u2026";
    }

    private int Add(string word, int from, int to, IReadOnlyDictionary<string, string[]> spelling)
    {
        var parts = spelling.TryGetValue(word, out var meant) ? meant : [word];
        foreach (var part in parts)
        {
            var newSentence = _words.Count > 0 && _words[^1].Sentence != SentenceCount;
            _positions.Add(_positions.Count == 0 ? 0 : _positions[^1] + 1 + (newSentence ? SentenceGap : 0));
            _words.Add(new Word(part, from, to, SentenceCount, LooksLikeNumber(part), Masked: false));
        }

        return parts.Length;
    }

    private static bool LooksLikeNumber(string word)
    {
        var digits = word.TakeWhile(char.IsAsciiDigit).Count();
        return digits > 0 && (digits == word.Length || word[digits..] is "am" or "pm" or "st" or "nd" or "rd" or "th" or "k" or "yr" or "yrs" or "yo");
    }

    private static void AppendFolded(StringBuilder word, char c)
    {
        if (word.Length >= MaxWord)
        {
            return;
        }

        if (char.IsAscii(c))
        {
            word.Append(char.ToLowerInvariant(c));
            return;
        }

        if (char.IsSurrogate(c))
        {
            return;
        }

        foreach (var part in c.ToString().Normalize(NormalizationForm.FormKD))
        {
            if (char.IsLetterOrDigit(part))
            {
                word.Append(char.ToLowerInvariant(part));
            }
        }
    }

    private sealed record Word(string Text, int From, int To, int Sentence, bool IsNumber, bool Masked);
}
