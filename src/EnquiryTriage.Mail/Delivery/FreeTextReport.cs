using System.Buffers;
using System.Collections.Frozen;
using EnquiryTriage.Mail.Automatic;

namespace EnquiryTriage.Mail.Delivery;

/// <summary>
/// Recipients of a report that is written for people. Whatever the system, the address stands alone on its line, or opens a line of
/// reasons, or follows a label or an SMTP command: the strongest of these that is found counts, the weaker ones are ignored.
/// </summary>
internal static class FreeTextReport
{
    private const int MaxDiagnostic = 1_000;
    private const int MaxRecipients = 200;

    /// <summary>Labels before an address that was written to.</summary>
    private static readonly string[] RecipientLabels =
    [
        "rcpt to", "recipient", "recipients", "recipient address", "recipient(s)", "could not be delivered to", "failed recipient", "failed recipients", "final-recipient", "final recipient", "original-recipient", "original recipient", "x-actual-recipient", "addressto", "addressed to", "addressee", "address", "destination", "unknown user", "user unknown", "invalid user", "no such user", "invalid recipient",
        "unable to deliver message to", "unable to deliver to", "user", "mailbox", "envelope-to", "failed", "failed address", "delivery failed", "delivery to", "undeliverable to", "destinatario", "destinatarios", "destinatário", "destinataire", "destinataires", "empfänger", "empfaenger", "ontvanger", "mottagare", "adresat", "получатель", "宛先", "受信者", "送信先", "収件人", "收件人", "收件者", "수신자",
        "to", "à", "an", "para", "a", "do", "till",
    ];

