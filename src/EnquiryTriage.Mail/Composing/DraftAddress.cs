using MimeKit;

namespace EnquiryTriage.Mail.Composing;

/// <summary>Turns a draft's address into MimeKit's, without trusting it.</summary>
internal static class DraftAddress
{
    /// <summary>The mailbox, or null where the address is none that a mail could go to.</summary>
    public static MailboxAddress? Of(MailAddress address)
    {
        var bare = HeaderText.Text(address.Address, 320);
        // Only what MimeKit reads back as this one address, whole, is one: no list, no comment, no name smuggled in.
        if (!MailboxAddress.TryParse(bare, out var parsed)
            || !string.Equals(parsed.Address, bare, StringComparison.Ordinal)
            || parsed.Name is { Length: > 0 }
            || parsed.Route.Count > 0
            || parsed.LocalPart.Length == 0
            || parsed.Domain.Length == 0)
        {
            return null;
        }

        var name = HeaderText.Text(address.Name, 200);
        return new MailboxAddress(System.Text.Encoding.UTF8, name.Length == 0 ? null : name, parsed.Address);
    }

    /// <summary>Whether the local part is not ASCII: then the header is UTF-8 (RFC 6532).</summary>
    public static bool NeedsUtf8(MailboxAddress mailbox) => !mailbox.LocalPart.All(char.IsAscii);
}
