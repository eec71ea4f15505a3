using System.Text;
using System.Text.Json;
using EnquiryTriage.Mail.Automatic;
using MimeKit;

namespace EnquiryTriage.Mail.Tests.Delivery;

/// <summary>Real mail that lies beside the repository on development machines; absent elsewhere.</summary>
internal static class RealMail
{
    public static string? Root { get; } = Find();

    public static IEnumerable<(string File, JsonElement Expect, byte[] Raw)> Cases(string set)
    {
        if (Root is null)
        {
            yield break;
        }

        foreach (var line in File.ReadLines(Path.Combine(Root, set + ".jsonl")))
        {
            var row = JsonDocument.Parse(line).RootElement;
            var expect = row.GetProperty("expect");
            foreach (var name in row.TryGetProperty("messages", out var messages) ? messages.EnumerateArray().Select(m => m.GetProperty("file").GetString()!) : [row.GetProperty("file").GetString()!])
            {
                yield return (name, expect, File.ReadAllBytes(Path.Combine(Root, name)));
            }
        }
    }

    public static AutomaticVerdict Judge(byte[] raw, ReadingOptions? options = null)
    {
        if (!raw.Contains((byte)'\n'))
        {
            raw = [.. raw.Select(b => b == '\r' ? (byte)'\n' : b)];
        }

        MimeMessage message;
        string text;
        string subject;
        try
        {
            message = MimeMessage.Load(new MemoryStream(raw));
            subject = message.Subject ?? "";
            text = message.TextBody ?? message.HtmlBody ?? "";
        }
        catch (FormatException)
        {
            return new AutomaticVerdict(null, true, [], false);
        }

        return AutomaticMailScreen.Judge(message, subject, text, options ?? ReadingOptions.Default);
    }

    public static AutomaticVerdict Judge(string mail, ReadingOptions? options = null) => Judge(Encoding.UTF8.GetBytes(mail), options);

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EnquiryTriage.sln")))
            {
                var corpus = Path.Combine(folder.Parent?.FullName ?? "/", "shared", "corpus");
                return Directory.Exists(corpus) ? corpus : null;
            }
        }

        return null;
    }
}
