namespace EnquiryTriage.Mail;

/// <summary>Everything that goes into a mail of ours. Composing cannot fail on a header: line breaks in values are folded away.</summary>
public sealed record OutboundDraft
{
    /// <summary>Message-ID without angle brackets, fixed when the outbox row was made.</summary>
    public required string MessageId { get; init; }

    /// <summary>The Date header.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>The mailbox that speaks.</summary>
    public required MailAddress From { get; init; }

    /// <summary>Recipients.</summary>
    public required IReadOnlyList<MailAddress> To { get; init; }

    /// <summary>Where answers go; null for From.</summary>
    public MailAddress? ReplyTo { get; init; }

    /// <summary>Subject.</summary>
    public required string Subject { get; init; }

    /// <summary>text/plain body.</summary>
    public required string Text { get; init; }

    /// <summary>text/html body; null for a plain mail.</summary>
    public string? Html { get; init; }

    /// <summary>Id of the mail that is answered; its References follow it into ours.</summary>
    public string? InReplyTo { get; init; }

    /// <summary>References of the mail that is answered; cut to first, last and recent ones within 1,500 characters.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>True for an acknowledgement: Auto-Submitted: auto-replied (RFC 3834) and X-Auto-Response-Suppress: RN, OOF, AutoReply.</summary>
    public bool AutoReplied { get; init; }

    /// <summary>Our own loop header's value: an id that we signed (<see cref="SignedMessageIds.Create"/>), so that nobody can imitate it; null for none.</summary>
    public string? Loop { get; init; }

    /// <summary>BCP 47 tag for Content-Language, or null.</summary>
    public string? Language { get; init; }
}
