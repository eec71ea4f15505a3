using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Worker.Intake;
using EnquiryTriage.Worker.Settings;
using Microsoft.Data.Sqlite;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace EnquiryTriage.Worker.Tests.Intake;

public sealed class MailboxIntakeTests : IDisposable
{
    private readonly Office _office = new();

    public void Dispose() => _office.Dispose();

    [Fact]
    public async Task Every_mail_of_a_mailbox_is_accounted_for()
    {
        _office.Deliver(Mails.Raw(messageId: "a@x.example"), "1.eml");
        _office.Deliver(Mails.Raw(messageId: "a@x.example"), "copy-of-1.eml");
        _office.Deliver(Mails.Raw(messageId: "b@x.example", body: new string('x', 20_000)), "large.eml");
        _office.Deliver([], "empty.eml");
        _office.Deliver([0, 255, 13, 10, 7], "not-a-mail");
        _office.Deliver(Mails.Raw(messageId: "c@x.example", headers: ("Auto-Submitted", "auto-replied")), "out-of-office.eml");
        File.CreateSymbolicLink(_office.Folder.At("inbox", "loop.eml"), "loop.eml");

        Assert.Equal(7, await _office.TakeInAsync());

        var balance = await _office.BalanceAsync();
        Assert.Equal((7, 4, 1, 2, 0), (balance.Seen, balance.Ingested, balance.Duplicate, balance.Quarantined, balance.Pending));
        Assert.Equal((7, 7, true), (balance.ServerCount, balance.PresentCount, balance.Balances));
        Assert.Equal(7, _office.Outcomes.Count);
    }

    [Fact]
    public async Task A_second_look_and_a_restart_take_nothing_in_again()
    {
        _office.Deliver(Mails.Raw(), "1.eml");
        var source = _office.Inbox();
        var intake = _office.Intake([source]);

        Assert.Equal(1, await intake.PassAsync(source, default));
        Assert.Equal(0, await intake.PassAsync(source, default));
        Assert.Equal(0, await _office.TakeInAsync());

        Assert.Equal(1, (await _office.BalanceAsync()).Seen);
    }

    [Fact]
    public async Task A_backlog_is_taken_in_batch_by_batch()
    {
        _office.BatchSize = 3;
        for (var i = 0; i < 7; i++)
        {
            _office.Deliver(Mails.Raw(messageId: $"{(char)('a' + i)}@x.example", from: $"{(char)('a' + i)}@x.example"), $"{(char)('a' + i)}.eml");
        }

        Assert.Equal(7, await _office.TakeInAsync());
        Assert.Equal(7, (await _office.Store.ListAsync(new(), default)).Count);
    }

    [Fact]
    public async Task A_mail_that_cannot_be_worked_out_is_set_aside_with_its_bytes_and_the_others_go_on()
    {
        var poison = Mails.Raw("poison", messageId: "p@x.example");
        _office.Model = (_, text) => text.Contains("poison", StringComparison.Ordinal) ? throw new InvalidOperationException("boom") : Office.Says();
        _office.Deliver(Mails.Raw(messageId: "a@x.example"), "1.eml");
        _office.Deliver(poison, "2.eml");
        _office.Deliver(Mails.Raw(messageId: "b@x.example"), "3.eml");

        await _office.TakeInAsync();

        var balance = await _office.BalanceAsync();
        Assert.Equal((2, 1, true), (balance.Ingested, balance.Quarantined, balance.Balances));
        Assert.Equal(("could not be worked out: InvalidOperationException", poison.Length), Quarantined());
    }

    [Fact]
    public async Task A_mail_that_cannot_be_decided_on_is_set_aside_with_its_bytes_and_the_others_go_on()
    {
        // No calendar reaches so far: a server that lies about INTERNALDATE must not stop the mailbox.
        var (good, bad) = (Key("1"), Key("2"));
        var source = Source([good, bad], [Fetched(good, Mails.Raw(messageId: "a@x.example"), Office.Now), Fetched(bad, Mails.Raw(messageId: "b@x.example"), DateTimeOffset.MaxValue)]);

        Assert.Equal(2, await _office.Intake([source]).PassAsync(source, default));

        var balance = await _office.BalanceAsync();
        Assert.Equal((1, 1), (balance.Ingested, balance.Quarantined));
        Assert.Equal(Mails.Raw(messageId: "b@x.example").Length, Quarantined().Bytes);
    }

    [Fact]
    public async Task A_mail_that_was_seen_and_is_gone_after_a_crash_has_vanished_though_the_mailbox_is_empty()
    {
        var path = _office.Deliver(Mails.Raw(), "1.eml");
        await _office.Store.SeeAsync([.. (await _office.Inbox().ListAsync(whole: true, default)).Mails.Select(m => m.Key)], Office.Now, default);
        File.Delete(path);

        await _office.TakeInAsync();

        var balance = await _office.BalanceAsync();
        Assert.Equal((1, 0, true), (balance.Vanished, balance.Pending, balance.Balances));
    }

