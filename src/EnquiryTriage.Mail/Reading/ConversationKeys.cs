using System.Text.RegularExpressions;

namespace EnquiryTriage.Mail.Reading;

/// <summary>What ties a mail to one of ours: signed ids first, then a tag in the subject that proves nothing by itself.</summary>
internal static partial class ConversationKeys
{
    /// <summary>Most candidates in a body that are put to the HMAC.</summary>
    private const int MaxBodyCandidates = 200;

    /// <summary>Tokens proven by their HMAC, best first: In-Reply-To, References right to left, ids in the text.</summary>
    internal static IReadOnlyList<string> OurTokens(SignedMessageIds? ours, IReadOnlyList<string> inReplyTo, IReadOnlyList<string> references, string text)
    {
        if (ours is null)
        {
            return [];
        }

        var tokens = new List<string>();
        foreach (var id in inReplyTo)
        {
            Add(ours, id, tokens);
        }

        for (var i = references.Count - 1; i >= 0; i--)
        {
            Add(ours, references[i], tokens);
        }

        AddFromText(ours, text, tokens);
        return tokens;
    }

    /// <summary>The first reference in brackets or not that looks like ours, as "ET-4K7QZ2M-P"; null where there is none.</summary>
    internal static string? SubjectTag(string subject)
    {
        var match = Tag().Match(subject);
        return match.Success ? match.Groups["tag"].Value.ToUpperInvariant() : null;
    }

    private static void Add(SignedMessageIds ours, string id, List<string> tokens)
    {
        if (ours.TryVerify(id, out var token) && !tokens.Contains(token, StringComparer.OrdinalIgnoreCase))
        {
            tokens.Add(token);
        }
    }

    /// <summary>A client that drops the headers still quotes the id that we wrote at the foot of our mail.</summary>
    private static void AddFromText(SignedMessageIds ours, string text, List<string> tokens)
    {
        var at = 0;
        for (var n = 0; n < MaxBodyCandidates; n++)
        {
            var hit = text.AsSpan(at).IndexOf(ours.Domain, StringComparison.OrdinalIgnoreCase);
            if (hit < 0)
            {
                return;
            }

            var domain = at + hit;
            at = domain + ours.Domain.Length;
            if (domain == 0 || text[domain - 1] != '@')
            {
                continue;
            }

            var start = domain - 1;
            while (start > 0 && domain - start < 200 && (char.IsAsciiLetterOrDigit(text[start - 1]) || text[start - 1] == '-'))
            {
                start--;
            }

            Add(ours, text[start..at], tokens);
        }
    }

    /// <summary>Prefix letters, then the groups of a reference; at least one digit is asked for by the caller's own check character.</summary>
    [GeneratedRegex(@"(^|[^A-Za-z0-9-])(?<tag>[A-Za-z]{2,8}-([0-9A-Za-z]{5,9}-[0-9A-Za-z]|[0-9]{4}-[0-9]{4,8}))($|[^A-Za-z0-9-])", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Tag();
}
