using System.CommandLine;
using System.Globalization;
using System.Runtime.CompilerServices;
using EnquiryTriage.Worker.Doctor;
using EnquiryTriage.Worker.Intake;
using EnquiryTriage.Worker.Protocol;
using EnquiryTriage.Worker.Settings;
using MailKit;
using MailKit.Net.Imap;

namespace EnquiryTriage.Worker.Commands;

/// <summary><c>doctor</c>: tries every part of the configuration, and says what is wrong and the remedy. Changes nothing; sends only where asked to.</summary>
internal static class DoctorVerb
{
    /// <summary>A check as printed in JSON: <c>ok</c> is false only where it failed.</summary>
    private sealed record CheckDocument(string Name, bool Ok, string Status, string Detail, string? Remedy);

    private sealed record Wishes(bool Send, bool Sent, TimeSpan Wait);

    public static Command Create()
    {
        var format = Output.TextFormatOption();
        var send = new Option<bool>("--send") { Description = "Sends a mail to the mailbox through the relay and sees it arrive; deletes it again in read-write access" };
        var sent = new Option<bool>("--sent") { Description = "Waits for a mail that you send from the mailbox, and sees whether it appears in the watched Sent folder" };
        var wait = new Option<double>("--wait") { Description = "Seconds to wait for these mails", HelpName = "SECONDS", DefaultValueFactory = _ => 120 };
        wait.Validators.Add(result =>
        {
            if (!(result.GetValueOrDefault<double>() is >= 1 and <= 86_400))
            {
                result.AddError("--wait: use a number of seconds from 1 to 86400.");
            }
        });
        var verb = new Command("doctor", "Checks configuration, alarms, model, store, disk, mailbox and relay; changes nothing, and sends nothing unless asked to.") { format, send, sent, wait };
        verb.SetAction(async (parsed, cancel) =>
        {
            var wishes = new Wishes(parsed.GetValue(send), parsed.GetValue(sent), TimeSpan.FromSeconds(parsed.GetValue(wait)));
            var checks = new List<Check>();
            await foreach (var check in RunAsync(parsed.GetRequiredValue(RootVerb.Config), wishes, cancel))
            {
                checks.Add(check);
                Print(check, parsed.GetValue(format));
            }

            return ExitOf(checks);
        });
        return verb;
    }

    private static int ExitOf(List<Check> checks)
    {
        var failed = checks.FindAll(c => c.Status == CheckStatus.Fail);
        return failed.Count == 0 ? ExitCodes.Done
            : failed.Exists(c => c.Name == "configuration") ? ExitCodes.Usage
            : failed.Exists(c => c.Reach) ? ExitCodes.Unreachable
            : ExitCodes.SomeFailed;
    }

    private static void Print(Check check, TextFormat format)
    {
        var status = Choice.Word(check.Status);
        if (format == TextFormat.Json)
        {
            Output.JsonLine(new CheckDocument(check.Name, check.Status != CheckStatus.Fail, status, check.Detail, check.Remedy.Length > 0 ? check.Remedy : null));
            return;
        }

        Console.WriteLine($"{(check.Status == CheckStatus.Ok ? "ok  " : status.ToUpperInvariant())} {check.Name,-14} {check.Detail}");
        if (check.Remedy.Length > 0)
        {
            Console.WriteLine($"     {"",-14} -> {check.Remedy}");
        }
    }

    private static async IAsyncEnumerable<Check> RunAsync(string[] config, Wishes wishes, [EnumeratorCancellation] CancellationToken cancel)
    {
        Composition? composition = null;
        IReadOnlyList<string> problems = [];
        try
        {
            composition = Composition.Build(SettingsLoader.Configure(config), KeyUse.ReadOnly);
        }
        catch (SettingsException e)
        {
            problems = e.Problems;
        }

        foreach (var problem in problems)
        {
            yield return Check.Fail("configuration", problem, "");
        }

        if (composition is null)
        {
            yield break;
        }

        using (composition)
        {
            await foreach (var check in MachineChecks.RunAsync(composition, TimeProvider.System, cancel))
            {
                yield return check;
            }

            using var protocol = new ProtocolLog(composition.Settings.ProtocolLog);
            using var client = new ImapClient();
            await foreach (var check in MailboxAsync(composition, client, protocol, cancel))
            {
                yield return check;
            }

            await foreach (var check in RelayAsync(composition, protocol, cancel))
            {
                yield return check;
            }

            await foreach (var check in TripsAsync(composition, client, protocol, wishes, cancel))
            {
                yield return check;
            }
        }
    }

