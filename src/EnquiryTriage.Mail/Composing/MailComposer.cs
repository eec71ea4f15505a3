using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EnquiryTriage.Mail.Automatic;
using EnquiryTriage.Mail.Composing;
using MimeKit;

namespace EnquiryTriage.Mail;

/// <summary>
/// Writes our mails (RFC 5322, MIME). The same draft gives the same bytes: boundaries come from the content, ids and dates from the
/// draft. Lines end in CRLF. Values are cleaned before MimeKit encodes them, so that no value can begin a header field of its own.
/// </summary>
public static class MailComposer
{
    /// <summary>Composes <paramref name="draft"/>.</summary>
    /// <param name="draft">What is said to whom.</param>
    /// <returns>The message as it goes to the relay.</returns>
    /// <exception cref="ArgumentException">From, or every recipient, has no address that a mail could go to.</exception>
    public static byte[] Compose(OutboundDraft draft) => Compose(draft, dkim: null);

    /// <summary>Composes <paramref name="draft"/> and signs it.</summary>
    /// <param name="draft">What is said to whom.</param>
    /// <param name="dkim">The signature to add, or null for none.</param>
    /// <returns>The message as it goes to the relay.</returns>
    /// <exception cref="ArgumentException">From, or every recipient, has no address that a mail could go to.</exception>
    /// <exception cref="FormatException">The signing key cannot be read.</exception>
    public static byte[] Compose(OutboundDraft draft, DkimSigning? dkim)
    {
        ArgumentNullException.ThrowIfNull(draft);
        return Write(draft, Body(draft), dkim);
    }

    /// <summary>Composes <paramref name="draft"/> with a received mail attached, byte for byte.</summary>
    /// <param name="draft">The covering words.</param>
    /// <param name="original">The raw mail. It goes as message/rfc822 where SMTP can carry its bytes as they are (RFC 5321 section 4.5.3.1.6,
    /// RFC 6152), else as a file in base64.</param>
    /// <returns>The message as it goes to the relay.</returns>
    /// <exception cref="ArgumentException">From, or every recipient, has no address that a mail could go to.</exception>
    public static byte[] Forward(OutboundDraft draft, ReadOnlyMemory<byte> original) => Forward(draft, original, dkim: null);

    /// <inheritdoc cref="Forward(OutboundDraft, ReadOnlyMemory{byte})"/>
    /// <param name="draft">The covering words.</param>
    /// <param name="original">The raw mail.</param>
    /// <param name="dkim">The signature to add, or null for none.</param>
    public static byte[] Forward(OutboundDraft draft, ReadOnlyMemory<byte> original, DkimSigning? dkim)
    {
        ArgumentNullException.ThrowIfNull(draft);
        var mixed = new Multipart("mixed") { Body(draft), EnclosedOriginal.Of(original) };
        mixed.Boundary = Boundary("mixed", draft, original.Span);
        return Write(draft, mixed, dkim);
    }

    private static byte[] Write(OutboundDraft draft, MimeEntity body, DkimSigning? dkim)
    {
        using var message = new MimeMessage();
        message.Headers.Clear();
        var international = AddAddresses(message, draft);
        message.Headers.Replace(HeaderId.Subject, HeaderText.Text(draft.Subject));
        message.Date = draft.Date;
        AddIds(message, draft);
        AddAutomatic(message, draft);
        if (HeaderText.LanguageTag(draft.Language) is { Length: > 0 } language)
        {
            body.Headers.Replace(HeaderId.ContentLanguage, language);
        }

        message.Body = body;
        message.MimeVersion = new Version(1, 0);
        dkim?.Sign(message);
        var format = FormatOptions.Default.Clone();
        format.NewLineFormat = NewLineFormat.Dos;
        format.International = international;
        format.EnsureNewLine = true;
        using var written = new MemoryStream();
        message.WriteTo(format, written);
        return written.ToArray();
    }

    // Returns whether a local part needs SMTPUTF8 (RFC 6531); a domain alone goes as its A-labels.
    private static bool AddAddresses(MimeMessage message, OutboundDraft draft)
    {
        var from = DraftAddress.Of(draft.From) ?? throw new ArgumentException("The draft's From is no address.", nameof(draft));
        var to = draft.To.Select(DraftAddress.Of).OfType<MailboxAddress>().ToList();
        if (to.Count == 0)
        {
            throw new ArgumentException("The draft has no recipient that a mail could go to.", nameof(draft));
        }

        message.From.Add(from);
        message.To.AddRange(to);
        if (draft.ReplyTo is { } replyTo && DraftAddress.Of(replyTo) is { } answers)
        {
            message.ReplyTo.Add(answers);
        }

        return message.From.Mailboxes.Concat(message.To.Mailboxes).Concat(message.ReplyTo.Mailboxes).Any(DraftAddress.NeedsUtf8);
    }

    private static void AddIds(MimeMessage message, OutboundDraft draft)
    {
        if (HeaderText.Id(draft.MessageId) is { Length: > 0 } id)
        {
            message.Headers.Replace(HeaderId.MessageId, $"<{id}>");
        }

        if (HeaderText.Id(draft.InReplyTo) is { Length: > 0 } answered)
        {
            message.Headers.Replace(HeaderId.InReplyTo, $"<{answered}>");
        }

        if (ReferenceChain.Of(draft.References, draft.InReplyTo) is { Count: > 0 } chain)
        {
            message.Headers.Replace(HeaderId.References, ReferenceChain.Value(chain));
        }
    }

    private static void AddAutomatic(MimeMessage message, OutboundDraft draft)
    {
        if (draft.AutoReplied)
        {
            message.Headers.Add(HeaderId.AutoSubmitted, "auto-replied");
            message.Headers.Add("X-Auto-Response-Suppress", "RN, OOF, AutoReply");
        }

        if (HeaderText.Token(draft.Loop) is { Length: > 0 } loop)
        {
            message.Headers.Add(AutomaticHeaders.LoopHeader, loop);
        }
    }

    private static MimeEntity Body(OutboundDraft draft)
    {
        var text = Part("plain", draft.Text);
        if (draft.Html is null)
        {
            return text;
        }

        return new MultipartAlternative(text, Part("html", draft.Html)) { Boundary = Boundary("alternative", draft, []) };
    }

    private static TextPart Part(string subtype, string content)
    {
        var part = new TextPart(subtype);
        part.SetText(Encoding.UTF8, HeaderText.Body(content));
        part.Prepare(EncodingConstraint.SevenBit, 78);
        return part;
    }

    private static string Boundary(string kind, OutboundDraft draft, ReadOnlySpan<byte> original)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var value in (string?[])[kind, draft.MessageId, draft.Text, draft.Html, draft.Date.ToString("O", CultureInfo.InvariantCulture)])
        {
            hash.AppendData(Encoding.UTF8.GetBytes(value ?? ""));
            hash.AppendData([0]);
        }

        hash.AppendData(original);
        return "=_" + Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 20));
    }
}
