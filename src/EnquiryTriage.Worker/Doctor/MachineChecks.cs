using System.Globalization;
using System.Security.Cryptography;
using EnquiryTriage.Storage.Sqlite;
using EnquiryTriage.Topics;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Doctor;

/// <summary>What is on this machine: configuration, model, database, disk.</summary>
internal static class MachineChecks
{
    private const long Mebibyte = 1L << 20;

    /// <summary>All of them.</summary>
    public static async IAsyncEnumerable<Check> RunAsync(Composition composition, TimeProvider time, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var (settings, read) = (composition.Settings, composition.Read);
        yield return Check.Ok("configuration", read.MaySend ? $"sends: {read.HoldReason ?? "live"}" : $"sends nothing: {read.HoldReason ?? "Outbox:Mode is off"}");
        yield return Telling(settings.Health, read);
        yield return await Check.TryAsync("model", () => ModelAsync(settings.Model, time, cancel));
        yield return await Check.TryAsync("store", () => StoreAsync(settings.Storage, cancel));
        yield return await Check.TryAsync("disk", () => Task.FromResult(Disk(settings)));
    }

    private static Check Telling(HealthSettings health, CheckedSettings read)
    {
        var mails = health.MailTo.Length > 0 && read is { MaySend: true, HoldReason: null };
        var ways = new List<string>();
        if (mails)
        {
            ways.Add("mail");
        }

        if (health.Webhook.Url.Length > 0)
        {
            ways.Add("webhook");
        }

        if (health.Command.Run.Count > 0)
        {
            ways.Add("command");
        }

        if (health.Heartbeat.File.Length + health.Heartbeat.Url.Length > 0)
        {
            ways.Add("heartbeat");
        }

        return ways.Count > 0 ? Check.Ok("alarms", string.Join(", ", ways))
            : Check.Warn(
                "alarms",
                health.MailTo.Length > 0 ? $"nobody is told of trouble: Health:MailTo is set, but no mail leaves ({read.HoldReason ?? "Outbox:Mode is off"})" : "nobody is told of trouble",
                "set Health:Webhook:Url, Health:Command:Run, Health:Heartbeat, or, once the outbox is live, Health:MailTo");
    }

    private static async Task<Check> ModelAsync(ModelSettings settings, TimeProvider time, CancellationToken cancel)
    {
        var path = settings.Path.Length > 0 ? settings.Path : Composition.ShippedModel;
        string digest;
        await using (var file = File.OpenRead(path))
        {
            digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel));
        }

        var started = time.GetTimestamp();
        using var model = TopicModel.Load(path);
        var loaded = time.GetElapsedTime(started).TotalMilliseconds;
        var predicted = model.Predict("County lines", "What does the Agency do about county lines?");
        return Check.Ok("model", string.Create(
            CultureInfo.InvariantCulture, $"{model.Labels.Count} topics, version {model.Version}, loaded in {loaded:0} ms, says '{predicted.Top}' of a trial mail, sha256 {digest}"));
    }

    private static async Task<Check> StoreAsync(StorageSettings settings, CancellationToken cancel)
    {
        if (!File.Exists(settings.Path))
        {
            return Check.Ok("store", $"{settings.Path} is made at the first start");
        }

        var inspected = await SqliteInspection.OfAsync(settings.Path, cancel);
        if (inspected.Faults.Count > 0)
        {
            return Check.Unreachable("store", $"{settings.Path} is damaged: {string.Join("; ", inspected.Faults)}", "stop the worker and restore a copy; keep the damaged file");
        }

        if (inspected.Schema > inspected.KnownSchema)
        {
            return Check.Unreachable("store", Text($"{settings.Path} was written by a later version (schema {inspected.Schema}, this one knows {inspected.KnownSchema})"), "use that version, or name another file in Storage:Path");
        }

        var size = Text($"integrity good, schema {inspected.Schema}, {inspected.Pages * inspected.PageBytes / Mebibyte} MiB, {inspected.FreePages} of {inspected.Pages} pages free");
        if (inspected.Schema < inspected.KnownSchema)
        {
            return Check.Ok("store", size + Text($"; brought to schema {inspected.KnownSchema} at the next start"));
        }

        using var store = SqliteStore.Open(settings.Path);
        var balances = await store.BalanceAsync(cancel);
        return balances.All(b => b.Balances)
            ? Check.Ok("store", size + Text($"; {balances.Sum(b => b.Seen)} mails seen, the ledger balances"))
            : Check.Fail("store", size + "; the ledger does not balance", "see 'mailbox balance'; start the worker, which takes pending mails up again");
    }

    private static Check Disk(WorkerSettings settings)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(settings.Storage.Path))!;
        var free = new DriveInfo(folder).AvailableFreeSpace / Mebibyte;
        return free >= settings.Health.DiskMegabytes
            ? Check.Ok("disk", Text($"{free} MiB free"))
            : Check.Fail("disk", Text($"only {free} MiB free where Storage:Path lies, less than Health:DiskMegabytes ({settings.Health.DiskMegabytes})"), "make room");
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
