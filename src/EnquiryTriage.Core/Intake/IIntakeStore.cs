using EnquiryTriage.Core.Enquiries;

namespace EnquiryTriage.Core.Intake;

/// <summary>The intake's side of the store. Implementations throw <see cref="StoreException"/> and say whether it is temporary.</summary>
public interface IIntakeStore
{
    /// <summary>Records that the mailbox lists these mails; those not yet settled come back, oldest first as given.</summary>
    Task<Sighting> SeeAsync(IReadOnlyList<LedgerKey> listed, DateTimeOffset at, CancellationToken cancel);

    /// <summary>Opens one transaction for a batch of mails.</summary>
    Task<IIntakeSession> BeginAsync(CancellationToken cancel);

    /// <summary>Records how many mails the server holds and how many of them the ledger knows.</summary>
    Task CheckedAsync(string mailbox, string folder, long serverCount, long presentCount, DateTimeOffset at, CancellationToken cancel);

    /// <summary>Settles the pending keys of a folder that the mailbox no longer lists as vanished; returns how many.</summary>
    Task<int> VanishAsync(string mailbox, string folder, IReadOnlySet<string> listedKeys, DateTimeOffset at, CancellationToken cancel);

    /// <summary>Appends an event about a mailbox: a gap and its repair, new numbering.</summary>
    Task RecordAsync(NewEvent happened, DateTimeOffset at, CancellationToken cancel);

    /// <summary>Records which numbering a folder's keys have; returns the earlier one where it differs, with an event of it, else null.</summary>
    Task<string?> NumberAsync(string mailbox, string folder, string numbering, DateTimeOffset at, CancellationToken cancel);

    /// <summary>Mails of a folder that are committed and still to be marked or moved, oldest first.</summary>
    Task<IReadOnlyList<UntouchedMail>> UntouchedAsync(string mailbox, string folder, int limit, CancellationToken cancel);

    /// <summary>
    /// Records that mails were marked or moved. Where the server said under which key a moved mail lies in a folder that is watched too, that key is
    /// settled as a duplicate, so that it is not fetched again.
    /// </summary>
    Task TouchedAsync(IReadOnlyList<TouchedMail> mails, DateTimeOffset at, CancellationToken cancel);

    /// <summary>The ledger's sum, a row for each mailbox and folder.</summary>
    Task<IReadOnlyList<LedgerBalance>> BalanceAsync(CancellationToken cancel);

    /// <summary>The date before which a mailbox's mail was taken over and is never acted on, or null.</summary>
    Task<DateTimeOffset?> AdoptedBeforeAsync(string mailbox, CancellationToken cancel);

    /// <summary>Takes a mailbox over: what arrived before <paramref name="before"/> is recorded, never acknowledged, and starts no clock.</summary>
    Task AdoptAsync(string mailbox, DateTimeOffset before, string actor, DateTimeOffset at, CancellationToken cancel);
}

/// <summary>
/// One transaction. Raw bytes, ledger key, case, events and outbox rows of every mail that was added become durable
/// together in <see cref="CommitAsync"/>, or not at all. Look-ups see what the session added before.
/// </summary>
public interface IIntakeSession : IAsyncDisposable
{
    /// <summary>Looks up a mail's past.</summary>
    Task<MailHistory> HistoryAsync(HistoryQuery query, CancellationToken cancel);

    /// <summary>Adds a decided mail.</summary>
    Task AddAsync(IntakeRecord record, CancellationToken cancel);

    /// <summary>Sets a mail aside, with what there is of it, and alerts where it is urgent.</summary>
    Task HoldAsync(HeldMail held, DateTimeOffset at, CancellationToken cancel);

    /// <summary>Sets a mail aside again that was tried again and is gone from the mailbox: what was kept of it stays.</summary>
    Task KeepHeldAsync(LedgerKey key, string reason, DateTimeOffset at, CancellationToken cancel);

    /// <summary>Settles a key without a mail: a duplicate, a rule, or a mail that is gone.</summary>
    /// <param name="key">The key.</param>
    /// <param name="state">Duplicate, ignored or vanished.</param>
    /// <param name="reason">Why, in words.</param>
    /// <param name="at">When.</param>
    /// <param name="cancel">Cancels.</param>
    Task SettleAsync(LedgerKey key, LedgerState state, string reason, DateTimeOffset at, CancellationToken cancel);

    /// <summary>Whether a key was settled meanwhile: by another worker, or as a mail that the worker moved there itself.</summary>
    Task<bool> IsSettledAsync(LedgerKey key, CancellationToken cancel);

    /// <summary>Notes that a settled mail is to be marked or moved in the mailbox: after the commit, or after the restart that follows.</summary>
    /// <param name="key">The mail's key.</param>
    /// <param name="original">For a duplicate, id of the mail that it is a copy of; else null.</param>
    /// <param name="cancel">Cancels.</param>
    Task WantTouchAsync(LedgerKey key, string? original, CancellationToken cancel);

    /// <summary>Makes everything durable.</summary>
    Task CommitAsync(CancellationToken cancel);
}

/// <summary>A fault at the store.</summary>
public sealed class StoreException : Exception
{
    /// <summary>Creates the fault.</summary>
    public StoreException(string message, bool temporary, Exception? inner = null)
        : base(message, inner) => Temporary = temporary;

    /// <summary>True where trying again may help (a locked database, a full disk); unknown faults are temporary.</summary>
    public bool Temporary { get; }

    /// <summary>True where it is the rows that the store will not have, however often they come: then one mail is at fault, not the store.</summary>
    public bool RowsRefused { get; init; }
}
