using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EnquiryTriage.Conformance.Servers;

/// <summary>
/// A server in the foreground that ends with its owner: a small shell between the two waits for the end of its input, which comes when the
/// owner closes it or dies in whatever way, and then ends the server by its pid.
/// </summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string Guard = """
        exec 3<&0
        "$@" </dev/null 3<&- &
        server=$!
        (cat <&3 >/dev/null; kill -TERM $server 2>/dev/null) &
        exec 3<&-
        wait $server
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Process _process;
    private readonly StringBuilder _output = new();

    private ServerProcess(string file, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo("/bin/sh") { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (IEnumerable<string>)["-c", Guard, "guard", file, .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Append(line.Data);
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Starts a server and waits until each port takes connections.</summary>
    /// <exception cref="InvalidOperationException">It ended, or was not ready in time; its output is in the message.</exception>
    public static async Task<ServerProcess> StartAsync(string file, IEnumerable<string> arguments, params int[] ports)
    {
        var server = new ServerProcess(file, arguments);
        try
        {
            foreach (var port in ports)
            {
                await server.ReadyAsync(port);
            }

            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command to its end.</summary>
    /// <exception cref="InvalidOperationException">It ended with an error; its output is in the message.</exception>
    public static async Task RunAsync(string file, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(file, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{file} {string.Join(' ', arguments)}: exit code {process.ExitCode}\n{await output}{await error}");
        }
    }

    /// <summary>Kills the server and all that it started, as a power cut would.</summary>
    public async Task CutAsync()
    {
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await DisposeAsync();
    }

    /// <summary>Ends the server and waits for its end.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private async Task ReadyAsync(int port)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
                return;
            }
            catch (SocketException e)
            {
                if (_process.HasExited || TimeProvider.System.GetElapsedTime(started) > Patience)
                {
                    throw new InvalidOperationException($"No server on port {port}: {(_process.HasExited ? "it ended" : "not ready in time")}.\n{Output}", e);
                }

                await Task.Delay(10);
            }
        }
    }

    private string Output
    {
        get
        {
            lock (_output)
            {
                return _output.ToString();
            }
        }
    }

    private void Append(string? line)
    {
        lock (_output)
        {
            _output.AppendLine(line);
        }
    }
}
