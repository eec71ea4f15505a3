using System.Collections.Frozen;

namespace EnquiryTriage.Mail.Delivery;

/// <summary>What stands before an address in reports for people, and the headings over lists of addresses. Tables; all lower case.</summary>
internal static class AddressLabels
{
    /// <summary>Labels before an address that was written to.</summary>
    public static string[] Recipient { get; } =
    [
        "rcpt to", "recipient", "recipients", "recipient address", "recipient(s)", "could not be delivered to", "failed recipient", "failed recipients", "final-recipient", "final recipient", "original-recipient", "original recipient", "x-actual-recipient", "addressto", "addressed to", "addressee", "address", "destination", "unknown user", "user unknown", "invalid user", "no such user", "invalid recipient",
        "unable to deliver message to", "unable to deliver to", "user", "mailbox", "envelope-to", "failed", "failed address", "delivery failed", "delivery to", "undeliverable to", "destinatario", "destinatarios", "destinatário", "destinataire", "destinataires", "empfänger", "empfaenger", "ontvanger", "mottagare", "adresat", "получатель", "宛先", "受信者", "送信先", "収件人", "收件人", "收件者", "수신자",
        "to", "à", "an", "para", "a", "do", "till",
    ];

    /// <summary>Labels before an address that was not written to, or text that isn't the report's.</summary>
    public static FrozenSet<string> Other { get; } = new[]
    {
        "from", "sender", "mail from", "envelope-from", "envelope from", "reply-to", "return-path", "subject", "date", "sent", "message-id", "message id", "cc", "bcc", "x-mailer", "reporting-mta", "remote-mta", "by", "von", "de", "da", "från", "fra", "original sender", "mailfrom", "contact", "errors-to", "差出人", "送信者", "发件人", "寄件者", "от", "отправитель", "absender", "expéditeur", "remitente", "remetente", "mittente", "in-reply-to", "references", "received",
        "message-id is", "originator", "original address", "x-sender", "x-original-message-id", "delivered-to", "postmaster", "admin", "administrator", "support",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>Words of a label that the table above does not hold ("the following recipients are unknown:").</summary>
    public static string[] RecipientWords { get; } = ["recipient", "addressee", "address", "destinat", "empfänger", "ontvanger", "mottag", "modtager", "adresat", "получател", "адресат", "宛先", "受信者", "收件"];

    /// <summary>Headings over addresses that were reached, in a report that tells of both.</summary>
    public static string[] Reached { get; } =
    [
        "sent successfully", "successfully sent", "successfully delivered", "successful delivery", "recipients received", "recipient received", "was delivered to", "were delivered to", "has been delivered to", "successfully relayed", "erfolgreich zugestellt",
    ];

    /// <summary>Ends of a line after which an address to turn to follows, or the sender's.</summary>
    public static string[] OtherHeadings { get; } = ["sent by", "message from", "mail from", "sender:", "from:", "contact", "contact:", "please contact the", "write to:", "to the address", "for help:", "assistance:", "administrator at", "support at", "postmaster at"];
}
