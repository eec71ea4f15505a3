using EnquiryTriage.Core.Intake;

namespace EnquiryTriage.Worker.Intake;

/// <summary>A watched folder of a mailbox. Not thread-safe: one call at a time.</summary>
public interface IMailSource : IAsyncDisposable
{
    /// <summary>Name of the mailbox in the ledger.</summary>
    string Mailbox { get; }

    /// <summary>Name of the folder in the ledger.</summary>
    string Folder { get; }

    /// <summary>What the folder holds.</summary>
    FolderRole Role { get; }

    /// <summary>Lists mails, oldest first, whatever their flags and dates.</summary>
    /// <param name="whole">Every mail that the folder holds; else those that came since the last call suffice. A source may list all where it must.</param>
    /// <param name="cancel">Cancels.</param>
    /// <exception cref="MailSourceException">The mailbox cannot be reached or read.</exception>
    Task<Listing> ListAsync(bool whole, CancellationToken cancel);

    /// <summary>The same mails with their sizes, so that no more are fetched at once than memory should hold. What is gone has no size.</summary>
    /// <exception cref="MailSourceException">The mailbox cannot be reached or read.</exception>
    Task<IReadOnlyList<ListedMail>> MeasureAsync(IReadOnlyList<ListedMail> mails, CancellationToken cancel);

    /// <summary>Fetches mails that were measured; each comes back once, in any order, with its bytes or with what was wrong.</summary>
    /// <exception cref="MailSourceException">The connection broke; nothing is known of the mails that did not come back.</exception>
    IAsyncEnumerable<FetchResult> FetchAsync(IReadOnlyList<ListedMail> mails, CancellationToken cancel);

    /// <summary>Marks or moves mails that were committed; called in read-write access only.</summary>
    /// <returns>Those that are done: all, unless the server refused some.</returns>
    /// <exception cref="MailSourceException">The mailbox cannot be reached, or refused.</exception>
    Task<IReadOnlyList<TouchedMail>> TouchAsync(IReadOnlyList<UntouchedMail> mails, CancellationToken cancel);

    /// <summary>Waits until there may be new mail, the poll interval is over, or <paramref name="wake"/> is cancelled.</summary>
    /// <exception cref="MailSourceException">The connection broke while it waited.</exception>
    Task WaitAsync(CancellationToken wake, CancellationToken cancel);
}

/// <summary>A mail in a listing.</summary>
/// <param name="Key">Its ledger key.</param>
/// <param name="Bytes">Its size, where known before the fetch.</param>
public sealed record ListedMail(LedgerKey Key, long? Bytes);

/// <summary>What a folder holds.</summary>
/// <param name="Mails">Every mail, or those that came since the last listing.</param>
/// <param name="Whole">Whether it is every mail.</param>
/// <param name="ServerCount">How many mails the server says the folder holds.</param>
/// <param name="Known">How many of these were ever listed.</param>
public sealed record Listing(IReadOnlyList<ListedMail> Mails, bool Whole, long ServerCount, long Known)
{
    /// <summary>
    /// The numbering of the keys where they rise in the order of arrival (UIDVALIDITY, RFC 3501 section 2.3.1.1): then a mail that the ledger does not
    /// know, before one that it knows, was missed. Null where they do not.
    /// </summary>
    public string? Numbering { get; init; }

    /// <summary>A listing of everything.</summary>
    public static Listing All(IReadOnlyList<ListedMail> mails) => new(mails, true, mails.Count, mails.Count);
}

/// <summary>What came of fetching one mail.</summary>
/// <param name="Key">Its ledger key.</param>
/// <param name="Mail">The mail, or null.</param>
/// <param name="State">Vanished or quarantined where there is no mail.</param>
/// <param name="Reason">Why there is none.</param>
public sealed record FetchResult(LedgerKey Key, FetchedMail? Mail, LedgerState State, string Reason)
{
    /// <summary>Bytes that are fetched of a mail over the size limit: its headers and some 64 KB of text also where that is base64.</summary>
    public const int HeadBytes = 128 * 1024;

    /// <summary>The beginning of a mail over the size limit.</summary>
    public MailHead? Head { get; init; }

    /// <summary>Bytes that it holds in memory.</summary>
    public long Bytes => Mail?.Raw.Length ?? Head?.Raw.Length ?? 0;

    /// <summary>The mail came.</summary>
    public static FetchResult Of(FetchedMail mail) => new(mail.Key, mail, LedgerState.Pending, "");

    /// <summary>It is gone.</summary>
    public static FetchResult Vanished(LedgerKey key) => new(key, null, LedgerState.Vanished, "gone from the mailbox before it could be fetched");

    /// <summary>It cannot be fetched.</summary>
    public static FetchResult Quarantined(LedgerKey key, string reason) => new(key, null, LedgerState.Quarantined, reason);

    /// <summary>It is larger than the limit.</summary>
    public static FetchResult Oversize(LedgerKey key, MailHead head, string setting, long limit) =>
        Quarantined(key, $"{head.Bytes} bytes, over {setting}:MaxMessageBytes ({limit})") with { Head = head };
}

/// <summary>The mailbox cannot be reached or read.</summary>
/// <param name="message">What is wrong and the remedy.</param>
/// <param name="temporary">Whether trying again may help.</param>
/// <param name="inner">The cause.</param>
public sealed class MailSourceException(string message, bool temporary, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>Whether trying again may help; unknown faults are temporary.</summary>
    public bool Temporary { get; } = temporary;
}
