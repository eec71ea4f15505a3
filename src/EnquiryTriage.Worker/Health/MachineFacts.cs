using System.Globalization;

namespace EnquiryTriage.Worker.Health;

/// <summary>Free space where the record lies.</summary>
public sealed class DiskSpace(string path, double leastMegabytes) : IHealthSource
{
    private const double Megabyte = 1 << 20;

    /// <inheritdoc/>
    public IReadOnlyList<HealthFact> Facts(DateTimeOffset now)
    {
        var full = Path.GetFullPath(path);
        try
        {
            var free = new DriveInfo(Path.GetDirectoryName(full)!).AvailableFreeSpace / Megabyte;
            return
            [
                free >= leastMegabytes
                    ? new HealthFact("disk", true, string.Create(CultureInfo.InvariantCulture, $"{free:0} MiB free"))
                    : new HealthFact("disk", false, string.Create(
                        CultureInfo.InvariantCulture, $"Only {free:0} MiB are free where Storage:Path lies ({full}), less than Health:DiskMegabytes ({leastMegabytes:0}): make room. At 0 nothing new is recorded; nothing is lost.")),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return [new HealthFact("disk", false, $"The free space of {full} cannot be told: {e.Message} Check that the disk is there.")];
        }
    }
}

/// <summary>Whether the model that is in use is still the file's: a worker that started has its model, and the next start needs the file.</summary>
public sealed class ModelFileWatch : IHealthSource
{
    private readonly string _path;
    private readonly (long Length, DateTime Written)? _loaded;

    /// <summary>Remembers what the file is now.</summary>
    public ModelFileWatch(string path)
    {
        _path = Path.GetFullPath(path);
        _loaded = Stamp();
    }

    /// <inheritdoc/>
    public IReadOnlyList<HealthFact> Facts(DateTimeOffset now)
    {
        var stamp = Stamp();
        return
        [
            stamp is null ? new HealthFact("model", false, $"Model:Path: {_path} cannot be read; the worker goes on with the model in memory, and its next start will fail: put the file back.")
                : stamp == _loaded ? new HealthFact("model", true, "loaded, and its file is unchanged")
                : new HealthFact("model", false, $"Model:Path: {_path} is not the file that was loaded: restart the worker to use it ('doctor' loads it first)."),
        ];
    }

    private (long Length, DateTime Written)? Stamp()
    {
        try
        {
            var file = new FileInfo(_path);
            return file.Exists ? (file.Length, file.LastWriteTimeUtc) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
