using System.Text;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Worker.Intake;
using EnquiryTriage.Worker.Protocol;
using EnquiryTriage.Worker.Settings;
using Microsoft.Data.Sqlite;

namespace EnquiryTriage.Worker.Tests.Intake.Imap;

/// <summary>Servers that fail in every way: nothing is lost, nothing comes twice, and the worker gets over it.</summary>
public sealed class ImapFaultTests : IAsyncLifetime, IDisposable
{
    private const int MostPasses = 12;
    private readonly Office _office = new();
    private readonly ScriptedImapServer _server = new();
    private readonly List<MailSourceException> _faults = [];
    private ImapSource? _source;
    private MailboxIntake? _intake;

    public static TheoryData<string> Commands => ["CAPABILITY", "LOGIN", "LIST", "EXAMINE", "NOOP", "UID SEARCH", "UID FETCH SIZE", "UID FETCH BODY"];

    public Task InitializeAsync()
    {
        for (var uid = 1U; uid <= 3; uid++)
        {
            _server.Mails.Add((uid, Mails.Raw(messageId: $"m{uid}@x.example", from: $"c{uid}@x.example")));
        }

        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await _source!.DisposeAsync();
        await _server.DisposeAsync();
    }

    public void Dispose() => _office.Dispose();

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_server_that_says_BYE_and_hangs_up_costs_nothing(string command)
    {
        Once(command, async (session, _) =>
        {
            await session.SayAsync("* BYE Autologout\r\n");
            session.HangUp();
        });

        await AllTakenAsync();
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_server_that_answers_no_more_is_given_up_after_the_time_of_the_step(string command)
    {
        Once(command, (session, _) => session.StallAsync());

        await AllTakenAsync();

        Assert.Contains(_faults, f => f.Message.Contains("no answer within Mailbox:Timeouts:", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_server_that_answers_BAD_because_the_session_is_over_is_asked_anew(string command)
    {
        Once(command, async (session, tag) =>
        {
            await session.SayAsync($"{tag} BAD User is authenticated but not connected.\r\n");
            session.HangUp();
        });

        await AllTakenAsync();
    }

    [Theory]
    [InlineData("NOOP")]
    [InlineData("UID SEARCH")]
    [InlineData("UID FETCH BODY")]
    public async Task An_answer_under_a_tag_that_nobody_used_is_not_taken_for_ours(string command)
    {
        Once(command, async (session, _) =>
        {
            await session.SayAsync("Z9999 OK done\r\n");
            await session.StallAsync();
        });

        await AllTakenAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_is_cut_short_is_asked_for_again_whole(bool hangUp)
    {
        Once("UID FETCH BODY", async (session, _) =>
        {
            var whole = ScriptedImapServer.Body(1, 1, _server.Mails[0].Raw);
            await session.SayAsync(whole[..(whole.Length / 2)]);
            if (hangUp)
            {
                session.HangUp();
            }
            else
            {
                await session.StallAsync();
            }
        });

        await AllTakenAsync();
    }

    [Fact]
    public async Task A_line_without_end_is_cut_before_it_fills_the_memory()
    {
        Once("NOOP", async (session, _) =>
        {
            var chunk = "* OK " + new string('a', 1 << 20);
            await session.SayAsync("* OK ");
            while (true)
            {
                await session.SayAsync(chunk);
            }
        });

        await AllTakenAsync(seconds: 60);

        Assert.Contains(_faults, f => f.Message.Contains("far more than was asked for", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Answers_that_come_byte_by_byte_are_read_like_any_other()
    {
        _server.ByteByByte = true;

        await AllTakenAsync(seconds: 60);

        Assert.Empty(_faults);
    }

    [Fact]
    public async Task Untold_news_between_the_answers_disturb_nothing()
    {
        // Courier's alert, Gmail's and Zoho's flags of other clients, and numbers that say nothing.
        _server.UidNext = "0";
        _server.Greeting = "* OK [ALERT] Filesystem notification initialization error -- contact your mail administrator\r\n";
        _server.Fault = async (session, _, command) =>
        {
            if (ScriptedImapServer.NameOf(command) is "LOGIN" or "NOOP" or "UID FETCH BODY" or "UID SEARCH")
            {
                await session.SayAsync("* OK [ALERT] Filesystem notification initialization error -- contact your mail administrator\r\n");
            }

            if (ScriptedImapServer.NameOf(command) is "NOOP" or "UID FETCH BODY" or "UID SEARCH")
            {
                await session.SayAsync("* 1 FETCH (UID 1 FLAGS (\\Seen NonJunk))\r\n* FLAGS (\\Seen NonJunk)\r\n* 3 EXISTS\r\n");
            }

            return false;
        };

        await AllTakenAsync();

        Assert.Empty(_faults);
    }

    [Fact]
    public async Task A_mail_without_a_body_is_set_aside_and_the_others_are_taken()
    {
        _server.Fault = async (session, tag, command) =>
        {
            if (ScriptedImapServer.NameOf(command) != "UID FETCH BODY")
            {
                return false;
            }

            var others = _server.Mails.Select((m, i) => m.Uid == 2 ? "" : ScriptedImapServer.Body(m.Uid, i + 1, m.Raw));
            await session.SayAsync($"{string.Concat(command.StartsWith("UID FETCH 2 ", StringComparison.Ordinal) ? [] : others)}* 2 FETCH (UID 2 FLAGS ())\r\n{tag} OK done\r\n");
            return true;
        };

        await PassesAsync(2);

        var balance = await _office.BalanceAsync();
        Assert.Equal((3, 2, 1, true), (balance.Seen, balance.Ingested, balance.Quarantined, balance.Balances));
    }

    [Fact]
    public async Task After_the_first_listing_only_what_came_since_is_asked_for()
    {
        await AllTakenAsync();
        _server.Forget();

        await PassesAsync(1);
        Assert.Equal(["NOOP"], _server.Commands);

        _server.Mails.Add((9, Mails.Raw(messageId: "m9@x.example", from: "c9@x.example")));
        await PassesAsync(1);

        Assert.Contains("UID SEARCH UID 4:*", _server.Commands);
        Assert.DoesNotContain("UID SEARCH ALL", _server.Commands);
        Assert.Equal((4, 4, true), await _office.BalanceAsync() is var b ? (b.Seen, b.Ingested, b.Balances) : default);
    }

    [Fact]
    public async Task A_mail_that_a_listing_missed_is_found_by_the_next_whole_one_and_the_gap_is_on_record()
    {
        var missed = _server.Mails[1];
        _server.Mails.Remove(missed);
        await PassesAsync(1);

        // The folder's index is mended: the mail is there again under its old number, below the last one seen.
        _server.Mails.Insert(1, missed);
        await PassesAsync(1);

        Assert.Equal((3, 3, true), await _office.BalanceAsync() is var b ? (b.Seen, b.Ingested, b.Balances) : default);
        Assert.Equal(1, Events(EventTypes.GapFound));
    }

    [Fact]
    public async Task A_short_answer_to_SEARCH_is_noticed_and_made_good_mail_by_mail()
    {
        _server.HiddenFromSearch.Add(2);

        await AllTakenAsync();

        Assert.Contains(_server.Commands, c => c.StartsWith("FETCH 1:*", StringComparison.Ordinal));
        Assert.Equal(0, Events(EventTypes.ListingShort));
    }

    [Fact]
    public async Task A_mail_that_the_server_counts_and_will_not_name_is_reported_once_and_the_ledger_does_not_balance()
    {
        _server.HiddenFromSearch.Add(2);
        _server.HiddenFromFetch.Add(2);

        await PassesAsync(3);

        Assert.Equal(1, Events(EventTypes.ListingShort));
        var balance = await _office.BalanceAsync();
        Assert.Equal((2, 3L, 2L, false), (balance.Ingested, balance.ServerCount, balance.PresentCount, balance.Balances));
    }

    [Fact]
    public async Task After_a_reconnect_everything_is_compared_unless_the_server_says_that_nothing_changed()
    {
        _server.Capabilities = "IMAP4rev1 UIDPLUS CONDSTORE";
        _server.SelectExtra = "* OK [HIGHESTMODSEQ 40] m\r\n";
        await AllTakenAsync();
        await BrokenPassAsync();
        _server.Forget();
        await PassesAsync(1);
        Assert.DoesNotContain(_server.Commands, c => c.StartsWith("UID SEARCH", StringComparison.Ordinal));

        _server.SelectExtra = "* OK [HIGHESTMODSEQ 41] m\r\n";
        await BrokenPassAsync();
        _server.Forget();
        await PassesAsync(1);
        Assert.Contains("UID SEARCH ALL", _server.Commands);
    }

    [Fact]
    public async Task A_folder_that_is_numbered_anew_gives_duplicates_and_one_event_and_balances()
    {
        await AllTakenAsync();
        _server.Validity = 8;
        _server.Fault = null;
        await BrokenPassAsync();

        await PassesAsync(2);

        var balance = await _office.BalanceAsync();
        Assert.Equal((6, 3, 3, true), (balance.Seen, balance.Ingested, balance.Duplicate, balance.Balances));
        Assert.Equal((1, 0), (Events(EventTypes.FolderRenumbered), Events(EventTypes.GapFound)));
    }

    [Fact]
    public async Task IDLE_ends_when_mail_is_announced_and_nothing_is_said_before_it_ended()
    {
        _server.Capabilities = "IMAP4rev1 UIDPLUS IDLE";
        await AllTakenAsync(settings => settings.IdlePollSeconds = 3_600);
        _server.Forget();
        _server.Fault = async (session, tag, command) =>
        {
            if (command == "IDLE")
            {
                session.IdleTag = tag;
                await session.SayAsync("+ idling\r\n* 4 EXISTS\r\n");
                Assert.Equal("DONE", await session.ReadLineAsync());
                await session.SayAsync($"{tag} OK done\r\n");
                return true;
            }

            return false;
        };
        _server.Mails.Add((4, Mails.Raw(messageId: "m4@x.example", from: "c4@x.example")));

        await _source!.WaitAsync(default, default).WaitAsync(TimeSpan.FromSeconds(60));
        await PassesAsync(1);

        Assert.Equal(["IDLE", "NOOP"], _server.Commands.Take(2));
        Assert.Equal(4, (await _office.BalanceAsync()).Ingested);
    }

    [Fact]
    public async Task IDLE_is_renewed_and_ends_for_a_look_beneath_it()
    {
        _server.Capabilities = "IMAP4rev1 UIDPLUS IDLE";
        await AllTakenAsync(settings => (settings.IdleRenewMinutes, settings.IdlePollSeconds) = (0.2 / 60, 0.5));
        _server.Forget();

        await _source!.WaitAsync(default, default).WaitAsync(TimeSpan.FromSeconds(60));

        var said = _server.Commands;
        Assert.True(said.Count(c => c == "IDLE") >= 2);
        Assert.Equal(said.Count(c => c == "IDLE"), said.Count(c => c == "DONE"));
    }

    [Fact]
    public async Task A_connection_that_breaks_in_IDLE_is_a_fault_and_the_next_look_connects_anew()
    {
        _server.Capabilities = "IMAP4rev1 UIDPLUS IDLE";
        await AllTakenAsync();
        _server.Fault = (session, _, command) =>
        {
            if (command == "IDLE")
            {
                session.HangUp();
            }

            return Task.FromResult(command == "IDLE");
        };

        await Assert.ThrowsAsync<MailSourceException>(() => _source!.WaitAsync(default, default).WaitAsync(TimeSpan.FromSeconds(60)));
        _server.Mails.Add((4, Mails.Raw(messageId: "m4@x.example", from: "c4@x.example")));
        await PassesAsync(1);

        Assert.Equal(4, (await _office.BalanceAsync()).Ingested);
    }

    // The first time that a command comes, the fault answers; then the server is well.
    private void Once(string command, Func<ScriptedSession, string, Task> fault)
    {
        var done = 0;
        _server.Fault = async (session, tag, line) =>
        {
            if (ScriptedImapServer.NameOf(line) != command || Interlocked.Exchange(ref done, 1) == 1)
            {
                return false;
            }

            await fault(session, tag);
            return true;
        };
    }

    private async Task BrokenPassAsync()
    {
        Once("NOOP", (session, _) =>
        {
            session.HangUp();
            return Task.CompletedTask;
        });
        await Assert.ThrowsAsync<MailSourceException>(() => _intake!.PassAsync(_source!, default));
        _server.Fault = null;
    }

    private Task AllTakenAsync(double seconds) => AllTakenAsync(settings => settings.Timeouts = Times(seconds));

    private async Task AllTakenAsync(Action<MailboxSettings>? change = null)
    {
        Start(change);
        for (var pass = 0; pass < MostPasses; pass++)
        {
            try
            {
                await _intake!.PassAsync(_source!, default);
            }
            catch (MailSourceException e)
            {
                _faults.Add(e);
                continue;
            }

            if (await _office.BalanceAsync() is { Balances: true, Ingested: 3 } balance)
            {
                Assert.Equal((3, 0, 0), (balance.Seen, balance.Duplicate, balance.Quarantined));
                return;
            }
        }

        Assert.Fail($"Not taken in {MostPasses} passes: {string.Join('\n', _faults.Select(f => f.Message))}");
    }

    private async Task PassesAsync(int count)
    {
        Start(null);
        for (var i = 0; i < count; i++)
        {
            await _intake!.PassAsync(_source!, default);
        }
    }

    private void Start(Action<MailboxSettings>? change)
    {
        if (_intake is not null)
        {
            return;
        }

        var settings = new MailboxSettings { Name = "strategy", Address = Mails.Us, Kind = "imap", Timeouts = Times(3) };
        settings.Server = new ServerSettings { Host = "127.0.0.1", Port = _server.Port, Security = "none", User = "u", Password = "p" };
        change?.Invoke(settings);
        var problems = new List<string>();
        var mailbox = CheckedMailbox.Check("Mailbox", settings, problems);
        Assert.Empty(problems);
        _source = new ImapSource(mailbox, "INBOX", FolderRole.Inbox, TimeProvider.System, ProtocolLog.None);
        _intake = _office.Intake([_source]);
    }

    private static TimeoutSettings Times(double seconds) => new() { ConnectSeconds = seconds, ListSeconds = seconds, MetadataSeconds = seconds, BodySeconds = seconds };

    private long Events(string type)
    {
        using var connection = new SqliteConnection($"Data Source={_office.Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM event WHERE type = $type";
        command.Parameters.AddWithValue("$type", type);
        return (long)command.ExecuteScalar()!;
    }
}
