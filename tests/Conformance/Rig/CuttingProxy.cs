using System.Net;
using System.Net.Sockets;

namespace EnquiryTriage.Conformance.Rig;

/// <summary>
/// Stands between the worker and a server, passes on what both say, and breaks each connection after so many bytes: in the middle of whatever is being
/// said, without a farewell.
/// </summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly HashSet<Line> _lines = [];
    private readonly int _target;
    private readonly Func<long> _length;
    private readonly Task _accepting;
    private bool _down;
    private int _cuts;

    /// <summary>Listens.</summary>
    /// <param name="target">The server's port.</param>
    /// <param name="length">How many bytes, both ways together, the next connection lasts.</param>
    public CuttingProxy(int target, Func<long> length)
    {
        (_target, _length) = (target, length);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where to connect.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections were broken.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    /// <summary>Whether connections last from now on, as they do on good days.</summary>
    public bool Lasting { get; set; }

    /// <summary>Breaks every connection and lets nobody through until <see cref="Up"/>.</summary>
    public void Down()
    {
        lock (_gate)
        {
            _down = true;
            _cuts += _lines.Count;
            foreach (var line in _lines)
            {
                line.Break();
            }
        }
    }

    /// <summary>Lets connections through again.</summary>
    public void Up()
    {
        lock (_gate)
        {
            _down = false;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        Down();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_end.Token);
                serving.RemoveAll(s => s.IsCompleted);
                serving.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var line = new Line(client, Lasting ? long.MaxValue : _length());
        lock (_gate)
        {
            if (_down)
            {
                line.Break();
                return;
            }

            _lines.Add(line);
        }

        if (await line.PassAsync(_target))
        {
            Interlocked.Increment(ref _cuts);
        }

        lock (_gate)
        {
            _lines.Remove(line);
        }
    }

    private sealed class Line(Socket client, long length) : IDisposable
    {
        private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        private long _left = length;

        /// <summary>Passes on until one side ends, or the line breaks; returns whether it broke by its length.</summary>
        public async Task<bool> PassAsync(int target)
        {
            try
            {
                await _server.ConnectAsync(IPAddress.Loopback, target);
                (client.NoDelay, _server.NoDelay) = (true, true);
                await Task.WhenAny(PumpAsync(client, _server), PumpAsync(_server, client));
            }
            catch (Exception e) when (IsEnd(e))
            {
                // The server is not there, or the line was broken from outside.
            }

            var cut = Interlocked.Read(ref _left) <= 0;
            Break();
            return cut;
        }

        public void Break()
        {
            Abort(client);
            Abort(_server);
        }

        public void Dispose()
        {
            client.Dispose();
            _server.Dispose();
        }

        private static bool IsEnd(Exception e) => e is SocketException or ObjectDisposedException;

        // Without lingering the peer sees a reset, as when a firewall forgets the connection.
        private static void Abort(Socket side)
        {
            try
            {
                side.LingerState = new LingerOption(true, 0);
            }
            catch (Exception e) when (IsEnd(e))
            {
                // It is closed.
            }

            side.Dispose();
        }

        private async Task PumpAsync(Socket from, Socket to)
        {
            var buffer = new byte[16 * 1024];
            try
            {
                while (await from.ReceiveAsync(buffer) is > 0 and var read)
                {
                    var left = Interlocked.Add(ref _left, -read) + read;
                    for (var sent = 0; sent < Math.Clamp(left, 0, read);)
                    {
                        sent += await to.SendAsync(buffer.AsMemory(sent, (int)Math.Clamp(left, 0, read) - sent));
                    }

                    if (left <= read)
                    {
                        return;
                    }
                }
            }
            catch (Exception e) when (IsEnd(e))
            {
                // Either side ended.
            }
        }
    }
}
