using System.Text;
using MimeKit;
using MimeKit.Utils;

namespace EnquiryTriage.Mail.Reading;

/// <summary>The header fields of one message, decoded; a field that makes no sense is a defect, not an exception.</summary>
internal sealed class HeaderReading(MimeMessage message, ReadingLimits limits, List<string> defects)
{
    private readonly ParserOptions _options = MimeParsing.Options(limits);
    private readonly string? _charset = TextDecoding.BodyCharset(message);

    internal string Subject() => First(HeaderId.Subject) is { } header ? Guard("Subject", "", () => HeaderText.Decode(header.RawValue, _charset, _options)) : "";

    internal MailAddress? From()
    {
        MailAddress? from = null;
        var count = 0;
        foreach (var header in message.Headers)
        {
            if (header.Id == HeaderId.From)
            {
                count++;
                from ??= Parse(header) is { Count: > 0 } found ? found[0] : null;
            }
        }

        if (count > 1)
        {
            defects.Add($"{count} From headers: the first counts");
        }

        if (from is null)
        {
            defects.Add(count == 0 ? "no From header" : "no address in From");
        }

        return from;
    }

    internal IReadOnlyList<MailAddress> Addresses(HeaderId id)
    {
        List<MailAddress>? all = null;
        foreach (var header in message.Headers)
        {
            if (header.Id == id)
            {
                (all ??= []).AddRange(Parse(header));
            }
        }

        return all ?? (IReadOnlyList<MailAddress>)[];
    }

    internal string? MessageId()
    {
        var ids = Ids(HeaderId.MessageId);
        return ids.Count > 0 ? ids[0] : null;
    }

    internal IReadOnlyList<string> Ids(HeaderId id)
    {
        if (First(id) is null)
        {
            return [];
        }

        var scan = new MessageIdScan(limits.MaxReferences);
        foreach (var header in message.Headers)
        {
            if (header.Id == id)
            {
                scan.Add(header.RawValue);
            }
        }

        if (scan.Dropped > 0)
        {
            defects.Add($"{scan.Dropped} ids of {id} past the limit of {limits.MaxReferences} were left out");
        }

        return scan.Ids();
    }

    internal DateTimeOffset? Date()
    {
        if (First(HeaderId.Date) is not { } header)
        {
            defects.Add("no Date header");
            return null;
        }

        if (Guard("Date", (DateTimeOffset?)null, () => DateUtils.TryParse(header.RawValue, out var date) ? date : null) is { } parsed)
        {
            return parsed;
        }

        defects.Add("Date makes no sense");
        return null;
    }

    internal DateTimeOffset? TopmostReceived()
    {
        if (First(HeaderId.Received)?.RawValue is not { } value)
        {
            return null;
        }

        var semicolon = value.AsSpan().LastIndexOf((byte)';');
        return semicolon < 0
            ? null
            : Guard("Received", (DateTimeOffset?)null, () => DateUtils.TryParse(value, semicolon + 1, value.Length - semicolon - 1, out var date) ? date : null);
    }

    internal string? ReturnPath()
    {
        if (First(HeaderId.ReturnPath)?.RawValue is not { } value)
        {
            return null;
        }

        var text = Encoding.Latin1.GetString(value).Trim();
        var open = text.IndexOf('<', StringComparison.Ordinal);
        var close = text.IndexOf('>', open + 1);
        return open >= 0 && close > open ? text[(open + 1)..close].Trim() : text;
    }

    private Header? First(HeaderId id)
    {
        foreach (var header in message.Headers)
        {
            if (header.Id == id)
            {
                return header;
            }
        }

        return null;
    }

    private IReadOnlyList<MailAddress> Parse(Header header) =>
        Guard(header.Field, (IReadOnlyList<MailAddress>)[], () => AddressReading.Parse(header.RawValue, _charset, _options));

    private T Guard<T>(string field, T fallback, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException or IndexOutOfRangeException or InvalidOperationException)
        {
            defects.Add($"{field} could not be read: {e.Message}");
            return fallback;
        }
    }
}
