using System.Globalization;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Worker.Protocol;
using EnquiryTriage.Worker.Settings;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;

namespace EnquiryTriage.Worker.Intake;

/// <summary>
/// A folder on an IMAP server (RFC 3501), by MailKit. Connects when needed; after a fault the next call connects anew. After the first listing only
/// UIDs above the last one are asked for; the whole folder is listed on request, after a reconnect (unless CONDSTORE says that nothing changed),
/// and where the server's own count says that something is missing.
/// </summary>
public sealed partial class ImapSource(CheckedMailbox mailbox, string folder, FolderRole role, TimeProvider time, ProtocolLog protocol) : IMailSource
{
    private const int SearchAttempts = 2;
    private readonly MailboxSettings _settings = mailbox.Settings;
    private readonly ReadMeter _meter = new();
    private ImapClient? _client;
    private ImapFolder? _folder;

    // What was listed: the numbering, the lowest UID that was not yet, and how many of the listed mails are still there.
    private uint _validity;
    private uint _next;
    private long _known;

    // How many mails the server holds and does not name, when the folder was last listed whole.
    private long _unnamed;

    // HIGHESTMODSEQ (RFC 7162) when the folder was last opened or listed; 0 where the server keeps none.
    private ulong _modSeq;
    private bool _wholeNext = true;

    /// <inheritdoc/>
    public string Mailbox => _settings.Name;

    /// <inheritdoc/>
    public string Folder => folder;

    /// <inheritdoc/>
    public FolderRole Role => role;

    private bool ReadOnly => !mailbox.Touches || role != FolderRole.Inbox;

    /// <inheritdoc/>
    public async Task<Listing> ListAsync(bool whole, CancellationToken cancel)
    {
        var opened = await OpenAsync(cancel);
        return await StepAsync(Step.List, async stop =>
        {
            // On a kept connection SEARCH answers from the state last told (Dovecot does), so that new mail would wait for the pass after this one.
            await _client!.NoOpAsync(stop);
            var numbering = opened.UidValidity.ToString(CultureInfo.InvariantCulture);
            if (!whole && !_wholeNext && _validity == opened.UidValidity)
            {
                if (_known + _unnamed == opened.Count)
                {
                    return new Listing([], false, opened.Count, _known) { Numbering = numbering };
                }

                var arrived = await SearchAsync(opened, SearchQuery.Uids(new UniqueIdRange(opened.UidValidity, _next, uint.MaxValue)), stop);
                // "n:*" names the last mail also where its UID is below n (RFC 3501 section 6.4.8).
                arrived.RemoveAll(u => u.Id < _next);
                Listed(opened, arrived, _known + arrived.Count);
                if (_known + _unnamed == opened.Count)
                {
                    return new Listing(Mails(opened, arrived), false, opened.Count, _known) { Numbering = numbering };
                }
            }

            // If this breaks, what came may be lost to us: then it is listed whole again.
            _wholeNext = true;
            var uids = await ListWholeAsync(opened, stop);
            _validity = opened.UidValidity;
            _next = 1;
            Listed(opened, uids, uids.Count);
            _unnamed = opened.Count - uids.Count;
            _wholeNext = false;
            return new Listing(Mails(opened, uids), true, opened.Count, uids.Count) { Numbering = numbering };
        }, cancel);
    }

