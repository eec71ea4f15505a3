using System.Buffers;
using System.Collections.Frozen;

namespace EnquiryTriage.Mail.NewText;

/// <summary>What mail programs and habits put below the words: delimiters, closings, "Sent from my phone".</summary>
internal static class Signatures
{
    /// <summary>Most lines that a closing such as "Kind regards" may have below it to be the end of the mail.</summary>
    private const int MaxClosingLines = 12;

    private static readonly SearchValues<char> s_punctuation = SearchValues.Create(",;:?!\"");

    private static readonly string[] s_mobileStarts =
    [
        "sent from", "sent via", "sent using", "sent with", "sent by", "get outlook for", "anfonwyd o", "anfonwyd oddi", "wedi'i anfon o", "envoyé de", "envoyé depuis", "envoyé à partir d", "envoyé avec", "télécharger outlook pour", "obtenir outlook pour", "gesendet von", "gesendet mit", "von meinem", "diese nachricht wurde von",
        "outlook für", "holen sie sich outlook", "enviado desde", "enviado con", "obtener outlook para", "enviado do", "enviado de", "enviado a partir d", "enviado através", "obter o outlook", "inviato da", "inviato con", "scarica outlook", "ottieni outlook", "verzonden vanaf", "verzonden met", "verstuurd vanaf", "verstuurd vanuit", "verzonden vanuit",
        "outlook voor", "wysłane z", "wysłano z", "pobierz outlook", "sendt fra", "sendt via", "hent outlook", "få outlook", "skickat från", "skickat med", "hämta outlook", "lähetetty", "hanki outlook", "odesláno z", "získejte outlook", "отправлено с", "отправлено из", "послано с", "发自我的", "發自我的", "从我的", "從我的", "來自我的", "发送自", "iphoneから送信", "ipadから送信",
        "androidから送信", "trimis de pe", "wysłane przez", "iphone'umdan gönderildi", "iphone'dan gönderildi", "나의 iphone에서", "envoyé par",
    ];

    private static readonly FrozenSet<string> s_closings = new[]
    {
        "regards", "best regards", "kind regards", "kindest regards", "warm regards", "warmest regards", "many regards", "with regards", "with kind regards", "with best regards", "with kindest regards", "with warm regards", "regards and thanks", "thanks and regards", "thanks & regards", "thank you and regards",
        "thank you and kind regards", "thanks and kind regards", "many thanks and kind regards", "rgds", "kr", "yours sincerely", "yours faithfully", "yours truly", "cofion", "cofion gorau", "cofion cynnes", "cofion caredig", "yn gywir", "yr eiddoch yn gywir", "yr eiddoch yn ffyddlon", "gan ddiolch", "dymuniadau gorau",
        "mit freundlichen grüßen", "mit freundlichen grüssen", "mit freundlichem gruß", "mit freundlichem gruss", "freundliche grüße", "viele grüße", "beste grüße", "mfg", "cordialement", "bien cordialement", "sincères salutations", "meilleures salutations", "bien à vous", "saludos", "un saludo", "saludos cordiales", "atentamente",
        "cordiali saluti", "distinti saluti", "cordialmente", "atenciosamente", "com os melhores cumprimentos", "melhores cumprimentos", "met vriendelijke groet", "met vriendelijke groeten", "z poważaniem", "pozdrawiam", "med venlig hilsen", "venlig hilsen", "med vänlig hälsning", "med vänliga hälsningar", "vänliga hälsningar",
        "med vennlig hilsen", "vennlig hilsen", "ystävällisin terveisin", "terveisin", "s pozdravem", "с уважением",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string>.AlternateLookup<ReadOnlySpan<char>> s_closingLookup = s_closings.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>The delimiter of RFC 3676 section 4.3, also without its space.</summary>
    internal static bool IsDelimiter(ReadOnlySpan<char> line) => line.Trim() is "--" or "- --" or "\u2014\u2014" or "\u2013\u2013";

    /// <summary>"Sent from my iPhone": begins as one, is short, and is no sentence.</summary>
    internal static bool IsMobile(ReadOnlySpan<char> line)
    {
        line = line.Trim("\t *_[]()-–—>\u00A0 ");
        var link = line.IndexOfAny('<', '[');
        line = (link > 0 ? line[..link] : line).TrimEnd(" *.!\t");
        if (line.Length is < 6 or > 70 || line.IndexOfAny(s_punctuation) >= 0 || line.Count(' ') > 8)
        {
            return false;
        }

        foreach (var start in s_mobileStarts)
        {
            if (line.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return line.EndsWith("から送信", StringComparison.Ordinal) || line.EndsWith("gönderildi", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>"-Ann Jones" as the last line.</summary>
    internal static bool IsDashedName(ReadOnlySpan<char> line)
    {
        line = line.Trim();
        if (line.Length is < 3 or > 40 || line[0] is not ('-' or '–' or '—'))
        {
            return false;
        }

        var name = line[1..].TrimStart();
        if (name.Length != line.Length - 1 || name.IsEmpty || !char.IsUpper(name[0]))
        {
            return false;
        }

        foreach (var c in name)
        {
            if (!char.IsLetter(c) && c is not (' ' or '.' or '\'' or '-' or '’'))
            {
                return false;
            }
        }

        return name.Count(' ') <= 3 && name[^1] != '.';
    }

    /// <summary>Start of a closing ("Kind regards" and at least a name below it) at the end of the text; -1 where there is none.</summary>
    internal static int ClosingStart(TextLines lines, int end)
    {
        var filled = 0;
        for (var i = end - 1; i > 0 && filled <= MaxClosingLines; i--)
        {
            var line = lines.Trimmed(i);
            if (line.IsEmpty)
            {
                continue;
            }

            if (line.Length > 100 || lines.IsQuote(i))
            {
                return -1;
            }

            if (s_closingLookup.Contains(line.Trim(" \t*_,.!;-–")))
            {
                return filled > 0 ? i : -1;
            }

            filled++;
        }

        return -1;
    }
}
