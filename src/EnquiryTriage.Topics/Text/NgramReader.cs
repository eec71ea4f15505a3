namespace EnquiryTriage.Topics.Text;

/// <summary>Which block of the feature vector an n-gram belongs to.</summary>
internal enum NgramBlock
{
    /// <summary>One or two whole words.</summary>
    Word = 0,

    /// <summary>Two to five characters inside one word, its edges counted as spaces.</summary>
    Char = 1,
}

/// <summary>Receives the n-grams of a text; a struct, so that reading costs no call through an interface.</summary>
internal interface INgramSink
{
    /// <summary>Takes one occurrence; <paramref name="start"/> and <paramref name="end"/> bound the whole words it lies in.</summary>
    void Add(ulong hash, NgramBlock block, int start, int end);
}

/// <summary>
/// Cuts a text into word 1–2-grams and character 2–5-grams. N-grams are known by 64-bit hashes, so that neither
/// the vocabulary nor the model file holds anyone's words.
/// </summary>
internal static class NgramReader
{
    private const ulong Prime = 0x9E3779B97F4A7C15;
    private const ulong WordSeed = 0x8F1BBCDC5A827999;
    private const ulong PairSeed = 0x6ED9EBA1CA62C1D6;
    private const ulong CharSeed = 0x2545F4914F6CDD1D;
    private const int LongestCharGram = 5;

    /// <summary>Lower-cases a text and makes all its apostrophes and spaces alike; offsets stay as they were.</summary>
    public static void Normalize(ReadOnlySpan<char> text, Span<char> into)
    {
        text.ToLowerInvariant(into);
        for (var i = 0; i < into.Length; i++)
        {
            into[i] = into[i] switch
            {
                '\u2018' or '\u2019' or '\u02BC' or '`' => '\'',
                '\u201C' or '\u201D' => '"',
                '\u2013' or '\u2014' => '-',
                var c when char.IsWhiteSpace(c) || char.IsControl(c) => ' ',
                var c => c,
            };
        }
    }

    /// <summary>Hands every n-gram of a normalised text to the sink.</summary>
    public static void Read<TSink>(ReadOnlySpan<char> normalized, ref TSink sink)
        where TSink : struct, INgramSink
    {
        ReadWords(normalized, ref sink);
        ReadCharacters(normalized, ref sink);
    }

    /// <summary>The next word at or after <paramref name="from"/>; empty (start = end) where there is none.</summary>
    public static (int Start, int End) NextWord(ReadOnlySpan<char> normalized, int from)
    {
        var start = from;
        while (start < normalized.Length && !char.IsLetterOrDigit(normalized[start]))
        {
            start++;
        }

        var end = start;
        while (end < normalized.Length && IsWordCharacter(normalized, end))
        {
            end++;
        }

        return (start, end);
    }

    private static bool IsWordCharacter(ReadOnlySpan<char> text, int at) =>
        char.IsLetterOrDigit(text[at])
        || (text[at] == '\'' && at > 0 && at + 1 < text.Length && char.IsLetter(text[at - 1]) && char.IsLetter(text[at + 1]));

    private static void ReadWords<TSink>(ReadOnlySpan<char> text, ref TSink sink)
        where TSink : struct, INgramSink
    {
        var previous = 0UL;
        var previousStart = -1;
        for (var (start, end) = NextWord(text, 0); start < end; (start, end) = NextWord(text, end))
        {
            var hash = WordSeed;
            foreach (var c in text[start..end])
            {
                hash = (hash ^ c) * Prime;
            }

            hash ^= hash >> 29;
            sink.Add(hash, NgramBlock.Word, start, end);
            if (previousStart >= 0)
            {
                sink.Add(Mix((previous ^ PairSeed) * Prime ^ hash), NgramBlock.Word, previousStart, end);
            }

            previous = hash;
            previousStart = start;
        }
    }

    private static void ReadCharacters<TSink>(ReadOnlySpan<char> text, ref TSink sink)
        where TSink : struct, INgramSink
    {
        var at = 0;
        while (at < text.Length)
        {
            if (text[at] == ' ')
            {
                at++;
                continue;
            }

            var length = text[at..].IndexOf(' ');
            var end = length < 0 ? text.Length : at + length;
            ReadChunk(text, at, end, ref sink);
            at = end;
        }
    }

    // Positions one before and one past the chunk stand for spaces, so that prefixes and suffixes differ from middles.
    private static void ReadChunk<TSink>(ReadOnlySpan<char> text, int start, int end, ref TSink sink)
        where TSink : struct, INgramSink
    {
        for (var from = start - 1; from < end; from++)
        {
            var hash = CharSeed;
            var last = Math.Min(from + LongestCharGram - 1, end);
            for (var i = from; i <= last; i++)
            {
                hash = (hash ^ (i < start || i >= end ? ' ' : text[i])) * Prime;
                if (i > from)
                {
                    sink.Add(Mix(hash), NgramBlock.Char, start, end);
                }
            }
        }
    }

    private static ulong Mix(ulong hash) => (hash ^ (hash >> 31)) * Prime;
}
