using System.Diagnostics;
using System.Globalization;
using System.Text;
using EnquiryTriage.Conformance.Rig;
using EnquiryTriage.Conformance.Servers;
using EnquiryTriage.Core.Questions;
using EnquiryTriage.Topics;

namespace EnquiryTriage.Benchmarks;

/// <summary>A mailbox on Dovecot where many mails wait: from the first fetch to the last commit, with the model, acknowledgements held.</summary>
internal static class WaitingMailBenchmark
{
    public const string User = "backlog";
    private const string Open = "SELECT count(*) FROM ledger WHERE mailbox = 'strategy' AND folder = 'INBOX' AND state = 'Pending'";
    private const string Done = "SELECT count(*) FROM ledger WHERE mailbox = 'strategy' AND folder = 'INBOX' AND state <> 'Pending'";
    private const string FirstFetch = "SELECT min(fetched_at) FROM mail";
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    public static async Task RunAsync(DovecotServer dovecot, Func<PrivateFolder, Dictionary<string, string?>> settings, int mails)
    {
        var bytes = 0L;
        await dovecot.FillAsync(User, Written(mails).Select(m =>
        {
            bytes += m.Length;
            return m;
        }));
        // The server's own first look at so many files is not the worker's.
        await dovecot.StatusAsync(User, MailKit.StatusItems.Count);
        using var state = new PrivateFolder();
        await using var worker = WorkerProcess.Run(state, settings(state));
        using var record = new RecordWatch(state["enquiries.db"], worker);
        var resident = new List<double>();
        long done;
        do
        {
            await Task.Delay(Look);
            if (worker.HasExited)
            {
                throw new InvalidOperationException($"The worker ended:\n{worker.Output}");
            }

            done = await record.ScalarAsync<long>(Done);
            if (done > resident.Count * mails / 10)
            {
                resident.Add(ProcessFigures.Of(worker.Id).ResidentMegabytes);
            }
        }
        while (done < mails || await record.ScalarAsync<long>(Open) > 0);

        var last = TimeProvider.System.GetUtcNow();
        var first = DateTimeOffset.Parse((await record.ScalarAsync<string>(FirstFetch))!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        var figures = ProcessFigures.Of(worker.Id);
        Result.Print(new
        {
            Measured = "backlog",
            Server = "dovecot",
            Mails = mails,
            MeanBytes = bytes / mails,
            Seconds = (last - first).TotalSeconds,
            MailsPerSecond = mails / (last - first).TotalSeconds,
            CpuMillisecondsPerMail = figures.Cpu.TotalMilliseconds / mails,
            ModelCpuMillisecondsPerMail = ModelCost(),
            ResidentMegabytesOnTheWay = resident,
            PeakResidentMegabytes = figures.PeakMegabytes,
            MachineLoad = MachineLoad.Now,
        });
    }

    // The model's calls that the worker makes for such mails, on one thread of this process.
    private static double ModelCost()
    {
        const int Sample = 400;
        using var model = TopicModel.Load(Path.Combine(AppContext.BaseDirectory, "models", "topics.model"));
        var texts = Texts();
        var every = Math.Max(1, texts.Count / Sample);
        var sample = texts.Where((_, i) => i % every == 0).ToList();
        var cost = TimeSpan.Zero;
        foreach (var measured in (bool[])[false, true])
        {
            var before = Environment.CpuUsage.TotalTime;
            foreach (var text in sample)
            {
                var body = text.Text ?? text.Body ?? "";
                model.Predict(text.Subject, body);
                if (QuestionCutter.Cut(body) is { Count: not 1 } questions)
                {
                    questions.ToList().ForEach(q => model.Predict(text.Subject, q));
                }
            }

            cost = measured ? Environment.CpuUsage.TotalTime - before : TimeSpan.Zero;
        }

        return cost.TotalMilliseconds / sample.Count;
    }

    private static List<TrainingExample> Texts() => [.. Directory.EnumerateFiles(Path.Combine(Root(), "models", "training"), "*.jsonl")
        .Order(StringComparer.Ordinal).SelectMany(f => TrainingData.Load(f))];

    // The texts that the model was trained with, as mails of people who write in: what they cost is what real ones cost.
    private static IEnumerable<byte[]> Written(int mails)
    {
        var texts = Texts();
        var received = TimeProvider.System.GetUtcNow().ToString("r", CultureInfo.InvariantCulture).Replace("GMT", "+0000", StringComparison.Ordinal);
        for (var i = 0; i < mails; i++)
        {
            var text = texts[i % texts.Count];
            var body = (text.Text ?? text.Body ?? "").ReplaceLineEndings("\r\n");
            yield return Encoding.UTF8.GetBytes(
                $"From: Person {i} <person{i}@people.test>\r\nTo: strategy@agency.test\r\nSubject: {Encoded(text.Subject ?? "A question")}\r\nDate: {received}\r\n"
                + $"Message-ID: <backlog-{i}@people.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}\r\n\r\nNumber {i}\r\n");
        }
    }

    // RFC 2047 where it is needed.
    private static string Encoded(string subject) =>
        Encoding.ASCII.GetString(MimeKit.Utils.Rfc2047.EncodeText(Encoding.UTF8, subject)).ReplaceLineEndings(" ");

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "EnquiryTriage.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException("endtoend needs the texts in models/training: run it within the source tree.");
    }
}
