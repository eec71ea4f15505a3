using EnquiryTriage.Core.Intake;
using EnquiryTriage.Worker.Intake;
using NSubstitute;

namespace EnquiryTriage.Worker.Tests.Intake;

/// <summary>Errors in a row slow the intake down; nothing ends it.</summary>
public sealed class SlowingDownTests : IDisposable, IIntakeObserver
{
    private readonly Office _office = new();
    private readonly List<DateTimeOffset> _failed = [];
    private readonly TaskCompletionSource _looked = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Dispose() => _office.Dispose();

    [Fact]
    public async Task The_gaps_grow_to_ten_minutes_and_a_look_that_succeeds_ends_them()
    {
        const int Errors = 40;
        var works = false;
        var store = Substitute.For<IIntakeStore>();
        store.SeeAsync(default!, default, default).ReturnsForAnyArgs(c => works
            ? _office.Store.SeeAsync(c.Arg<IReadOnlyList<LedgerKey>>(), _office.Time.GetUtcNow(), default)
            : throw new StoreException("the disk is full", temporary: true));
        store.CheckedAsync(default!, default!, default, default, default, default).ReturnsForAnyArgs(Task.CompletedTask);
        store.BeginAsync(default).ReturnsForAnyArgs(_ => _office.Store.BeginAsync(default));
        _office.Deliver(Mails.Raw(), "1.eml");
        _office.Told = this;
        using var intake = _office.Intake([_office.Inbox()], store);
        await intake.StartAsync(default);

        // A second at a time, until so many attempts were made: the fake clock shows how far apart they were.
        for (var seconds = 0; Count() < Errors; seconds++)
        {
            Assert.True(seconds < 2 * Errors * 600, $"only {Count()} attempts");
            await AdvanceAsync(Count() > 12 ? 60 : 1);
        }

        works = true;
        while (!_looked.Task.IsCompleted)
        {
            await AdvanceAsync(60);
        }

        await intake.StopAsync(default);
        var gaps = _failed.Zip(_failed.Skip(1), (a, b) => (b - a).TotalSeconds).ToList();
        Assert.All(gaps, g => Assert.True(g <= 660, $"{g} s"));
        Assert.True(gaps.Take(5).Sum() < 120, string.Join(' ', gaps));
        Assert.True(gaps.Skip(15).Average() > 500, string.Join(' ', gaps));
    }

    [Fact]
    public async Task A_line_that_breaks_after_each_mail_does_not_make_the_others_wait_ever_longer()
    {
        const int Count = 12;
        var fetches = 0;
        var source = Substitute.For<IMailSource>();
        source.Mailbox.Returns("strategy");
        source.Folder.Returns("INBOX");
        source.ListAsync(default, default).ReturnsForAnyArgs(_ =>
        {
            fetches = 0;
            return Listing.All([.. Enumerable.Range(1, Count).Select(n => new ListedMail(new LedgerKey("strategy", "INBOX", $"{n}"), null))]);
        });
        source.MeasureAsync(default!, default).ReturnsForAnyArgs(call => call.Arg<IReadOnlyList<ListedMail>>());
        source.TouchAsync(default!, default).ReturnsForAnyArgs(_ => []);
        source.WaitAsync(default, default).ReturnsForAnyArgs(call => Task.Delay(Timeout.Infinite, call.ArgAt<CancellationToken>(1)));
        source.FetchAsync(default!, default).ReturnsForAnyArgs(call => OnceAsync(call.Arg<IReadOnlyList<ListedMail>>()[0].Key, fetches++ == 0));
        _office.Told = this;
        _office.BatchSize = 1;
        using var intake = _office.Intake([source]);
        await intake.StartAsync(default);

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!_looked.Task.IsCompleted)
        {
            limit.Token.ThrowIfCancellationRequested();
            await AdvanceAsync(1);
        }

        await intake.StopAsync(default);
        Assert.Equal((Count, 0), await _office.BalanceAsync() is var b ? (b.Ingested, b.Quarantined) : default);
        Assert.Empty(_failed);
    }

    void IIntakeObserver.Settled(IntakeOutcome outcome)
    {
    }

    void IIntakeObserver.Failed(IMailSource source, int attempts, string problem)
    {
        lock (_failed)
        {
            _failed.Add(_office.Time.GetUtcNow());
            Assert.Equal(_failed.Count, attempts);
        }
    }

    void IIntakeObserver.Looked(IMailSource source) => _looked.TrySetResult();

    private static async IAsyncEnumerable<FetchResult> OnceAsync(LedgerKey key, bool comes)
    {
        await Task.Yield();
        yield return comes
            ? FetchResult.Of(new FetchedMail(key, Mails.Raw(messageId: $"{key.Key}@candidates.example"), Office.Now, Office.Now, FolderRole.Inbox))
            : throw new MailSourceException("the connection broke", temporary: true);
    }

    private int Count()
    {
        lock (_failed)
        {
            return _failed.Count;
        }
    }

    // Lets the loop reach its next wait before the clock moves on.
    private async Task AdvanceAsync(int seconds)
    {
        _office.Time.Advance(TimeSpan.FromSeconds(seconds));
        for (var i = 0; i < 20; i++)
        {
            await Task.Yield();
        }

        await Task.Delay(1);
    }
}
