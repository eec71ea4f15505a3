using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Worker.Intake;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EnquiryTriage.Worker.Outbox;

/// <summary>Where copies of sent mail are kept.</summary>
public interface ISentFolder : IAsyncDisposable
{
    /// <summary>Puts a copy in, unless one is there.</summary>
    /// <exception cref="MailSourceException">It cannot be done now.</exception>
    Task KeepAsync(DueCopy copy, CancellationToken cancel);
}

/// <summary>
/// Puts copies of accepted mails into the Sent folder, so that people see in their own mail client what was sent. Failure semantics: a copy is tried again
/// for a day and then given up with an event; whatever happens to it, the mail itself was accepted and is never sent again.
/// </summary>
public sealed partial class SentCopies(IOutboxStore store, ISentFolder folder, TimeProvider time, ILogger<SentCopies> log) : BackgroundService
{
    private const int Batch = 20;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Gap = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan GiveUp = TimeSpan.FromDays(1);

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    await PassAsync(stoppingToken);
                }
                catch (StoreException e)
                {
                    Log.StoreFailed(log, e.Message);
                }

                await Task.Delay(Look, time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops; what is due stays due.
        }
        finally
        {
            await folder.DisposeAsync();
        }
    }

    /// <summary>One pass over the copies that are due; returns how many were put in.</summary>
    public async Task<int> PassAsync(CancellationToken cancel)
    {
        var kept = 0;
        foreach (var copy in await store.CopiesDueAsync(Batch, time.GetUtcNow(), cancel))
        {
            try
            {
                await folder.KeepAsync(copy, cancel);
                await store.CopiedAsync(copy.Id, null, cancel);
                kept++;
            }
            catch (MailSourceException e)
            {
                var now = time.GetUtcNow();
                Log.NotKept(log, copy.Id, e.Message);
                if (now - copy.Accepted > GiveUp)
                {
                    await store.CopyFailedAsync(copy.Id, "the Sent folder could not be written for a day", now, cancel);
                }
                else
                {
                    await store.CopiedAsync(copy.Id, now + Gap, cancel);
                }
            }
        }

        return kept;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Id}: no copy in the Sent folder: {Problem}")]
        public static partial void NotKept(ILogger logger, string id, string problem);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Copies for the Sent folder wait: {Problem}")]
        public static partial void StoreFailed(ILogger logger, string problem);
    }
}
