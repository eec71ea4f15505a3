using System.Globalization;
using System.Text;
using EnquiryTriage.Mail.Automatic;

namespace EnquiryTriage.Mail.Delivery;

/// <summary>
/// The per-recipient fields of RFC 3464, wherever they stand: in their own part or in the middle of a text. Groups are told apart by
/// blank lines, and by a recipient field that comes a second time, since gateways lose the blank lines.
/// </summary>
internal static class StatusFields
{
    private const int MaxGroups = 500;

    /// <summary>One recipient's fields as written.</summary>
    internal sealed record Group
    {
        /// <summary>Final-Recipient without its type, or null.</summary>
        public string? Final { get; set; }

        /// <summary>Original-Recipient without its type, or null.</summary>
        public string? Original { get; set; }

        /// <summary>Action as written.</summary>
        public string? Action { get; set; }

        /// <summary>Status as written.</summary>
        public string? Status { get; set; }

        /// <summary>Diagnostic-Code without its type.</summary>
        public string? Diagnostic { get; set; }

        /// <summary>X-Actual-Recipient, as Sendmail writes it.</summary>
        public string? Actual { get; set; }

        /// <summary>Original-Envelope-Id, the sender's ENVID (RFC 3461 section 4.4), which comes before the recipients.</summary>
        public string? EnvelopeId { get; set; }

        /// <summary>Whether a recipient is named.</summary>
        public bool HasRecipient => Final is not null || Original is not null || Actual is not null;
    }

    /// <summary>Reads the groups of <paramref name="text"/> that name a recipient.</summary>
    public static List<Group> Read(string text)
    {
        var groups = new List<Group>();
        var current = new Group();
        foreach (var line in Unfold(text))
        {
            if (groups.Count >= MaxGroups)
            {
                break;
            }

            if (line.Length == 0)
            {
                current = Close(groups, current);
                continue;
            }

            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon is <= 0 or > 40)
            {
                continue;
            }

            var name = line.AsSpan(0, colon).Trim().Trim('*').Trim();
            var value = line[(colon + 1)..].Trim();
            if ((Is(name, "Final-Recipient") && current.Final is not null) || (Is(name, "Original-Recipient") && current.Original is not null && current.Final is not null))
            {
                current = Close(groups, current);
            }

            Set(current, name, value);
        }

        Close(groups, current);
        return groups;
    }

    private static Group Close(List<Group> groups, Group current)
    {
        if (!current.HasRecipient)
        {
            // Fields before the recipient (Amazon WorkMail puts a blank line after Reporting-MTA only) stay with the group to come.
            return current;
        }

        groups.Add(current);
        return new Group();
    }

    private static void Set(Group group, ReadOnlySpan<char> name, string value)
    {
        if (Is(name, "Final-Recipient"))
        {
            group.Final = Recipient(value);
        }
        else if (Is(name, "Original-Recipient"))
        {
            group.Original = Recipient(value);
        }
        else if (Is(name, "X-Actual-Recipient"))
        {
            group.Actual = Recipient(value);
        }
        else if (Is(name, "Original-Envelope-Id"))
        {
            group.EnvelopeId ??= value;
        }
        else if (Is(name, "Action"))
        {
            group.Action ??= value;
        }
        else if (Is(name, "Status"))
        {
            group.Status ??= value;
        }
        else if (Is(name, "Diagnostic-Code"))
        {
            var semicolon = value.IndexOf(';', StringComparison.Ordinal);
            var diagnostic = semicolon is >= 0 and < 20 ? value[(semicolon + 1)..].Trim() : value;
            group.Diagnostic = group.Diagnostic is null ? diagnostic : group.Diagnostic + " " + diagnostic;
        }
    }

    /// <summary>The address in "rfc822; &lt;a@example.org&gt;", else what stands there (a local part, say), or null for nothing.</summary>
    private static string? Recipient(string value)
    {
        var semicolon = value.IndexOf(';', StringComparison.Ordinal);
        var bare = Unescape(semicolon >= 0 ? value[(semicolon + 1)..] : value);
        if (AddressScanner.First(bare) is { } address)
        {
            return address;
        }

        var word = bare.Trim().Trim('<', '>', '"', '\'').Trim();
        return word.Length is 0 or > 250 || word.Contains(' ', StringComparison.Ordinal) ? null : word;
    }

    /// <summary>utf-8-addr-xtext (RFC 6533 section 3): "\x{E9}" for a letter that a seven-bit report cannot hold.</summary>
    private static string Unescape(string value)
    {
        var from = 0;
        while ((from = value.IndexOf("\\x{", from, StringComparison.Ordinal)) >= 0)
        {
            var close = value.IndexOf('}', from);
            if (close < 0 || close - from > 9 || !int.TryParse(value.AsSpan(from + 3, close - from - 3), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || !Rune.IsValid(code))
            {
                return value;
            }

            value = string.Concat(value.AsSpan(0, from), new Rune(code).ToString(), value.AsSpan(close + 1));
            from++;
        }

        return value;
    }

    private static bool Is(ReadOnlySpan<char> name, string expected) => name.Equals(expected, StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Unfold(string text)
    {
        string? held = null;
        foreach (var line in text.Split('\n'))
        {
            if (held is { Length: > 0 } && line.Length > 0 && line[0] is ' ' or '\t' && !string.IsNullOrWhiteSpace(line))
            {
                if (held!.Length < 4_000)
                {
                    held += " " + line.Trim();
                }

                continue;
            }

            if (held is not null)
            {
                yield return held;
            }

            held = string.IsNullOrWhiteSpace(line) ? "" : line.TrimEnd();
        }

        if (held is not null)
        {
            yield return held;
        }
    }
}
