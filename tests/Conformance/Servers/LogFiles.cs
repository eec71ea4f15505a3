namespace EnquiryTriage.Conformance.Servers;

/// <summary>Logs of running servers, and starting them.</summary>
internal static class LogFiles
{
    /// <summary>The whole file as it is now; empty where there is none yet.</summary>
    public static string Read(string path)
    {
        if (!File.Exists(path))
        {
            return "";
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Three tries: somebody else may take a port between its choice and its use.</summary>
    public static async Task RetryAsync(Func<Task> start)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await start();
                return;
            }
            catch (InvalidOperationException) when (attempt < 3)
            {
                // New ports are tried.
            }
        }
    }
}
