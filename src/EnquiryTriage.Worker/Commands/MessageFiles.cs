using System.Globalization;
using EnquiryTriage.Mail;

namespace EnquiryTriage.Worker.Commands;

/// <summary>A message found under a path.</summary>
/// <param name="Source">The path as given, joined with the rest; "#n" for the nth of an mbox.</param>
/// <param name="Raw">The raw bytes.</param>
/// <param name="Error">Why there are none; null where there are.</param>
internal sealed record MessageFile(string Source, ReadOnlyMemory<byte> Raw, string? Error);

/// <summary>Finds the messages that paths name: files, folders, Maildirs, mboxes, standard input.</summary>
internal static class MessageFiles
{
    private static readonly EnumerationOptions Recursive = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.None };
    private const int MboxStart = 1024;

    /// <summary>Messages in the order of the paths; inside a folder by name. Nothing is thrown for a file: its error comes in its place.</summary>
    public static IEnumerable<MessageFile> Enumerate(IReadOnlyList<string> paths, bool bodies, long maxBytes)
    {
        foreach (var path in paths)
        {
            if (path == "-")
            {
                using var input = Console.OpenStandardInput();
                using var copy = new MemoryStream();
                input.CopyTo(copy);
                foreach (var message in Split("-", copy, isEml: bodies))
                {
                    yield return message;
                }

                continue;
            }

            foreach (var file in Directory.Exists(path) ? Files(path) : [path])
            {
                foreach (var message in Read(file, bodies, maxBytes))
                {
                    yield return message;
                }
            }
        }
    }

    private static IEnumerable<string> Files(string folder)
    {
        var maildir = Directory.Exists(Path.Combine(folder, "cur")) && Directory.Exists(Path.Combine(folder, "new"));
        var roots = maildir ? [Path.Combine(folder, "cur"), Path.Combine(folder, "new")] : new[] { folder };
        return roots.SelectMany(r => Directory.EnumerateFiles(r, "*", Recursive))
            .Where(f => Path.GetFileName(f)[0] != '.')
            .Order(StringComparer.Ordinal);
    }

    private static IEnumerable<MessageFile> Read(string file, bool bodies, long maxBytes)
    {
        FileStream? stream = null;
        string? error = null;
        try
        {
            var length = new FileInfo(file).Length;
            stream = File.OpenRead(file);
            if (!stream.CanSeek)
            {
                throw new IOException("not a plain file: pass it through standard input, as -");
            }

            if (length > maxBytes && (bodies || file.EndsWith(".eml", StringComparison.OrdinalIgnoreCase) || !StartsAsMbox(stream)))
            {
                error = string.Create(CultureInfo.InvariantCulture, $"{length} bytes, over Mailbox:MaxMessageBytes ({maxBytes})");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            error = e.Message;
        }

        using (stream)
        {
            if (error is not null || stream is null)
            {
                yield return new MessageFile(file, default, error);
                yield break;
            }

            foreach (var message in Split(file, stream, bodies || file.EndsWith(".eml", StringComparison.OrdinalIgnoreCase)))
            {
                yield return message;
            }
        }
    }

    // An .eml is always one message; only its separators make another file an mbox.
    private static IEnumerable<MessageFile> Split(string source, Stream stream, bool isEml)
    {
        if (!isEml && StartsAsMbox(stream))
        {
            var number = 0;
            foreach (var message in MboxReader.Split(stream))
            {
                yield return new MessageFile(string.Create(CultureInfo.InvariantCulture, $"{source}#{++number}"), message, null);
            }

            yield break;
        }

        stream.Position = 0;
        var raw = new byte[stream.Length];
        stream.ReadExactly(raw);
        yield return new MessageFile(source, raw, null);
    }

    private static bool StartsAsMbox(Stream stream)
    {
        stream.Position = 0;
        var start = new byte[MboxStart];
        var read = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
        stream.Position = 0;
        return MboxReader.IsMbox(start.AsSpan(0, read));
    }
}
