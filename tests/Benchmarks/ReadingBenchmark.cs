using System.Diagnostics;
using EnquiryTriage.Core.Reporting;
using EnquiryTriage.Mail;
using MimeKit;

namespace EnquiryTriage.Benchmarks;

/// <summary>Full reading as the intake does it, without the model, of messages that lie in memory, on one thread.</summary>
/// <remarks>
/// In turn with it MimeKit alone (parse, text, addresses, subject) reads the same messages: the ratio holds where the machine's speed drifts.
/// </remarks>
internal static class ReadingBenchmark
{
    private const int Rounds = 5;

    public static int Run(string path)
    {
        var messages = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToList();
        var bytes = messages.Sum(m => (long)m.Length);
        ReadAll(messages);
        ParseAll(messages);
        var seconds = new double[Rounds];
        var parsing = new double[Rounds];
        var allocated = 0L;
        for (var i = 0; i < Rounds; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            seconds[i] = Time(ReadAll, messages);
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            parsing[i] = Time(ParseAll, messages);
        }

        var median = Median(seconds);
        Result.Print(new
        {
            Messages = messages.Count,
            Bytes = bytes,
            Seconds = seconds,
            MedianMessagesPerSecond = messages.Count / median,
            MedianMegabytesPerSecond = bytes / median / 1e6,
            AllocatedBytesPerMessage = allocated / Rounds / Math.Max(1, messages.Count),
            MimeKitAloneMedianMessagesPerSecond = messages.Count / Median(parsing),
            MedianRatioToMimeKitAlone = Median([.. parsing.Zip(seconds, (p, s) => p / s)]),
        });
        return 0;
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);

    private static double Time(Action<List<byte[]>> act, List<byte[]> messages)
    {
        var watch = Stopwatch.StartNew();
        act(messages);
        return watch.Elapsed.TotalSeconds;
    }

    private static void ParseAll(List<byte[]> messages)
    {
        foreach (var bytes in messages)
        {
            using var stream = new MemoryStream(bytes, writable: false);
            using var message = MimeMessage.Load(stream);
            _ = message.TextBody ?? message.HtmlBody;
            _ = message.From.Mailboxes.FirstOrDefault()?.Address;
            _ = message.To.Count;
            _ = message.Cc.Count;
            _ = message.Subject;
        }
    }

    private static void ReadAll(List<byte[]> messages)
    {
        foreach (var message in messages)
        {
            MailReader.Read(message);
        }
    }
}

/// <summary>One line of JSON, as the other verbs print it.</summary>
internal static class Result
{
    public static void Print<T>(T value) => Console.WriteLine(System.Text.Json.JsonSerializer.Serialize(value, ContractJson.Line));
}
