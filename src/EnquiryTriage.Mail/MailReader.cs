using EnquiryTriage.Mail.Reading;

namespace EnquiryTriage.Mail;

/// <summary>Reads a raw message into an <see cref="InboundMail"/>: the only door between MimeKit and the rest of the house.</summary>
/// <remarks>
/// Neither method throws, whatever the bytes: what makes no sense becomes a mail with as much header and text as can be recovered,
/// and its defects listed. Time and memory are bounded by the size of the input and <see cref="ReadingLimits"/>.
/// </remarks>
public static class MailReader
{
    /// <summary>Reads one raw message (RFC 5322). Lines may end at LF, CRLF, or bare CR where there is no LF.</summary>
    /// <param name="raw">The message as it came.</param>
    /// <param name="options">Who we are and how much we take; <see cref="ReadingOptions.Default"/> where null.</param>
    public static InboundMail Read(ReadOnlyMemory<byte> raw, ReadingOptions? options = null)
    {
        options ??= ReadingOptions.Default;
#pragma warning disable CA1031 // Rule 1 of the house: reading never throws. MimeKit and AngleSharp may, on mail that no test has seen.
        try
        {
            return MessageReading.Read(raw, options);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return SalvageReading.Read(raw, options, e);
        }
#pragma warning restore CA1031
    }

    /// <summary>Reads bytes that are a plain text body without any header: Text, NewText and Language are filled.</summary>
    /// <param name="textBody">The body; its charset is detected.</param>
    /// <param name="options">Who we are and how much we take; <see cref="ReadingOptions.Default"/> where null.</param>
    public static InboundMail ReadBody(ReadOnlyMemory<byte> textBody, ReadingOptions? options = null)
    {
        options ??= ReadingOptions.Default;
#pragma warning disable CA1031 // As above.
        try
        {
            return BodyReading.Read(textBody, options);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return SalvageReading.Read(textBody, options, e);
        }
#pragma warning restore CA1031
    }
}
