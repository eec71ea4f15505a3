using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EnquiryTriage.Conformance.Servers;

/// <summary>
/// A policy service for Postfix (its SMTPD_POLICY_README) that puts off a third of what is offered: some at RCPT TO, the others when the whole message was sent.
/// </summary>
internal sealed class RefusingPolicy : IAsyncDisposable
{
    // 1 − (1 − 1/5) × (1 − 1/6) = 1/3.
    private const double AtRecipient = 1.0 / 5;
    private const double AtMessage = 1.0 / 6;
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _gate = new();
    private readonly Random _random;
    private readonly Task _accepting;

    /// <summary>Listens.</summary>
    /// <param name="seed">Of its choice.</param>
    public RefusingPolicy(int seed)
    {
        _random = new Random(seed);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where Postfix finds it.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many mails were offered.</summary>
    public int Offered { get; private set; }

    /// <summary>How many of them were put off.</summary>
    public int Refused { get; private set; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var sessions = new List<Task>();
        try
        {
            while (true)
            {
                sessions.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(sessions);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.UTF8);
                var state = "";
                while (await reader.ReadLineAsync(_end.Token) is { } line)
                {
                    if (line.StartsWith("protocol_state=", StringComparison.Ordinal))
                    {
                        state = line;
                    }
                    else if (line.Length == 0)
                    {
                        await stream.WriteAsync(Encoding.ASCII.GetBytes($"action={Decide(state)}\n\n"), _end.Token);
                    }
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // Postfix ended, or the test did.
        }
    }

    private string Decide(string state)
    {
        lock (_gate)
        {
            var first = state.EndsWith("=RCPT", StringComparison.Ordinal);
            Offered += first ? 1 : 0;
            if (_random.NextDouble() >= (first ? AtRecipient : AtMessage))
            {
                return "DUNNO";
            }

            Refused++;
            return "450 4.7.1 Not now, come again";
        }
    }
}
