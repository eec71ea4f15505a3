using System.Globalization;
using EnquiryTriage.Conformance.Rig;
using EnquiryTriage.Conformance.Servers;

namespace EnquiryTriage.Benchmarks;

/// <summary>What "endtoend" is asked to do.</summary>
internal sealed record EndToEndPlan(bool Delivery, bool Backlog, int Mails, int BacklogMails, int IdleSeconds);

/// <summary>The worker process against servers of its own, as it ships: nothing is set but where the servers are, and that it may write and send.</summary>
internal static class EndToEndBenchmark
{
    /// <summary>The user whose mailbox is watched.</summary>
    public const string User = "strategy";

    // What the tests set for speed or for small cases; here the shipped values hold.
    private static readonly string[] TestsOnly = ["Mailbox:PollSeconds", "Mailbox:BatchSize"];

    /// <summary>The plan that the words name; null where one is not known.</summary>
    public static EndToEndPlan? Reads(string[] options)
    {
        var plan = new EndToEndPlan(true, true, 100, 20_000, 60);
        foreach (var option in options)
        {
            var (name, value) = option.Split('=', 2) is [var n, var v] ? (n, v) : (option, "");
            var isNumber = int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0;
            plan = (name, value) switch
            {
                ("only", "delivery") => plan! with { Backlog = false },
                ("only", "backlog") => plan! with { Delivery = false },
                ("mails", _) when isNumber => plan! with { Mails = number },
                ("backlog", _) when isNumber => plan! with { BacklogMails = number },
                ("idle", _) when isNumber => plan! with { IdleSeconds = number },
                _ => null,
            };
            if (plan is null)
            {
                return null;
            }
        }

        return plan;
    }

    public static async Task<int> RunAsync(EndToEndPlan plan)
    {
        if (Requirements.Missing is { } missing)
        {
            await Console.Error.WriteLineAsync(missing);
            return 2;
        }

        await using var dovecot = await DovecotServer.StartAsync();
        await using var postfix = await PostfixServer.StartAsync(dovecot);
        if (plan.Delivery)
        {
            await DeliveryBenchmark.RunAsync("dovecot", dovecot, s => Shipped(TestSettings.For(dovecot, s, User).Sending(postfix, dovecot)), plan);
            await OnCyrusAsync(dovecot, postfix, plan);
        }

        if (plan.Backlog)
        {
            await WaitingMailBenchmark.RunAsync(dovecot, s => Shipped(TestSettings.For(dovecot, s, WaitingMailBenchmark.User).Sending(postfix, dovecot)).With("Outbox:Mode", "hold"), plan.BacklogMails);
        }

        return 0;
    }

    private static async Task OnCyrusAsync(DovecotServer dovecot, PostfixServer postfix, EndToEndPlan plan)
    {
        if (CyrusHost.Missing is { } missing)
        {
            await Console.Error.WriteLineAsync(missing);
            return;
        }

        await using var cyrus = await CyrusServer.StartAsync();
        await cyrus.AddAsync(User);
        await DeliveryBenchmark.RunAsync("cyrus", cyrus, s => Shipped(TestSettings.For(cyrus, s, User).Sending(postfix, dovecot)), plan);
    }

    private static Dictionary<string, string?> Shipped(Dictionary<string, string?> settings)
    {
        foreach (var key in TestsOnly)
        {
            settings.Remove(key);
        }

        return settings.With("Outbox:MaxPerHour", "1000000");
    }
}