    /// <summary>Labels before an address that was not written to, or text that isn't the report's.</summary>
    private static readonly FrozenSet<string> OtherLabels = new[]
    {
        "from", "sender", "mail from", "envelope-from", "envelope from", "reply-to", "return-path", "subject", "date", "sent", "message-id", "message id", "cc", "bcc", "x-mailer", "reporting-mta", "remote-mta", "by", "von", "de", "da", "från", "fra", "original sender", "mailfrom", "contact", "errors-to", "差出人", "送信者", "发件人", "寄件者", "от", "отправитель", "absender", "expéditeur", "remitente", "remetente", "mittente", "in-reply-to", "references", "received",
        "message-id is", "originator", "x-sender", "x-original-message-id", "delivered-to", "postmaster", "admin", "administrator", "support",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private static readonly SearchValues<char> LabelStarts = SearchValues.Create(":><;([");
    private static readonly SearchValues<char> WordStarts = SearchValues.Create(" \t<\"'(");

    /// <summary>How surely an address is a recipient's.</summary>
    private enum Strength
    {
        Listed,
        Labelled,
        OnErrorLine,
        Mentioned,
    }

    private readonly record struct Candidate(string Address, Strength Strength, int Line);

    /// <summary>Recipients found, each with the words that go with it; "" where there are none.</summary>
    /// <param name="lines">The report's lines.</param>
    /// <param name="notRecipients">Addresses of the sender and of the reporting system.</param>
    /// <param name="original">Whom the original mail was written to: breaks ties, and takes in an excluded address again.</param>
    public static List<(string Address, string Said)> Recipients(IReadOnlyList<string> lines, IReadOnlySet<string> notRecipients, IReadOnlyList<string> original)
    {
        var all = Candidates(lines);
        var kept = all.Where(c => !notRecipients.Contains(c.Address) && !IsSystem(c.Address, original)).ToList();
        if (kept.Count == 0)
        {
            // Somebody who wrote to himself, or to a postmaster.
            kept = [.. all.Where(c => c.Strength <= Strength.Labelled && original.Contains(c.Address, StringComparer.OrdinalIgnoreCase))];
        }

        if (kept.Count == 0)
        {
            return [];
        }

        var best = kept.Min(c => c.Strength);
        var chosen = kept.Where(c => c.Strength == best).DistinctBy(c => c.Address, StringComparer.OrdinalIgnoreCase).Take(MaxRecipients).ToList();
        if (best == Strength.Mentioned)
        {
            chosen = chosen.FindAll(c => original.Contains(c.Address, StringComparer.OrdinalIgnoreCase)) is { Count: > 0 } known ? known : chosen[..1];
        }

        return [.. chosen.Select((c, i) => (c.Address, Said(lines, c.Line, i + 1 < chosen.Count ? chosen[i + 1].Line : lines.Count)))];
    }

    private static List<Candidate> Candidates(IReadOnlyList<string> lines)
    {
        var all = new List<Candidate>();
        for (var i = 0; i < lines.Count && all.Count < 2_000; i++)
        {
            var line = lines[i];
            if (!line.Contains('@', StringComparison.Ordinal))
            {
                continue;
            }

            if (IsSenderLine(lines, i))
            {
                continue;
            }

            foreach (var found in AddressScanner.All(line, 20))
            {
                if (Classify(line, found) is { } strength)
                {
                    all.Add(new Candidate(found.Address, strength, i));
                }
            }
        }

        return all;
    }

    // "A message sent by" / an address alone / "could not be delivered": the address is the sender's.
    private static bool IsSenderLine(IReadOnlyList<string> lines, int at)
    {
        for (var i = at - 1; i >= 0 && i >= at - 3; i--)
        {
            var before = lines[i].AsSpan().Trim();
            if (before.Length > 0)
            {
                return before.EndsWith("sent by", StringComparison.OrdinalIgnoreCase)
                    || before.EndsWith("message from", StringComparison.OrdinalIgnoreCase)
                    || before.EndsWith("mail from", StringComparison.OrdinalIgnoreCase)
                    || before.EndsWith("sender:", StringComparison.OrdinalIgnoreCase)
                    || before.EndsWith("from:", StringComparison.OrdinalIgnoreCase);
            }
        }

        return false;
    }

    private static Strength? Classify(string line, AddressScanner.Found found)
    {
        var before = line.AsSpan(0, found.Start);
        var after = line.AsSpan(found.End);
        if (IsInside(before, after))
        {
            return null;
        }

        var lead = before.Trim(" \t*>\"'<([{-•·・|.　").ToString();
        var label = Label(lead);
        if (label is not null && OtherLabels.Contains(label))
        {
            return null;
        }

        if (label is not null && RecipientLabels.Contains(label, StringComparer.OrdinalIgnoreCase))
        {
            return label.Length <= 4 ? Strength.OnErrorLine : Strength.Labelled;
        }

        if (lead.Length == 0 || IsOrdinal(lead))
        {
            return Opens(after) ? Strength.Listed : Strength.OnErrorLine;
        }

        if (EndsWithAny(lead, "mail from", "from", "contact", "sender", "admin", "administrator", "postmaster", "support at", "e-mail", "generated from", "generated by"))
        {
            return EndsWithAny(lead, "generated from", "generated by") ? Strength.OnErrorLine : null;
        }

        if (EndsWithAny(lead, "rcpt to", "rcpt to:", "delivered to", "deliver to", "delivered to:", "mail to", "message to", "recipient", "recipient:", "address", "user", "unknown user", "user unknown", "for", "mailbox", "account", "recipients:", "errors:", "to:", "to"))
        {
            return EndsWithAny(lead, "for") ? Strength.OnErrorLine : Strength.Labelled;
        }

        return StatusCodes.Reply(line) is not null || StatusCodes.Enhanced(line) is not null ? Strength.OnErrorLine : Strength.Mentioned;
    }

    // What may follow an address that opens its line: nothing, a colon, a bracket, or the reason.
    private static bool Opens(ReadOnlySpan<char> after)
    {
        var rest = after.TrimStart(" \t>\"')]");
        return rest.Length == 0 || rest[0] is ':' or ',' or ';' or '[' or '(' or '<' or '-' or '.' or '{' || char.IsAsciiDigit(rest[0]) || after.Length - rest.Length >= 1;
    }

    // In a URL, in a Message-ID, or as a sender's argument.
    private static bool IsInside(ReadOnlySpan<char> before, ReadOnlySpan<char> after)
    {
        var word = before[(before.LastIndexOfAny(WordStarts) + 1)..];
        return word.Contains("://", StringComparison.Ordinal)
            || before.EndsWith("<mailto:", StringComparison.OrdinalIgnoreCase)
            || before.TrimEnd('<').EndsWith("id ", StringComparison.OrdinalIgnoreCase)
            || (after.StartsWith(">", StringComparison.Ordinal) && before.TrimEnd('<').TrimEnd().EndsWith("message-id:", StringComparison.OrdinalIgnoreCase))
            || before.TrimEnd('<').TrimEnd().EndsWith("mail from:", StringComparison.OrdinalIgnoreCase);
    }

    private static string? Label(string lead)
    {
        var colon = Math.Max(lead.LastIndexOf(':'), lead.LastIndexOf('：'));
        if (colon < 0 || colon < lead.Length - 8)
        {
            return null;
        }

        var label = lead[..colon];
        var start = label.AsSpan().LastIndexOfAny(LabelStarts);
        return label[(start + 1)..].Trim(' ', '\t', '*', '-', '>', '"').ToLowerInvariant();
    }

    private static bool IsOrdinal(string lead) => lead.Length <= 4 && lead.Trim('.', ')', '(', '#').All(char.IsAsciiDigit);

    private static bool IsSystem(string address, IReadOnlyList<string> original) =>
        AnswerPolicy.RobotName(address) is not null && !original.Contains(address, StringComparer.OrdinalIgnoreCase);

    private static string Said(IReadOnlyList<string> lines, int from, int to)
    {
        var said = new System.Text.StringBuilder();
        for (var i = from; i < Math.Min(to <= from ? lines.Count : to, from + 25) && said.Length < MaxDiagnostic; i++)
        {
            var line = lines[i].Trim();
            if (line.Length > 0)
            {
                said.Append(said.Length > 0 ? " " : "").Append(line);
            }
        }

        return said.Length > MaxDiagnostic ? said.ToString(0, MaxDiagnostic) : said.ToString();
    }

    private static bool EndsWithAny(string lead, params ReadOnlySpan<string> endings)
    {
        foreach (var ending in endings)
        {
            if (lead.EndsWith(ending, StringComparison.OrdinalIgnoreCase)
                && (lead.Length == ending.Length || !char.IsLetter(lead[lead.Length - ending.Length - 1])))
            {
                return true;
            }
        }

        return false;
    }
}
