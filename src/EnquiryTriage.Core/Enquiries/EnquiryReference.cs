using System.Diagnostics.CodeAnalysis;

namespace EnquiryTriage.Core.Enquiries;

/// <summary>
/// The number a sender quotes to us: <c>ET-7K3QX9D-4</c>, that is a prefix, seven characters of Crockford's base 32 made
/// from 35 random bits, and one check character. It carries no date and no count, so that it tells a stranger nothing.
/// </summary>
/// <remarks>
/// The check is a weighted sum in the field of 32 elements, with a different weight for each place. That finds every
/// single wrong character and every two characters swapped, in the prefix too, and keeps the check character inside the
/// same alphabet, which has no I, L, O or U to be misread.
/// </remarks>
public readonly record struct EnquiryReference
{
    /// <summary>The prefix used where the configuration names none.</summary>
    public const string DefaultPrefix = "ET";

    /// <summary>The most letters a prefix may have.</summary>
    public const int MaxPrefixLength = 8;

    /// <summary>The bytes of randomness that <see cref="Create"/> needs.</summary>
    public const int RandomBytes = 5;

    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    private const int BodyLength = 7;
    private const ulong NumberMask = (1UL << 35) - 1;

    private readonly string? _prefix;

    private EnquiryReference(string prefix, ulong number)
    {
        _prefix = prefix;
        Number = number;
    }

    /// <summary>The letters before the first hyphen, in capitals. Empty only for the default value.</summary>
    public string Prefix => _prefix ?? "";

    /// <summary>The 35-bit number that the seven characters write.</summary>
    public ulong Number { get; }

    /// <summary>Makes a reference from injected randomness.</summary>
    /// <param name="prefix">One to eight letters A to Z; small letters are made capitals.</param>
    /// <param name="random">At least five bytes; the first 35 bits of them are used.</param>
    /// <exception cref="ArgumentException">The prefix holds something else than letters, or there are too few bytes.</exception>
    public static EnquiryReference Create(string prefix, ReadOnlySpan<byte> random)
    {
        ArgumentNullException.ThrowIfNull(prefix);
        if (prefix.Length is 0 or > MaxPrefixLength || !prefix.All(char.IsAsciiLetter))
        {
            throw new ArgumentException($"The reference prefix '{prefix}' must be one to {MaxPrefixLength} letters A to Z.", nameof(prefix));
        }

        if (random.Length < RandomBytes)
        {
            throw new ArgumentException($"A reference needs {RandomBytes} random bytes, not {random.Length}.", nameof(random));
        }

        ulong number = 0;
        foreach (var value in random[..RandomBytes])
        {
            number = (number << 8) | value;
        }

        return new EnquiryReference(prefix.ToUpperInvariant(), number >> 5);
    }

    /// <summary>
    /// Reads a reference as people type it: any case, with spaces, hyphens or dashes anywhere or nowhere, O for 0, I or L
    /// for 1. Nothing else may stand around it.
    /// </summary>
    /// <returns>False when the shape is wrong or the check character does not fit.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, out EnquiryReference reference)
    {
        reference = default;
        Span<char> compact = stackalloc char[MaxPrefixLength + BodyLength + 1];
        var length = 0;
        foreach (var c in text ?? "")
        {
            if (char.IsWhiteSpace(c) || c is '-' or '_' or '\u00AD' or (>= '\u2010' and <= '\u2015') or '\u2212')
            {
                continue;
            }

            if (length == compact.Length || !char.IsAsciiLetterOrDigit(c))
            {
                return false;
            }

            compact[length++] = char.ToUpperInvariant(c);
        }

        var prefixLength = length - BodyLength - 1;
        if (prefixLength < 1)
        {
            return false;
        }

        var prefix = compact[..prefixLength];
        var body = compact[prefixLength..length];
        return TryRead(prefix, body, 'I', out reference) || (prefix.Contains('1') && TryRead(prefix, body, 'L', out reference));
    }

    /// <summary>The canonical form, <c>PREFIX-XXXXXXX-C</c>; empty for the default value.</summary>
    public override string ToString()
    {
        if (_prefix is null)
        {
            return "";
        }

        Span<char> body = stackalloc char[BodyLength];
        for (var i = 0; i < BodyLength; i++)
        {
            body[i] = Alphabet[Digit(Number, i)];
        }

        return $"{_prefix}-{body}-{Alphabet[Check(_prefix, Number)]}";
    }

    private static bool TryRead(ReadOnlySpan<char> typedPrefix, ReadOnlySpan<char> typedBody, char one, out EnquiryReference reference)
    {
        reference = default;
        // A prefix has letters only, so a nought or a one in it is a misread letter.
        var prefix = typedPrefix.ToString().Replace('0', 'O').Replace('1', one);
        if (!prefix.All(char.IsAsciiLetter))
        {
            return false;
        }

        ulong number = 0;
        foreach (var c in typedBody[..BodyLength])
        {
            var digit = DigitOf(c);
            if (digit < 0)
            {
                return false;
            }

            number = (number << 5) | (uint)digit;
        }

        if (DigitOf(typedBody[BodyLength]) != Check(prefix, number))
        {
            return false;
        }

        reference = new EnquiryReference(prefix, number & NumberMask);
        return true;
    }

    private static int DigitOf(char c) => c switch
    {
        'O' => 0,
        'I' or 'L' => 1,
        _ => Alphabet.IndexOf(c, StringComparison.Ordinal),
    };

    private static int Digit(ulong number, int place) => (int)(number >> (5 * (BodyLength - 1 - place))) & 31;

    // Letters that the alphabet lacks take the values of the smallest digits: in a prefix they stay distinct, and one that
    // slips over the hyphen is still found.
    private static int PrefixValue(char letter) => letter switch
    {
        'O' => 0,
        'I' => 1,
        'L' => 2,
        'U' => 3,
        _ => Alphabet.IndexOf(letter, StringComparison.Ordinal),
    };

    private static int Check(string prefix, ulong number)
    {
        // Horner's rule: each step multiplies what went before by the generator, so no two places weigh the same.
        var sum = 0;
        foreach (var letter in prefix)
        {
            sum = Step(sum) ^ PrefixValue(letter);
        }

        for (var i = 0; i < BodyLength; i++)
        {
            sum = Step(sum) ^ Digit(number, i);
        }

        return Step(sum);
    }

    // Multiplication by the generator x^7 in GF(2^5) with x^5 + x^2 + 1. Most smaller powers would miss one swap: an L that
    // ends the prefix (value 2) with the letter after it, since in the body an L reads as 1.
    private static int Step(int value)
    {
        for (var i = 0; i < 7; i++)
        {
            value <<= 1;
            value = (value & 32) == 0 ? value : value ^ 0b100101;
        }

        return value;
    }
}
