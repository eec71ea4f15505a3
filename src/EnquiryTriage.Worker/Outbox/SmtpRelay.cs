using System.Globalization;
using System.Text.RegularExpressions;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Worker.Settings;
using MailKit;
using MailKit.Net.Smtp;
using MimeKit;

namespace EnquiryTriage.Worker.Outbox;

/// <summary>An SMTP relay (RFC 5321), by MailKit. The connection is kept between mails.</summary>
public sealed partial class SmtpRelay(ServerSettings server, ConnectionSecurity security) : IRelay
{
    private OfferingClient? _client;

    /// <inheritdoc/>
    public async Task<RelayReply> SendAsync(ClaimedOutboxRow row, CancellationToken cancel)
    {
        OfferingClient client;
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
            client.Offered = false;
            using var message = await MimeMessage.LoadAsync(new MemoryStream(row.Raw), cancel);
            var reply = await client.SendAsync(message, new MailboxAddress("", row.ReturnPath), [new MailboxAddress("", row.Recipient)], cancel);
            return new RelayReply(SendOutcomeKind.Accepted, WithoutAddresses(reply));
        }
        catch (SmtpCommandException e)
        {
            await ResetAsync(client);
            // A refused sender is our own configuration's fault: the mail waits until somebody mends it.
            var kind = (int)e.StatusCode >= 500 && e.ErrorCode != SmtpErrorCode.SenderNotAccepted ? SendOutcomeKind.Permanent : SendOutcomeKind.Temporary;
            return new RelayReply(kind, string.Create(CultureInfo.InvariantCulture, $"{(int)e.StatusCode} to {e.ErrorCode}"));
        }
        catch (NotSupportedException e)
        {
            await ResetAsync(client);
            return new RelayReply(SendOutcomeKind.Permanent, e.GetType().Name);
        }
        catch (Exception e) when (Connection.IsFault(e) || e is OperationCanceledException)
        {
            // Once the recipient was accepted the message may have been offered: then only the server knows whether it took it.
            var offered = client.Offered;
            await DropAsync();
            return new RelayReply(offered ? SendOutcomeKind.Unknown : SendOutcomeKind.Temporary, e.GetType().Name);
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

    private async Task<OfferingClient> ConnectedAsync(CancellationToken cancel)
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

        _client = new OfferingClient { Timeout = 120_000 };
        await Connection.OpenAsync(_client, server, security, "Outbox:Server", cancel);
        return _client;
    }

    private async Task ResetAsync(OfferingClient client)
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

    // What the server says is kept in events, which hold no addresses.
    private static string WithoutAddresses(string reply) => Address().Replace(reply.ReplaceLineEndings(" "), "(address)");

    [GeneratedRegex(@"<?[^\s<>]+@[^\s<>]+>?", RegexOptions.NonBacktracking)]
    private static partial Regex Address();

    /// <summary>Knows whether the message can have been offered: not before a recipient was accepted.</summary>
    private sealed class OfferingClient : SmtpClient
    {
        public bool Offered { get; set; }

        protected override void OnRecipientAccepted(MimeMessage message, MailboxAddress mailbox, SmtpResponse response) => Offered = true;
    }
}
