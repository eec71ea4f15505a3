namespace EnquiryTriage.Mail;

/// <summary>What the reader needs to know about us, and how much it will take from a stranger.</summary>
public sealed record ReadingOptions
{
    /// <summary>The defaults: no keys, no addresses, default limits.</summary>
    public static ReadingOptions Default { get; } = new();

    /// <summary>Limits on hostile or broken input.</summary>
    public ReadingLimits Limits { get; init; } = new();

    /// <summary>Our signed Message-IDs; null where there are none (then nothing is proven ours).</summary>
    public SignedMessageIds? Ours { get; init; }

    /// <summary>The authserv-id of the server that receives our mail (RFC 8601 section 2.5); null where no server's results are to be believed.</summary>
    public string? AuthservId { get; init; }

    /// <summary>Our own mailbox addresses: never answered.</summary>
    public IReadOnlySet<string> OwnAddresses { get; init; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
}

/// <summary>Named limits; what is past one is cut or left out and listed as a defect.</summary>
public sealed record ReadingLimits
{
    /// <summary>Largest raw message that is taken apart, in bytes. A larger one is read by its headers only.</summary>
    public long MaxRawBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>Deepest nesting of multiparts and enclosed messages.</summary>
    public int MaxDepth { get; init; } = 40;

    /// <summary>Most leaf parts read.</summary>
    public int MaxParts { get; init; } = 1_000;

    /// <summary>Most bytes of all parts together after their transfer encodings; parts past it are left out.</summary>
    public long MaxDecodedBytes { get; init; } = 128L * 1024 * 1024;

    /// <summary>Most bytes of header taken into account.</summary>
    public int MaxHeaderBytes { get; init; } = 1024 * 1024;

    /// <summary>Most characters of readable text kept.</summary>
    public int MaxTextChars { get; init; } = 1_000_000;

    /// <summary>Most ids kept of In-Reply-To and References together: the first and the last ones.</summary>
    public int MaxReferences { get; init; } = 200;
}
