namespace EnquiryTriage.Mail.Delivery;

/// <summary>Finds RFC 3463 status codes in what servers say, and derives them where they say it in words or with an SMTP reply only.</summary>
internal static class StatusCodes
{
    /// <summary>Words of servers and what they mean; the first that is found counts. All lower case.</summary>
    private static readonly (string Words, string Detail)[] Meanings =
    [
        ("account or domain may not exist", "1.2"), ("mailbox full", "2.2"), ("mailbox is full", "2.2"), ("mailfolder is full", "2.2"), ("mailbox has exceeded", "2.2"), ("mailbox exceeds", "2.2"), ("mailbox size", "2.2"), ("mailbox quota", "2.2"), ("quota", "2.2"), ("over quota", "2.2"), ("overquota", "2.2"), ("over its quota", "2.2"), ("quota exceeded", "2.2"), ("exceeded the local limit", "2.2"), ("exceeds the quota", "2.2"), ("exceeded storage", "2.2"),
        ("exceeded its quota", "2.2"), ("disk quota", "2.2"), ("not enough storage", "2.2"), ("insufficient storage", "2.2"), ("storage limit", "2.2"), ("メールボックスが一杯", "2.2"), ("メールボックスに空き", "2.2"), ("volle mailbox", "2.2"), ("buzón lleno", "2.2"), ("почтовый ящик переполнен", "2.2"), ("user is over the quota", "2.2"),
        ("unknown user", "1.1"), ("user unknown", "1.1"), ("no such user", "1.1"), ("no such recipient", "1.1"), ("no such person", "1.1"), ("no such account", "1.1"), ("unknown local user", "1.1"), ("user is unknown", "1.1"), ("user is not known", "1.1"), ("not known here", "1.1"), ("does not have a", "1.1"), ("unknown sender or recipient", "1.1"), ("no such address", "1.1"), ("no such mailbox", "1.1"), ("no mailbox here by that name", "1.1"), ("mailbox not found", "1.1"), ("recipient not found", "1.1"), ("recipientnotfound", "1.1"), ("user not found", "1.1"),
        ("address not found", "1.1"), ("account not found", "1.1"), ("unknown recipient", "1.1"), ("recipient unknown", "1.1"), ("invalid recipient", "1.1"), ("invalid user", "1.1"), ("invalid mailbox", "1.1"), ("invalid address", "1.1"), ("not listed in", "1.1"), ("does not exist", "1.1"), ("doesn't exist", "1.1"), ("doesn't have a", "1.1"), ("does not have an account", "1.1"), ("unknown address", "1.1"), ("unknown or illegal", "1.1"),
        ("address unknown", "1.1"), ("unknown mailbox", "1.1"), ("not our customer", "1.1"), ("is not a valid", "1.1"), ("recipient name is not recognized", "1.1"), ("user doesn't", "1.1"), ("unrouteable", "1.2"), ("unroutable", "1.2"), ("recipient rejected", "1.1"), ("user does not", "1.1"), ("no account", "1.1"), ("utilisateur inconnu", "1.1"), ("unbekannter", "1.1"), ("usuario desconocido", "1.1"), ("usuario no existe", "1.1"), ("no existe", "1.1"), ("não existe", "1.1"), ("存在しない", "1.1"), ("ne figure pas", "1.1"), ("introuvable", "1.1"), ("were unknown", "1.1"), ("are unknown", "1.1"), ("usuário desconhecido", "1.1"), ("onbekende gebruiker", "1.1"), ("gebruiker onbekend", "1.1"), ("utente sconosciuto", "1.1"), ("benutzer unbekannt", "1.1"), ("konnte nicht gefunden werden", "1.1"), ("wurde nicht gefunden", "1.1"), ("couldn't be found", "1.1"), ("wasn't found at", "1.1"), ("no longer valid", "1.1"), ("宛先不明", "1.1"), ("宛先が見つかり", "1.1"), ("用户不存在", "1.1"), ("不存在", "1.1"),
        ("mailbox disabled", "2.1"), ("account disabled", "2.1"), ("account is disabled", "2.1"), ("account has been disabled", "2.1"), ("account inactive", "2.1"), ("mailbox inactive", "2.1"), ("account is inactive", "2.1"), ("suspended", "2.1"), ("account that you tried to reach is disabled", "2.1"), ("mailbox unavailable", "2.0"), ("mailbox is unavailable", "2.0"),
        ("host unknown", "1.2"), ("unknown host", "1.2"), ("host not found", "1.2"), ("domain not found", "1.2"), ("no such domain", "1.2"), ("dns records for the", "1.2"), ("does not appear to be registered", "1.2"), ("domain name not found", "1.2"), ("non-existent hosts", "4.4"), ("unknown domain", "1.2"), ("name or service not known", "4.4"), ("name service error", "4.4"), ("couldn't find any host", "1.2"), ("mail exchanger", "4.4"),
        ("loop", "4.6"), ("too many hops", "4.6"), ("multiple retries", "4.7"), ("host not reachable", "4.1"), ("unreachable", "4.1"), ("hop count", "4.6"), ("timed out", "4.1"), ("timeout", "4.7"), ("time expired", "4.7"), ("expired", "4.7"), ("too long", "4.7"), ("connection refused", "4.1"), ("connection reset", "4.2"), ("could not connect", "4.1"), ("unable to connect", "4.1"), ("no route to host", "4.1"),
        ("message size", "3.4"), ("too large", "3.4"), ("too big", "3.4"), ("size limit", "3.4"), ("exceeds", "3.4"),
        ("relaying", "7.1"), ("relay access denied", "7.1"), ("relay denied", "7.1"), ("relay not permitted", "7.1"), ("unable to relay", "7.1"), ("spam", "7.1"), ("blocked", "7.1"), ("blacklist", "7.1"), ("policy", "7.1"), ("access denied", "7.1"), ("not authorized", "7.1"), ("not a member", "7.1"), ("not member", "7.1"), ("not authorised", "7.1"), ("permission", "7.1"), ("unsolicited", "7.1"), ("virus", "7.0"), ("dmarc", "7.1"),
    ];