    [Fact]
    public async Task A_mail_that_was_seen_before_a_crash_is_taken_in_after_it()
    {
        _office.Deliver(Mails.Raw(), "1.eml");
        await _office.Store.SeeAsync([.. (await _office.Inbox().ListAsync(whole: true, default)).Mails.Select(m => m.Key)], Office.Now, default);

        Assert.Equal(1, await _office.TakeInAsync());
        Assert.Equal((1, 1), await _office.BalanceAsync() is var b ? (b.Seen, b.Ingested) : default);
    }

    [Fact]
    public async Task A_connection_that_breaks_in_the_fetch_leaves_the_batch_for_the_next_look()
    {
        var key = Key("1");
        var broken = Source([key], []);
        broken.FetchAsync(default!, default).ReturnsForAnyArgs(_ => Broken());
        await Assert.ThrowsAsync<MailSourceException>(() => _office.Intake([broken]).PassAsync(broken, default));
        Assert.Equal(1, (await _office.BalanceAsync()).Pending);

        var mended = Source([key], [Fetched(key, Mails.Raw(), Office.Now)]);
        Assert.Equal(1, await _office.Intake([mended]).PassAsync(mended, default));

        Assert.True((await _office.BalanceAsync()).Balances);
    }

    [Fact]
    public async Task What_came_before_the_connection_broke_is_taken_in_and_the_rest_waits()
    {
        var (first, second) = (Key("1"), Key("2"));
        var broken = Source([first, second], []);
        broken.FetchAsync(default!, default).ReturnsForAnyArgs(_ => Broken(Fetched(first, Mails.Raw(), Office.Now)));

        Assert.Equal(1, await _office.Intake([broken]).PassAsync(broken, default));

        Assert.Equal((1, 1), await _office.BalanceAsync() is var b ? (b.Ingested, b.Pending) : default);
    }

    [Fact]
    public async Task A_mail_that_breaks_every_fetch_is_set_aside_and_does_not_hold_up_those_behind_it()
    {
        var (poison, good) = (Key("1"), Key("2"));
        var source = Source([poison, good], []);
        source.FetchAsync(default!, default).ReturnsForAnyArgs(call => call.Arg<IReadOnlyList<ListedMail>>().Any(m => m.Key == poison)
            ? Broken()
            : new[] { Fetched(good, Mails.Raw(), Office.Now) }.ToAsyncEnumerable());
        var intake = _office.Intake([source]);
        for (var look = 0; look < 5; look++)
        {
            await Assert.ThrowsAsync<MailSourceException>(() => intake.PassAsync(source, default));
        }

        await intake.PassAsync(source, default);

        var balance = await _office.BalanceAsync();
        Assert.Equal((1, 1, true), (balance.Quarantined, balance.Ingested, balance.Balances));
    }

    [Fact]
    public async Task A_locked_store_leaves_the_mail_for_the_next_look()
    {
        _office.Deliver(Mails.Raw(), "1.eml");
        var source = _office.Inbox();
        var intake = _office.Intake([source]);
        using (var other = new SqliteConnection($"Data Source={_office.Database};Pooling=False"))
        {
            _ = _office.Store;
            other.Open();
            Run(other, "BEGIN IMMEDIATE");
            Assert.True((await Assert.ThrowsAsync<StoreException>(() => intake.PassAsync(source, default))).Temporary);
            Run(other, "ROLLBACK");
        }

        Assert.Equal(1, await intake.PassAsync(source, default));
    }

    [Theory]
    [InlineData(MailboxAccess.ReadOnly, 0)]
    [InlineData(MailboxAccess.ReadWrite, 1)]
    public async Task The_mailbox_is_touched_in_read_write_access_only_and_after_the_commit(MailboxAccess access, int calls)
    {
        _office.Access = access;
        var key = Key("1");
        var source = Source([key], [Fetched(key, Mails.Raw(), Office.Now)]);
        long? ingested = null;
        source.TouchAsync(default!, default).ReturnsForAnyArgs(async call =>
        {
            ingested = (await _office.BalanceAsync()).Ingested;
            return (IReadOnlyList<TouchedMail>)[.. (call.Arg<IReadOnlyList<UntouchedMail>>() ?? []).Select(m => new TouchedMail(m.Key, null))];
        });

        await _office.Intake([source]).PassAsync(source, default);

        await source.ReceivedWithAnyArgs(calls).TouchAsync(default!, default);
        Assert.Equal(calls == 0 ? null : 1, ingested);
    }

