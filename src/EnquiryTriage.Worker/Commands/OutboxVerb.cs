using System.CommandLine;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Storage.Sqlite;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Commands;

/// <summary><c>outbox pause|resume|release|retry|list|status</c>: whether mails leave, and what became of them.</summary>
internal static class OutboxVerb
{
    public static Command Create()
    {
        var verb = new Command("outbox", "Pauses, resumes, releases, retries and lists outgoing mail.");
        verb.Add(Paused("pause", "Stops all sending until 'outbox resume'.", paused: true));
        verb.Add(Paused("resume", "Lets sending go on.", paused: false));
        verb.Add(Release());
        verb.Add(Retry());
        verb.Add(List());
        verb.Add(Status());
        return verb;
    }

    private static Command Paused(string name, string description, bool paused)
    {
        var command = new Command(name, description);
        command.SetAction(async (parsed, cancel) =>
        {
            // Whoever is careful pauses before the first start: the record is made where there is none.
            var settings = SettingsLoader.Bind(SettingsLoader.Configure(parsed.GetRequiredValue(RootVerb.Config)));
            using var store = SqliteStore.Open(settings.Storage.Path);
            await store.SetPausedAsync(paused, Actor, TimeProvider.System.GetUtcNow(), cancel);
            Console.WriteLine(paused ? "Sending is paused." : "Sending goes on.");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command Release()
    {
        var reference = new Argument<string?>("REF") { Description = "Only this enquiry's mails", Arity = ArgumentArity.ZeroOrOne };
        var older = new Option<bool>("--older") { Description = "Also those whose mail was too old when it was fetched or whose sender is not proven, and those that have waited too long" };
        var command = new Command("release", "Lets held mails go. Mails held for age or for a sender that is not proven go only by REF or with --older.") { reference, older };
        command.SetAction(async (parsed, cancel) =>
        {
            var canonical = Canonical("release", parsed.GetValue(reference));
            var (settings, store, _) = StoreAccess.Open(parsed.GetRequiredValue(RootVerb.Config));
            using (store)
            {
                var staleAfter = TimeSpan.FromHours(settings.Acknowledgements.HoldOlderThanHours);
                var released = await store.ReleaseAsync(
                    canonical, canonical is not null || parsed.GetValue(older), staleAfter, Actor, TimeProvider.System.GetUtcNow(), cancel);
                var left = (await store.CountAsync(cancel)).GetValueOrDefault(OutboxState.Held);
                Console.WriteLine($"{released} released, {left} still held.");
                return ExitCodes.Done;
            }
        });
        return command;
    }

    private static Command Retry()
    {
        var reference = new Argument<string?>("REF") { Description = "This enquiry's mails that failed, bounced or wait for their next attempt", Arity = ArgumentArity.ZeroOrOne };
        var failed = new Option<bool>("--failed") { Description = "All mails that failed" };
        var command = new Command("retry", "Sends mails on their way again, as the same mails with the same Message-ID.") { reference, failed };
        command.SetAction(async (parsed, cancel) =>
        {
            var canonical = Canonical("retry", parsed.GetValue(reference));
            if (canonical is null != parsed.GetValue(failed))
            {
                throw new SettingsException(["outbox retry: name one enquiry's reference, or use --failed for all that failed."]);
            }

            var (_, store, _) = StoreAccess.Open(parsed.GetRequiredValue(RootVerb.Config));
            using (store)
            {
                Console.WriteLine($"{await store.RetryAsync(canonical, Actor, TimeProvider.System.GetUtcNow(), cancel)} queued again.");
                return ExitCodes.Done;
            }
        });
        return command;
    }

    private static Command List()
    {
        var state = new Option<string?>("--state") { Description = $"Only in this state: {string.Join(", ", Enum.GetValues<OutboxState>().Select(Choice.Word))}", HelpName = "STATE" };
        var limit = new Option<int>("--limit") { Description = "At most so many, newest first", DefaultValueFactory = _ => 500 };
        var format = Output.ListFormatOption();
        var command = new Command("list", "Lists outgoing mails with their recipients, newest first.") { state, limit, format };
        command.SetAction(async (parsed, cancel) =>
        {
            var problems = new List<string>();
            OutboxState? only = parsed.GetValue(state) is { } word ? Choice.Read<OutboxState>("--state", word, problems) : null;
            if (problems.Count > 0)
            {
                throw new SettingsException(problems);
            }

            var (_, store, zone) = StoreAccess.Open(parsed.GetRequiredValue(RootVerb.Config));
            using (store)
            {
                Output.Rows(parsed.GetValue(format), await store.OutboxAsync(only, parsed.GetValue(limit), cancel), Columns(parsed.GetValue(format), zone));
                return ExitCodes.Done;
            }
        });
        return command;
    }

    private static Column<OutboxLine>[] Columns(ListFormat format, TimeZoneInfo zone)
    {
        object? Time(DateTimeOffset? at) => format == ListFormat.Table ? Output.Time(at, zone) : at;
        return
        [
            new("Reference", o => o.Reference),
            new("Purpose", o => Choice.Word(o.Purpose)),
            new("State", o => o.Permanent is { } permanent ? $"{Choice.Word(o.State)} ({(permanent ? "permanent" : "temporary")})" : Choice.Word(o.State)),
            new("Recipient", o => o.Recipient),
            new("Attempts", o => o.Attempts),
            new("Unknown", o => o.UnknownAttempts),
            new("Queue id", o => o.QueueId),
            new("Created", o => Time(o.Created)),
            new("Next", o => Time(o.Next)),
            new("Accepted", o => Time(o.Accepted)),
            new("Replied", o => Time(o.Replied)),
            new("Why", o => o.Why),
        ];
    }

    private static string? Canonical(string verb, string? given) =>
        given is null ? null
        : EnquiryReference.TryParse(given, out var read) ? read.ToString()
        : throw new SettingsException([$"outbox {verb}: '{given}' is not a reference: look it up with 'list'."]);

    private static Command Status()
    {
        var command = new Command("status", "How many mails are in which state.");
        command.SetAction(async (parsed, cancel) =>
        {
            var (_, store, _) = StoreAccess.Open(parsed.GetRequiredValue(RootVerb.Config));
            using (store)
            {
                Console.WriteLine(await store.IsPausedAsync(cancel) ? "paused" : "not paused");
                Output.Rows(ListFormat.Table, [.. (await store.CountAsync(cancel)).OrderBy(c => c.Key)], [
                    new("State", c => Choice.Word(c.Key)),
                    new("Mails", c => c.Value)]);
                return ExitCodes.Done;
            }
        });
        return command;
    }

    private static string Actor => Environment.UserName;
}