    private static async IAsyncEnumerable<Check> MailboxAsync(
        Composition composition, ImapClient client, ProtocolLog protocol, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (settings, read) = (composition.Settings, composition.Read);
        if (read.MailboxKind == MailboxKind.Imap)
        {
            await foreach (var check in new ImapChecks(settings.Mailbox, read, settings.Health.ClockSeconds, TimeProvider.System).RunAsync(client, cancel))
            {
                yield return check;
            }

            // The first mailbox was looked at closely; the others must be there and be read.
            await foreach (var check in FoldersAsync(composition, [.. read.Mailboxes.Skip(1)], protocol, cancel))
            {
                yield return check;
            }

            yield break;
        }

        await foreach (var check in FoldersAsync(composition, read.Mailboxes, protocol, cancel))
        {
            yield return check;
        }
    }

    private static async IAsyncEnumerable<Check> FoldersAsync(
        Composition composition, IReadOnlyList<CheckedMailbox> mailboxes, ProtocolLog protocol, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var source in mailboxes.SelectMany(m => Hosting.Sources(composition, m, TimeProvider.System, protocol)))
        {
            await using (source)
            {
                var name = $"folder {source.Folder}";
                yield return await Check.TryAsync(name, async () => Check.Ok(name, Count(await source.ListAsync(whole: true, cancel))));
            }
        }
    }

    // Tried also in shadow mode, where it is configured: before the first mail is the time to know.
    private static async IAsyncEnumerable<Check> RelayAsync(Composition composition, ProtocolLog protocol, [EnumeratorCancellation] CancellationToken cancel)
    {
        var (settings, read) = (composition.Settings, composition.Read);
        if (read.RelayKind == RelayKind.Smtp && (read.MaySend || settings.Outbox.Server is { Host.Length: > 0, Port: > 0 and <= 65_535 }))
        {
            await foreach (var check in new SmtpChecks(settings.Outbox, read, TimeProvider.System).RunAsync(cancel))
            {
                yield return check;
            }
        }
        else if (read.MaySend)
        {
            yield return await Check.TryAsync("relay", async () =>
            {
                await using var relay = Hosting.Relay(composition, settings.Outbox, read, TimeProvider.System, protocol);
                await relay.ProbeAsync(cancel);
                return Check.Ok("relay", read.RelayKind == RelayKind.Graph ? "Graph answers" : $"{settings.Outbox.Path} is there");
            });
        }
    }

    private static async IAsyncEnumerable<Check> TripsAsync(
        Composition composition, ImapClient client, ProtocolLog protocol, Wishes wishes, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (!wishes.Send && !wishes.Sent)
        {
            yield break;
        }

        if (!client.IsAuthenticated)
        {
            yield return Check.Fail(wishes.Send ? "send" : "sent", "needs an IMAP mailbox that can be logged in to", "mend what failed above, or leave --send and --sent out");
            yield break;
        }

        var trip = new RoundTrip(composition, client, protocol, wishes.Wait, TimeProvider.System);
        if (wishes.Send)
        {
            var checks = trip.SendAsync(cancel).GetAsyncEnumerator(cancel);
            await using (checks)
            {
                while (await NextAsync("send", checks) is { } check)
                {
                    yield return check;
                }
            }
        }

        if (wishes.Sent)
        {
            yield return await GuardAsync("sent", () => trip.SentAsync(Console.Error.WriteLine, cancel));
        }
    }

    private static async Task<Check?> NextAsync(string name, IAsyncEnumerator<Check> checks)
    {
        var more = true;
        var check = await GuardAsync(name, async () =>
        {
            more = await checks.MoveNextAsync();
            return more ? checks.Current : Check.Ok(name, "");
        });
        return more ? check : null;
    }

    private static async Task<Check> GuardAsync(string name, Func<Task<Check>> check)
    {
        try
        {
            return await check();
        }
        catch (Exception e) when (Connection.IsFault(e) || e is FolderNotFoundException)
        {
            return Check.Unreachable(name, e.Message, "try again; if it lasts, look at the server's log");
        }
    }

    private static string Count(Listing listed) => string.Create(CultureInfo.InvariantCulture, $"{listed.ServerCount} mails");
}
