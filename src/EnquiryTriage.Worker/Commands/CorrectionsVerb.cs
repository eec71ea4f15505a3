using System.CommandLine;
using EnquiryTriage.Core.Learning;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Commands;

/// <summary><c>topics corrections list|release</c>: what people said, and what of it may be trained on.</summary>
internal static class CorrectionsVerb
{
    public static Command Create() => new("corrections", "What people corrected, and what of it may be trained on.") { List(), Release() };

    private static Command List()
    {
        var format = Output.ListFormatOption();
        var verb = new Command("list", "Lists corrections, oldest first.") { format };
        verb.SetAction(async (parsed, cancel) =>
        {
            var (_, store, zone) = StoreAccess.Open(parsed.GetRequiredValue(RootVerb.Config));
            using (store)
            {
                var table = parsed.GetValue(format) == ListFormat.Table;
                Output.Rows(parsed.GetValue(format), [.. (await store.CorrectionsAsync(cancel)).Select(Line.Of)], [
                    new("Id", c => c.Id),
                    new("Reference", c => c.Reference),
                    new("At", c => table ? Output.Time(c.At, zone) : c.At),
                    new("By", c => c.By),
                    new("WasTopic", c => c.WasTopic),
                    new("Topics", c => string.Join(' ', c.Topics)),
                    new("WasKind", c => c.WasKind),
                    new("Kind", c => c.Kind),
                    new("WasUrgent", c => c.WasUrgent),
                    new("Urgent", c => c.Urgent),
                    new("ReleasedBy", c => c.ReleasedBy)]);
                return ExitCodes.Done;
            }
        });
        return verb;
    }

    private static Command Release()
    {
        var ids = new Argument<string[]>("ID") { Description = "Corrections, as 'topics corrections list' names them", Arity = ArgumentArity.OneOrMore };
        var by = CorrectVerb.ByOption();
        var verb = new Command("release", "Releases corrected mails for training, without names and numbers; prints what is released. Never marked or safeguarding mail.") { ids, by };
        verb.SetAction(async (parsed, cancel) =>
        {
            var (_, store, _) = StoreAccess.Open(parsed.GetRequiredValue(RootVerb.Config));
            using (store)
            {
                var corrections = (await store.CorrectionsAsync(cancel)).ToDictionary(c => c.Correction.Id, StringComparer.Ordinal);
                var refused = false;
                foreach (var id in parsed.GetRequiredValue(ids))
                {
                    if (!corrections.TryGetValue(id, out var correction))
                    {
                        throw new SettingsException([$"topics corrections release: there is no correction '{id}': see 'topics corrections list'."]);
                    }

                    if (Releasing.Forbids(correction, corrections.Values) is { } why)
                    {
                        refused = true;
                        await Console.Error.WriteLineAsync($"{id}: not released: {why}.");
                        continue;
                    }

                    var release = Releasing.Of(correction, parsed.GetRequiredValue(by), TimeProvider.System.GetUtcNow(), Names(correction));
                    await store.ReleaseForTrainingAsync(id, release, cancel);
                    Console.WriteLine($"{id}: {Output.Plain(release.Subject)}\n{string.Join('\n', release.Body.Split('\n').Select(l => "  | " + Output.Plain(l)))}");
                }

                return refused ? ExitCodes.SomeFailed : ExitCodes.Done;
            }
        });
        return verb;
    }

    private sealed record Line(
        string Id, string Reference, DateTimeOffset At, string By, string? WasTopic, IReadOnlyList<string> Topics, string WasKind, string Kind, bool WasUrgent, bool Urgent, string? ReleasedBy)
    {
        public static Line Of(CorrectedMail mail)
        {
            var c = mail.Correction;
            return new Line(c.Id, c.Reference, mail.At, c.Actor, c.WasTopic, c.Topics, c.WasKind, c.Kind, c.WasUrgent, c.Urgent, mail.Release?.Actor);
        }
    }

    // The local part of an address is often the name; a role such as info is no loss.
    private static string[] Names(CorrectedMail mail) =>
        mail.Sender is { } sender ? [sender, .. sender.Split('@')[0].Split(['.', '_', '-', '+'], StringSplitOptions.RemoveEmptyEntries)] : [];
}
