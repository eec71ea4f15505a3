using System.Globalization;
using Dapper;
using EnquiryTriage.Conformance.Rig;
using Microsoft.Data.Sqlite;

namespace EnquiryTriage.Benchmarks;

/// <summary>What the system says of a process (proc(5)).</summary>
internal sealed record ProcessFigures(TimeSpan Cpu, double ResidentMegabytes, double PeakMegabytes)
{
    private const double TicksPerSecond = 100;

    public static ProcessFigures Of(int process)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var ticks = Number(fields[11]) + Number(fields[12]);
        return new ProcessFigures(TimeSpan.FromSeconds(ticks / TicksPerSecond), Kilobytes(process, "VmRSS:") / 1024.0, Kilobytes(process, "VmHWM:") / 1024.0);
    }

    private static long Kilobytes(int process, string name) =>
        Number(File.ReadLines($"/proc/{process}/status").First(l => l.StartsWith(name, StringComparison.Ordinal))[name.Length..].Trim().Split(' ')[0]);

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>How busy the machine is: figures of a shared one mean little without it.</summary>
internal static class MachineLoad
{
    /// <summary>The load of the last minute.</summary>
    public static double Now => double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
}

/// <summary>The worker's record, watched closely on one connection.</summary>
internal sealed class RecordWatch(string path, WorkerProcess worker) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private SqliteConnection? _connection;

    /// <summary>Looks every millisecond until a query says yes.</summary>
    public async Task UntilAsync(string query, string value)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await ScalarAsync<bool>(query, value))
        {
            await Task.Delay(1);
            if (worker.HasExited || TimeProvider.System.GetElapsedTime(started) > Patience)
            {
                throw new InvalidOperationException($"The worker {(worker.HasExited ? "ended" : "does not get on")}:\n{worker.Output}");
            }
        }
    }

    /// <summary>A query's one value; the type's default before the worker has made its record.</summary>
    public async Task<T?> ScalarAsync<T>(string query, string value = "")
    {
        try
        {
            if (_connection is null && File.Exists(path))
            {
                var opened = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
                await opened.OpenAsync();
                _connection = opened;
            }

            return _connection is null ? default : await _connection.ExecuteScalarAsync<T>(query, new { value });
        }
        catch (SqliteException e) when (e.SqliteErrorCode is 1 or 5)
        {
            // No tables yet, or they are being made.
            return default;
        }
    }

    public void Dispose() => _connection?.Dispose();
}
