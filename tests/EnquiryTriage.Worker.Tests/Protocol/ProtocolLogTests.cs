using System.Text;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Worker.Outbox;
using EnquiryTriage.Worker.Protocol;
using EnquiryTriage.Worker.Settings;
using EnquiryTriage.Worker.Tests.Outbox;
using MailKit;

namespace EnquiryTriage.Worker.Tests.Protocol;

public sealed class ProtocolLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Root, "logs", "protocol.log");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Without_a_file_nothing_is_logged()
    {
        using var log = new ProtocolLog(new ProtocolLogSettings());

        Assert.IsType<NullProtocolLogger>(log.Imap());
        Assert.IsType<NullProtocolLogger>(log.Smtp());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(1000)]
    public void Imap_literals_are_left_out_however_the_bytes_come(int piece)
    {
        using (var log = Log())
        {
            using var imap = log.Imap();
            Feed(imap.LogClient, "A1 UID FETCH 1 (BODY.PEEK[])\r\n", piece);
            Feed(imap.LogServer, "* 1 FETCH (UID 1 BODY[] {18}\r\nSubject: secret\r\n\n FLAGS ())\r\nA1 OK done {0}\r\n* OK {x}\r\n", piece);
            Feed(imap.LogClient, "A2 APPEND Sent {6+}\r\nprivat\r\nA3 NOOP\r\n", piece);
        }

        var text = System.IO.File.ReadAllText(File);
        Assert.DoesNotContain("secret", text, StringComparison.Ordinal);
        Assert.DoesNotContain("privat", text, StringComparison.Ordinal);
        Assert.Contains("imap1 S: * 1 FETCH (UID 1 BODY[] {18}", text, StringComparison.Ordinal);
        Assert.Contains("(18 bytes)", text, StringComparison.Ordinal);
        Assert.Contains("(6 bytes)", text, StringComparison.Ordinal);
        Assert.Contains("FLAGS ())", text, StringComparison.Ordinal);
        Assert.Contains("A1 OK done {0}", text, StringComparison.Ordinal);
        Assert.Contains("imap1 C: A3 NOOP", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Smtp_is_logged_without_the_password_and_without_the_mail_unless_it_is_asked_for(bool content)
    {
        await using var server = new ScriptedSmtp { ByteByByte = true };
        using (var log = Log(s => s.Content = content))
        {
            await using var relay = new SmtpRelay(
                new OutboxSettings { Server = new ServerSettings { Host = "localhost", Port = server.Port, User = "strategy", Password = "hunter2" } },
                new CheckedSettings(MailboxKind.Folder, MailboxAccess.ReadWrite, AfterIntake.Leave, OutboxMode.Live, RelayKind.Smtp, ConnectionSecurity.None, ConnectionSecurity.None),
                TimeProvider.System,
                log);
            var row = new ClaimedOutboxRow("o1", OutboxPurpose.Alert, "m@agency.example", Mails.Us, "ann@candidates.example", Mails.Raw("Words of hers."), 0, 0, Office.Now);
            Assert.Equal(SendOutcomeKind.Accepted, (await relay.SendAsync(row, default)).Kind);
        }

        var text = await System.IO.File.ReadAllTextAsync(File);
        Assert.Contains("smtp1 C: MAIL FROM:<", text, StringComparison.Ordinal);
        Assert.Contains("smtp1 S: 250 2.0.0 Ok: queued as 4XYZ7890", text, StringComparison.Ordinal);
        Assert.Contains("AUTH PLAIN ********", text, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.ASCII.GetBytes("\0strategy\0hunter2")), text, StringComparison.Ordinal);
        Assert.Equal(content, text.Contains("Words of hers.", StringComparison.Ordinal));
    }

    [Fact]
    public void The_file_is_its_owners_alone_even_where_it_was_there_before()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllText(File, "");
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        using (var log = Log())
        {
            using var imap = log.Imap();
            Feed(imap.LogClient, "A1 NOOP\r\n", 100);
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Fact]
    public void A_full_file_is_followed_by_a_new_one_and_the_oldest_goes()
    {
        using (var log = Log(s => (s.MaxBytes, s.Files) = (4_096, 3)))
        {
            using var imap = log.Imap();
            for (var i = 0; i < 400; i++)
            {
                Feed(imap.LogClient, $"A{i} NOOP\r\n", 100);
            }
        }

        var files = Directory.GetFiles(Path.GetDirectoryName(File)!);
        Assert.Equal(["protocol.log", "protocol.log.1", "protocol.log.2"], files.Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));
        Assert.All(files, f => Assert.True(new FileInfo(f).Length <= 4_096, f));
        Assert.Contains("A399 NOOP", System.IO.File.ReadAllText(File), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_written_stops_nothing()
    {
        Directory.CreateDirectory(File);
        using var log = Log();
        using var imap = log.Imap();

        Feed(imap.LogClient, "A1 NOOP\r\n", 100);
    }

    private static void Feed(Action<byte[], int, int> listener, string text, int piece)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        for (var i = 0; i < bytes.Length; i += piece)
        {
            listener(bytes, i, Math.Min(piece, bytes.Length - i));
        }
    }

    private ProtocolLog Log(Action<ProtocolLogSettings>? change = null)
    {
        var settings = new ProtocolLogSettings { Path = File };
        change?.Invoke(settings);
        return new ProtocolLog(settings);
    }
}
