using System.Diagnostics;
using System.Globalization;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Storage.Sqlite;

namespace EnquiryTriage.Benchmarks;

/// <summary>The worker process on a Maildir with a backlog, in shadow mode: from its start to the last commit.</summary>
internal static class BacklogBenchmark
{
    private static readonly string[] Parts = ["new", "cur"];
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public static async Task<int> RunAsync(string maildir)
    {
        var mails = Parts.Sum(d => Directory.EnumerateFiles(Path.Combine(maildir, d)).Count());
        var home = Directory.CreateTempSubdirectory("enquiry-triage-backlog-").FullName;
        try
        {
            var database = Path.Combine(home, "enquiries.db");
            using var worker = Start(home, maildir, database);
            try
            {
                var (first, last, peak) = await WatchAsync(worker, database, mails);
                Result.Print(new
                {
                    Mails = mails,
                    ColdStartSeconds = first.TotalSeconds,
                    SecondsFromFirstToLast = (last - first).TotalSeconds,
                    MailsPerSecond = mails / Math.Max((last - first).TotalSeconds, 1e-3),
                    PeakResidentMegabytes = peak / 1024.0,
                });
                return 0;
            }
            finally
            {
                worker.Kill();
                await worker.WaitForExitAsync();
            }
        }
        finally
        {
            Directory.Delete(home, recursive: true);
        }
    }

    private static Process Start(string home, string maildir, string database)
    {
        var info = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "enquiry-triage")) { WorkingDirectory = home, RedirectStandardOutput = true, UseShellExecute = false };
        info.ArgumentList.Add("run");
        foreach (var (name, value) in new[]
        {
            ("Mailbox__Kind", "maildir"), ("Mailbox__Path", Path.GetFullPath(maildir)), ("Storage__Path", database), ("Web__Enabled", "false"),
            ("Serilog__MinimumLevel__Default", "Error"),
        })
        {
            info.Environment[name] = value;
        }

        return Process.Start(info)!;
    }

    private static async Task<(TimeSpan First, TimeSpan Last, long PeakKilobytes)> WatchAsync(Process worker, string database, int mails)
    {
        var watch = Stopwatch.StartNew();
        TimeSpan? first = null;
        long peak = 0;
        while (true)
        {
            await Task.Delay(Look);
            if (worker.HasExited)
            {
                throw new InvalidOperationException($"The worker ended with {worker.ExitCode}.");
            }

            peak = Math.Max(peak, PeakOf(worker));
            var done = await SettledAsync(database);
            if (done > 0)
            {
                first ??= watch.Elapsed;
            }

            if (done >= mails)
            {
                return (first!.Value, watch.Elapsed, peak);
            }
        }
    }

    private static async Task<long> SettledAsync(string database)
    {
        if (!File.Exists(database))
        {
            return 0;
        }

        try
        {
            using var store = SqliteStore.Open(database);
            return (await store.BalanceAsync(CancellationToken.None)).Sum(b => b.Seen - b.Pending);
        }
        catch (StoreException e) when (e.Temporary)
        {
            return 0;
        }
    }

    private static long PeakOf(Process worker)
    {
        var line = File.ReadLines($"/proc/{worker.Id}/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(6).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture);
    }
}
