using System.Globalization;
using EnquiryTriage.Core.Health;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Health;

/// <summary>What the record's own figures say: ledger, quarantine, outbox.</summary>
public static class StoreFacts
{
    /// <summary>Name of the issue of a ledger that does not add up: it may be so for a moment while mails are in hand.</summary>
    public const string Ledger = "ledger";

    /// <summary>Issues that the outbox is itself the trouble of begin with this.</summary>
    public const string Outbox = "outbox";

    /// <summary>Name of the issue of a store that fails.</summary>
    public const string Database = "database";

    /// <summary>The facts.</summary>
    public static IEnumerable<HealthFact> Of(HealthFigures figures, IReadOnlyList<LedgerBalance> balances, HealthSettings settings, bool maySend, DateTimeOffset now)
    {
        yield return new HealthFact(Database, true, "read and written");
        foreach (var balance in balances)
        {
            yield return LedgerFact(balance);
        }

        yield return PendingFact(figures, settings, now);
        var hours = settings.CountHours.ToString(CultureInfo.InvariantCulture);
        yield return new HealthFact("quarantine", figures.Quarantined < settings.QuarantinedMails, Text(
            $"{figures.Quarantined} mails were set aside within {hours} h, {figures.QuarantinedEver} in all")
            + (figures.Quarantined < settings.QuarantinedMails ? "" : Text($" (Health:QuarantinedMails is {settings.QuarantinedMails}): see 'quarantine list' for why; their bytes are kept.")));
        if (!maySend)
        {
            yield break;
        }

        foreach (var fact in OutboxFacts(figures, settings, now))
        {
            yield return fact;
        }
    }

    private static HealthFact LedgerFact(LedgerBalance b)
    {
        var sum = b.Ingested + b.Duplicate + b.Quarantined + b.Ignored + b.Vanished + b.Pending;
        var ok = b.Seen == sum && b.ServerCount == b.PresentCount;
        return new HealthFact($"{Ledger}:{b.Mailbox}/{b.Folder}", ok, ok
            ? Text($"{b.Seen} mails seen, all accounted for")
            : Text($"The ledger of {b.Mailbox}/{b.Folder} does not balance: {b.Seen} seen, {sum} accounted for; the server holds {b.ServerCount}, of which {b.PresentCount} are known. See 'mailbox balance'; a restart lists the whole folder anew."));
    }

    private static HealthFact PendingFact(HealthFigures figures, HealthSettings settings, DateTimeOffset now)
    {
        var old = figures.OldestPending is { } oldest && now - oldest > TimeSpan.FromMinutes(settings.LedgerMinutes);
        return new HealthFact("pending", !old, old
            ? Text($"{figures.Pending} mails are listed and not recorded, the oldest since {figures.OldestPending:yyyy-MM-dd HH:mm} UTC: see the log for what holds them up.")
            : Text($"{figures.Pending} mails in hand"));
    }

    private static IEnumerable<HealthFact> OutboxFacts(HealthFigures figures, HealthSettings settings, DateTimeOffset now)
    {
        var untried = figures.OldestDue is { } due && now - due > TimeSpan.FromMinutes(settings.OutboxDueMinutes);
        yield return new HealthFact($"{Outbox}-stuck", !untried, untried
            ? Text($"{figures.Due} mails are due and not tried, the oldest since {figures.OldestDue:yyyy-MM-dd HH:mm} UTC")
                + (figures.Paused ? ": sending is paused; 'outbox resume' lets it go on." : figures.Capped ? ": the cap on sends per hour holds them." : ": see the log; a restart of the worker begins anew.")
            : Text($"{figures.Due} mails due"));
        var late = figures.OldestQueued is { } made && now - made > TimeSpan.FromHours(settings.OutboxWaitHours);
        yield return new HealthFact($"{Outbox}-late", !late, late
            ? Text($"{figures.Queued} mails wait to leave, the oldest since {figures.OldestQueued:yyyy-MM-dd HH:mm} UTC: the relay puts them off or cannot be reached; 'doctor' tries it, 'show' has its words.")
            : Text($"{figures.Queued} mails wait"));
        var failed = figures.Failed >= settings.FailedMails;
        yield return new HealthFact($"{Outbox}-failed", !failed, Text($"{figures.Failed} mails failed within {settings.CountHours:0.#} h")
            + (failed ? Text($" (Health:FailedMails is {settings.FailedMails}): 'show' has the relay's words; tell these people by other means, or send anew.") : ""));
        yield return new HealthFact($"{Outbox}-cap", !figures.Capped, figures.Capped
            ? "The cap on sends per hour holds mails back: look for a loop or a flood with 'list' before it is raised (Outbox:MaxPerHour)."
            : "below the cap on sends");
    }

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
