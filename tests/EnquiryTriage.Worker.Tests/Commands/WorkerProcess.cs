using System.Diagnostics;
using System.Text;

namespace EnquiryTriage.Worker.Tests.Commands;

/// <summary>The executable itself, as a script calls it.</summary>
internal sealed class WorkerProcess : IDisposable
{
    /// <summary>Far longer than anything here takes: a process that hangs fails its test.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();

    private WorkerProcess(Process process) => _process = process;

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

    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    /// <summary>Starts the executable in a folder.</summary>
    public static WorkerProcess Start(string folder, string[] arguments, string? input = null, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, OperatingSystem.IsWindows() ? "enquiry-triage.exe" : "enquiry-triage"), arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var worker = new WorkerProcess(new Process { StartInfo = start });
        worker._process.OutputDataReceived += (_, line) => Append(worker._output, line.Data);
        worker._process.ErrorDataReceived += (_, line) => Append(worker._errors, line.Data);
        worker._process.Start();
        worker._process.BeginOutputReadLine();
        worker._process.BeginErrorReadLine();
        worker._process.StandardInput.Write(input ?? "");
        worker._process.StandardInput.Close();
        return worker;
    }

    /// <summary>Runs the executable to its end.</summary>
    public static async Task<(int Exit, string Output, string Errors)> RunAsync(
        string folder, string[] arguments, string? input = null, params (string Name, string Value)[] environment)
    {
        using var worker = Start(folder, arguments, input, environment);
        var exit = await worker.EndAsync();
        return (exit, worker.Output, worker.Errors);
    }

    /// <summary>Waits for its end; the exit code.</summary>
    public async Task<int> EndAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(limit.Token);
        return _process.ExitCode;
    }

    /// <summary>Waits until something holds while the process runs.</summary>
    public async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(Patience);
        while (!await holds())
        {
            Assert.False(_process.HasExited, $"The worker ended by itself:\n{Output}\n{Errors}");
            await Task.Delay(100, limit.Token);
        }
    }

    /// <summary>Asks it to end, as a service manager does.</summary>
    public async Task<int> StopAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        return await EndAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.Append(line).Append('\n');
            }
        }
    }
}
