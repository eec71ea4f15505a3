using System.Diagnostics;
using EnquiryTriage.Core.Reporting;
using EnquiryTriage.Mail;

namespace EnquiryTriage.Benchmarks;

/// <summary>Full reading as the intake does it, without the model, of messages that lie in memory, on one thread.</summary>
internal static class ReadingBenchmark
{
    private const int Rounds = 5;

    public static int Run(string path)
    {
        var messages = Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToList();
        var bytes = messages.Sum(m => (long)m.Length);
        ReadAll(messages);
        var seconds = new double[Rounds];
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Rounds; i++)
        {
            var watch = Stopwatch.StartNew();
            ReadAll(messages);
            seconds[i] = watch.Elapsed.TotalSeconds;
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        var median = seconds.Order().ElementAt(Rounds / 2);
        Result.Print(new
        {
            Messages = messages.Count,
            Bytes = bytes,
            Seconds = seconds,
            MedianMessagesPerSecond = messages.Count / median,
            MedianMegabytesPerSecond = bytes / median / 1e6,
            AllocatedBytesPerMessage = allocated / Rounds / Math.Max(1, messages.Count),
        });
        return 0;
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
