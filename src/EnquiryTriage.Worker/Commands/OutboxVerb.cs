using System.CommandLine;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Storage.Sqlite;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Commands;

/// <summary><c>outbox pause|resume|release|status</c>: whether mails leave.</summary>
internal static class OutboxVerb
{
    public static Command Create()
    {
        var verb = new Command("outbox", "Pauses, resumes and releases outgoing mail.");
        verb.Add(Paused("pause", "Stops all sending until 'outbox resume'.", paused: true));
        verb.Add(Paused("resume", "Lets sending go on.", paused: false));
        verb.Add(Release());
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
        var older = new Option<bool>("--older") { Description = "Also those whose mail was too old when it was fetched, or that have waited too long" };
        var command = new Command("release", "Lets held mails go. Mails held for age go only by REF or with --older.") { reference, older };
        command.SetAction(async (parsed, cancel) =>
        {
            string? canonical = null;
            if (parsed.GetValue(reference) is { } given)
            {
                canonical = EnquiryReference.TryParse(given, out var read)
                    ? read.ToString()
                    : throw new SettingsException([$"outbox release: '{given}' is not a reference: look it up with 'list'."]);
            }

            var (settings, store, _) = StoreAccess.Open(parsed.GetRequiredValue(RootVerb.Config));
            using (store)
            {
                var staleAfter = TimeSpan.FromHours(settings.Acknowledgements.HoldOlderThanHours);
                var released = await store.ReleaseAsync(
                    canonical, canonical is not null || parsed.GetValue(older), staleAfter, Actor, TimeProvider.System.GetUtcNow(), cancel);
                var left = (await store.CountAsync(cancel)).GetValueOrDefault(Core.Outbox.OutboxState.Held);
                Console.WriteLine($"{released} released, {left} still held.");
                return ExitCodes.Done;
            }
        });
        return command;
    }

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
