using System.Globalization;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Worker.Access;
using EnquiryTriage.Worker.Intake;
using Microsoft.Graph.Models.ODataErrors;
using Microsoft.Kiota.Abstractions;
using MimeKit;

namespace EnquiryTriage.Worker.Outbox;

/// <summary>
/// Sends by Microsoft Graph, as MIME. There is no envelope: the mail goes to whom its headers name, bounces come to the mailbox itself, and a copy lies in Sent Items.
/// Accepted means that Exchange has taken it (202); what becomes of it is told by delivery reports only.
/// </summary>
internal sealed class GraphRelay(GraphMailbox graph) : IRelay
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <inheritdoc/>
    public async Task<RelayReply> SendAsync(ClaimedOutboxRow row, CancellationToken cancel)
    {
        if (!GoesTo(row))
        {
            return new RelayReply(SendOutcomeKind.Permanent, "its headers name others than its recipient, and Graph goes by the headers");
        }

        if (graph.Quiet is var quiet && quiet > Patience)
        {
            return new RelayReply(SendOutcomeKind.Temporary, string.Create(CultureInfo.InvariantCulture, $"Graph wants to be left alone for {quiet.TotalSeconds:0} s")) { RelayFault = true };
        }

        try
        {
            await graph.SendAsync(row.Raw, cancel);
            return new RelayReply(SendOutcomeKind.Accepted, "202 taken by Graph");
        }
        catch (ApiException e)
        {
            // What throttling, rights and Graph's own faults stopped would be stopped for the next mail too.
            var outcome = OutcomeOf(e.ResponseStatusCode);
            var code = e is ODataError { Error.Code: { Length: > 0 } told } ? SecretText.Quote(told) : "no code";
            return new RelayReply(outcome, string.Create(CultureInfo.InvariantCulture, $"{e.ResponseStatusCode} {code}")) { RelayFault = outcome != SendOutcomeKind.Permanent };
        }
        catch (TokenException e)
        {
            return new RelayReply(SendOutcomeKind.Temporary, e.Message) { RelayFault = true };
        }
        catch (HttpRequestException e) when (e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError)
        {
            return new RelayReply(SendOutcomeKind.Temporary, graph.Explain(e)) { RelayFault = true };
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            // The request was under way, or may have been: only Exchange knows.
            return new RelayReply(SendOutcomeKind.Unknown, e.GetType().Name) { RelayFault = true };
        }
    }

    /// <inheritdoc/>
    public Task ProbeAsync(CancellationToken cancel) => graph.CallAsync(stop => graph.User.MailFolders["sentitems"].GetAsync(c => c.QueryParameters.Select = ["id"], stop), cancel);

    /// <inheritdoc/>
    public Task RestAsync(CancellationToken cancel) => Task.CompletedTask;

    /// <summary>Nothing of its own: the mailbox's client is shared.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    // Throttled and unauthorised requests were not taken, and neither is the mail's fault. A server's own fault leaves open whether it was taken.
    private static SendOutcomeKind OutcomeOf(int status) => status switch
    {
        401 or 403 or 404 or 408 or 429 or 503 => SendOutcomeKind.Temporary,
        >= 400 and < 500 => SendOutcomeKind.Permanent,
        _ => SendOutcomeKind.Unknown,
    };

    private static bool GoesTo(ClaimedOutboxRow row)
    {
        using var message = MimeMessage.Load(new MemoryStream(row.Raw));
        var named = message.To.Mailboxes.Concat(message.Cc.Mailboxes).Concat(message.Bcc.Mailboxes).ToList();
        return named.Count > 0 && named.TrueForAll(m => m.Address.Equals(row.Recipient, StringComparison.OrdinalIgnoreCase));
    }
}
