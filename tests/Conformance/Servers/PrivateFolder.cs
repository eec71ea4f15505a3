namespace EnquiryTriage.Conformance.Servers;

/// <summary>A temporary folder with a short path (unix sockets allow 108 bytes) that servers under other users may enter; deleted at the end.</summary>
public sealed class PrivateFolder : IDisposable
{
    private const UnixFileMode Enterable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>Creates the folder.</summary>
    public PrivateFolder()
    {
        var parent = System.IO.Path.GetTempPath().Length <= 40 ? System.IO.Path.GetTempPath() : "/tmp";
        Path = System.IO.Path.Combine(parent, "et-" + Guid.NewGuid().ToString("N")[..10]);
        Create("");
    }

    /// <summary>Its full path.</summary>
    public string Path { get; }

    /// <summary>A path in it.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Creates a subfolder, or the folder itself for an empty name, that anybody may enter.</summary>
    public string Create(string name)
    {
        var path = this[name];
        Directory.CreateDirectory(path);
        File.SetUnixFileMode(path, Enterable);
        return path;
    }

    /// <summary>Writes a file that anybody may read.</summary>
    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        File.SetUnixFileMode(this[name], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        return this[name];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A server that ends just now may still write: the rest is left to the machine's clean-up of temporary files.
        }
    }
}
