using EnquiryTriage.Core.Outbox;

namespace EnquiryTriage.Worker.Outbox;

/// <summary>A way out. Every fault becomes an outcome: temporary, permanent, or unknown once the message was offered.</summary>
public interface IRelay : IAsyncDisposable
{
    /// <summary>Tries to send a mail once.</summary>
    Task<RelayReply> SendAsync(ClaimedOutboxRow row, CancellationToken cancel);

    /// <summary>Connects and logs in without sending; throws what <see cref="Connection.IsFault"/> knows.</summary>
    Task ProbeAsync(CancellationToken cancel);
}

/// <summary>How one attempt ended.</summary>
/// <param name="Kind">Accepted, put off, refused, or not known.</param>
/// <param name="Text">The server's words or the fault, without addresses.</param>
public sealed record RelayReply(SendOutcomeKind Kind, string Text);
