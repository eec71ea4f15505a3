using System.Text;
using MimeKit;

namespace EnquiryTriage.Mail.Reading;

/// <summary>The last resort when reading failed in a way that nobody foresaw: header fields and text by hand, without any library's parser.</summary>
internal static class SalvageReading
{
    private const int MaxFields = 2_000;

    internal static InboundMail Read(ReadOnlyMemory<byte> raw, ReadingOptions options, Exception failure)
    {
        var defects = new List<string> { $"could not be taken apart: {failure.GetType().Name}" };
        var bytes = raw.Span[..(int)Math.Min(raw.Length, options.Limits.MaxRawBytes)];
        var headerEnd = RawMessage.HeaderEnd(bytes);
        var headerBytes = bytes[..Math.Min(headerEnd, options.Limits.MaxHeaderBytes)];
        var fields = Fields(TextDecoding.Decode(headerBytes, null));
        var from = Address(fields.GetValueOrDefault("from"));
        var body = bytes[headerEnd..];
        body = body[..Math.Min(body.Length, options.Limits.MaxTextChars)];
        var text = ReadableText.Tidy(TextDecoding.Decode(body, null));
        return new InboundMail
        {
            Raw = raw,
            MessageId = Id(fields.GetValueOrDefault("message-id")),
            Subject = HeaderText.Collapse(fields.GetValueOrDefault("subject") ?? ""),
            From = from,
            AnswerTo = from,
            Text = text,
            NewText = text,
            Defects = defects,
            Answerable = false,
            AnswerableReasons = ["the mail could not be taken apart"],
        };
    }

    private static Dictionary<string, string> Fields(string header)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        string? name = null;
        var value = new StringBuilder();
        foreach (var line in header.AsSpan().EnumerateLines())
        {
            if (line.IsEmpty || fields.Count > MaxFields)
            {
                break;
            }

            if (line[0] is ' ' or '\t')
            {
                value.Append(line);
                continue;
            }

            Store(fields, name, value);
            var colon = line.IndexOf(':');
            name = colon > 0 ? line[..colon].Trim().ToString() : null;
            value.Append(colon > 0 ? line[(colon + 1)..] : []);
        }

        Store(fields, name, value);
        return fields;
    }

    private static void Store(Dictionary<string, string> fields, string? name, StringBuilder value)
    {
        if (name is not null)
        {
            fields.TryAdd(name, value.ToString().Trim());
        }

        value.Clear();
    }

    private static MailAddress? Address(string? value)
    {
        if (value is null)
        {
            return null;
        }

        return MailboxAddress.TryParse(value, out var mailbox) && mailbox.Address.Contains('@', StringComparison.Ordinal)
            ? new MailAddress(string.IsNullOrWhiteSpace(mailbox.Name) ? null : mailbox.Name, mailbox.Address)
            : null;
    }

    private static string? Id(string? value)
    {
        var scan = new MessageIdScan(2);
        scan.Add(Encoding.Latin1.GetBytes(value ?? ""));
        return scan.Ids() is { Count: > 0 } ids ? ids[0] : null;
    }
}
