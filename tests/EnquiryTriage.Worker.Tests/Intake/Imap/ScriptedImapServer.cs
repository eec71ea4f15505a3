using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EnquiryTriage.Worker.Tests.Intake.Imap;

/// <summary>
/// A small IMAP server in this process, for faults that no real one shows on request. It knows the commands that the worker uses; a test's
/// <see cref="Fault"/> may answer any command otherwise.
/// </summary>
internal sealed class ScriptedImapServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _sessions = [];
    private readonly Lock _gate = new();
    private readonly List<string> _commands = [];
    private readonly Task _accepting;

    public ScriptedImapServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>UID and raw bytes of each mail.</summary>
    public List<(uint Uid, byte[] Raw)> Mails { get; } = [];

    public uint Validity { get; set; } = 7;

    public string Capabilities { get; set; } = "IMAP4rev1 UIDPLUS";

    public string Greeting { get; set; } = "* OK ready\r\n";

    public string SelectExtra { get; set; } = "";

    public string UidNext { get; set; } = "100";

    /// <summary>Whether every byte goes out alone.</summary>
    public bool ByteByByte { get; set; }

    /// <summary>UIDs that SEARCH leaves out.</summary>
    public HashSet<uint> HiddenFromSearch { get; } = [];

    /// <summary>UIDs that FETCH leaves out where it is asked for UIDs by number.</summary>
    public HashSet<uint> HiddenFromFetch { get; } = [];

    /// <summary>Answers a command instead of the server; returns whether it did.</summary>
    public Func<ScriptedSession, string, string, Task<bool>>? Fault { get; set; }

    /// <summary>What clients said so far, without tags.</summary>
    public IReadOnlyList<string> Commands
    {
        get
        {
            lock (_gate)
            {
                return [.. _commands];
            }
        }
    }

    public void Forget()
    {
        lock (_gate)
        {
            _commands.Clear();
        }
    }

    /// <summary>The name of a command, UID and the kind of FETCH included.</summary>
    public static string NameOf(string line)
    {
        var words = line.Split(' ');
        var name = words[0] == "UID" ? $"UID {words[1]}" : words[0];
        return !name.EndsWith("FETCH", StringComparison.Ordinal) ? name : name + (line.Contains("BODY.PEEK", StringComparison.Ordinal) ? " BODY" : " SIZE");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_sessions);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                client.NoDelay = true;
                _sessions.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            var session = new ScriptedSession(this, client, _stop.Token);
            try
            {
                await session.SayAsync(Greeting);
                while (await session.ReadLineAsync() is { } line)
                {
                    var (tag, command) = line.IndexOf(' ', StringComparison.Ordinal) is var space and > 0 ? (line[..space], line[(space + 1)..]) : ("", line);
                    lock (_gate)
                    {
                        _commands.Add(tag.Length == 0 ? line : command);
                    }

                    if (Fault is null || !await Fault(session, tag, tag.Length == 0 ? line : command))
                    {
                        await AnswerAsync(session, tag, command);
                    }
                }
            }
            catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException)
            {
                // The client went, or the fault closed the connection.
            }
        }
    }

    private Task AnswerAsync(ScriptedSession session, string tag, string command) => NameOf(command) switch
    {
        "CAPABILITY" => session.SayAsync($"* CAPABILITY {Capabilities}\r\n{tag} OK done\r\n"),
        "LIST" => session.SayAsync(command.EndsWith("\"\"", StringComparison.Ordinal) ? $"* LIST (\\Noselect) \"/\" \"\"\r\n{tag} OK done\r\n" : $"* LIST () \"/\" INBOX\r\n{tag} OK done\r\n"),
        "SELECT" or "EXAMINE" => session.SayAsync(
            $"* {Mails.Count} EXISTS\r\n* 0 RECENT\r\n* FLAGS (\\Seen)\r\n* OK [UIDVALIDITY {Validity}] v\r\n* OK [UIDNEXT {UidNext}] n\r\n{SelectExtra}{tag} OK [READ-ONLY] done\r\n"),
        "NOOP" => session.SayAsync($"* {Mails.Count} EXISTS\r\n{tag} OK done\r\n"),
        "UID SEARCH" => session.SayAsync(Searched(tag, command)),
        "IDLE" => IdleAsync(session, tag),
        "UID FETCH SIZE" or "FETCH SIZE" => session.SayAsync(Sizes(tag, command)),
        "UID FETCH BODY" => session.SayAsync(Bodies(tag, command)),
        "LOGOUT" => session.SayAsync($"* BYE bye\r\n{tag} OK done\r\n"),
        _ => session.SayAsync($"{tag} OK done\r\n"),
    };

    private async Task IdleAsync(ScriptedSession session, string tag)
    {
        session.IdleTag = tag;
        await session.SayAsync("+ idling\r\n");
        var line = await session.ReadLineAsync();
        lock (_gate)
        {
            _commands.Add(line ?? "gone");
        }

        session.IdleTag = null;
        await session.SayAsync($"{tag} OK done\r\n");
    }

    private string Searched(string tag, string command)
    {
        var from = command.IndexOf("UID ", 4, StringComparison.Ordinal) is var at and > 0 ? uint.Parse(command[(at + 4)..].Split(':')[0], CultureInfo.InvariantCulture) : 0;
        var named = Mails.Where(m => m.Uid >= from && !HiddenFromSearch.Contains(m.Uid)).Select(m => m.Uid).ToList();
        return $"* SEARCH{string.Concat((named.Count == 0 && Mails.Count > 0 && from > 0 ? [Mails[^1].Uid] : named).Select(u => $" {u}"))}\r\n{tag} OK done\r\n";
    }

    private string Sizes(string tag, string command)
    {
        var text = new StringBuilder();
        foreach (var (mail, i) in Asked(command))
        {
            text.Append(CultureInfo.InvariantCulture, $"* {i + 1} FETCH (UID {mail.Uid} RFC822.SIZE {mail.Raw.Length} INTERNALDATE \"12-Apr-2021 09:00:00 +0000\")\r\n");
        }

        return text.Append(tag).Append(" OK done\r\n").ToString();
    }

    private string Bodies(string tag, string command)
    {
        var text = new StringBuilder();
        foreach (var (mail, i) in Asked(command))
        {
            text.Append(Body(mail.Uid, i + 1, mail.Raw));
        }

        return text.Append(tag).Append(" OK done\r\n").ToString();
    }

    /// <summary>A body as FETCH answers it.</summary>
    public static string Body(uint uid, int sequence, byte[] raw) =>
        $"* {sequence} FETCH (UID {uid} BODY[] {{{raw.Length}}}\r\n{Encoding.Latin1.GetString(raw)})\r\n";

    private IEnumerable<((uint Uid, byte[] Raw) Mail, int Index)> Asked(string command)
    {
        var words = command.Split(' ');
        if (words[0] == "FETCH")
        {
            return Mails.Select((m, i) => (m, i)).Where(p => !HiddenFromFetch.Contains(p.m.Uid));
        }

        var ranges = words[2].Split(',').Select(r => r.Split(':')).Select(r =>
            (From: uint.Parse(r[0], CultureInfo.InvariantCulture), To: r[^1] == "*" ? uint.MaxValue : uint.Parse(r[^1], CultureInfo.InvariantCulture))).ToList();
        return Mails.Select((m, i) => (m, i)).Where(p => ranges.Exists(r => p.m.Uid >= r.From && p.m.Uid <= r.To));
    }
}