    /// <summary>A status as "5.1.1" in <paramref name="text"/>, or null; detailed ones before x.0.0.</summary>
    public static string? Enhanced(ReadOnlySpan<char> text)
    {
        string? general = null;
        for (var i = 0; i + 4 < text.Length; i++)
        {
            if (text[i] is not ('2' or '4' or '5') || text[i + 1] != '.' || (i > 0 && (char.IsAsciiLetterOrDigit(text[i - 1]) || text[i - 1] is '.' or '/')))
            {
                continue;
            }

            var subject = Digits(text, i + 2);
            if (subject is 0 or > 3 || i + 2 + subject >= text.Length || text[i + 2 + subject] != '.')
            {
                continue;
            }

            var detailAt = i + 3 + subject;
            var detail = Digits(text, detailAt);
            var end = detailAt + detail;
            if (detail is 0 or > 3 || (end + 1 < text.Length && text[end] == '.' && char.IsAsciiDigit(text[end + 1])))
            {
                continue;
            }

            var found = text[i..end].ToString();
            if (!found.EndsWith(".0.0", StringComparison.Ordinal))
            {
                return found;
            }

            general ??= found;
        }

        return general;
    }

    /// <summary>The first SMTP reply code of a refusal (4yz or 5yz) in <paramref name="text"/>, or null.</summary>
    public static string? Reply(ReadOnlySpan<char> text)
    {
        for (var i = 0; i + 2 < text.Length; i++)
        {
            if (text[i] is '4' or '5'
                && text[i + 1] is >= '0' and <= '7'
                && char.IsAsciiDigit(text[i + 2])
                && (i == 0 || !(char.IsAsciiLetterOrDigit(text[i - 1]) || text[i - 1] is '.' or '@' or '_' or '/' or '+' or '='))
                && (i + 3 == text.Length || text[i + 3] is ' ' or '-' or ':' or ',' or ';' or ')' or '"' or '\'' or '\n' or ']' or '<' || (text[i + 3] == '.' && (i + 4 == text.Length || !char.IsAsciiDigit(text[i + 4])))))
            {
                return text.Slice(i, 3).ToString();
            }
        }

        return null;
    }

    /// <summary>The status for what a server said: its own code, else the meaning of its words in the class of its reply, else the class alone.</summary>
    /// <param name="said">The server's words.</param>
    /// <param name="action">What the report says happened; decides the class where there is no reply code.</param>
    public static string Derive(ReadOnlySpan<char> said, DeliveryAction action)
    {
        if (Enhanced(said) is { } enhanced)
        {
            return enhanced;
        }

        var reply = Reply(said);
        var severity = reply is not null ? reply[0] : action switch
        {
            DeliveryAction.Failed => '5',
            DeliveryAction.Delayed => '4',
            _ => '2',
        };
        if (severity != '2')
        {
            foreach (var (words, detail) in Meanings)
            {
                if (said.Contains(words, StringComparison.OrdinalIgnoreCase))
                {
                    return $"{severity}.{detail}";
                }
            }
        }

        return $"{severity}.0.0";
    }

    private static int Digits(ReadOnlySpan<char> text, int from)
    {
        var count = 0;
        while (from + count < text.Length && count < 4 && char.IsAsciiDigit(text[from + count]))
        {
            count++;
        }

        return count;
    }
}
