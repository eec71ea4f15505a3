using System.Collections.Frozen;

namespace EnquiryTriage.Mail.Automatic;

/// <summary>A table of phrases, searched for all at once and without regard to case: most mail holds none of them, and must learn so quickly.</summary>
internal sealed class PhraseList
{
    private readonly string[] _phrases;
    private readonly PhraseSet _any;
    private readonly FrozenDictionary<char, string[]> _byFirst;

    /// <summary>Takes in the table.</summary>
    public PhraseList(params string[] phrases)
    {
        _phrases = phrases;
        _any = new PhraseSet(phrases);
        _byFirst = phrases.GroupBy(p => char.ToUpperInvariant(p[0])).ToFrozenDictionary(g => g.Key, g => g.ToArray());
    }

    /// <summary>The first phrase of the table that <paramref name="text"/> holds, or null.</summary>
    public string? FirstIn(ReadOnlySpan<char> text)
    {
        if (!_any.IsIn(text))
        {
            return null;
        }

        foreach (var phrase in _phrases)
        {
            if (text.Contains(phrase, StringComparison.OrdinalIgnoreCase))
            {
                return phrase;
            }
        }

        return null;
    }

    /// <summary>The first phrase of the table that <paramref name="text"/> begins with and <paramref name="accept"/> agrees to, or null.</summary>
    public string? Opening(ReadOnlySpan<char> text, Func<string, char?, bool>? accept = null)
    {
        if (text.IsEmpty || !_byFirst.TryGetValue(char.ToUpperInvariant(text[0]), out var candidates))
        {
            return null;
        }

        foreach (var phrase in candidates)
        {
            if (text.StartsWith(phrase, StringComparison.OrdinalIgnoreCase)
                && (accept is null || accept(phrase, text.Length > phrase.Length ? text[phrase.Length] : null)))
            {
                return phrase;
            }
        }

        return null;
    }

    /// <summary>Whether <paramref name="text"/> is one of the phrases.</summary>
    public string? Same(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || !_byFirst.TryGetValue(char.ToUpperInvariant(text[0]), out var candidates))
        {
            return null;
        }

        foreach (var phrase in candidates)
        {
            if (text.Equals(phrase, StringComparison.OrdinalIgnoreCase))
            {
                return phrase;
            }
        }

        return null;
    }
}
