using System.CommandLine;
using System.Security.Cryptography;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Storage.Sqlite;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Commands;

/// <summary><c>quarantine list|show|retry|export|import</c>: mails that were set aside. Who did what is on record.</summary>
internal static class QuarantineVerb
{
    private static readonly Column<HeldLine>[] Columns =
    [
        new("Key", m => m.Key),
        new("Reason", m => m.Reason),
        new("Bytes", m => m.Bytes),
        new("Kept", m => m.Kept),
        new("Received", m => m.Received),
        new("From", m => m.From),
        new("Subject", m => m.Subject),
        new("Urgent", m => m.Urgent),
        new("Pending", m => m.Pending),
    ];

    private static string Actor => Environment.UserName;

    public static Command Create() => new("quarantine", "Lists and handles mails that were set aside: too large, or not to be worked out.")
    {
        List(),
        Show(),
        Retry(),
        Export(),
        Import(),
    };

    private static Command List()
    {
        var format = Output.ListFormatOption();
        var command = new Command("list", "A line each, oldest first.") { format };
        command.SetAction((parsed, cancel) => WithStoreAsync(parsed, async (_, store) =>
        {
            Output.Rows(parsed.GetValue(format), [.. (await store.QuarantinedAsync(cancel)).Select(Line)], Columns);
            return ExitCodes.Done;
        }));
        return command;
    }

    private static Command Show()
    {
        var (key, format) = (KeyArgument(), Output.TextFormatOption());
        var command = new Command("show", "Why a mail was set aside, who wrote it, and the beginning of what is kept of it.") { key, format };
        command.SetAction((parsed, cancel) => WithStoreAsync(parsed, async (_, store) =>
        {
            if (await FindAsync(store, parsed.GetRequiredValue(key), cancel) is not { } mail)
            {
                return ExitCodes.SomeFailed;
            }

            if (parsed.GetValue(format) == TextFormat.Json)
            {
                Output.JsonLine(Line(mail));
                return ExitCodes.Done;
            }

            foreach (var column in Columns)
            {
                Console.WriteLine($"{column.Name,-10} {Output.Plain(column.Value(Line(mail))?.ToString() ?? "")}");
            }

            var text = Mail.MailReader.Read(await store.QuarantinedRawAsync(mail.Key, cancel) ?? []).Text;
            Console.WriteLine();
            foreach (var line in text.ReplaceLineEndings("\n").Split('\n').Take(40))
            {
                Console.WriteLine(Output.Plain(line));
            }

            return ExitCodes.Done;
        }));
        return command;
    }

    private static Command Retry()
    {
        var keys = new Argument<string[]>("KEY") { Description = "Keys as 'quarantine list' prints them", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "All of them" };
        var command = new Command("retry", "Has the worker take mails up again at its next look: after Mailbox:MaxMessageBytes was raised, say.") { keys, all };
        command.SetAction((parsed, cancel) => WithStoreAsync(parsed, async (_, store) =>
        {
            var (found, missing) = await ChosenAsync(store, "retry", parsed.GetValue(keys) ?? [], parsed.GetValue(all), cancel);
            var retried = await store.RetryAsync([.. found.Select(m => m.Key)], Actor, TimeProvider.System.GetUtcNow(), cancel);
            Console.WriteLine($"{retried.Count} mails are taken up again at the worker's next look.");
            return missing ? ExitCodes.SomeFailed : ExitCodes.Done;
        }));
        return command;
    }

    private static Command Export()
    {
        var keys = new Argument<string[]>("KEY") { Description = "Keys as 'quarantine list' prints them", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "All of them" };
        var to = new Option<string>("--to") { Description = "Folder for the files", HelpName = "FOLDER", DefaultValueFactory = _ => "." };
        var command = new Command("export", "Writes what is kept of mails as .eml files; exit code 1 where of one only the beginning is kept.") { keys, all, to };
        command.SetAction((parsed, cancel) => WithStoreAsync(parsed, async (_, store) =>
        {
            var (found, missing) = await ChosenAsync(store, "export", parsed.GetValue(keys) ?? [], parsed.GetValue(all), cancel);
            var failed = missing;
            foreach (var mail in found)
            {
                failed |= !mail.Whole;
                await ExportAsync(store, mail, parsed.GetRequiredValue(to), cancel);
            }

            return failed ? ExitCodes.SomeFailed : ExitCodes.Done;
        }));
        return command;
    }

