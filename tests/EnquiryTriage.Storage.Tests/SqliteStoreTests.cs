using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using static EnquiryTriage.Storage.Tests.Records;

namespace EnquiryTriage.Storage.Tests;

/// <summary>The contract on SQLite.</summary>
public sealed class SqliteStoreTests : StoreContract
{
    private readonly TemporaryFolder _folder = new();

    /// <inheritdoc/>
    protected override OpenStore Open()
    {
        var store = SqliteStore.Open(_folder.At("enquiries.db"));
        return new OpenStore(store, store, store, store, store, store, store);
    }

    /// <inheritdoc/>
    protected override void Destroy() => _folder.Dispose();
}

/// <summary>What is SQLite's own: the file, its modes, its faults.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Database => _folder.At("enquiries.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_file_is_in_WAL_mode_and_every_table_is_strict()
    {
        using var store = SqliteStore.Open(Database);
        using var connection = Connect();

        Assert.Equal("wal", Scalar(connection, "PRAGMA journal_mode"));
        Assert.Equal("0", Scalar(connection, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite_%' AND strict = 0"));
        Assert.NotEqual("0", Scalar(connection, "SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND strict = 1"));
    }

    [Fact]
    public async Task Opening_again_migrates_nothing_and_loses_nothing()
    {
        using (var store = SqliteStore.Open(Database))
        {
            await store.SeeAsync([Key(1)], Monday, default);
        }

        var before = Version();
        using var again = SqliteStore.Open(Database);

        Assert.Equal(before, Version());
        Assert.NotEqual("0", before);
        Assert.Equal(1, Assert.Single(await again.BalanceAsync(default)).Seen);
    }

    [Fact]
    public void The_folder_of_the_file_is_created()
    {
        var path = Path.Combine(_folder.Root, "a", "b", "enquiries.db");
        using var store = SqliteStore.Open(path);

        Assert.True(File.Exists(path));
    }

    [Fact]
    public void A_file_of_a_later_version_is_refused_with_the_remedy_and_left_alone()
    {
        using (SqliteStore.Open(Database))
        {
            using var connection = Connect();
            Execute(connection, "PRAGMA user_version = 99");
        }

        var fault = Refused(Database);

        Assert.False(fault.Temporary);
        Assert.Contains("written by a later version (schema 99", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Storage:Path", fault.Message, StringComparison.Ordinal);
        Assert.Equal("99", Version());
    }

    [Fact]
    public void A_file_that_is_no_database_is_refused_with_the_remedy_and_left_alone()
    {
        var words = string.Concat(Enumerable.Repeat("This is a shopping list, and no database.\n", 100));
        File.WriteAllText(Database, words);

        var fault = Refused(Database);

        Assert.False(fault.Temporary);
        Assert.Contains("not a database, or damaged", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Storage:Path", fault.Message, StringComparison.Ordinal);
        Assert.Equal(words, File.ReadAllText(Database));
    }

    [Fact]
    public void A_path_that_cannot_be_opened_is_refused_with_the_remedy()
    {
        Directory.CreateDirectory(Database);

        var fault = Refused(Database);

        Assert.False(fault.Temporary);
        Assert.Contains("Storage:Path", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_refused_with_the_remedy()
    {
        File.WriteAllText(_folder.At("file"), "");

        var fault = Refused(Path.Combine(_folder.At("file"), "enquiries.db"));

        Assert.False(fault.Temporary);
        Assert.Contains("Storage:Path", fault.Message, StringComparison.Ordinal);
    }

    [LinuxFact]
    public void A_folder_that_nobody_may_write_into_is_refused_with_the_remedy()
    {
        // Even root may not make a file there.
        var fault = Refused("/proc/enquiries.db");

        Assert.False(fault.Temporary);
        Assert.Contains("cannot be opened for writing", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_process_that_holds_the_lock_is_a_temporary_fault_and_work_goes_on_after_it()
    {
        using var store = SqliteStore.Open(Database, TimeSpan.FromSeconds(1));
        using (var other = Connect())
        {
            Execute(other, "BEGIN IMMEDIATE");
            var see = await Assert.ThrowsAsync<StoreException>(() => store.SeeAsync([Key(1)], Monday, default));
            var begin = await Assert.ThrowsAsync<StoreException>(() => store.BeginAsync(default));
            var claim = await Assert.ThrowsAsync<StoreException>(() => store.ClaimAsync("a", 1, TimeSpan.FromMinutes(5), null, Monday, default));

            Assert.All([see, begin, claim], fault => Assert.True(fault.Temporary));
            Assert.Contains("locked by another process", see.Message, StringComparison.Ordinal);
            Assert.Empty(await store.BalanceAsync(default));
            Execute(other, "ROLLBACK");
        }

        Assert.Equal([Key(1)], (await store.SeeAsync([Key(1)], Monday, default)).Pending);
    }

    [Fact]
    public void A_lock_at_the_start_is_a_temporary_fault()
    {
        using (SqliteStore.Open(Database))
        {
            // Makes the file.
        }

        using var other = Connect();
        Execute(other, "BEGIN EXCLUSIVE");

        Assert.True(Refused(Database, TimeSpan.FromSeconds(1)).Temporary);
    }

    [Fact]
    public async Task A_full_disk_is_a_temporary_fault_that_writes_nothing_and_ends_when_there_is_space()
    {
        using var store = SqliteStore.Open(Database);
        var raw = new byte[4_000_000];
        new Random(7).NextBytes(raw);
        LimitPages(Database, to: null);

        var fault = await Assert.ThrowsAsync<StoreException>(() => Add(store, raw));

        Assert.True(fault.Temporary);
        Assert.Contains("the disk is full", fault.Message, StringComparison.Ordinal);
        Assert.Empty(await store.BalanceAsync(default));
        LimitPages(Database, to: "1000000");
        await Add(store, raw);
        Assert.Equal(raw, await store.RawAsync(Id("m", 1), default));
    }

    [Fact]
    public async Task A_quarantined_mail_keeps_its_bytes()
    {
        using var store = SqliteStore.Open(Database);
        await using (var session = await store.BeginAsync(default))
        {
            await session.HoldAsync(Held(1, "could not be worked out"), Monday, default);
            await session.CommitAsync(default);
        }

        using var connection = Connect();

        Assert.Equal(Raw(1).Length.ToString(System.Globalization.CultureInfo.InvariantCulture), Scalar(connection, "SELECT raw_bytes FROM quarantine WHERE key = '1'"));
        Assert.Equal("could not be worked out", Scalar(connection, "SELECT reason FROM ledger WHERE key = '1'"));
    }

    [Fact]
    public async Task A_claim_of_one_process_is_seen_by_another()
    {
        using var one = SqliteStore.Open(Database);
        using var other = SqliteStore.Open(Database);
        await Add(one, Raw(1), Row(1));

        Assert.Single(await one.ClaimAsync("one", 5, TimeSpan.FromMinutes(5), null, Monday.AddDays(1), default));
        Assert.Empty(await other.ClaimAsync("other", 5, TimeSpan.FromMinutes(5), null, Monday.AddDays(1), default));
    }

    [Fact]
    public void A_closed_store_lets_go_of_its_file()
    {
        SqliteStore.Open(Database).Dispose();

        Assert.False(File.Exists(Database + "-wal"));
    }

    private static async Task Add(SqliteStore store, byte[] raw, params NewOutboxRow[] outbox)
    {
        await using var session = await store.BeginAsync(default);
        await session.AddAsync(Opening(1) with { Raw = raw, Outbox = outbox }, default);
        await session.CommitAsync(default);
    }

    private static StoreException Refused(string path, TimeSpan? busy = null) =>
        Assert.Throws<StoreException>(() => SqliteStore.Open(path, busy).Dispose());

    private static string? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static void Execute(SqliteConnection connection, string sql) => Scalar(connection, sql);

    private string? Version()
    {
        using var connection = Connect();
        return Scalar(connection, "PRAGMA user_version");
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Database, Pooling = false }.ToString());
        connection.Open();
        return connection;
    }

    // The limit belongs to a connection: it is set on those that the store's pool will hand out again.
    private static void LimitPages(string store, string? to)
    {
        var pooled = new SqliteConnectionStringBuilder { DataSource = store, Mode = SqliteOpenMode.ReadWriteCreate, DefaultTimeout = 5, ForeignKeys = true }.ToString();
        var taken = new List<SqliteConnection>();
        for (var i = 0; i < 4; i++)
        {
            var connection = new SqliteConnection(pooled);
            connection.Open();
            var pages = to ?? Scalar(connection, "PRAGMA page_count");
            Execute(connection, $"PRAGMA max_page_count = {pages}");
            taken.Add(connection);
        }

        taken.ForEach(c => c.Dispose());
    }
}
