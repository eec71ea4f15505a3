using System.CommandLine;
using EnquiryTriage.Storage.Sqlite;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Commands;

/// <summary><c>mailbox adopt|balance|login</c>: taking a live mailbox over without a storm, and the ledger's sum.</summary>
internal static class MailboxVerb
{
    public static Command Create()
    {
        var from = new Option<string?>("--from") { Description = "Mail received before this is recorded and never acted on (default: now)", HelpName = "DATE" };
        var adopt = new Command("adopt", "Takes a live mailbox over: what arrived before is recorded and labelled, never acknowledged, and starts no clock.") { from };
        adopt.SetAction(async (parsed, cancel) =>
        {
            var settings = SettingsLoader.Bind(SettingsLoader.Configure(parsed.GetRequiredValue(RootVerb.Config)));
            var zone = StoreAccess.Zone(settings);
            var now = TimeProvider.System.GetUtcNow();
            var date = Output.Date(parsed.GetValue(from), "--from", zone) ?? now;
            using var store = SqliteStore.Open(settings.Storage.Path);
            await store.AdoptAsync(settings.Mailbox.Name, date, Environment.UserName, now, cancel);
            Console.WriteLine($"{settings.Mailbox.Name}: mail received before {date:yyyy-MM-dd HH:mm:ss} UTC is recorded and never acted on.");
            return ExitCodes.Done;
        });
        var format = Output.ListFormatOption();
        var balance = new Command("balance", "Prints the ledger: seen = ingested + duplicate + quarantined + ignored + vanished.") { format };
        balance.SetAction(async (parsed, cancel) =>
        {
            var (_, store, _) = StoreAccess.Open(parsed.GetRequiredValue(RootVerb.Config));
            using (store)
            {
                var rows = await store.BalanceAsync(cancel);
                Output.Rows(parsed.GetValue(format), rows, LedgerTable.Columns);
                return rows.All(r => r.Balances) ? ExitCodes.Done : ExitCodes.SomeFailed;
            }
        });
        return new Command("mailbox", "Takes a mailbox over, prints its ledger, and signs in to it.") { adopt, balance, LoginVerb.Create() };
    }
}