    private static async Task ExportAsync(SqliteStore store, QuarantinedMail mail, string folder, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        var name = string.Concat(mail.Key.ToString().Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? c : '_'));
        var path = Path.Combine(folder, name + (mail.Whole ? ".eml" : ".beginning.eml"));
        await File.WriteAllBytesAsync(path, await store.QuarantinedRawAsync(mail.Key, cancel) ?? [], cancel);
        await store.ExportedAsync(mail.Key, Actor, TimeProvider.System.GetUtcNow(), cancel);
        Console.WriteLine(path);
        if (!mail.Whole)
        {
            await Console.Error.WriteLineAsync($"{mail.Key}: only its first {mail.Kept} of {mail.Bytes} bytes are kept; the rest is in the mailbox.");
        }
    }

    private static Command Import()
    {
        var files = new Argument<string[]>("FILE") { Description = "Raw messages", Arity = ArgumentArity.OneOrMore };
        var @as = new Option<string?>("--as") { Description = "The mail that was set aside and that this one file is", HelpName = "KEY" };
        var mailbox = new Option<string?>("--mailbox") { Description = "Name of the mailbox that it came to (default: the first)", HelpName = "NAME" };
        var command = new Command("import", "Brings mails in from files, as if they had come to the inbox; the worker takes them up at its next look.") { files, @as, mailbox };
        command.SetAction((parsed, cancel) => WithStoreAsync(parsed, async (settings, store) =>
        {
            var (paths, held) = (parsed.GetRequiredValue(files), parsed.GetValue(@as));
            if (held is not null && paths.Length > 1)
            {
                throw new SettingsException(["quarantine import: --as takes one file: name one."]);
            }

            var name = parsed.GetValue(mailbox) ?? settings.Mailbox.Name;
            if (settings.Mailboxes.Prepend(settings.Mailbox).All(m => m.Name != name))
            {
                throw new SettingsException([$"quarantine import: --mailbox: there is no mailbox '{name}': use one of {string.Join(", ", settings.Mailboxes.Prepend(settings.Mailbox).Select(m => m.Name))}."]);
            }

            var target = held is null ? null : await FindAsync(store, held, cancel);
            if (held is not null && target is null)
            {
                return ExitCodes.SomeFailed;
            }

            var failed = false;
            foreach (var path in paths)
            {
                failed |= !await ImportAsync(store, path, target?.Key, name, cancel);
            }

            return failed ? ExitCodes.SomeFailed : ExitCodes.Done;
        }));
        return command;
    }

    private static async Task<bool> ImportAsync(SqliteStore store, string path, LedgerKey? target, string mailbox, CancellationToken cancel)
    {
        if (!File.Exists(path))
        {
            await Console.Error.WriteLineAsync($"{path}: not there: name a file that holds a raw message.");
            return false;
        }

        var raw = await File.ReadAllBytesAsync(path, cancel);
        var key = target ?? new LedgerKey(mailbox, HeldMail.ImportFolder, Convert.ToHexStringLower(SHA256.HashData(raw).AsSpan(0, 16)));
        if (await store.ImportAsync(key, raw, Actor, TimeProvider.System.GetUtcNow(), cancel))
        {
            Console.WriteLine($"{path}: {key}");
            return true;
        }

        await Console.Error.WriteLineAsync($"{path}: it is on record already ({key}).");
        return false;
    }

    private static async Task<(IReadOnlyList<QuarantinedMail> Found, bool Missing)> ChosenAsync(
        SqliteStore store, string verb, string[] keys, bool all, CancellationToken cancel)
    {
        if (all == (keys.Length > 0))
        {
            throw new SettingsException([$"quarantine {verb}: name the mails by their keys, or use --all."]);
        }

        if (all)
        {
            return (await store.QuarantinedAsync(cancel), false);
        }

        var found = new List<QuarantinedMail>();
        foreach (var key in keys)
        {
            if (await FindAsync(store, key, cancel) is { } mail)
            {
                found.Add(mail);
            }
        }

        return (found, found.Count < keys.Length);
    }

    // By the whole key, or by its last part where only one mail has it.
    private static async Task<QuarantinedMail?> FindAsync(SqliteStore store, string key, CancellationToken cancel)
    {
        var all = await store.QuarantinedAsync(cancel);
        var found = all.Where(m => m.Key.ToString() == key).ToList();
        found = found.Count > 0 ? found : [.. all.Where(m => m.Key.Key == key)];
        if (found.Count == 1)
        {
            return found[0];
        }

        await Console.Error.WriteLineAsync(found.Count == 0
            ? $"{key}: no mail of that key is set aside: see 'quarantine list'."
            : $"{key}: {found.Count} mails have that key: write it whole, as 'quarantine list' prints it.");
        return null;
    }

    private static async Task<int> WithStoreAsync(ParseResult parsed, Func<WorkerSettings, SqliteStore, Task<int>> work)
    {
        var (settings, store, _) = StoreAccess.Open(parsed.GetRequiredValue(RootVerb.Config));
        using (store)
        {
            return await work(settings, store);
        }
    }

    private static Argument<string> KeyArgument() => new("KEY") { Description = "A key as 'quarantine list' prints it" };

    private static HeldLine Line(QuarantinedMail m) => new(
        m.Key.ToString(), m.Key.Mailbox, m.Key.Folder, m.Reason, m.Bytes, m.Kept, m.Whole, m.Received, m.Held, m.Sender, m.Subject, m.MessageId, m.Urgent, m.Pending);

    // The JSON line: names are a contract with scripts.
    private sealed record HeldLine(
        string Key,
        string Mailbox,
        string Folder,
        string Reason,
        long Bytes,
        long Kept,
        bool Whole,
        DateTimeOffset? Received,
        DateTimeOffset? Held,
        string? From,
        string Subject,
        string? MessageId,
        bool Urgent,
        bool Pending);
}
