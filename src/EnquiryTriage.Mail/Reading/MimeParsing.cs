using MimeKit;

namespace EnquiryTriage.Mail.Reading;

/// <summary>Drives MimeKit's parser with the options and limits that suit mail from strangers.</summary>
internal static class MimeParsing
{
    private static KnownOptions? s_last;

    /// <summary>Parses <paramref name="raw"/> without copying its content.</summary>
    /// <exception cref="FormatException">MimeKit found no message at all in the bytes.</exception>
    internal static MimeMessage Parse(ArraySegment<byte> raw, ReadingLimits limits, List<string> defects)
    {
        var options = Options(limits);

        // Multiparts have no content of their own: twice the leaves, and some, are enough entities.
        var parser = new CountingParser(options, Stream(raw), (limits.MaxParts * 2) + limits.MaxDepth);
        try
        {
            return parser.ParseMessage();
        }
        catch (TooManyPartsException e)
        {
            defects.Add($"more than {limits.MaxParts} parts: the rest was left out");
            var cut = raw[..(int)Math.Clamp(e.Offset, 0, raw.Count)];
            return new MimeParser(options, Stream(cut), MimeFormat.Entity, persistent: true).ParseMessage();
        }
        catch (FormatException)
        {
            // MimeKit gives up where it finds no header: all that there is becomes text.
            defects.Add("no header that can be read: read as text");
            return new MimeParser(options, Stream(new ArraySegment<byte>([.. "X-Header: none\n\n"u8, .. raw.AsSpan()])), MimeFormat.Entity, persistent: true).ParseMessage();
        }
    }

    /// <summary>The options: loose everywhere, with nesting cut at the limit. Nobody changes them, so one set serves all mails.</summary>
    internal static ParserOptions Options(ReadingLimits limits)
    {
        var last = s_last;
        if (last is null || last.Limits != limits)
        {
            last = new KnownOptions(limits, Create(limits));
            s_last = last;
        }

        return last.Options;
    }

    private static ParserOptions Create(ReadingLimits limits) => new()
    {
        AddressParserComplianceMode = RfcComplianceMode.Loose,
        ParameterComplianceMode = RfcComplianceMode.Loose,
        Rfc2047ComplianceMode = RfcComplianceMode.Loose,
        AllowAddressesWithoutDomain = true,
        AllowUnquotedCommasInAddresses = true,
        MaxMimeDepth = limits.MaxDepth,
        MaxAddressGroupDepth = 3,
        RespectContentLength = false,
        CharsetEncoding = System.Text.Encoding.UTF8,
    };

    private static MemoryStream Stream(ArraySegment<byte> raw) =>
        new(raw.Array!, raw.Offset, raw.Count, writable: false, publiclyVisible: true);

    private sealed record KnownOptions(ReadingLimits Limits, ParserOptions Options);

    private sealed class TooManyPartsException(long offset) : Exception
    {
        public long Offset => offset;
    }

    /// <summary>Stops before a message of a million empty parts has become a million objects.</summary>
    private sealed class CountingParser(ParserOptions options, Stream stream, int maxEntities)
        : MimeParser(options, stream, MimeFormat.Entity, persistent: true)
    {
        private int _entities;

        protected override void OnMimeEntityBegin(MimeEntityBeginEventArgs args)
        {
            if (++_entities > maxEntities)
            {
                throw new TooManyPartsException(args.BeginOffset);
            }

            base.OnMimeEntityBegin(args);
        }
    }
}
