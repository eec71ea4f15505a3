using EnquiryTriage.Mail.Automatic;
using MimeKit;

namespace EnquiryTriage.Mail.Authentication;

/// <summary>
/// Reads the topmost Authentication-Results (RFC 8601), and only if the configured server wrote it: fields further down may have come
/// with the mail. Never throws; what makes no sense proves nothing.
/// </summary>
internal static class AuthenticationResultsReader
{
    private const int MaxTokens = 500;

    /// <summary>The result, or null where no server is configured, none wrote the topmost field, or it ends before its first result.</summary>
    public static AuthenticationResult? Read(MimeMessage message, string? authservId)
    {
        if (string.IsNullOrWhiteSpace(authservId))
        {
            return null;
        }

        foreach (var header in message.Headers)
        {
            if (header.Field.Equals("Authentication-Results", StringComparison.OrdinalIgnoreCase))
            {
                return Parse(HeaderFacts.Ascii(header.RawValue, 16_000), authservId.Trim());
            }
        }

        return null;
    }

    private static AuthenticationResult? Parse(string value, string authservId)
    {
        var clauses = Clauses(value);
        if (clauses.Count == 0 || clauses[0].Count == 0 || !clauses[0][0].Equals(authservId, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        var result = new AuthenticationResult(clauses[0][0], default, null, default, [], default, null);
        var signers = new List<string>();
        foreach (var clause in clauses.Skip(1))
        {
            result = Add(result, clause, signers);
        }

        return result with { DkimDomains = signers };
    }

    private static AuthenticationResult Add(AuthenticationResult result, List<string> clause, List<string> signers)
    {
        if (clause.Count == 0 || Split(clause[0]) is not { } first)
        {
            return result;
        }

        var verdict = Verdict(first.Value);
        var slash = first.Name.IndexOf('/', StringComparison.Ordinal);
        switch ((slash < 0 ? first.Name : first.Name[..slash]).ToLowerInvariant())
        {
            case "spf" when result.Spf == AuthenticationVerdict.None:
                return result with { Spf = verdict, SpfDomain = Domain(clause, "smtp.mailfrom") ?? Domain(clause, "smtp.helo") };
            case "dmarc" when result.Dmarc == AuthenticationVerdict.None:
                return result with { Dmarc = verdict, DmarcDomain = Domain(clause, "header.from") };
            case "dkim":
                if (verdict == AuthenticationVerdict.Pass && (Domain(clause, "header.d") ?? Domain(clause, "header.i")) is { } signer)
                {
                    signers.Add(signer);
                }

                return result.Dkim is AuthenticationVerdict.None || verdict == AuthenticationVerdict.Pass ? result with { Dkim = verdict } : result;
            default:
                return result;
        }
    }

    private static AuthenticationVerdict Verdict(string word) => word.ToLowerInvariant() switch
    {
        "pass" => AuthenticationVerdict.Pass,
        "fail" or "hardfail" or "softfail" or "policy" => AuthenticationVerdict.Fail,
        "neutral" => AuthenticationVerdict.Neutral,
        "temperror" or "permerror" => AuthenticationVerdict.Error,
        _ => AuthenticationVerdict.None,
    };

    private static string? Domain(List<string> clause, string property)
    {
        foreach (var token in clause)
        {
            if (Split(token) is { } pair && pair.Name.Equals(property, StringComparison.OrdinalIgnoreCase))
            {
                var domain = pair.Value[(pair.Value.LastIndexOf('@') + 1)..].Trim('.').ToLowerInvariant();
                return domain.Length == 0 ? null : domain;
            }
        }

        return null;
    }

    private static (string Name, string Value)? Split(string token)
    {
        var equals = token.IndexOf('=', StringComparison.Ordinal);
        return equals <= 0 ? null : (token[..equals].Trim(), token[(equals + 1)..].Trim());
    }

    /// <summary>The clauses between semicolons, as words; comments are left out, quotes are taken off, white space round "=" closes up.</summary>
    private static List<List<string>> Clauses(string value)
    {
        var clauses = new List<List<string>> { new() };
        var word = new System.Text.StringBuilder();
        var tokens = 0;
        for (var i = 0; i < value.Length && tokens < MaxTokens; i++)
        {
            var c = value[i];
            if (c == '(')
            {
                i = AfterComment(value, i);
            }
            else if (c == '"')
            {
                i = Quoted(value, i, word);
            }
            else if (c is ';' or ' ')
            {
                tokens += Flush(clauses[^1], word);
                if (c == ';')
                {
                    clauses.Add([]);
                }
            }
            else
            {
                word.Append(c);
            }
        }

        Flush(clauses[^1], word);
        return clauses;
    }

    private static int Flush(List<string> clause, System.Text.StringBuilder word)
    {
        if (word.Length == 0)
        {
            return 0;
        }

        var text = word.ToString();
        word.Clear();
        if (clause.Count > 0 && (text[0] == '=' || clause[^1].EndsWith('=')))
        {
            clause[^1] += text;
            return 0;
        }

        clause.Add(text);
        return 1;
    }

    private static int AfterComment(string value, int open)
    {
        var depth = 0;
        for (var i = open; i < value.Length; i++)
        {
            depth += value[i] switch { '(' => 1, ')' => -1, _ => 0 };
            i += value[i] == '\\' ? 1 : 0;
            if (depth == 0)
            {
                return i;
            }
        }

        return value.Length;
    }

    private static int Quoted(string value, int open, System.Text.StringBuilder word)
    {
        var i = open + 1;
        for (; i < value.Length && value[i] != '"'; i++)
        {
            i += value[i] == '\\' && i + 1 < value.Length ? 1 : 0;
            word.Append(value[i]);
        }

        return i;
    }
}
