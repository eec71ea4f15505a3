using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace EnquiryTriage.Worker.Access;

/// <summary>
/// Where tokens are kept between starts: <c>credentials/</c> beside the store, encrypted by ASP.NET Data Protection. The keys lie in
/// <c>credentials/keys/</c>; only the worker's own user may enter either.
/// </summary>
/// <param name="storePath">Path of the store.</param>
internal sealed class TokenVault(string storePath)
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private readonly string _folder = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(storePath))!, "credentials");
    private readonly Lock _gate = new();
    private IDataProtectionProvider? _provider;

    /// <summary>What is kept of an identity.</summary>
    /// <param name="name">The identity's name.</param>
    public ProtectedFile Open(string name) => new(Path.Combine(_folder, name + ".token"), () => Provider().CreateProtector("tokens", name), SecureKeys);

    private string Keys => Path.Combine(_folder, "keys");

    // Made at the first use: verbs that need no token leave no folder behind.
    private IDataProtectionProvider Provider()
    {
        lock (_gate)
        {
            if (_provider is null)
            {
                MakePrivate(_folder);
                MakePrivate(Keys);
                _provider = DataProtectionProvider.Create(new DirectoryInfo(Keys), b => b.SetApplicationName("EnquiryTriage"));
            }

            return _provider;
        }
    }

    private static void MakePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(folder)!);
        Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        File.SetUnixFileMode(folder, OwnerOnly | UnixFileMode.UserExecute);
    }

    // Data Protection writes its keys with the process's umask, and writes new ones from time to time.
    private void SecureKeys()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        foreach (var key in Directory.EnumerateFiles(Keys))
        {
            File.SetUnixFileMode(key, OwnerOnly);
        }
    }
}

/// <summary>A small encrypted file that is replaced whole or not at all, and locked against other processes while it is changed.</summary>
/// <param name="path">The file.</param>
/// <param name="protector">Makes its encryption, with the keys read or created.</param>
/// <param name="secured">Called after each writing: keys may have been created.</param>
internal sealed class ProtectedFile(string path, Func<IDataProtector> protector, Action secured)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Gap = TimeSpan.FromMilliseconds(50);

    /// <summary>The file, for messages.</summary>
    public string Path => path;

    /// <summary>Holds the file against other processes of the worker (a doctor beside a running worker, say) until disposed.</summary>
    /// <exception cref="IOException">It cannot be written there, or somebody held it for a minute.</exception>
    public async Task<IDisposable> LockAsync(CancellationToken cancel)
    {
        _ = protector();
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path + ".lock", Options(FileMode.OpenOrCreate));
            }
            catch (IOException) when (TimeProvider.System.GetElapsedTime(started) < Patience)
            {
                await Task.Delay(Gap, TimeProvider.System, cancel);
            }
        }
    }

    /// <summary>What the file holds; null where there is none.</summary>
    /// <exception cref="CryptographicException">It was written with keys that are gone, or changed by somebody.</exception>
    public byte[]? Read() => File.Exists(path) ? protector().Unprotect(File.ReadAllBytes(path)) : null;

    /// <summary>Replaces what it holds; on disk when this returns.</summary>
    public void Write(byte[] plain)
    {
        var sealedBytes = protector().Protect(plain);
        secured();
        var aside = path + ".new";
        using (var stream = new FileStream(aside, Options(FileMode.Create)))
        {
            stream.Write(sealedBytes);
            stream.Flush(flushToDisk: true);
        }

        File.Move(aside, path, overwrite: true);
    }

    private static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
