using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Worker.Intake;
using EnquiryTriage.Worker.Protocol;
using EnquiryTriage.Worker.Settings;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;
using MimeKit;

namespace EnquiryTriage.Worker.Outbox;

/// <summary>The Sent folder on the mailbox's IMAP server: APPEND (RFC 3501 section 6.3.11), after a look whether the mail is there.</summary>
public sealed class ImapSentFolder(MailboxSettings settings, CheckedSettings read, ProtocolLog protocol) : ISentFolder
{
    private const string Key = "Mailbox:Server";
    private ImapClient? _client;

    /// <inheritdoc/>
    public async Task KeepAsync(DueCopy copy, CancellationToken cancel)
    {
        try
        {
            var folder = await OpenedAsync(cancel);

            // It is there where the record of an earlier try was lost, or where the relay itself files what it sends (Exchange does).
            if ((await folder.SearchAsync(SearchQuery.HeaderContains("Message-ID", copy.MessageId), cancel)).Count > 0)
            {
                return;
            }

            using var message = await MimeMessage.LoadAsync(new MemoryStream(copy.Raw), cancel);
            await folder.AppendAsync(new AppendRequest(message, MessageFlags.Seen, copy.Accepted), cancel);
        }
        catch (FolderNotFoundException e)
        {
            await DisposeAsync();
            throw new MailSourceException($"there is no folder '{settings.SentFolder}': check Mailbox:SentFolder.", temporary: true, e);
        }
        catch (Exception e) when (Connection.IsFault(e))
        {
            await DisposeAsync();
            throw new MailSourceException(Connection.Explain(settings.Server, Key, e), temporary: true, e);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        _client?.Dispose();
        _client = null;
        return ValueTask.CompletedTask;
    }

    private async Task<IMailFolder> OpenedAsync(CancellationToken cancel)
    {
        if (_client is not { IsConnected: true, IsAuthenticated: true })
        {
            await DisposeAsync();
            _client = new ImapClient(protocol.Imap());
            await Connection.OpenAsync(_client, settings.Server, read.MailboxSecurity, Key, cancel);
        }

        var folder = await _client.GetFolderAsync(settings.SentFolder, cancel);
        if (!folder.IsOpen)
        {
            await folder.OpenAsync(FolderAccess.ReadWrite, cancel);
        }

        return folder;
    }
}
