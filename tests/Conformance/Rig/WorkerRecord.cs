using Dapper;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace EnquiryTriage.Conformance.Rig;

/// <summary>An outbound mail in the record.</summary>
internal sealed record SentRow(string MessageId, string Recipient, string State, long UnknownAttempts);

/// <summary>The store of a worker process, read from outside.</summary>
internal sealed class WorkerRecord(string path) : IDisposable
{
    private readonly string _connection = new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString();
    private SqliteStore? _store;

    /// <summary>Whether the worker has made its store, as the last look at the ledger found.</summary>
    public bool Exists => _store is not null;

    /// <summary>The inbox's ledger; null before anything was seen.</summary>
    public async Task<LedgerBalance?> BalanceAsync()
    {
        if (!File.Exists(path))
        {
            return null;
        }

        _store ??= SqliteStore.Open(path);
        return (await _store.BalanceAsync(CancellationToken.None)).SingleOrDefault(b => string.Equals(b.Folder, "INBOX", StringComparison.Ordinal));
    }

    /// <summary>Every outbound mail.</summary>
    public async Task<IReadOnlyList<SentRow>> OutboxAsync()
    {
        const string Rows = "SELECT message_id AS MessageId, recipient AS Recipient, state AS State, unknown_attempts AS UnknownAttempts FROM outbox ORDER BY id";
        using var connection = new SqliteConnection(_connection);
        return (await connection.QueryAsync<SentRow>(Rows)).AsList();
    }

    /// <summary>How many outbound mails are in each state; none before the worker has made its store.</summary>
    public async Task<IReadOnlyDictionary<OutboxState, long>> OutboxCountAsync() =>
        _store is null ? new Dictionary<OutboxState, long>() : await _store.CountAsync(CancellationToken.None);

    /// <summary>Outbound mails that were left to a person: the enquiry's reference and the Message-ID.</summary>
    public async Task<IReadOnlyList<(string Reference, string MessageId)>> FailedAsync()
    {
        const string Rows = "SELECT e.reference, o.message_id FROM outbox o JOIN enquiry e ON e.id = o.enquiry_id WHERE o.state = 'Failed' ORDER BY o.id";
        using var connection = new SqliteConnection(_connection);
        return (await connection.QueryAsync<(string, string)>(Rows)).AsList();
    }

    /// <summary>How often something happened.</summary>
    public async Task<long> EventsAsync(string type)
    {
        using var connection = new SqliteConnection(_connection);
        return await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM event WHERE type = @type", new { type });
    }

    /// <summary>Message-IDs of every mail in the record, as often as they are there.</summary>
    public async Task<IReadOnlyList<string>> MailsAsync()
    {
        const string Rows = "SELECT message_id FROM mail ORDER BY message_id";
        using var connection = new SqliteConnection(_connection);
        return (await connection.QueryAsync<string>(Rows)).AsList();
    }

    /// <inheritdoc/>
    public void Dispose() => _store?.Dispose();
}
