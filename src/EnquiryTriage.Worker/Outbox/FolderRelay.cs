using EnquiryTriage.Core.Outbox;

namespace EnquiryTriage.Worker.Outbox;

/// <summary>Writes outgoing mail into a folder, a file each: for the demo, and for a try beside a live mailbox.</summary>
public sealed class FolderRelay(string path) : IRelay
{
    // Mail is nobody's business but the worker's account.
    private static readonly FileStreamOptions PrivateFile = CreatePrivate();

    /// <inheritdoc/>
    public async Task<RelayReply> SendAsync(ClaimedOutboxRow row, CancellationToken cancel)
    {
        var target = Path.Combine(path, row.Id + ".eml");
        var temporary = Path.Combine(path, "." + row.Id + ".tmp");
        try
        {
            Directory.CreateDirectory(path);
            await using (var file = new FileStream(temporary, PrivateFile))
            {
                await file.WriteAsync(row.Raw, cancel);
            }

            File.Move(temporary, target, overwrite: true);
            return new RelayReply(SendOutcomeKind.Accepted, $"written to {Path.GetFileName(target)}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new RelayReply(SendOutcomeKind.Temporary, $"{path}: {e.Message}") { RelayFault = true };
        }
    }

    /// <inheritdoc/>
    public Task ProbeAsync(CancellationToken cancel)
    {
        Directory.CreateDirectory(path);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task RestAsync(CancellationToken cancel) => Task.CompletedTask;

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static FileStreamOptions CreatePrivate()
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
