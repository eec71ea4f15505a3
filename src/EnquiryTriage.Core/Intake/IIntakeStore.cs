namespace EnquiryTriage.Core.Intake;

/// <summary>The intake's side of the store. Implementations throw <see cref="StoreException"/> and say whether it is temporary.</summary>
public interface IIntakeStore
{
    /// <summary>Records that the mailbox lists these mails; those not yet settled come back, oldest first as given.</summary>
    Task<IReadOnlyList<LedgerKey>> SeeAsync(IReadOnlyList<LedgerKey> listed, DateTimeOffset at, CancellationToken cancel);

    /// <summary>Opens one transaction for a batch of mails.</summary>
    Task<IIntakeSession> BeginAsync(CancellationToken cancel);

    /// <summary>Records how many mails the server holds and how many of them the ledger knows.</summary>
    Task CheckedAsync(string mailbox, string folder, long serverCount, long presentCount, DateTimeOffset at, CancellationToken cancel);

    /// <summary>Settles the pending keys of a folder that the mailbox no longer lists as vanished; returns how many.</summary>
    Task<int> VanishAsync(string mailbox, string folder, IReadOnlySet<string> listedKeys, DateTimeOffset at, CancellationToken cancel);

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

    /// <summary>Settles a key without a mail: a duplicate, a rule, or a mail that could not be fetched.</summary>
    /// <param name="key">The key.</param>
    /// <param name="state">A final state other than <see cref="LedgerState.Ingested"/>.</param>
    /// <param name="reason">Why, in words.</param>
    /// <param name="raw">What there is of a quarantined mail; empty for none.</param>
    /// <param name="at">When.</param>
    /// <param name="cancel">Cancels.</param>
    Task SettleAsync(LedgerKey key, LedgerState state, string reason, ReadOnlyMemory<byte> raw, DateTimeOffset at, CancellationToken cancel);

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
