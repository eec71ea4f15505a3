using EnquiryTriage.Worker.Settings;
using MailKit;
using MailKit.Net.Imap;

namespace EnquiryTriage.Worker.Intake;

/// <summary>The connection and its limits: each step has its time and its bytes, and whatever goes wrong, the next call starts afresh.</summary>
public sealed partial class ImapSource
{
    private const long LineBytes = 64L * 1024 * 1024;
    private CancellationTokenSource? _limit;

    private enum Step
    {
        Connect,
        List,
        Metadata,
        Body,
        Idle,
    }

    private async Task<ImapFolder> OpenAsync(CancellationToken cancel)
    {
        if (_client is { IsConnected: true, IsAuthenticated: true } && _folder is { IsOpen: true } open)
        {
            return open;
        }

        Drop();
        // The limits of the steps govern; MailKit's own would cut a slow body short.
        _meter.Passed = protocol.Imap();
        var client = _client = new ImapClient(_meter) { Timeout = int.MaxValue };
        await StepAsync(Step.Connect, async stop =>
        {
            await Connection.OpenAsync(client, _settings.Server, mailbox.Security, $"{mailbox.Key}:Server", stop);
            return 0;
        }, cancel);
        return _folder = await StepAsync(Step.List, async stop =>
        {
            var found = (ImapFolder)(folder.Equals("INBOX", StringComparison.OrdinalIgnoreCase) ? client.Inbox! : await client.GetFolderAsync(folder, stop));
            // MailKit asks for CONDSTORE where it is offered.
            await found.OpenAsync(ReadOnly ? FolderAccess.ReadOnly : FolderAccess.ReadWrite, stop);
            found.MessageExpunged += (_, _) => _known--;
            found.MessagesVanished += (_, e) => _known -= e.UniqueIds.Count;
            // Nothing came, went or changed while we were away: then there is nothing to compare before the timer says so.
            var unchanged = _modSeq != 0 && found.HighestModSeq == _modSeq && found.UidValidity == _validity && found.Count == _known + _unnamed;
            _wholeNext |= !unchanged;
            return found;
        }, cancel);
    }

    private async Task<T> StepAsync<T>(Step step, Func<CancellationToken, Task<T>> work, CancellationToken cancel, long bytes = 0)
    {
        using var limit = new CancellationTokenSource(Allowed(step), time);
        using var both = step == Step.Idle ? null : CancellationTokenSource.CreateLinkedTokenSource(cancel, limit.Token);
        _limit = limit;
        _meter.Allow(LineBytes + bytes, limit.Cancel);
        try
        {
            // IDLE ends by DONE, also where the worker stops.
            var result = await work(both?.Token ?? limit.Token);
            cancel.ThrowIfCancellationRequested();
            return result;
        }
        catch (FolderNotFoundException e)
        {
            throw new MailSourceException($"{_settings.Server.Host}: there is no folder '{e.FolderName}': set {mailbox.Key}:Folder, SentFolder, JunkFolder or Folders to one that exists.", temporary: true, e);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // In the middle of an answer: what is left of it would be taken for the next one's.
            if (step != Step.Idle)
            {
                Drop();
            }

            throw;
        }
        catch (Exception e) when (e is OperationCanceledException || Connection.IsFault(e))
        {
            Drop();
            throw new MailSourceException(Explain(step, e), temporary: true, e);
        }
        finally
        {
            _meter.Allow(long.MaxValue, null);
            _limit = null;
        }
    }

    private TimeSpan Allowed(Step step) => step switch
    {
        Step.Connect => TimeSpan.FromSeconds(_settings.Timeouts.ConnectSeconds),
        Step.List => TimeSpan.FromSeconds(_settings.Timeouts.ListSeconds),
        Step.Metadata => TimeSpan.FromSeconds(_settings.Timeouts.MetadataSeconds),
        Step.Body => TimeSpan.FromSeconds(_settings.Timeouts.BodySeconds),
        _ => Timeout.InfiniteTimeSpan,
    };

    private string Explain(Step step, Exception e)
    {
        var where = $"{_settings.Server.Host}:{_settings.Server.Port}";
        if (_meter.Exceeded)
        {
            return $"{where}: the server sent far more than was asked for; the connection was cut. Look at the server, or at what stands between.";
        }

        if (e is not OperationCanceledException)
        {
            return Connection.Explain(_settings.Server, $"{mailbox.Key}:Server", e);
        }

        var setting = step == Step.Idle ? Step.Metadata : step;
        return $"{where}: no answer within {mailbox.Key}:Timeouts:{setting}Seconds ({Allowed(setting).TotalSeconds:0.##}): check the server, or raise it.";
    }

    private void Drop()
    {
        _client?.Dispose();
        _client = null;
        _folder = null;
        _targets.Clear();
        _measured.Clear();
    }
}
