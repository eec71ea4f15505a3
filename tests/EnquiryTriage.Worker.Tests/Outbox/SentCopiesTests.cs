using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Worker.Intake;
using EnquiryTriage.Worker.Outbox;
using EnquiryTriage.Worker.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace EnquiryTriage.Worker.Tests.Outbox;

public sealed class SentCopiesTests : IDisposable
{
    private readonly Office _office = new();
    private readonly ISentFolder _folder = Substitute.For<ISentFolder>();

    public void Dispose() => _office.Dispose();

    [Fact]
    public async Task An_accepted_mail_is_copied_once()
    {
        using var copies = await AcceptedAsync();

        Assert.Equal((1, 0), (await copies.PassAsync(default), await copies.PassAsync(default)));
    }

    [Fact]
    public async Task A_copy_that_fails_is_tried_again_after_minutes_and_the_mail_is_not_sent_again()
    {
        using var copies = await AcceptedAsync();
        Fails();

        Assert.Equal((0, 0), (await copies.PassAsync(default), await copies.PassAsync(default)));
        await _folder.ReceivedWithAnyArgs(1).KeepAsync(default!, default);
        _office.Time.Advance(TimeSpan.FromMinutes(5));
        await copies.PassAsync(default);
        await _folder.ReceivedWithAnyArgs(2).KeepAsync(default!, default);

        Assert.Equal(OutboxState.Accepted, (await _office.OnlyLifeAsync()).Outbox[0].State);
        Assert.Empty(await _office.Store.ClaimAsync("a", 9, TimeSpan.FromMinutes(5), null, _office.Time.GetUtcNow(), default));
    }

    [Fact]
    public async Task After_a_day_it_is_given_up_with_an_event()
    {
        using var copies = await AcceptedAsync();
        Fails();
        _office.Time.Advance(TimeSpan.FromHours(25));

        await copies.PassAsync(default);
        _office.Time.Advance(TimeSpan.FromHours(25));
        await copies.PassAsync(default);

        await _folder.ReceivedWithAnyArgs(1).KeepAsync(default!, default);
        Assert.Contains((await _office.OnlyLifeAsync()).Events, e => e.Type == "sent-copy-failed");
    }

    private void Fails() => _folder.KeepAsync(default!, default).ThrowsAsyncForAnyArgs(new MailSourceException("no folder", temporary: true));

    private async Task<SentCopies> AcceptedAsync()
    {
        _office.Deliver(Mails.Raw(), "1.eml");
        await _office.TakeInAsync();
        await using var relay = new FolderRelay(Path.Combine(_office.Folder.Root, "outgoing"));
        using var dispatcher = new OutboxDispatcher(
            _office.Store, relay, _office.Read, new OutboxSettings { CopyToSent = true }, new OutboxSignal(), [], _office.Time, NullLogger<OutboxDispatcher>.Instance);
        Assert.Equal(1, await dispatcher.PassAsync(default));
        return new SentCopies(_office.Store, _folder, _office.Time, NullLogger<SentCopies>.Instance);
    }
}
