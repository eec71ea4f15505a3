using EnquiryTriage.Mail.Html;
using MimeKit;
using MimeKit.Tnef;

namespace EnquiryTriage.Mail.Reading;

/// <summary>Unpacks winmail.dat (Microsoft TNEF, MS-OXTNEF).</summary>
internal static class TnefReading
{
    private const int MaxAttachments = 200;

    internal static bool IsTnef(MimePart part, string type) =>
        type is "application/ms-tnef" or "application/vnd.ms-tnef" || string.Equals(part.FileName, "winmail.dat", StringComparison.OrdinalIgnoreCase);

    /// <summary>The body inside, and its attachments added to the list; null where it cannot be read.</summary>
    internal static RenderedText? Read(ReadOnlySpan<byte> bytes, List<MailAttachment> attachments, List<string> defects)
    {
        try
        {
            using var tnef = new TnefPart { Content = new MimeContent(new MemoryStream(bytes.ToArray(), 0, bytes.Length, writable: false, publiclyVisible: true)) };
            using var message = tnef.ConvertToMessage();
            foreach (var attachment in message.Attachments.OfType<MimePart>().Take(MaxAttachments))
            {
                using var leaf = LeafDecoding.Decode(attachment);
                attachments.Add(new MailAttachment(attachment.FileName, attachment.ContentType.MimeType.ToLowerInvariant(), leaf.Bytes.Length));
            }

            if (message.TextBody is { Length: > 0 } text)
            {
                return new RenderedText(ReadableText.Tidy(text), null);
            }

            return message.HtmlBody is { Length: > 0 } html ? HtmlText.Render(html) : null;
        }
        catch (Exception e) when (e is FormatException or IOException or ArgumentException or InvalidOperationException or NotSupportedException or OverflowException or IndexOutOfRangeException)
        {
            defects.Add("winmail.dat could not be unpacked");
            return null;
        }
    }
}
