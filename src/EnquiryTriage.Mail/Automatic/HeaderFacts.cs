using System.Collections.Frozen;
using System.Text;
using MimeKit;

namespace EnquiryTriage.Mail.Automatic;

/// <summary>
/// What the header says about machines, gathered in one pass. Only the fields that matter are decoded, and only as far as
/// ASCII needs: MimeKit's own decoding may throw on broken fields, this cannot.
/// </summary>
internal sealed class HeaderFacts
{
    /// <summary>Longest part of a field value that is looked at, in characters.</summary>
    private const int MaxValue = 2_000;

    private static readonly FrozenSet<string> Wanted = new[]
    {
        "Auto-Submitted", "Precedence", "X-Precedence", "Preference", "Return-Path", "X-Failed-Recipients", "X-Auto-Response-Suppress",
        "List-Id", "List-Post", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Help", "List-Subscribe", "List-Owner", "List-Archive",
        "Mailing-List", "X-Mailing-List", "X-BeenThere", "X-Mailman-Version", "X-Google-Group-Id", "X-Loop", "Feedback-ID", "In-Reply-To", "References",
        "Message-ID", "Content-Type", "From", "Sender", "Reply-To", "To", "Subject", "X-Mailer", "User-Agent", "Errors-To", "X-Sender", "Delivered-To",
        "X-MS-Exchange-Inbox-Rules-Loop", "X-MS-Exchange-Message-Is-Ndr", "X-MLServer", "X-Amz-Sns-Message-Id", AutomaticHeaders.LoopHeader,
    }
    .Concat(AutomaticHeaders.MachineFields.Select(f => f.Name))
    .Concat(AutomaticHeaders.BulkSenderFields)
    .ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly Dictionary<string, string> _first = new(StringComparer.OrdinalIgnoreCase);

    private HeaderFacts(string? fromAddress, string? fromName, IReadOnlyList<string> replyTo)
    {
        FromAddress = fromAddress;
        FromName = fromName;
        ReplyTo = replyTo;
    }

    /// <summary>The author's address, or null where there is none that can be read.</summary>
    public string? FromAddress { get; private set; }

    /// <summary>The author's display name.</summary>
    public string? FromName { get; private set; }

    /// <summary>Reply-To addresses.</summary>
    public IReadOnlyList<string> ReplyTo { get; private set; }

    /// <summary>Where an answer would go: a single Reply-To, else From.</summary>
    public string? AnswerTo => ReplyTo.Count == 1 ? ReplyTo[0] : FromAddress;

    /// <summary>Whether Return-Path is there and is the null path (RFC 5321 section 4.5.5). A missing field is not null.</summary>
    public bool NullReturnPath { get; private set; }

    /// <summary>The first value of the field <paramref name="name"/>, unfolded and trimmed, or null.</summary>
    public string? this[string name] => _first.GetValueOrDefault(name);

    /// <summary>Whether the field is there.</summary>
    public bool Has(string name) => _first.ContainsKey(name);

    /// <summary>Gathers the facts of <paramref name="message"/>.</summary>
    public static HeaderFacts Of(MimeMessage message)
    {
        var facts = new HeaderFacts(null, null, []);
        foreach (var header in message.Headers)
        {
            if (Wanted.Contains(header.Field))
            {
                facts._first.TryAdd(header.Field, Ascii(header.RawValue));
            }
        }

        if (message.Body is { } body && !facts.Has("Content-Type"))
        {
            facts._first["Content-Type"] = body.ContentType.MimeType;
        }

        var from = Mailboxes(message, "From");
        facts.FromAddress = from.Count > 0 ? from[0].Address : null;
        facts.FromName = from.Count > 0 ? from[0].Name : null;
        facts.ReplyTo = [.. Mailboxes(message, "Reply-To").Select(m => m.Address)];
        facts.NullReturnPath = facts["Return-Path"] is { } path && path.Replace(" ", "", StringComparison.Ordinal) is "" or "<>";
        return facts;
    }

    /// <summary>A raw field value as text: unfolded, each byte one character, cut to a sane length.</summary>
    /// <param name="raw">The field's bytes after the colon.</param>
    /// <param name="max">Most characters taken.</param>
    public static string Ascii(byte[]? raw, int max = MaxValue)
    {
        if (raw is null)
        {
            return "";
        }

        var text = Encoding.Latin1.GetString(raw, 0, Math.Min(raw.Length, max));
        return text.AsSpan().ContainsAny('\r', '\n', '\t')
            ? text.Replace('\r', ' ').Replace('\n', ' ').Replace('\t', ' ').Trim()
            : text.Trim();
    }

    private static List<MailboxAddress> Mailboxes(MimeMessage message, string name)
    {
        if (!message.Headers.Contains(name))
        {
            return [];
        }

        try
        {
            var list = name is "From" ? message.From : message.ReplyTo;
            var found = list.Mailboxes.Where(m => m.Address.Contains('@', StringComparison.Ordinal)).Take(50).ToList();
            if (found.Count > 0)
            {
                return found;
            }
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NotSupportedException or InvalidOperationException)
        {
            // A field that MimeKit cannot take apart is looked at by hand below.
        }

        return BareAddress(Ascii(message.Headers.First(h => h.Field.Equals(name, StringComparison.OrdinalIgnoreCase)).RawValue));
    }

    private static List<MailboxAddress> BareAddress(string value)
    {
        var address = AddressScanner.First(value);
        return address is null ? [] : [new MailboxAddress(null, address)];
    }
}
