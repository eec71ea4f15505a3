using System.Collections.Frozen;
using System.Text;
using System.Text.RegularExpressions;

namespace EnquiryTriage.Core.Learning;

/// <summary>
/// Takes names and numbers out of a text that is to be trained on. Rather a word too many than one too few: a capital inside a sentence
/// is taken for a name unless the word is known to be none.
/// </summary>
public static partial class Redaction
{
    private const string Name = "[name]";
    private const double Shouting = 0.6;

    // Capitals that name no person: calendar, nations, bodies, laws, and the words they are made of.
    private static readonly FrozenSet<string> Known = new[]
    {
        "i", "i'm", "i'd", "i'll", "i've", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january", "february", "march", "april", "may", "june",
        "july", "august", "september", "october", "november", "december", "easter", "christmas", "uk", "gb", "eu", "british", "britain", "english", "england", "welsh", "wales", "scottish",
        "scotland", "irish", "ireland", "northern", "southern", "eastern", "western", "north", "south", "east", "west", "europe", "european", "london", "french", "france", "dutch",
        "albanian", "vietnamese", "romanian", "russian", "chinese", "turkish", "national", "crime", "agency", "nca", "police", "commissioner", "commissioners", "pcc", "pccs", "pfcc", "opcc",
        "constabulary", "force", "forces", "office", "home", "government", "council", "councils", "county", "borough", "city", "parliament", "senedd", "border", "customs", "hmrc", "hmicfrs",
        "iopc", "cps", "ico", "gla", "glaa", "nrm", "ncsc", "necc", "nfib", "ukfiu", "ceop", "rocu", "rocus", "regional", "organised", "unit", "action", "fraud", "report", "europol", "interpol",
        "nsa", "spr", "strategic", "assessment", "policing", "requirement", "plan", "plans", "act", "modern", "slavery", "serious", "soc", "csa", "cse", "sar", "sars", "foi", "gdpr", "dpa", "mp",
        "mps", "bbc", "nhs", "dvla", "dbs", "crimestoppers", "childline", "covid", "brexit", "bitcoin", "whatsapp", "facebook", "instagram", "snapchat", "telegram", "zoom", "teams", "pdf", "dr",
        "mr", "mrs", "ms", "miss", "sir", "dame", "cllr", "councillor", "madam", "director", "general", "chief", "constable", "chair", "candidate", "candidates", "agent",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Titles =
        new[] { "mr", "mrs", "ms", "miss", "dr", "sir", "dame", "lord", "lady", "cllr", "councillor", "pc", "dc", "ds", "di", "dci", "sgt", "insp", "supt", "rev", "prof", "mp" }
            .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The text without addresses, links, postcodes, digits and what may be a person's name.</summary>
    /// <param name="text">The sender's words.</param>
    /// <param name="names">Names known to be in it, such as the sender's; replaced wherever they stand and however they are written.</param>
    public static string Of(string text, IReadOnlyCollection<string> names)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(names);
        var own = names.SelectMany(n => n.Split([' ', '.', ',', '"', '\''], StringSplitOptions.RemoveEmptyEntries)).Where(n => n.Length > 2).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var plain = Address().Replace(text, "[address]");
        plain = Link().Replace(plain, "[link]");
        plain = Postcode().Replace(plain, "[postcode]");
        if (IsShouted(plain))
        {
            plain = plain.ToLowerInvariant();
        }

        return Digit().Replace(WithoutNames(plain, own), "0");
    }

    private static bool IsShouted(string text)
    {
        var letters = text.Count(char.IsLetter);
        return letters > 20 && text.Count(char.IsUpper) > letters * Shouting;
    }

    private static string WithoutNames(string text, HashSet<string> own)
    {
        var words = Word().Matches(text);
        var result = new StringBuilder(text.Length);
        var from = 0;
        for (var i = 0; i < words.Count; i++)
        {
            var word = words[i];
            if (IsName(text, words, i, own))
            {
                result.Append(text, from, word.Index - from).Append(Name);
                from = word.Index + word.Length;
            }
        }

        return result.Append(text, from, text.Length - from).ToString();
    }

    private static bool IsName(string text, MatchCollection words, int i, HashSet<string> own)
    {
        var word = words[i].Value;
        if (own.Contains(word))
        {
            return true;
        }

        var bare = word.EndsWith("'s", StringComparison.Ordinal) || word.EndsWith("’s", StringComparison.Ordinal) ? word[..^2] : word;
        if (!char.IsUpper(word[0]) || Known.Contains(bare) || IsAcronym(bare))
        {
            return own.Contains(bare);
        }

        return !StartsSentence(text, words[i].Index)
            || (i > 0 && Titles.Contains(words[i - 1].Value) && words[i].Index - words[i - 1].Index - words[i - 1].Length <= 2)
            || (i + 1 < words.Count && NextToIt(text, words[i], words[i + 1]) && char.IsUpper(words[i + 1].Value[0]) && !Known.Contains(words[i + 1].Value) && !IsAcronym(words[i + 1].Value));
    }

    private static bool IsAcronym(string word) => word.Length is >= 2 and <= 6 && word.All(char.IsUpper);

    private static bool NextToIt(string text, Match word, Match next) => text.AsSpan(word.Index + word.Length, next.Index - word.Index - word.Length) is " ";

    private static bool StartsSentence(string text, int at)
    {
        for (var i = at - 1; i >= 0; i--)
        {
            if (text[i] == '\n')
            {
                return true;
            }

            if (!char.IsWhiteSpace(text[i]) && text[i] is not ('"' or '\'' or '(' or '“' or '‘'))
            {
                return text[i] is '.' or '!' or '?' or ':' or ';' or '-' or '*' or '•' or '–' or '—';
            }
        }

        return true;
    }

    [GeneratedRegex(@"[^\s@<>()\[\],;:]{1,64}@[^\s@<>()\[\],;:]{1,255}", RegexOptions.NonBacktracking)]
    private static partial Regex Address();

    [GeneratedRegex(@"\b(?:https?://|www\.)\S+", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Link();

    [GeneratedRegex(@"\b[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Postcode();

    [GeneratedRegex(@"[0-9]", RegexOptions.NonBacktracking)]
    private static partial Regex Digit();

    [GeneratedRegex(@"\p{L}[\p{L}'’-]*", RegexOptions.NonBacktracking)]
    private static partial Regex Word();
}
