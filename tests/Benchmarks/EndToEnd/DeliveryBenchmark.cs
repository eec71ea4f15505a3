using System.Diagnostics;
using EnquiryTriage.Conformance.Rig;
using EnquiryTriage.Conformance.Servers;

namespace EnquiryTriage.Benchmarks;

/// <summary>
/// One mail after the other, each from the server's word that it is delivered (LMTP) to its row in the record, and to the relay's acceptance of its
/// acknowledgement on record; then the same worker with nothing to do.
/// </summary>
internal static class DeliveryBenchmark
{
    private const int WarmUp = 5;
    private const int Seed = 7;

    // A newly started program still settles down; what it does when left alone is measured after that.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(10);

    public static async Task RunAsync(string server, IMailStore store, Func<PrivateFolder, Dictionary<string, string?>> settings, EndToEndPlan plan)
    {
        using var state = new PrivateFolder();
        await using var worker = WorkerProcess.Run(state, settings(state));
        using var record = new RecordWatch(state["enquiries.db"], worker);
        var random = new Random(Seed);
        var (committed, accepted) = (new List<double>(), new List<double>());
        for (var i = 1; i <= WarmUp + plan.Mails; i++)
        {
            var sender = $"candidate+{server}{i}@{PostfixServer.TheirDomain}";
            await Lmtp.DeliverAsync(store, EndToEndBenchmark.User, sender, Mails.Enquiry(sender, "strategy@agency.test", i));
            var delivered = Stopwatch.GetTimestamp();
            await record.UntilAsync("SELECT EXISTS (SELECT 1 FROM mail WHERE message_id = @value)", Mails.MessageId(sender, i).Trim('<', '>'));
            var toCommit = Stopwatch.GetElapsedTime(delivered).TotalMilliseconds;
            await record.UntilAsync("SELECT EXISTS (SELECT 1 FROM outbox WHERE recipient_key = @value AND state = 'Accepted')", sender);
            var toAccept = Stopwatch.GetElapsedTime(delivered).TotalMilliseconds;
            if (i > WarmUp)
            {
                committed.Add(toCommit);
                accepted.Add(toAccept);
            }

            // Not in step with anything that the server or the worker does by the clock.
            await Task.Delay(random.Next(400));
        }

        Result.Print(new
        {
            Measured = "delivery",
            Server = server,
            Mails = plan.Mails,
            ToCommitP50Milliseconds = Percentile(committed, 0.5),
            ToCommitP95Milliseconds = Percentile(committed, 0.95),
            ToAcceptedP50Milliseconds = Percentile(accepted, 0.5),
            ToAcceptedP95Milliseconds = Percentile(accepted, 0.95),
            MachineLoad = MachineLoad.Now,
        });
        await Task.Delay(Settling);
        var (before, started) = (ProcessFigures.Of(worker.Id), Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(plan.IdleSeconds));
        var (after, seconds) = (ProcessFigures.Of(worker.Id), Stopwatch.GetElapsedTime(started).TotalSeconds);
        Result.Print(new
        {
            Measured = "idle",
            Server = server,
            Seconds = seconds,
            CpuPercent = 100 * (after.Cpu - before.Cpu).TotalSeconds / seconds,
            ResidentMegabytes = after.ResidentMegabytes,
            PeakResidentMegabytes = after.PeakMegabytes,
            MachineLoad = MachineLoad.Now,
        });
    }

    private static double Percentile(List<double> values, double part) =>
        values.Order().ElementAt(Math.Clamp((int)Math.Ceiling(part * values.Count) - 1, 0, values.Count - 1));
}
