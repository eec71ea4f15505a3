using System.Collections.Frozen;

namespace EnquiryTriage.Mail.NewText;

/// <summary>"Kind regards" and its like at the end of a mail, with the name and address below.</summary>
internal static class Closings
{
    /// <summary>Most lines that a closing such as "Kind regards" may have below it to be the end of the mail.</summary>
    private const int MaxLines = 12;

    /// <summary>Most lines below a light word, which may also stand in the middle of a mail.</summary>
    private const int MaxLinesBelowLight = 8;

    /// <summary>Most words of a name.</summary>
    private const int MaxNameWords = 4;

    private static readonly FrozenSet<string> s_closings = new[]
    {
        "regards", "best regards", "kind regards", "kindest regards", "warm regards", "warmest regards", "many regards", "with regards", "with kind regards", "with best regards", "with kindest regards", "with warm regards", "regards and thanks", "thanks and regards", "thanks & regards", "thank you and regards",
        "thank you and kind regards", "thanks and kind regards", "thanks and best regards", "many thanks and kind regards", "rgds", "yours sincerely", "yours faithfully", "yours truly", "best wishes", "kind wishes", "with best wishes", "all the best",
        "cofion", "cofion gorau", "cofion cynnes", "cofion caredig", "cofion gynnes", "yn gywir", "yr eiddoch yn gywir", "yr eiddoch yn ffyddlon", "yn ffyddlon", "gan ddiolch", "dymuniadau gorau", "gyda dymuniadau gorau", "pob dymuniad da", "gyda chofion", "gyda chofion gorau",
        "mit freundlichen grüßen", "mit freundlichen grüssen", "mit freundlichen gruessen", "mit freundlichem gruß", "mit freundlichem gruss", "mit besten grüßen", "mit besten grüssen", "mit herzlichen grüßen", "freundliche grüße", "freundliche grüsse", "viele grüße", "viele grüsse", "beste grüße", "beste grüsse", "liebe grüße", "liebe grüsse", "herzliche grüße",
        "schöne grüße", "mfg", "hochachtungsvoll", "cordialement", "bien cordialement", "très cordialement", "sincères salutations", "meilleures salutations", "salutations distinguées", "bien à vous", "respectueusement", "cdlt", "un saludo", "saludos cordiales", "un cordial saludo", "atentamente", "muy atentamente",
        "cordiali saluti", "distinti saluti", "cordialmente", "un saluto", "un cordiale saluto", "atenciosamente", "com os melhores cumprimentos", "melhores cumprimentos", "cumprimentos", "cordiais cumprimentos", "met vriendelijke groet", "met vriendelijke groeten", "vriendelijke groet", "vriendelijke groeten", "met hartelijke groet", "hoogachtend", "mvg",
        "z poważaniem", "pozdrawiam serdecznie", "serdecznie pozdrawiam", "z wyrazami szacunku", "łączę wyrazy szacunku", "med venlig hilsen", "venlig hilsen", "venlige hilsner", "de bedste hilsner", "med vänlig hälsning", "med vänliga hälsningar", "vänliga hälsningar", "vänlig hälsning", "bästa hälsningar", "vennlig hilsen", "med vennlig hilsen",
        "beste hilsen", "mvh", "ystävällisin terveisin", "parhain terveisin", "s pozdravem", "s přátelským pozdravem", "s úctou", "s pozdravom", "с уважением", "с наилучшими пожеланиями", "з повагою", "з найкращими побажаннями", "с уважение", "üdvözlettel", "tisztelettel", "cu stimă", "cu respect", "cu considerație", "με εκτίμηση", "φιλικά",
        "saygılarımla", "saygılarımızla", "lijep pozdrav", "lep pozdrav", "s poštovanjem", "pagarbiai", "ar cieņu", "trân trọng", "hormat saya",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Words that close a mail only where a name follows. Words of thanks are no closing: they may be all that the sender wants to say.</summary>
    private static readonly FrozenSet<string> s_light = new[]
    {
        "cheers", "yours", "warmly", "cordially", "hwyl", "hwyl fawr", "pob hwyl", "lg", "vg", "vh", "lp", "kr", "cdt", "att", "saludos", "un abrazo",
        "saluti", "abraço", "groeten", "groet", "hälsningar", "hilsen", "mange hilsner", "terveisin", "pozdrawiam", "amicalement", "iyi çalışmalar", "以上", "敬具", "此致",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_closingLookup = s_closings.GetAlternateLookup<ReadOnlySpan<char>>();
    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_lightLookup = s_light.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Start of a closing ("Kind regards" and at least a name below it) at the end of the text; -1 where there is none.</summary>
    internal static int StartOf(TextLines lines, int end)
    {
        var filled = 0;
        var first = -1;
        for (var i = end - 1; i > 0 && filled <= MaxLines; i--)
        {
            var line = lines.Trimmed(i);
            if (line.IsEmpty)
            {
                continue;
            }

            // A long line, a quote or a question is the sender's own.
            if (line.Length > 100 || lines.IsQuote(i) || line[^1] is '?')
            {
                return -1;
            }

            if (IsClosing(line, out var light))
            {
                if (filled > 0 && (!light || (filled <= MaxLinesBelowLight && IsName(lines.Trimmed(first)))))
                {
                    return i;
                }

                if (!light)
                {
                    return -1;
                }
            }

            filled++;
            first = i;
        }

        return -1;
    }

    /// <summary>"Kind regards," or two at once: "Cofion gorau / Best wishes".</summary>
    internal static bool IsClosing(ReadOnlySpan<char> line, out bool light)
    {
        light = false;
        if (line.Length > 60)
        {
            return false;
        }

        var slash = line.IndexOfAny('/', '|');
        if (slash > 0)
        {
            return IsOne(line[..slash], ref light) && IsOne(line[(slash + 1)..], ref light);
        }

        return IsOne(line, ref light);
    }

    private static bool IsOne(ReadOnlySpan<char> words, ref bool light)
    {
        words = words.Trim(" \t*_,.!;-–—");
        if (s_closingLookup.Contains(words))
        {
            return true;
        }

        if (!s_lightLookup.Contains(words))
        {
            return false;
        }

        light = true;
        return true;
    }

    /// <summary>One to four words, each with a capital, and nothing that ends a sentence.</summary>
    internal static bool IsName(ReadOnlySpan<char> line)
    {
        line = line.Trim(" \t*_,-–—");
        if (line.Length is < 2 or > 50)
        {
            return false;
        }

        var words = 0;
        foreach (var range in line.Split(' '))
        {
            var word = line[range].Trim("()\"'.,|");
            if (word.IsEmpty)
            {
                continue;
            }

            if (++words > MaxNameWords || !(char.IsUpper(word[0]) || (char.IsLetter(word[0]) && !char.IsLower(word[0])) || word is "de" or "van" or "von" or "der" or "ap" or "ferch" or "y" or "da" or "di" or "and" or "a"))
            {
                return false;
            }

            foreach (var c in word)
            {
                if (!char.IsLetter(c) && c is not ('.' or '\'' or '’' or '-'))
                {
                    return false;
                }
            }
        }

        return words > 0 && line[^1] is not ('.' or '!' or '?' or ':') || (words is 1 && line.Length <= 3);
    }
}
