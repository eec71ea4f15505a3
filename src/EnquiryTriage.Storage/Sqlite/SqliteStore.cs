using System.Data;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using Dapper;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Health;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Outbox;
using Microsoft.Data.Sqlite;

namespace EnquiryTriage.Storage.Sqlite;

/// <summary>
/// The store on SQLite: one file in WAL mode, one writer at a time in this process, any number of readers. Failure semantics: a call that
/// returned is durable (synchronous = FULL); one that threw <see cref="StoreException"/> wrote nothing.
/// </summary>
public sealed partial class SqliteStore : IIntakeStore, IQuarantineStore, IOutboxStore, IEnquiryQueries, IHealthStore, IDisposable
{
    private readonly string _connectionString;
    private readonly string _path;
    private readonly SemaphoreSlim _writer = new(1, 1);

    static SqliteStore()
    {
        SqlMapper.AddTypeHandler(new UtcHandler());
    }

    private SqliteStore(string path, TimeSpan busyTimeout)
    {
        _path = path;
        _connectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            DefaultTimeout = Math.Max(1, (int)busyTimeout.TotalSeconds),
            ForeignKeys = true,
        }.ToString();
    }

    /// <summary>Opens the store, creating or migrating it where needed.</summary>
    /// <param name="path">The database file; its folder is created.</param>
    /// <param name="busyTimeout">How long to wait for another process's lock; 5 seconds where null.</param>
    /// <exception cref="StoreException">The file cannot be opened, is no database, or was written by a later version.</exception>
    public static SqliteStore Open(string path, TimeSpan? busyTimeout = null)
    {
        var store = new SqliteStore(Path.GetFullPath(path), busyTimeout ?? TimeSpan.FromSeconds(5));
        try
        {
            CreatePrivate(store._path);
            using var connection = store.Connect();
            connection.Execute("PRAGMA journal_mode = WAL");
            store.Migrate(connection);
            return store;
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            store.Dispose();
            throw store.Fault(e);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        using (var connection = new SqliteConnection(_connectionString))
        {
            SqliteConnection.ClearPool(connection);
        }

        _writer.Dispose();
    }

    // The record holds everybody's mail: its file is its owner's alone, and SQLite gives the files beside it the same rights.
    private static void CreatePrivate(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        if (!File.Exists(path))
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            };
            using var file = new FileStream(path, options);
        }
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(_connectionString);
        try
        {
            connection.Open();
            connection.Execute("PRAGMA synchronous = FULL");
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private async Task<T> ReadAsync<T>(Func<SqliteConnection, Task<T>> read)
    {
        try
        {
            using var connection = Connect();
            return await read(connection);
        }
        catch (SqliteException e)
        {
            throw Fault(e);
        }
    }

    private async Task<T> WriteAsync<T>(Func<SqliteConnection, SqliteTransaction, Task<T>> write, CancellationToken cancel)
    {
        await _writer.WaitAsync(cancel);
        try
        {
            using var connection = Connect();
            using var transaction = connection.BeginTransaction(deferred: false);
            var result = await write(connection, transaction);
            transaction.Commit();
            return result;
        }
        catch (SqliteException e)
        {
            throw Fault(e);
        }
        finally
        {
            _writer.Release();
        }
    }

    private StoreException Fault(Exception e) => e switch
    {
        StoreException already => already,
        SqliteException { SqliteErrorCode: 5 or 6 } => new($"{_path}: the database is locked by another process. Stop it, or wait.", temporary: true, e),
        SqliteException { SqliteErrorCode: 13 } => new($"{_path}: the disk is full. Free some space; nothing was lost and work goes on by itself.", temporary: true, e),
        SqliteException { SqliteErrorCode: 26 or 11 } => new($"{_path}: not a database, or damaged. Restore a copy, or name another file in Storage:Path.", temporary: false, e),
        SqliteException { SqliteErrorCode: 18 or 19 or 20 or 25 } => new($"{_path}: the rows of a mail do not fit the record ({e.Message}).", temporary: false, e) { RowsRefused = true },
        SqliteException { SqliteErrorCode: 14 or 8 } => new($"{_path}: cannot be opened for writing. Check that the folder exists and may be written, or set Storage:Path.", temporary: false, e),
        IOException or UnauthorizedAccessException => new($"{_path}: cannot be opened for writing: {e.Message} Check the folder, or set Storage:Path.", temporary: false, e),
        _ => new($"{_path}: {e.Message}", temporary: true, e),
    };

    private void Migrate(SqliteConnection connection)
    {
        var scripts = Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(n => n.EndsWith(".sql", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToList();
        using var transaction = connection.BeginTransaction(deferred: false);
        var version = connection.ExecuteScalar<int>("PRAGMA user_version", transaction: transaction);
        if (version > scripts.Count)
        {
            throw new StoreException($"{_path}: written by a later version (schema {version}, this one knows {scripts.Count}). Use that version, or another file in Storage:Path.", temporary: false);
        }

        for (var i = version; i < scripts.Count; i++)
        {
            using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(scripts[i])!;
            using var reader = new StreamReader(stream);
            connection.Execute(reader.ReadToEnd(), transaction: transaction);
        }

        // PRAGMA takes no parameters; the value is a number of ours.
        connection.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {scripts.Count}"), transaction: transaction);
        transaction.Commit();
    }

    private static Task<int> AppendAsync(
        SqliteConnection connection,
        SqliteTransaction transaction,
        NewEvent @event,
        string? enquiryId,
        string? mailId,
        DateTimeOffset at)
    {
        const string Append = """
            INSERT INTO event (at, type, actor, enquiry_id, mail_id, outbox_id, detail)
            VALUES (@at, @Type, @Actor, @enquiryId, @mailId, @OutboxId, @detail)
            """;
        return connection.ExecuteAsync(
            Append,
            new
            {
                at = @event.At ?? at,
                @event.Type,
                @event.Actor,
                enquiryId,
                mailId,
                @event.OutboxId,
                detail = JsonSerializer.Serialize(@event.Detail),
            },
            transaction);
    }

    private sealed class UtcHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        private const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

        public override DateTimeOffset Parse(object value) =>
            DateTimeOffset.Parse((string)value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value)
        {
            parameter.DbType = DbType.String;
            parameter.Value = value.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);
        }
    }
}
