using Dapper;
using EnquiryTriage.Core.Intake;
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