    /// <inheritdoc/>
    public async Task WaitAsync(CancellationToken wake, CancellationToken cancel)
    {
        if (_client is not { IsConnected: true, IsAuthenticated: true } client || _folder is not { IsOpen: true } opened || !client.Capabilities.HasFlag(ImapCapabilities.Idle))
        {
            await Waiting.DelayAsync(TimeSpan.FromSeconds(_settings.PollSeconds), time, wake, cancel);
            return;
        }

        var (end, renew) = (TimeSpan.FromSeconds(_settings.IdlePollSeconds), TimeSpan.FromMinutes(_settings.IdleRenewMinutes));
        var started = time.GetTimestamp();
        while (!wake.IsCancellationRequested && _known + _unnamed == opened.Count && end - time.GetElapsedTime(started) is { Ticks: > 0 } left)
        {
            await IdleAsync(client, opened, left < renew ? left : renew, wake, cancel);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_client is { IsConnected: true } client)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2));
            try
            {
                await client.DisconnectAsync(quit: true, limit.Token);
            }
            catch (Exception e) when (e is OperationCanceledException || Connection.IsFault(e))
            {
                // The server is left without LOGOUT: it notices by the closed connection.
            }
        }

        Drop();
    }

    // FETCH and the like may only follow when the task of IDLE has ended, so the events do no more than end it.
    private Task<int> IdleAsync(ImapClient client, ImapFolder opened, TimeSpan length, CancellationToken wake, CancellationToken cancel) => StepAsync(
        Step.Idle,
        async limit =>
        {
            using var timer = new CancellationTokenSource(length, time);
            using var done = CancellationTokenSource.CreateLinkedTokenSource(wake, cancel, timer.Token);
            // The server must answer DONE: one that does not is gone, whatever the socket says. A worker that stops does not wait long for that.
            using var overdue = done.Token.Register(() => _limit?.CancelAfter(
                cancel.IsCancellationRequested ? TimeSpan.FromSeconds(2) : TimeSpan.FromSeconds(_settings.Timeouts.MetadataSeconds)));
            void Told(object? sender, EventArgs e)
            {
                if (_known + _unnamed != opened.Count)
                {
                    done.Cancel();
                }
            }

            opened.CountChanged += Told;
            try
            {
                await client.IdleAsync(done.Token, limit);
                return 0;
            }
            finally
            {
                opened.CountChanged -= Told;
            }
        },
        cancel);

    // A short answer to SEARCH (a broken index, say) is asked for again, then the UIDs are asked for mail by mail; what is missing even then is reported.
    private async Task<List<UniqueId>> ListWholeAsync(ImapFolder opened, CancellationToken stop)
    {
        var uids = new List<UniqueId>();
        for (var attempt = 0; attempt < SearchAttempts; attempt++)
        {
            uids = await SearchAsync(opened, SearchQuery.All, stop);
            if (uids.Count >= opened.Count)
            {
                return uids;
            }

            await _client!.NoOpAsync(stop);
        }

        var named = await opened.FetchAsync(0, -1, new FetchRequest(MessageSummaryItems.UniqueId), stop);
        return [.. uids.Union(named.Select(n => n.UniqueId)).Order()];
    }

    private static async Task<List<UniqueId>> SearchAsync(ImapFolder opened, SearchQuery query, CancellationToken stop) =>
        [.. (await opened.SearchAsync(query, stop)).Distinct().Order()];

    private void Listed(ImapFolder opened, List<UniqueId> uids, long known)
    {
        _known = known;
        _modSeq = opened.HighestModSeq;
        if (uids.Count > 0)
        {
            _next = uids[^1].Id == uint.MaxValue ? uint.MaxValue : uids[^1].Id + 1;
        }
    }

    private List<ListedMail> Mails(ImapFolder opened, List<UniqueId> uids) => uids.ConvertAll(u => new ListedMail(KeyOf(opened.UidValidity, u.Id), null));

    private LedgerKey KeyOf(uint validity, uint uid) => new(_settings.Name, folder, Numbering(validity, uid));

    private static string Numbering(uint validity, uint uid) => string.Create(CultureInfo.InvariantCulture, $"{validity}:{uid}");

    // Null for a key of another numbering: its mail is listed under a new one.
    private static UniqueId? UidOf(LedgerKey key, ImapFolder opened)
    {
        var colon = key.Key.IndexOf(':', StringComparison.Ordinal);
        return colon > 0
            && uint.TryParse(key.Key.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out var validity)
            && uint.TryParse(key.Key.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var uid)
            && validity == opened.UidValidity && uid > 0
            ? new UniqueId(validity, uid)
            : null;
    }
}
