using System.Globalization;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Worker.Settings;
using MailKit;
using MailKit.Net.Smtp;
using MimeKit;

namespace EnquiryTriage.Worker.Outbox;

/// <summary>An SMTP relay (RFC 5321), by MailKit. The connection is kept between mails.</summary>
public sealed class SmtpRelay(ServerSettings server, ConnectionSecurity security) : IRelay
{
    private SmtpClient? _client;

    /// <inheritdoc/>
    public async Task<RelayReply> SendAsync(ClaimedOutboxRow row, CancellationToken cancel)
    {
        SmtpClient client;
        try
        {
            client = await ConnectedAsync(cancel);
        }
        catch (Exception e) when (Connection.IsFault(e) || e is OperationCanceledException)
        {
            await DropAsync();
            return new RelayReply(SendOutcomeKind.Temporary, Connection.Explain(server, "Outbox:Server", e));
        }

        try
        {
            using var message = await MimeMessage.LoadAsync(new MemoryStream(row.Raw), cancel);
            var reply = await client.SendAsync(message, new MailboxAddress("", row.ReturnPath), [new MailboxAddress("", row.Recipient)], cancel);
            return new RelayReply(SendOutcomeKind.Accepted, reply);
        }
        catch (SmtpCommandException e)
        {
            await ResetAsync(client);
            var kind = (int)e.StatusCode >= 500 ? SendOutcomeKind.Permanent : SendOutcomeKind.Temporary;
            return new RelayReply(kind, string.Create(CultureInfo.InvariantCulture, $"{(int)e.StatusCode} to {e.ErrorCode}"));
        }
        catch (Exception e) when (Connection.IsFault(e) || e is OperationCanceledException)
        {
            // The message was offered, or may have been: only the server knows whether it took it.
            await DropAsync();
            return new RelayReply(SendOutcomeKind.Unknown, e.GetType().Name);
        }
    }

    /// <inheritdoc/>
    public async Task ProbeAsync(CancellationToken cancel) => await (await ConnectedAsync(cancel)).NoOpAsync(cancel);

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
            catch (Exception e) when (Connection.IsFault(e) || e is OperationCanceledException)
            {
                // The server is left without QUIT: it notices by the closed connection.
            }
        }

        await DropAsync();
    }

    private async Task<SmtpClient> ConnectedAsync(CancellationToken cancel)
    {
        if (_client is { IsConnected: true } kept)
        {
            try
            {
                await kept.NoOpAsync(cancel);
                return kept;
            }
            catch (Exception e) when (Connection.IsFault(e))
            {
                await DropAsync();
            }
        }

        _client = new SmtpClient { Timeout = 120_000 };
        await Connection.OpenAsync(_client, server, security, "Outbox:Server", cancel);
        return _client;
    }

    private async Task ResetAsync(SmtpClient client)
    {
        if (!client.IsConnected)
        {
            await DropAsync();
        }
    }

    private ValueTask DropAsync()
    {
        _client?.Dispose();
        _client = null;
        return ValueTask.CompletedTask;
    }
}
