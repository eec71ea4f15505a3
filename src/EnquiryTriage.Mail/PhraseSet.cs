using System.Buffers;
using System.Text;

namespace EnquiryTriage.Mail;

/// <summary>Whether a text holds one of many phrases, without regard to case: most text holds none, and must learn so quickly.</summary>
/// <remarks>The platform searches for up to 80 ASCII phrases by vectors; the others are asked for only where there is a letter that is not ASCII.</remarks>
internal sealed class PhraseSet
{
    private const int AtOnce = 80;
    private readonly SearchValues<string>[] _ascii;
    private readonly SearchValues<string>? _other;

    /// <summary>Takes in the phrases.</summary>
    public PhraseSet(params string[] phrases)
    {
        _ascii = [.. phrases.Where(p => Ascii.IsValid(p)).Chunk(AtOnce).Select(Create)];
        var other = phrases.Where(p => !Ascii.IsValid(p)).ToArray();
        _other = other.Length == 0 ? null : Create(other);
    }

    /// <summary>Whether <paramref name="text"/> holds a phrase.</summary>
    public bool IsIn(ReadOnlySpan<char> text)
    {
        foreach (var phrases in _ascii)
        {
            if (text.ContainsAny(phrases))
            {
                return true;
            }
        }

        return _other is not null && !Ascii.IsValid(text) && text.ContainsAny(_other);
    }

    private static SearchValues<string> Create(string[] phrases) => SearchValues.Create(phrases, StringComparison.OrdinalIgnoreCase);
}