    [Fact]
    public async Task A_mail_is_marked_with_its_kind_and_topic_and_a_quarantined_one_is_left_alone()
    {
        var (good, bad) = (Key("1"), Key("2"));
        var source = Source([good, bad], [Fetched(good, Mails.Raw(), Office.Now), FetchResult.Quarantined(bad, "too large")]);

        await _office.Intake([source]).PassAsync(source, default);

        await source.Received(1).TouchAsync(
            Arg.Is<IReadOnlyList<UntouchedMail>>(m => m.Count == 1 && m[0] == new UntouchedMail(good, "enquiry", "drugs", "drugs", false)), Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task A_mark_that_the_mailbox_refused_is_owed_and_made_with_the_next()
    {
        var (first, second) = (Key("1"), Key("2"));
        var source = Source([first], [Fetched(first, Mails.Raw(messageId: "a@x.example"), Office.Now)]);
        source.TouchAsync(default!, default).ThrowsAsyncForAnyArgs(new MailSourceException("no keywords here", temporary: false));
        await _office.Intake([source]).PassAsync(source, default);
        Assert.Equal([first], (await _office.Store.UntouchedAsync("strategy", "INBOX", 10, default)).Select(m => m.Key));

        var mended = Source([first, second], [Fetched(second, Mails.Raw(messageId: "b@x.example"), Office.Now)]);
        await _office.Intake([mended]).PassAsync(mended, default);

        await mended.Received(1).TouchAsync(Arg.Is<IReadOnlyList<UntouchedMail>>(m => m.Count == 2), Arg.Any<CancellationToken>());
        Assert.Empty(await _office.Store.UntouchedAsync("strategy", "INBOX", 10, default));
    }

    [Fact]
    public async Task No_more_bytes_are_in_hand_than_allowed_however_many_mails_wait()
    {
        (_office.BatchSize, _office.MaxBytesInFlight) = (2, 6_000);
        var raw = Enumerable.Range(10, 20).ToDictionary(
            n => Key($"{n}"), n => Mails.Raw(new string('x', 800), messageId: $"{n}@x.example", from: $"c{n}@x.example"));
        var bytes = raw.Values.First().Length;
        var (fetched, most) = (0L, 0L);
        var source = Source([.. raw.Keys], []);
        source.MeasureAsync(default!, default).ReturnsForAnyArgs(call => [.. (call.Arg<IReadOnlyList<ListedMail>>() ?? []).Select(m => m with { Bytes = bytes })]);
        source.FetchAsync(default!, default).ReturnsForAnyArgs(call =>
        {
            var asked = call.Arg<IReadOnlyList<ListedMail>>();
            fetched += asked.Count * bytes;
            most = Math.Max(most, fetched - (_office.Outcomes.Count * bytes));
            return asked.Select(m => Fetched(m.Key, raw[m.Key], Office.Now)).ToAsyncEnumerable();
        });

        Assert.Equal(20, await _office.Intake([source]).PassAsync(source, default));

        Assert.InRange(most, bytes, 6_000);
        Assert.Equal(20, (await _office.BalanceAsync()).Ingested);
    }

    [Fact]
    public async Task A_poison_mail_that_is_tried_again_after_the_mending_is_taken_in_from_its_kept_bytes()
    {
        var broken = true;
        _office.Model = (_, _) => broken ? throw new InvalidOperationException("boom") : Office.Says();
        var path = _office.Deliver(Mails.Raw(), "1.eml");
        var source = _office.Inbox();
        var intake = _office.Intake([source]);
        await intake.PassAsync(source, default);
        var held = Assert.Single(await _office.Store.QuarantinedAsync(default));
        Assert.Equal(("ann@candidates.example", "County lines", true), (held.Sender, held.Subject, held.Whole));

        File.Delete(path);
        broken = false;
        Assert.Equal([held.Key], await _office.Store.RetryAsync([held.Key], "ann", Office.Now, default));
        Assert.Equal(1, await intake.PassAsync(source, default));

        Assert.Empty(await _office.Store.QuarantinedAsync(default));
        Assert.Equal((1, 1), await _office.BalanceAsync() is var b ? (b.Seen, b.Ingested) : default);
    }

    [Fact]
    public async Task Danger_in_a_mail_that_cannot_be_worked_out_is_told_of_once()
    {
        _office.Model = (_, _) => throw new InvalidOperationException("boom");
        _office.Deliver(Mails.Raw("He says he will kill me tonight, he is outside with a knife."), "1.eml");
        var source = _office.Inbox();
        var intake = _office.Intake([source]);
        await intake.PassAsync(source, default);
        var held = Assert.Single(await _office.Store.QuarantinedAsync(default));
        await _office.Store.RetryAsync([held.Key], "ann", Office.Now, default);
        await intake.PassAsync(source, default);

        Assert.True(held.Urgent);
        Assert.Equal(1, (await _office.Store.CountAsync(default)).GetValueOrDefault(OutboxState.Queued));
        Assert.Single(await _office.Store.QuarantinedAsync(default));
    }

    [Fact]
    public async Task A_mail_brought_in_as_a_file_is_taken_in_like_any_other()
    {
        var key = new LedgerKey("strategy", HeldMail.ImportFolder, "abc");
        Directory.CreateDirectory(_office.Folder.At("inbox"));

        Assert.True(await _office.Store.ImportAsync(key, Mails.Raw(), "ann", Office.Now, default));
        Assert.Equal(1, await _office.TakeInAsync());
        Assert.False(await _office.Store.ImportAsync(key, Mails.Raw(), "ann", Office.Now, default));

        Assert.Equal((1, 1, true), await _office.BalanceAsync(HeldMail.ImportFolder) is var b ? (b.Seen, b.Ingested, b.Balances) : default);
    }

    [Theory]
    [InlineData(MailboxAccess.ReadOnly, OutboxMode.Live, OutboxState.Held)]
    [InlineData(MailboxAccess.ReadWrite, OutboxMode.Hold, OutboxState.Held)]
    [InlineData(MailboxAccess.ReadWrite, OutboxMode.Live, OutboxState.Queued)]
    public async Task Acknowledgements_wait_until_both_settings_say_otherwise(MailboxAccess access, OutboxMode mode, OutboxState state)
    {
        (_office.Access, _office.Mode) = (access, mode);
        _office.Deliver(Mails.Raw(), "1.eml");

        await _office.TakeInAsync();

        Assert.Equal(state, Assert.Single(await _office.Store.CountAsync(default)).Key);
    }

    [Fact]
    public async Task Mail_from_before_the_take_over_is_recorded_and_nothing_else()
    {
        await _office.Store.AdoptAsync("strategy", Office.Now, "ann", Office.Now, default);
        _office.Deliver(Mails.Raw(), "1.eml", Office.Now.AddSeconds(-1));

        await _office.TakeInAsync();

        var life = await _office.OnlyLifeAsync();
        Assert.Equal((EnquiryState.NoAnswerNeeded, null), (life.Summary.State, life.Summary.Due));
        Assert.Empty(life.Outbox);
    }

    [Fact]
    public async Task The_worker_waits_for_a_folder_that_is_not_there_and_goes_on_when_it_is()
    {
        using var intake = _office.Intake([_office.Inbox()]);
        await intake.StartAsync(default);
        await Task.Yield();
        _office.Deliver(Mails.Raw(), "1.eml");

        // The loop waits on the office's clock, which the test turns on until the mail is in.
        for (var i = 0; i < 2_000 && _office.Outcomes.Count == 0; i++)
        {
            _office.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10);
        }

        await intake.StopAsync(default);
        Assert.Single(_office.Outcomes);
    }

    private static LedgerKey Key(string key) => new("strategy", "INBOX", key);

    private static FetchResult Fetched(LedgerKey key, byte[] raw, DateTimeOffset received) =>
        FetchResult.Of(new FetchedMail(key, raw, received, Office.Now, FolderRole.Inbox));

    private static IMailSource Source(LedgerKey[] listed, FetchResult[] fetched)
    {
        var source = Substitute.For<IMailSource>();
        source.Mailbox.Returns("strategy");
        source.Folder.Returns("INBOX");
        source.Role.Returns(FolderRole.Inbox);
        source.ListAsync(default, default).ReturnsForAnyArgs(Listing.All([.. listed.Select(k => new ListedMail(k, null))]));
        source.MeasureAsync(default!, default).ReturnsForAnyArgs(call => call.Arg<IReadOnlyList<ListedMail>>());
        source.TouchAsync(default!, default).ReturnsForAnyArgs(call => [.. (call.Arg<IReadOnlyList<UntouchedMail>>() ?? []).Select(m => new TouchedMail(m.Key, null))]);
        source.FetchAsync(default!, default).ReturnsForAnyArgs(_ => fetched.ToAsyncEnumerable());
        return source;
    }

    private static async IAsyncEnumerable<FetchResult> Broken(params FetchResult[] came)
    {
        await Task.Yield();
        foreach (var mail in came)
        {
            yield return mail;
        }

        throw new MailSourceException("the connection broke", temporary: true);
    }

    private static object? Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private (string Reason, int Bytes) Quarantined()
    {
        using var connection = new SqliteConnection($"Data Source={_office.Database};Pooling=False");
        connection.Open();
        return ((string)Run(connection, "SELECT reason FROM ledger WHERE state = 'Quarantined'")!, Convert.ToInt32(Run(connection, "SELECT raw_bytes FROM quarantine"), System.Globalization.CultureInfo.InvariantCulture));
    }
}
