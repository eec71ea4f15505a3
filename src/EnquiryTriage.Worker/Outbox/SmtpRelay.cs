using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Worker.Protocol;
using EnquiryTriage.Worker.Settings;
using MailKit;
using MailKit.Net.Smtp;
using MimeKit;

namespace EnquiryTriage.Worker.Outbox;

/// <summary>
/// An SMTP relay (RFC 5321), by MailKit, which pipelines where the server offers it. The connection is kept over a run of mails, asked whether it lives
/// after a pause (NOOP), and given back when nothing more comes. Failure semantics: a connection that was kept and ends before the mail was offered says
/// nothing about the mail, which is tried once more on a new one.
/// </summary>
public sealed class SmtpRelay(OutboxSettings outbox, CheckedSettings read, TimeProvider time, ProtocolLog protocol) : IRelay
{
    private const string Key = "Outbox:Server";
    private static readonly TimeSpan AskAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RestAfter = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);
    private ReportingClient? _client;
    private DateTimeOffset _used;

    /// <inheritdoc/>
    public async Task<RelayReply> SendAsync(ClaimedOutboxRow row, CancellationToken cancel)
    {
        var kept = _client is not null;
        var (reply, offered) = await TryAsync(row, cancel);
        return kept && reply.RelayFault && !offered && !cancel.IsCancellationRequested ? (await TryAsync(row, cancel)).Reply : reply;
    }

    /// <inheritdoc/>
    public async Task ProbeAsync(CancellationToken cancel) => await (await ConnectedAsync(cancel)).NoOpAsync(cancel);

    /// <inheritdoc/>
    public async Task RestAsync(CancellationToken cancel)
    {
        if (_client is not null && time.GetUtcNow() - _used > RestAfter)
        {
            await QuitAsync();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await QuitAsync();

    private async Task<(RelayReply Reply, bool Offered)> TryAsync(ClaimedOutboxRow row, CancellationToken cancel)
    {
        SmtpDialogue? dialogue = null;
        try
        {
            var client = await ConnectedAsync(cancel);
            dialogue = client.Dialogue;
            dialogue.Begin();
            client.EnvelopeId = row.MessageId.Length <= ReportingClient.LongestEnvelopeId ? row.MessageId : null;
            using var message = await MimeMessage.LoadAsync(new MemoryStream(row.Raw), cancel);
            await client.SendAsync(message, new MailboxAddress("", row.ReturnPath), [new MailboxAddress("", row.Recipient)], cancel);
            _used = time.GetUtcNow();
            return (Accepted(dialogue.Verdict), true);
        }
        catch (Exception e) when (Connection.IsFault(e) || e is OperationCanceledException)
        {
            dialogue ??= _client?.Dialogue;
            var reply = Judge(dialogue, e);

            // MailKit resets the dialogue after a refusal; what is still connected can take the next mail.
            if (reply.RelayFault || _client is not { IsConnected: true, IsAuthenticatedAsAsked: true })
            {
                await DropAsync();
            }

            return (reply, dialogue?.Offered == true);
        }
    }

    // In this order: the server's last word on the message, a refusal on the way, and only then what broke.
    private RelayReply Judge(SmtpDialogue? dialogue, Exception e)
    {
        if (dialogue?.Verdict is { Code: >= 200 and < 300 } accepted)
        {
            return Accepted(accepted);
        }

        if (dialogue?.Verdict is { } verdict)
        {
            return Refused(verdict);
        }

        if (dialogue is { Offered: true })
        {
            return new RelayReply(SendOutcomeKind.Unknown, $"no answer to the message ({e.GetType().Name})") { RelayFault = true };
        }

        if (dialogue?.Refusal is { } refusal)
        {
            return refusal.Step is SmtpStep.Login or SmtpStep.StartTls
                ? new RelayReply(SendOutcomeKind.Temporary, Connection.Explain(outbox.Server, Key, e)) { RelayFault = true }
                : Refused(refusal);
        }

        if (e is NotSupportedException && dialogue is { Step: SmtpStep.Other } && _client is { IsConnected: true })
        {
            // The server speaks, but cannot take this mail: an address in UTF-8 without SMTPUTF8, say.
            return new RelayReply(SendOutcomeKind.Permanent, $"the relay does not support it ({e.GetType().Name})");
        }

        return new RelayReply(SendOutcomeKind.Temporary, Connection.Explain(outbox.Server, Key, e)) { RelayFault = true };
    }

    private static RelayReply Accepted(SmtpReply? verdict)
    {
        var words = SmtpReplies.WithoutAddresses(verdict?.Text ?? "");
        return new RelayReply(SendOutcomeKind.Accepted, words) { QueueId = SmtpReplies.QueueId(words) };
    }

    private static RelayReply Refused(SmtpReply reply) => new(SmtpReplies.KindOf(reply), SmtpReplies.Codes(reply))
    {
        Words = SmtpReplies.WithoutAddresses(reply.Text),
        RelayFault = reply.Code == SmtpReplies.ShuttingDown || reply.Step < SmtpStep.Sender,
    };

    private async Task<ReportingClient> ConnectedAsync(CancellationToken cancel)
    {
        if (_client is { IsConnected: true } kept)
        {
            try
            {
                if (time.GetUtcNow() - _used > AskAfter)
                {
                    kept.Dialogue.Begin();
                    await kept.NoOpAsync(cancel);
                    _used = time.GetUtcNow();
                }

                return kept;
            }
            catch (Exception e) when (Connection.IsFault(e))
            {
                // It ended in the pause: a new one is made.
            }
        }

        await DropAsync();
        _client = new ReportingClient(new SmtpDialogue(protocol.Smtp()), read.Notify)
        {
            Timeout = (int)TimeSpan.FromSeconds(outbox.TimeoutSeconds).TotalMilliseconds,
            LoginAsked = outbox.Server.User.Length > 0,
        };
        await Connection.OpenAsync(_client, outbox.Server, read.RelaySecurity, Key, cancel);
        _used = time.GetUtcNow();
        return _client;
    }

    private async Task QuitAsync()
    {
        if (_client is { IsConnected: true } client)
        {
            using var limit = new CancellationTokenSource(Farewell, time);
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

    private ValueTask DropAsync()
    {
        _client?.Dispose();
        _client = null;
        return ValueTask.CompletedTask;
    }

    /// <summary>
    /// Asks for delivery reports where the server offers them (RFC 3461): with our own id as ENVID, the recipient as ORCPT, and of the mail no more than
    /// its header.
    /// </summary>
    private sealed class ReportingClient : SmtpClient
    {
        /// <summary>RFC 3461 section 4.4.</summary>
        public const int LongestEnvelopeId = 100;

        private readonly DeliveryStatusNotification? _notify;

        public ReportingClient(SmtpDialogue dialogue, DeliveryStatusNotification? notify)
            : base(dialogue)
        {
            Dialogue = dialogue;
            _notify = notify;
            DeliveryStatusNotificationType = DeliveryStatusNotificationType.HeadersOnly;
        }

        public SmtpDialogue Dialogue { get; }

        public string? EnvelopeId { get; set; }

        public bool LoginAsked { get; init; }

        public bool IsAuthenticatedAsAsked => IsAuthenticated || !LoginAsked;

        protected override string? GetEnvelopeId(MimeMessage message) => _notify is null ? null : EnvelopeId;

        protected override DeliveryStatusNotification? GetDeliveryStatusNotifications(MimeMessage message, MailboxAddress mailbox) => _notify;
    }
}
