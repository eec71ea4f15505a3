using MimeKit;

namespace EnquiryTriage.Mail.Reading;

/// <summary>Address lists as they really arrive: what the parser refuses is searched for something with an at sign.</summary>
internal static class AddressReading
{
    /// <summary>Most addresses kept of one header field.</summary>
    private const int MaxAddresses = 1_000;

    internal static IReadOnlyList<MailAddress> Parse(byte[] value, string? charset, ParserOptions options)
    {
        var bytes = HeaderText.ToUtf8(value, charset);
        if (InternetAddressList.TryParse(options, bytes, out var list))
        {
            var result = new List<MailAddress>(list.Count);
            foreach (var mailbox in list.Mailboxes.Take(MaxAddresses))
            {
                if (mailbox.Address.Length > 0)
                {
                    // A phrase without an address is a name at least.
                    var name = Clean(mailbox.Name);
                    result.Add(new MailAddress(name is null && !mailbox.Address.Contains('@', StringComparison.Ordinal) ? mailbox.Address : name, mailbox.Address));
                }
            }

            if (result.Count > 0 || list.Count > 0)
            {
                return result;
            }
        }

        return Scavenge(HeaderText.Decode(value, charset, options));
    }

    /// <summary>Last resort: the first word with an at sign, what stands before it as the name.</summary>
    private static IReadOnlyList<MailAddress> Scavenge(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at <= 0)
        {
            return [];
        }

        var start = at;
        while (start > 0 && !IsDelimiter(text[start - 1]))
        {
            start--;
        }

        var end = at + 1;
        while (end < text.Length && !IsDelimiter(text[end]))
        {
            end++;
        }

        return start == at || end == at + 1 ? [] : [new MailAddress(Clean(text[..start].Trim(' ', '<', '"', ',')), text[start..end])];
    }

    private static bool IsDelimiter(char c) => c is '<' or '>' or '"' or ',' or ';' or '(' or ')' or '[' or ']' || char.IsWhiteSpace(c);

    private static string? Clean(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
        {
            return null;
        }

        return HeaderText.Collapse(name);
    }
}
