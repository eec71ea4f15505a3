using System.Buffers;
using System.Text;

namespace EnquiryTriage.Mail.Reading;

/// <summary>Guesses the charset of 8-bit text that is not UTF-8 by decoding a sample with each candidate and scoring what comes out.</summary>
internal static class CharsetGuess
{
    private const int SampleBytes = 4096;

    /// <summary>Frequent Han characters of simplified and of traditional Chinese: running text is a third of these.</summary>
    private static readonly SearchValues<char> s_simplified = SearchValues.Create("的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运您好谢请邮附件您");
    private static readonly SearchValues<char> s_traditional = SearchValues.Create("的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西斯月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件計管期市直德資命山金您謝請郵附件");

    private static readonly SearchValues<char> s_hangul = SearchValues.Create("이다는의에을를가고하한지도로기사서자은어있니해시리인나요일정그수안습합세아보대만들게주면스과라전오여부구제장것무조소동적상바신우원비화문진유러드내성치거마까모관실경중방물회답변질감송합녕");

    private static readonly Encoding[] s_eastAsian = [Charsets.Resolve("gb18030")!, Charsets.Resolve("big5")!, Charsets.Resolve("shift_jis")!, Charsets.Resolve("euc-jp")!, Charsets.Resolve("euc-kr")!];
    private static readonly Encoding[] s_cyrillic = [Charsets.Resolve("windows-1251")!, Charsets.Resolve("koi8-r")!];

    /// <summary>Whether the bytes decode with next to no errors.</summary>
    internal static bool Fits(ReadOnlySpan<byte> bytes, Encoding encoding)
    {
        var text = encoding.GetString(Sample(bytes));
        return text.AsSpan().Count('\uFFFD') + text.AsSpan().Count('\u30FB') <= 1 + (text.Length / 200);
    }

    /// <summary>The likeliest encoding; <paramref name="preferred"/> gets the benefit of the doubt.</summary>
    internal static Encoding Guess(ReadOnlySpan<byte> bytes, Encoding? preferred)
    {
        var sample = Sample(bytes);
        if (preferred is UTF8Encoding && MostlyUtf8(sample))
        {
            return preferred;
        }

        var best = TextDecoding.Western;

        // Few 8-bit bytes among many letters are accents, unless what comes out is running text.
        var bestScore = IsSparse(sample) ? 1.0 : 0.5;
        foreach (var candidate in s_eastAsian)
        {
            var score = EastAsianScore(sample, candidate);
            if (score > bestScore)
            {
                best = candidate;
                bestScore = score;
            }
        }

        foreach (var candidate in s_cyrillic)
        {
            var score = CyrillicScore(candidate.GetString(sample));
            if (score > bestScore)
            {
                best = candidate;
                bestScore = score;
            }
        }

        return best;
    }

    private static ReadOnlySpan<byte> Sample(ReadOnlySpan<byte> bytes)
    {
        // Start at the first 8-bit byte; stop behind an ASCII byte, so that no pair is cut in two.
        var first = bytes.IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
        bytes = first < 0 ? bytes : bytes[first..];
        if (bytes.Length <= SampleBytes)
        {
            return bytes;
        }

        bytes = bytes[..SampleBytes];
        var ascii = bytes.LastIndexOfAnyInRange((byte)0, (byte)0x3F);
        return ascii > SampleBytes / 2 ? bytes[..ascii] : bytes;
    }

    private static bool IsSparse(ReadOnlySpan<byte> sample)
    {
        var high = 0;
        var letters = 0;
        foreach (var b in sample)
        {
            high += b >= 0x80 ? 1 : 0;
            letters += char.IsAsciiLetter((char)b) ? 1 : 0;
        }

        return letters > high;
    }

    private static bool MostlyUtf8(ReadOnlySpan<byte> sample)
    {
        var text = Encoding.UTF8.GetString(sample);
        var wrong = 0;
        var right = 0;
        foreach (var c in text)
        {
            wrong += c == '\uFFFD' ? 1 : 0;
            right += c is >= '\u0080' and not '\uFFFD' ? 1 : 0;
        }

        return right >= 2 * wrong;
    }

    private static double EastAsianScore(ReadOnlySpan<byte> sample, Encoding encoding)
    {
        int frequent = 0, plausible = 0, wrong = 0, total = 0;
        var traditional = encoding.CodePage == 950;
        foreach (var c in encoding.GetString(sample))
        {
            if (c < 0x80)
            {
                continue;
            }

            total++;
            switch (c)
            {
                case >= '\u3040' and <= '\u309F':
                    frequent += encoding.CodePage is 932 or 51932 ? 1 : 0;
                    plausible++;
                    break;
                case >= '\uAC00' and <= '\uD7A3':
                    frequent += encoding.CodePage is 949 && s_hangul.Contains(c) ? 1 : 0;
                    plausible++;
                    break;
                case >= '\u30A0' and <= '\u30FF' or >= '\u3000' and <= '\u303F' or >= '\uFF01' and <= '\uFF5E':
                    plausible++;
                    break;
                case >= '\u4E00' and <= '\u9FFF':
                    plausible++;
                    frequent += encoding.CodePage is 949 ? 0 : (traditional ? s_traditional : s_simplified).Contains(c) ? 1 : 0;
                    break;
                default:
                    wrong++;
                    break;
            }
        }

        // Two pairs at least: one accented letter pair proves nothing.
        return total < 2 ? 0 : ((plausible * 0.5) + (frequent * 0.8) - (wrong * 2.0)) / total;
    }

    /// <summary>Cyrillic text is lower case nearly throughout; the wrong code page turns the cases round.</summary>
    private static double CyrillicScore(string text)
    {
        int lower = 0, upper = 0, other = 0, runs = 0;
        var previous = false;
        foreach (var c in text)
        {
            var isLower = c is >= 'а' and <= 'я' or 'ё' or 'і' or 'ї' or 'є';
            lower += isLower ? 1 : 0;
            upper += c is >= 'А' and <= 'Я' or 'Ё' ? 1 : 0;
            other += c >= 0x80 && !isLower && c is not (>= 'А' and <= 'Я' or 'Ё' or '\u00A0' or '«' or '»' or '–' or '—' or '№' or '…' or '“' or '”' or '„') ? 1 : 0;
            runs += isLower && previous ? 1 : 0;
            previous = isLower;
        }

        var total = lower + upper + other;

        // Accented letters in Western text stand alone between ASCII letters: Cyrillic comes in runs.
        return total < 4 || runs * 2 < total ? 0 : (lower + (upper * 0.2) - (other * 2.0)) / total;
    }
}