/// <summary>One connection.</summary>
internal sealed class ScriptedSession(ScriptedImapServer server, TcpClient client, CancellationToken stop)
{
    private readonly NetworkStream _stream = client.GetStream();
    private readonly List<byte> _line = [];
    private readonly byte[] _one = new byte[1];

    /// <summary>The tag of IDLE while it lasts.</summary>
    public string? IdleTag { get; set; }

    public async Task SayAsync(string text)
    {
        var bytes = Encoding.Latin1.GetBytes(text);
        if (!server.ByteByByte)
        {
            await _stream.WriteAsync(bytes, stop);
            return;
        }

        for (var i = 0; i < bytes.Length; i++)
        {
            await _stream.WriteAsync(bytes.AsMemory(i, 1), stop);
        }
    }

    public async Task<string?> ReadLineAsync()
    {
        _line.Clear();
        while (await _stream.ReadAsync(_one, stop) == 1)
        {
            if (_one[0] == '\n')
            {
                return Encoding.Latin1.GetString([.. _line]).TrimEnd('\r');
            }

            _line.Add(_one[0]);
        }

        return null;
    }

    /// <summary>Says nothing more, until the client goes.</summary>
    public async Task StallAsync()
    {
        while (await ReadLineAsync() is not null)
        {
            // Heard, and not answered.
        }
    }

    public void HangUp() => client.Close();
}
