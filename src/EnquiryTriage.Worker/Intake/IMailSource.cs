using EnquiryTriage.Core.Intake;

namespace EnquiryTriage.Worker.Intake;

/// <summary>A watched folder of a mailbox. Not thread-safe: one loop uses it.</summary>
public interface IMailSource : IAsyncDisposable
{
    /// <summary>Name of the mailbox in the ledger.</summary>
    string Mailbox { get; }

    /// <summary>Name of the folder in the ledger.</summary>
    string Folder { get; }

    /// <summary>What the folder holds.</summary>
    FolderRole Role { get; }

    /// <summary>Every mail that the folder holds now, oldest first, whatever its flags and dates.</summary>
    /// <exception cref="MailSourceException">The mailbox cannot be reached or read.</exception>
    Task<IReadOnlyList<ListedMail>> ListAsync(CancellationToken cancel);

    /// <summary>Fetches mails; each comes back once, in any order, with its bytes or with what was wrong.</summary>
    /// <exception cref="MailSourceException">The connection broke; nothing is known of the mails that did not come back.</exception>
    IAsyncEnumerable<FetchResult> FetchAsync(IReadOnlyList<ListedMail> mails, CancellationToken cancel);

    /// <summary>Marks or moves mails that were committed; called in read-write access only.</summary>
    Task SettledAsync(IReadOnlyList<SettledMail> mails, CancellationToken cancel);

    /// <summary>Waits until there may be new mail, or the poll interval is over.</summary>
    Task WaitAsync(CancellationToken cancel);
}

/// <summary>A mail in a listing.</summary>
/// <param name="Key">Its ledger key.</param>
/// <param name="Bytes">Its size, where known before the fetch.</param>
public sealed record ListedMail(LedgerKey Key, long? Bytes);

/// <summary>A mail that was committed, and what to mark it with.</summary>
/// <param name="Key">Its ledger key.</param>
/// <param name="Keywords">Topic and kind.</param>
public sealed record SettledMail(LedgerKey Key, IReadOnlyList<string> Keywords);

/// <summary>What came of fetching one mail.</summary>
/// <param name="Key">Its ledger key.</param>
/// <param name="Mail">The mail, or null.</param>
/// <param name="State">Vanished or quarantined where there is no mail.</param>
/// <param name="Reason">Why there is none.</param>
public sealed record FetchResult(LedgerKey Key, FetchedMail? Mail, LedgerState State, string Reason)
{
    /// <summary>The mail came.</summary>
    public static FetchResult Of(FetchedMail mail) => new(mail.Key, mail, LedgerState.Pending, "");

    /// <summary>It is gone.</summary>
    public static FetchResult Vanished(LedgerKey key) => new(key, null, LedgerState.Vanished, "gone from the mailbox before it could be fetched");

    /// <summary>It cannot be fetched, or not whole.</summary>
    public static FetchResult Quarantined(LedgerKey key, string reason) => new(key, null, LedgerState.Quarantined, reason);
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
