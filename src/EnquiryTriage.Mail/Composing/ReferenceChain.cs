namespace EnquiryTriage.Mail.Composing;

/// <summary>The References of an answer (RFC 5322 section 3.6.4), cut so that no relay chokes on a long thread.</summary>
internal static class ReferenceChain
{
    /// <summary>Longest value in characters, brackets and spaces included.</summary>
    public const int MaxCharacters = 1_500;

    /// <summary>The references of the mail that is answered and its own id; of a long chain the first, the last and the recent ones.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<string> references, string? inReplyTo)
    {
        var chain = new List<string>();
        foreach (var id in references.Append(inReplyTo).Select(HeaderText.Id).Where(id => id.Length > 0))
        {
            chain.Remove(id);
            chain.Add(id);
        }

        if (chain.Count == 0 || Length(chain[^1]) > MaxCharacters)
        {
            return [];
        }

        var left = MaxCharacters - Length(chain[^1]);
        var kept = new List<string> { chain[^1] };
        var withFirst = chain.Count > 1 && Length(chain[0]) <= left;
        left -= withFirst ? Length(chain[0]) : 0;
        for (var i = chain.Count - 2; i > 0 && Length(chain[i]) <= left; i--)
        {
            left -= Length(chain[i]);
            kept.Add(chain[i]);
        }

        if (withFirst)
        {
            kept.Add(chain[0]);
        }

        kept.Reverse();
        return kept;
    }

    /// <summary>The chain as a header value.</summary>
    public static string Value(IEnumerable<string> ids) => string.Join(' ', ids.Select(id => $"<{id}>"));

    // Two brackets and the space between.
    private static int Length(string id) => id.Length + 3;
}
