using EnquiryTriage.Core.Outbox;

namespace EnquiryTriage.Worker.Outbox;

/// <summary>A way out. Every fault becomes an outcome: temporary, permanent, or unknown once the message was offered.</summary>
public interface IRelay : IAsyncDisposable
{
    /// <summary>Tries to send a mail once.</summary>
    Task<RelayReply> SendAsync(ClaimedOutboxRow row, CancellationToken cancel);

    /// <summary>Connects and logs in without sending; throws what <see cref="Connection.IsFault"/> knows.</summary>
    Task ProbeAsync(CancellationToken cancel);

    /// <summary>Nothing is due: gives back what was kept for the next mail, if it was kept long enough.</summary>
    Task RestAsync(CancellationToken cancel);
}

/// <summary>How one attempt ended.</summary>
/// <param name="Kind">Accepted, put off, refused, or not known.</param>
/// <param name="Text">The codes or the fault, as an event may keep them; for an accepted mail the server's words, without addresses.</param>
public sealed record RelayReply(SendOutcomeKind Kind, string Text)
{
    /// <summary>What the server said when it did not take the mail, without addresses; null where it said nothing.</summary>
    public string? Words { get; init; }

    /// <summary>The id under which the server queued the mail; null where it gave none.</summary>
    public string? QueueId { get; init; }

    /// <summary>True where the relay itself is at fault (out of reach, shutting down, refusing the login): other mails would fare the same.</summary>
    public bool RelayFault { get; init; }
}
