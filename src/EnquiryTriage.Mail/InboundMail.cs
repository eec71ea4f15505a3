using System.Security.Cryptography;

namespace EnquiryTriage.Mail;

/// <summary>
/// One received message, read: what MimeKit took apart and what we make of it. Plain data, no MimeKit types, no IO.
/// </summary>
public sealed record InboundMail
{
    private string? _digest;

    /// <summary>The message as it came.</summary>
    public required ReadOnlyMemory<byte> Raw { get; init; }

    /// <summary>SHA-256 of the raw bytes, lower-case hex. Worked out when first asked for: it costs half as much as parsing.</summary>
    public string Digest => _digest ??= Convert.ToHexStringLower(SHA256.HashData(Raw.Span));

    /// <summary>Length of the raw message in bytes.</summary>
    public long RawBytes => Raw.Length;

    /// <summary>Message-ID without angle brackets (RFC 5322 section 3.6.4), or null where there is none that can be used.</summary>
    public string? MessageId { get; init; }

    /// <summary>Ids of In-Reply-To, without angle brackets, in order.</summary>
    public IReadOnlyList<string> InReplyTo { get; init; } = [];

    /// <summary>Ids of References, without angle brackets, in order.</summary>
    public IReadOnlyList<string> References { get; init; } = [];

    /// <summary>The Date header, or null where it is missing or makes no sense.</summary>
    public DateTimeOffset? Date { get; init; }

    /// <summary>The time in the topmost Received header: when our own server took the mail.</summary>
    public DateTimeOffset? TopmostReceived { get; init; }

    /// <summary>The decoded subject; empty where there is none.</summary>
    public string Subject { get; init; } = "";

    /// <summary>The author: the first mailbox of the first From header.</summary>
    public MailAddress? From { get; init; }

    /// <summary>To recipients, groups flattened.</summary>
    public IReadOnlyList<MailAddress> To { get; init; } = [];

    /// <summary>Cc recipients, groups flattened.</summary>
    public IReadOnlyList<MailAddress> Cc { get; init; } = [];

    /// <summary>Reply-To addresses.</summary>
    public IReadOnlyList<MailAddress> ReplyTo { get; init; } = [];

    /// <summary>Where an answer goes: a single Reply-To, else From; null where neither can be used.</summary>
    public MailAddress? AnswerTo { get; init; }

    /// <summary>Return-Path: null where the header is missing, empty for the null path <c>&lt;&gt;</c>.</summary>
    public string? ReturnPath { get; init; }

    /// <summary>The whole readable body: text/plain, else HTML made readable.</summary>
    public string Text { get; init; } = "";

    /// <summary>The HTML body as it came, decoded and unsafe (see <see cref="SafeHtml"/>), or null where there is none.</summary>
    public string? Html { get; init; }

    /// <summary>What the sender wrote this time: no quotes, no signature.</summary>
    public string NewText { get; init; } = "";

    /// <summary>Attachments; those inside an enclosed message/rfc822 are not listed.</summary>
    public IReadOnlyList<MailAttachment> Attachments { get; init; } = [];

    /// <summary>Leaf parts in order, going into message/rfc822.</summary>
    public IReadOnlyList<MailPart> Parts { get; init; } = [];

    /// <summary>What was wrong with the message, in words.</summary>
    public IReadOnlyList<string> Defects { get; init; } = [];

    /// <summary>What kind of automatic mail this is, or null for a person's mail.</summary>
    public AutomaticMail? Automatic { get; init; }

    /// <summary>Whether an automatic acknowledgement may be sent at all.</summary>
    public bool Answerable { get; init; }

    /// <summary>Why it may not be answered (or, where it may, why that was in doubt).</summary>
    public IReadOnlyList<string> AnswerableReasons { get; init; } = [];

    /// <summary>Whether the mail came through a mailing list (RFC 2369, RFC 2919).</summary>
    public bool ViaList { get; init; }

    /// <summary>What our own receiving server says of the sender (RFC 8601), or null where it says nothing or none is configured.</summary>
    public AuthenticationResult? Authentication { get; init; }

    /// <summary>ISO 639-1 code of the new text's language ("en", "cy", …), "und" where it cannot be told.</summary>
    public string Language { get; init; } = "und";

    /// <summary>How sure <see cref="Language"/> is, 0 to 1.</summary>
    public double LanguageConfidence { get; init; }

    /// <summary>The ids of our own mails that this one answers, proven by their HMAC, best first (In-Reply-To, References right to left, body marker).</summary>
    public IReadOnlyList<string> OurTokens { get; init; } = [];

    /// <summary>References in the subject that look like ours ("[NCA-…]"): never trusted without the sender.</summary>
    public string? SubjectTag { get; init; }
}

/// <summary>An address with its display name.</summary>
/// <param name="Name">Decoded display name, or null.</param>
/// <param name="Address">addr-spec as written.</param>
public sealed record MailAddress(string? Name, string Address);

/// <summary>An attachment.</summary>
/// <param name="Name">File name, decoded, or null.</param>
/// <param name="Type">Media type, lower case.</param>
/// <param name="Bytes">Length of the decoded content.</param>
public sealed record MailAttachment(string? Name, string Type, long Bytes);

/// <summary>A leaf of the MIME tree.</summary>
/// <param name="Type">Media type, lower case.</param>
/// <param name="Bytes">Length of the decoded content.</param>
/// <param name="Sha256">SHA-256 of the decoded content, lower-case hex.</param>
public sealed record MailPart(string Type, long Bytes, string Sha256);
