namespace EnquiryTriage.Worker.Tests;

/// <summary>A folder of one test's own, removed after it.</summary>
public sealed class TemporaryFolder : IDisposable
{
    /// <summary>Its path.</summary>
    public string Root { get; } = Directory.CreateTempSubdirectory("enquiry-triage-").FullName;

    /// <summary>The path of something in it; its folder is created.</summary>
    public string At(params string[] parts)
    {
        var path = Path.Combine([Root, .. parts]);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>Writes a file into it.</summary>
    public string Write(byte[] content, params string[] parts)
    {
        var path = At(parts);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(Root, recursive: true);
}
