using System.Security.Cryptography;

namespace EnquiryTriage.Worker.Settings;

/// <summary>What to do where there is no signing key yet.</summary>
public enum KeyUse
{
    /// <summary>Make one: the worker is about to sign.</summary>
    Create,

    /// <summary>Go on without: nothing is signed, so nothing can be proven ours yet.</summary>
    ReadOnly,
}

/// <summary>The keys that sign our Message-IDs: lines of base64 in a file that only its owner may read, newest first.</summary>
internal static class SigningKeys
{
    private const int KeyBytes = 32;

    /// <summary>Reads the keys; where there is no file, writes a random one, or goes on with one of the moment.</summary>
    public static IReadOnlyList<byte[]> Load(string path, KeyUse use)
    {
        const string Setting = "Identity:SigningKeyFile";
        try
        {
            if (!File.Exists(path))
            {
                if (use == KeyUse.ReadOnly)
                {
                    return [RandomNumberGenerator.GetBytes(KeyBytes)];
                }

                Create(path);
            }

            var keys = File.ReadAllLines(path).Where(l => l.Trim().Length > 0).Select(l => Convert.FromBase64String(l.Trim())).ToList();
            return keys.Count > 0 && keys.TrueForAll(k => k.Length >= 16)
                ? keys
                : throw new SettingsException([$"{Setting}: {path} holds no key of 16 bytes or more: remove the file, and a new key is made; mails signed before are then no longer known as ours."]);
        }
        catch (FormatException)
        {
            throw new SettingsException([$"{Setting}: {path} has a line that is not base64: write one key a line, newest first."]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException([$"{Setting}: {path} cannot be read or written: {e.Message}"]);
        }
    }

    private static void Create(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.WriteLine(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)));
        writer.Flush();
        ((FileStream)writer.BaseStream).Flush(flushToDisk: true);
    }
}
