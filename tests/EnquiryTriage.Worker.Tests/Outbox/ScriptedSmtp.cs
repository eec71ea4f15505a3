using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EnquiryTriage.Worker.Tests.Outbox;

/// <summary>What the scripted server does instead of its usual answer.</summary>
internal sealed record Answer(string? Text, bool Cut = false, bool Stall = false, bool Endless = false)
{
    public static readonly Answer Nothing = new(null, Cut: true);
    public static readonly Answer Silence = new(null, Stall: true);
    public static readonly Answer WithoutEnd = new("250-and another thing", Endless: true);

    public static Answer Says(string text) => new(text);

    public static Answer Closing(string text) => new(text, Cut: true);
}

/// <summary>An SMTP server in this process that errs on demand; without a script it takes every mail. Not a model of any real one.</summary>
internal sealed class ScriptedSmtp : IAsyncDisposable
{
    /// <summary>Where answers can be put: the greeting, the commands, the end of the message.</summary>
    public static readonly string[] Steps = ["greeting", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "."];

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, ConcurrentQueue<Answer>> _script = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<TcpClient> _clients = [];
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;
    private int _connections;

    public ScriptedSmtp()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int Connections => _connections;

    public List<string> Capabilities { get; } = ["PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES", "DSN", "AUTH PLAIN"];

    /// <summary>Every command, in order.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    /// <summary>Every message that came to its end, whatever was answered.</summary>
    public ConcurrentQueue<string> Messages { get; } = new();

    /// <summary>Commands that had come before the one before them was answered.</summary>
    public ConcurrentQueue<string> Pipelined { get; } = new();

    /// <summary>Each byte of a reply is sent alone.</summary>
    public bool ByteByByte { get; init; }

    /// <summary>Offers STARTTLS with it.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>The next answers to a step; afterwards the usual ones.</summary>
    public ScriptedSmtp On(string step, params Answer[] answers)
    {
        var queue = _script.GetOrAdd(step, _ => new ConcurrentQueue<Answer>());
        foreach (var answer in answers)
        {
            queue.Enqueue(answer);
        }

        return this;
    }

    /// <summary>Ends all connections, as a server that tidies up does.</summary>
    public void CutAll()
    {
        foreach (var client in _clients)
        {
            client.Close();
        }
    }

    /// <summary>A certificate, self-signed.</summary>
    public static X509Certificate2 CertificateFor(string name, int daysFromNow)
    {
        var now = TimeProvider.System.GetUtcNow();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        using var made = request.CreateSelfSigned(now.AddDays(-30), now.AddDays(daysFromNow));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        CutAll();
        await _accepting;
        _end.Dispose();
        Certificate?.Dispose();
    }

    private async Task AcceptAsync()
    {
        var sessions = new List<Task>();
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_end.Token);
                client.NoDelay = true;
                _clients.Add(client);
                Interlocked.Increment(ref _connections);
                sessions.Add(Task.Run(() => ServeAsync(client)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
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
                await new Session(this, client.GetStream()).RunAsync(_end.Token);
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The client went, or the test is over.
        }
    }

    private sealed class Session(ScriptedSmtp server, Stream stream)
    {
        private readonly byte[] _buffer = new byte[64 * 1024];
        private Stream _stream = stream;
        private int _from;
        private int _to;

        public async Task RunAsync(CancellationToken end)
        {
            var secured = false;
            await AnswerAsync("greeting", "220 scripted.test ESMTP", end);
            while (await LineAsync(end) is { } line)
            {
                server.Commands.Enqueue(line);
                if (_to > _from)
                {
                    server.Pipelined.Enqueue(line);
                }

                var verb = line.Split(' ', 2)[0].ToUpperInvariant();
                switch (verb)
                {
                    case "EHLO":
                        var offered = new List<string>(server.Capabilities);
                        if (server.Certificate is not null && !secured)
                        {
                            offered.Add("STARTTLS");
                        }

                        await AnswerAsync(verb, string.Join("\r\n", offered.Select(c => "250-" + c).Prepend("250-scripted.test")) + "\r\n250 SIZE 10000000", end);
                        break;
                    case "STARTTLS":
                        await AnswerAsync(verb, "220 2.0.0 go on", end);
                        var tls = new SslStream(_stream);
                        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = server.Certificate }, end);
                        (_stream, secured, _from, _to) = (tls, true, 0, 0);
                        break;
                    case "AUTH":
                        await AnswerAsync(verb, "235 2.7.0 welcome", end);
                        break;
                    case "DATA":
                        if (await AnswerAsync(verb, "354 send it", end))
                        {
                            server.Messages.Enqueue(await MessageAsync(end));
                            await AnswerAsync(".", "250 2.0.0 Ok: queued as 4XYZ7890", end);
                        }

                        break;
                    case "QUIT":
                        await WriteAsync("221 2.0.0 bye\r\n", end);
                        return;
                    default:
                        await AnswerAsync(verb, "250 2.0.0 fine", end);
                        break;
                }
            }
        }

        /// <summary>Returns true where the usual answer was given.</summary>
        private async Task<bool> AnswerAsync(string step, string usual, CancellationToken end)
        {
            var scripted = server._script.TryGetValue(step, out var queue) && queue.TryDequeue(out var answer) ? answer : Answer.Says(usual);
            if (scripted.Stall)
            {
                await Task.Delay(Timeout.Infinite, end);
            }

            do
            {
                await WriteAsync(scripted.Text is null ? "" : scripted.Text + "\r\n", end);
            }
            while (scripted.Endless);
            return scripted.Cut ? throw new IOException("cut as scripted") : scripted.Text == usual || scripted.Text?.StartsWith("354", StringComparison.Ordinal) == true;
        }

        private async Task WriteAsync(string text, CancellationToken end)
        {
            var bytes = Encoding.ASCII.GetBytes(text);
            for (var i = 0; server.ByteByByte && i < bytes.Length; i++)
            {
                await _stream.WriteAsync(bytes.AsMemory(i, 1), end);
                await _stream.FlushAsync(end);
                await Task.Yield();
            }

            if (!server.ByteByByte)
            {
                await _stream.WriteAsync(bytes, end);
            }
        }

        private async Task<string> MessageAsync(CancellationToken end)
        {
            var text = new StringBuilder();
            while (await LineAsync(end) is { } line && line != ".")
            {
                text.Append(line).Append('\n');
            }

            return text.ToString();
        }

        private async Task<string?> LineAsync(CancellationToken end)
        {
            var line = new StringBuilder();
            while (true)
            {
                if (_from == _to)
                {
                    (_from, _to) = (0, await _stream.ReadAsync(_buffer, end));
                    if (_to == 0)
                    {
                        return null;
                    }
                }

                var value = (char)_buffer[_from++];
                if (value == '\n')
                {
                    return line.ToString().TrimEnd('\r');
                }

                line.Append(value);
            }
        }
    }
}
