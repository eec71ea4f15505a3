using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using EnquiryTriage.Core.Intake;

namespace EnquiryTriage.Worker.Intake;

/// <summary>A folder of raw messages, or a Maildir: one message a file. Files are never changed.</summary>
/// <remarks>
/// Write a message elsewhere, or under a name that starts with a dot, and rename it in: a file that still grows is read as it stands and once
/// more when it is whole. The received time is the file's modification time.
/// </remarks>
public abstract class FileSource(string mailbox, string folder, string path, FolderRole role, long maxBytes, TimeSpan poll, TimeProvider time) : IMailSource
{
    private readonly Dictionary<string, string> _paths = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public string Mailbox => mailbox;

    /// <inheritdoc/>
    public string Folder => folder;

    /// <inheritdoc/>
    public FolderRole Role => role;

    /// <summary>The folder's path.</summary>
    protected string Root { get; } = System.IO.Path.GetFullPath(path);

    /// <inheritdoc/>
    public Task<Listing> ListAsync(bool whole, CancellationToken cancel)
    {
        _paths.Clear();
        var listed = new List<ListedMail>();
        try
        {
            foreach (var file in Files().OrderBy(f => f.LastWriteTimeUtc).ThenBy(f => f.FullName, StringComparer.Ordinal))
            {
                cancel.ThrowIfCancellationRequested();
                if (KeyOf(file) is { } key && _paths.TryAdd(key, file.FullName))
                {
                    listed.Add(new ListedMail(new LedgerKey(mailbox, folder, key), file.Length));
                }
            }
        }
        catch (DirectoryNotFoundException e)
        {
            throw new MailSourceException($"Mailbox:Path: {Root} is not there: create the folder, or name another.", temporary: true, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MailSourceException($"{Root}: {e.Message} Check the folder's rights, or name another in Mailbox:Path.", temporary: true, e);
        }

        return Task.FromResult(Listing.All(listed));
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ListedMail>> MeasureAsync(IReadOnlyList<ListedMail> mails, CancellationToken cancel) => Task.FromResult(mails);

    /// <inheritdoc/>
    public async IAsyncEnumerable<FetchResult> FetchAsync(IReadOnlyList<ListedMail> mails, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var mail in mails)
        {
            yield return await FetchAsync(mail, cancel);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<TouchedMail>> TouchAsync(IReadOnlyList<UntouchedMail> mails, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<TouchedMail>>([.. mails.Select(m => new TouchedMail(m.Key, null))]);

    /// <inheritdoc/>
    public Task WaitAsync(CancellationToken wake, CancellationToken cancel) => Waiting.DelayAsync(poll, time, wake, cancel);

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>The files that may be messages.</summary>
    protected abstract IEnumerable<FileInfo> Files();

    /// <summary>Where a listed mail lies now; null where it is gone.</summary>
    protected virtual string? Locate(string key, string path) => File.Exists(path) ? path : null;

    /// <summary>The ledger key of a file; null where it is gone.</summary>
    protected abstract string? KeyOf(FileInfo file);

    // EIO, EAGAIN, ENOMEM, EBUSY, ENFILE, EMFILE, ETIMEDOUT, ESTALE: a passing fault of disk, share or process, not of the file.
    private static bool IsTemporary(Exception e) => e.HResult is 5 or 11 or 12 or 16 or 23 or 24 or 110 or 116;

    private static async Task<byte[]> HeadAsync(string path, CancellationToken cancel)
    {
        await using var file = File.OpenRead(path);
        var head = new byte[FetchResult.HeadBytes];
        return head[..await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancel)];
    }

    private async Task<FetchResult> FetchAsync(ListedMail mail, CancellationToken cancel)
    {
        try
        {
            if (!_paths.TryGetValue(mail.Key.Key, out var path) || Locate(mail.Key.Key, path) is not { } found)
            {
                return FetchResult.Vanished(mail.Key);
            }

            path = found;
            var received = new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero);
            if (new FileInfo(path).Length is var bytes && bytes > maxBytes)
            {
                return FetchResult.Oversize(mail.Key, new MailHead(await HeadAsync(path, cancel), bytes, received), "Mailbox", maxBytes);
            }

            var raw = await File.ReadAllBytesAsync(path, cancel);
            return FetchResult.Of(new FetchedMail(mail.Key, raw, received, time.GetUtcNow(), role));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return FetchResult.Vanished(mail.Key);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException && !IsTemporary(e))
        {
            return FetchResult.Quarantined(mail.Key, $"cannot be read: {e.GetType().Name}");
        }
        catch (IOException e)
        {
            throw new MailSourceException($"{Root}: a mail cannot be read: {e.Message}", temporary: true, e);
        }
    }
}

/// <summary>A folder of raw messages, read with its subfolders. Key: path in the folder and digest of the content.</summary>
public sealed class FolderSource(string mailbox, string folder, string path, FolderRole role, long maxBytes, TimeSpan poll, TimeProvider time)
    : FileSource(mailbox, folder, path, role, maxBytes, poll, time)
{
    private readonly Dictionary<string, (DateTime Written, long Length, string Key)> _known = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    protected override IEnumerable<FileInfo> Files() =>
        new DirectoryInfo(Root).EnumerateFiles("*", SearchOption.AllDirectories).Where(f => f.Name[0] != '.');

    /// <inheritdoc/>
    protected override string? KeyOf(FileInfo file)
    {
        var stamp = (file.LastWriteTimeUtc, file.Length);
        if (_known.TryGetValue(file.FullName, out var known) && (known.Written, known.Length) == stamp)
        {
            return known.Key;
        }

        try
        {
            using var stream = file.OpenRead();
            var key = Path.GetRelativePath(Root, file.FullName) + ":" + Convert.ToHexStringLower(SHA256.HashData(stream).AsSpan(0, 16));
            _known[file.FullName] = (stamp.LastWriteTimeUtc, stamp.Length, key);
            return key;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Listed by its path alone, so that the fetch says what is wrong and the ledger counts it.
            return Path.GetRelativePath(Root, file.FullName) + ":unreadable";
        }
    }
}

/// <summary>A Maildir: new/ and cur/. Key: the unique part of the name, which stays when flags change.</summary>
public sealed class MaildirSource(string mailbox, string folder, string path, FolderRole role, long maxBytes, TimeSpan poll, TimeProvider time)
    : FileSource(mailbox, folder, path, role, maxBytes, poll, time)
{
    private static readonly string[] Parts = ["new", "cur"];

    /// <inheritdoc/>
    protected override IEnumerable<FileInfo> Files() =>
        // new/ first: what is renamed to cur/ meanwhile is then seen twice, not missed.
        Parts.SelectMany(d => new DirectoryInfo(Path.Combine(Root, d)).EnumerateFiles()).Where(f => f.Name[0] != '.');

    /// <inheritdoc/>
    /// <remarks>A mail client renames a mail from new/ to cur/, and again with every flag: the unique part of the name stays.</remarks>
    protected override string? Locate(string key, string path) => File.Exists(path)
        ? path
        : Parts.SelectMany(d => new DirectoryInfo(Path.Combine(Root, d)).EnumerateFiles()).FirstOrDefault(f => KeyOf(f) == key)?.FullName;

    /// <inheritdoc/>
    protected override string? KeyOf(FileInfo file)
    {
        var info = file.Name.IndexOf(":2,", StringComparison.Ordinal);
        return info < 0 ? file.Name : file.Name[..info];
    }
}
