using System.Text.Json;

namespace EnquiryTriage.Mail.Tests.Corpus;

/// <summary>Real mail beside the repository, where it is there: <c>../shared/corpus</c>.</summary>
internal static class CorpusFolder
{
    internal static string? Path { get; } = Find();

    internal static IEnumerable<JsonElement> Cases(string set)
    {
        foreach (var line in File.ReadLines(System.IO.Path.Combine(Path!, set + ".jsonl")))
        {
            if (line.Length > 0)
            {
                using var document = JsonDocument.Parse(line);
                yield return document.RootElement.Clone();
            }
        }
    }

    internal static byte[] Bytes(JsonElement test) => File.ReadAllBytes(System.IO.Path.Combine(Path!, test.GetProperty("file").GetString()!));

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var candidate = System.IO.Path.Combine(folder.FullName, "shared", "corpus");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
