using System.Diagnostics;
using System.Text;
using System.Text.Json;
using EnquiryTriage.Conformance.Servers;

namespace EnquiryTriage.Conformance.Rig;

/// <summary>The built executable as a process of its own: <c>enquiry-triage VERB --config FILE</c>. Killed at the end if it still runs.</summary>
internal sealed class WorkerProcess : IAsyncDisposable
{
    private const int Killed = 128 + 9;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private WorkerProcess(ProcessStartInfo start)
    {
        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Append(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it wrote so far.</summary>
    public string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>Its process number.</summary>
    public int Id => _process.Id;

    /// <summary>Whether it ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts the worker.</summary>
    /// <param name="state">Its folder: the configuration is written there, and it is the current folder.</param>
    /// <param name="settings">What differs from the shipped configuration.</param>
    /// <param name="crashAt">Point at which it kills itself; null for none.</param>
    public static WorkerProcess Run(PrivateFolder state, IReadOnlyDictionary<string, string?> settings, string? crashAt = null) =>
        Start(state, settings, ["run"], crashAt);

    /// <summary>Runs another verb to its end; returns its exit code and what it wrote.</summary>
    public static async Task<(int Code, string Output)> VerbAsync(PrivateFolder state, IReadOnlyDictionary<string, string?> settings, params string[] verb)
    {
        await using var process = Start(state, settings, verb, null);
        return (await process.EndAsync(), process.Output);
    }

    /// <summary>Waits for its end; returns the exit code.</summary>
    public async Task<int> EndAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            Assert.Fail($"The worker still runs. It wrote:\n{Output}");
        }

        return _process.ExitCode;
    }

    /// <summary>Kills it (SIGKILL), whatever it is doing.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Waits for its death by SIGKILL.</summary>
    public async Task DieAsync()
    {
        var code = await EndAsync();
        Assert.True(code == Killed, $"The worker ended with exit code {code} instead of dying. It wrote:\n{Output}");
    }

    /// <summary>Asks it to stop as a service manager does (SIGTERM); returns the exit code.</summary>
    public async Task<int> StopAsync()
    {
        await ServerProcess.RunAsync("/bin/kill", "-TERM", TestSettings.Text(_process.Id));
        return await EndAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static WorkerProcess Start(PrivateFolder state, IReadOnlyDictionary<string, string?> settings, string[] verb, string? crashAt)
    {
        // Keys with colons are sections: a configuration file may hold them as they stand.
        var file = state.Write("worker.json", JsonSerializer.Serialize(settings));
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "enquiry-triage"), [.. verb, "--config", file])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = state.Path,
        };
        start.Environment.Remove("ENQUIRYTRIAGE_CRASH_AT");
        if (crashAt is not null)
        {
            start.Environment["ENQUIRYTRIAGE_CRASH_AT"] = crashAt;
        }

        return new WorkerProcess(start);
    }

    private void Append(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
