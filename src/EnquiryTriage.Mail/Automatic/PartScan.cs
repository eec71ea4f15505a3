using MimeKit;

namespace EnquiryTriage.Mail.Automatic;

/// <summary>The parts that tell what a mail is, found in one walk over the MIME tree; nothing is decoded.</summary>
internal sealed class PartScan
{
    private readonly List<Part> _parts = [];
    private readonly List<string> _loose = [];

    private PartScan(MimeEntity? body) => Body = body;

    /// <summary>A leaf, or an enclosed message, and how many messages it is enclosed in.</summary>
    /// <param name="Entity">The part.</param>
    /// <param name="Type">Its media type, lower case.</param>
    /// <param name="Enclosed">0 for the mail's own parts, 1 for those of an enclosed message, and so on.</param>
    internal readonly record struct Part(MimeEntity Entity, string Type, int Enclosed);

    /// <summary>The mail's body.</summary>
    public MimeEntity? Body { get; }

    /// <summary>Leaves and enclosed messages, in order.</summary>
    public IReadOnlyList<Part> Parts => _parts;

    /// <summary>
    /// Text of multiparts in which no part could be found: without a usable boundary all of it counts as preamble (RFC 2046 section 5.1.1).
    /// </summary>
    public IReadOnlyList<string> Loose => _loose;

    /// <summary>What stands before the body's first part: some systems put their words there (RFC 2046 asks for nothing there).</summary>
    public string PreambleText => Body is Multipart multipart ? Preamble(multipart) ?? "" : "";

    /// <summary>The lower-case report-type of a multipart/report body (RFC 6522); "" where it is a report that doesn't say; null for other mail.</summary>
    public string? ReportType =>
        Body is { } body && body.ContentType.IsMimeType("multipart", "report")
            ? (body.ContentType.Parameters["report-type"] ?? "").Trim().ToLowerInvariant()
            : null;

    /// <summary>The first part of media type <paramref name="type"/>, in at most <paramref name="enclosed"/> messages.</summary>
    public Part? First(string type, int enclosed = 0)
    {
        foreach (var part in _parts)
        {
            if (part.Enclosed <= enclosed && string.Equals(part.Type, type, StringComparison.Ordinal))
            {
                return part;
            }
        }

        return null;
    }

    /// <summary>Walks <paramref name="message"/> within <paramref name="limits"/>.</summary>
    public static PartScan Of(MimeMessage message, ReadingLimits limits)
    {
        var scan = new PartScan(message.Body);
        if (message.Body is null)
        {
            return scan;
        }

        var todo = new Stack<(MimeEntity Entity, int Depth, int Enclosed)>();
        todo.Push((message.Body, 0, 0));
        var visited = 0;
        while (todo.TryPop(out var next) && visited++ < limits.MaxParts)
        {
            if (next.Entity is Multipart multipart)
            {
                for (var i = Math.Min(multipart.Count, limits.MaxParts) - 1; i >= 0 && next.Depth < limits.MaxDepth; i--)
                {
                    todo.Push((multipart[i], next.Depth + 1, next.Enclosed));
                }

                if (multipart.Count == 0 && next.Enclosed == 0 && Preamble(multipart) is { Length: > 0 } loose)
                {
                    scan._loose.Add(loose);
                }

                continue;
            }

            scan._parts.Add(new Part(next.Entity, next.Entity.ContentType.MimeType.ToLowerInvariant(), next.Enclosed));
            if (next.Entity is MessagePart { Message.Body: { } body } && next.Depth < limits.MaxDepth)
            {
                todo.Push((body, next.Depth + 1, next.Enclosed + 1));
            }
        }

        return scan;
    }

    private static string? Preamble(Multipart multipart)
    {
        try
        {
            return multipart.Preamble;
        }
        catch (Exception e) when (e is FormatException or ArgumentException or NotSupportedException)
        {
            return null;
        }
    }
}
