using System.CommandLine;
using System.Globalization;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Storage.Sqlite;
using EnquiryTriage.Worker.Intake;
using EnquiryTriage.Worker.Protocol;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Commands;

/// <summary><c>doctor</c>: tries every part of the configuration without changing anything, and says what is wrong and the remedy.</summary>
internal static class DoctorVerb
{
    private sealed record Check(string Name, bool Ok, string Detail);

    public static Command Create()
    {
        var format = Output.TextFormatOption();
        var verb = new Command("doctor", "Checks configuration, model, store, mailbox and relay; changes nothing, sends nothing.") { format };
        verb.SetAction(async (parsed, cancel) =>
        {
            var checks = await RunAsync(parsed.GetRequiredValue(RootVerb.Config), cancel);
            foreach (var check in checks)
            {
                if (parsed.GetValue(format) == TextFormat.Json)
                {
                    Output.JsonLine(check);
                }
                else
                {
                    Console.WriteLine($"{(check.Ok ? "ok  " : "BAD ")} {check.Name,-14} {check.Detail}");
                }
            }

            return checks.TrueForAll(c => c.Ok) ? ExitCodes.Done
                : checks.Exists(c => c is { Ok: false, Name: "configuration" }) ? ExitCodes.Usage
                : ExitCodes.Unreachable;
        });
        return verb;
    }

    private static async Task<List<Check>> RunAsync(string[] config, CancellationToken cancel)
    {
        var checks = new List<Check>();
        Composition composition;
        try
        {
            composition = Composition.Build(SettingsLoader.Configure(config), KeyUse.ReadOnly);
        }
        catch (SettingsException e)
        {
            return [.. e.Problems.Select(p => new Check("configuration", false, p))];
        }

        using (composition)
        {
            var (settings, read) = (composition.Settings, composition.Read);
            using var protocol = new ProtocolLog(settings.ProtocolLog);
            checks.Add(new Check("configuration", true, read.MaySend ? $"sends: {read.HoldReason ?? "live"}" : $"sends nothing: {read.HoldReason ?? "Outbox:Mode is off"}"));
            checks.Add(new Check("model", true, $"{composition.Model.Labels.Count} topics, version {composition.Model.Version}"));
            checks.Add(await TryAsync("store", () => StoreAsync(settings.Storage, cancel)));
            checks.Add(await TryAsync("disk", () => Task.FromResult(Disk(settings.Storage))));
            foreach (var source in read.Mailboxes.SelectMany(m => Hosting.Sources(composition, m, TimeProvider.System, protocol)))
            {
                await using (source)
                {
                    checks.Add(await TryAsync($"mailbox {source.Folder}", async () =>
                    {
                        var listed = await source.ListAsync(whole: true, cancel);
                        return string.Create(CultureInfo.InvariantCulture, $"{listed.ServerCount} mails");
                    }));
                }
            }

            if (read.MaySend)
            {
                await using var relay = Hosting.Relay(composition, settings.Outbox, read, TimeProvider.System, protocol);
                checks.Add(await TryAsync("relay", async () =>
                {
                    try
                    {
                        await relay.ProbeAsync(cancel);
                        return "reached, login accepted";
                    }
                    catch (Exception e) when (Connection.IsFault(e))
                    {
                        throw new MailSourceException(Connection.Explain(settings.Outbox.Server, "Outbox:Server", e), temporary: true, e);
                    }
                }));
            }

            return checks;
        }
    }

    private static async Task<string> StoreAsync(StorageSettings settings, CancellationToken cancel)
    {
        if (!File.Exists(settings.Path))
        {
            return $"{settings.Path} is made at the first start";
        }

        using var store = SqliteStore.Open(settings.Path);
        var balances = await store.BalanceAsync(cancel);
        return balances.All(b => b.Balances)
            ? string.Create(CultureInfo.InvariantCulture, $"{balances.Sum(b => b.Seen)} mails seen, the ledger balances")
            : throw new StoreException("the ledger does not balance: see 'mailbox balance'; start the worker, which takes pending mails up again.", temporary: true);
    }

    private static string Disk(StorageSettings settings)
    {
        const long Needed = 1L << 30;
        var free = new DriveInfo(Path.GetPathRoot(Path.GetFullPath(settings.Path))!).AvailableFreeSpace;
        return free >= Needed
            ? string.Create(CultureInfo.InvariantCulture, $"{free >> 30} GiB free")
            : throw new IOException(string.Create(CultureInfo.InvariantCulture, $"only {free >> 20} MiB free where Storage:Path lies: make room."));
    }

    private static async Task<Check> TryAsync(string name, Func<Task<string>> check)
    {
        try
        {
            return new Check(name, true, await check());
        }
        catch (Exception e) when (e is StoreException or MailSourceException or IOException or UnauthorizedAccessException)
        {
            return new Check(name, false, e.Message);
        }
    }
}
