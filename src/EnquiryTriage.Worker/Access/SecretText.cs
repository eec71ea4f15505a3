namespace EnquiryTriage.Worker.Access;

/// <summary>Secrets: read from their files, and kept out of what is said.</summary>
internal static class SecretText
{
    private const int LongestQuote = 300;

    /// <summary>The secret in a file, without the line end that editors leave; a file is read each time, so that a new secret needs no restart.</summary>
    /// <exception cref="IOException">It cannot be read; the message names the setting.</exception>
    public static string Read(string key, string file)
    {
        try
        {
            return File.ReadAllText(file).TrimEnd('\r', '\n');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{key}: {file} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>What a server said, in one line of bounded length; servers quote what they were sent, so our secrets are struck out.</summary>
    public static string Quote(string said, params ReadOnlySpan<string?> secrets)
    {
        foreach (var secret in secrets)
        {
            if (!string.IsNullOrEmpty(secret))
            {
                said = said.Replace(secret, "(secret)", StringComparison.Ordinal).Replace(Uri.EscapeDataString(secret), "(secret)", StringComparison.Ordinal);
            }
        }

        var line = string.Concat(said.ReplaceLineEndings(" ").Select(c => char.IsControl(c) ? ' ' : c)).Trim();
        return line.Length <= LongestQuote ? line : line[..LongestQuote] + "…";
    }
}
