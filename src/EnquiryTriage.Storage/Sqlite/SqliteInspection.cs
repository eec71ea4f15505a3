using System.Reflection;
using Dapper;
using EnquiryTriage.Core.Intake;
using Microsoft.Data.Sqlite;

namespace EnquiryTriage.Storage.Sqlite;

/// <summary>What a database file says of itself, read without changing it.</summary>
/// <param name="Schema">Version of its schema.</param>
/// <param name="KnownSchema">The version that this program makes.</param>
/// <param name="Faults">What SQLite's integrity check finds; empty where all is well.</param>
/// <param name="Pages">Pages in the file.</param>
/// <param name="FreePages">Pages that hold nothing.</param>
/// <param name="PageBytes">Bytes of a page.</param>
public sealed record SqliteInspection(int Schema, int KnownSchema, IReadOnlyList<string> Faults, long Pages, long FreePages, long PageBytes)
{
    /// <summary>Inspects a file: every page is read.</summary>
    /// <exception cref="StoreException">The file cannot be read, or is no database.</exception>
    public static async Task<SqliteInspection> OfAsync(string path, CancellationToken cancel)
    {
        var known = Assembly.GetExecutingAssembly().GetManifestResourceNames().Count(n => n.EndsWith(".sql", StringComparison.Ordinal));
        var read = new SqliteConnectionStringBuilder { DataSource = Path.GetFullPath(path), Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString();
        try
        {
            await using var connection = new SqliteConnection(read);
            await connection.OpenAsync(cancel);
            var faults = (await connection.QueryAsync<string>("PRAGMA integrity_check(10)")).Where(f => f != "ok").ToList();
            faults.AddRange((await connection.QueryAsync<(string Table, long? Row, string Parent)>("PRAGMA foreign_key_check")).Take(10).Select(f => $"{f.Table}: a row names a {f.Parent} that is not there"));
            return new SqliteInspection(
                await connection.ExecuteScalarAsync<int>("PRAGMA user_version"),
                known,
                faults,
                await connection.ExecuteScalarAsync<long>("PRAGMA page_count"),
                await connection.ExecuteScalarAsync<long>("PRAGMA freelist_count"),
                await connection.ExecuteScalarAsync<long>("PRAGMA page_size"));
        }
        catch (SqliteException e)
        {
            throw new StoreException($"{path}: {e.Message}", temporary: e.SqliteErrorCode is 5 or 6, e);
        }
    }
}
