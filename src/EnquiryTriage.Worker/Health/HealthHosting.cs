using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Health;
using EnquiryTriage.Storage.Sqlite;
using EnquiryTriage.Worker.Outbox;
using EnquiryTriage.Worker.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EnquiryTriage.Worker.Health;

/// <summary>Puts the parts of health together. Further <see cref="IHealthSource"/>s are taken from the services.</summary>
internal static class HealthHosting
{
    private const string Webhook = "webhook";
    private const string Command = "command";
    private const string UrgentWebhook = "urgent-webhook";
    private const string UrgentCommand = "urgent-command";

    /// <summary>Adds monitor, notices and their watchers.</summary>
    /// <param name="services">The services.</param>
    /// <param name="composition">Settings and signed ids.</param>
    /// <param name="store">The record.</param>
    /// <param name="relay">The way out of the outbox, made anew for each notice past it.</param>
    /// <param name="time">The clock.</param>
    public static void AddHealth(this IServiceCollection services, Composition composition, SqliteStore store, Func<OutboxSettings, IServiceProvider, IRelay> relay, TimeProvider time)
    {
        var settings = composition.Settings;
        var health = settings.Health;
        services.AddSingleton<HealthState>();
        services.AddSingleton(_ => new IntakeWatch(health, time));
        services.AddSingleton<IHealthSource>(s => s.GetRequiredService<IntakeWatch>());
        services.AddSingleton<IHealthSource>(_ => new DiskSpace(settings.Storage.Path, health.DiskMegabytes));
        services.AddSingleton<IHealthSource>(_ => new ModelFileWatch(settings.Model.Path.Length > 0 ? settings.Model.Path : Composition.ShippedModel));
        services.AddSingleton(s => new Heartbeat(health.Heartbeat, s.GetRequiredService<ILogger<Heartbeat>>()));
        var (channels, urgent) = (Names(health.Webhook, health.Command, Webhook, Command), Names(settings.Urgency.Webhook, settings.Urgency.Command, UrgentWebhook, UrgentCommand));
        var notices = Notices(composition, channels, time);
        services.AddSingleton(s => new NoticeDispatcher(
            store, [.. Channels(settings, MailTo(composition) is null ? null : notices, outbox => relay(outbox, s), time)], urgent, notices, time, s.GetRequiredService<ILogger<NoticeDispatcher>>()));
        services.AddHostedService(s => s.GetRequiredService<NoticeDispatcher>());
        services.AddHostedService(s => new HealthMonitor(
            store,
            store,
            s.GetRequiredService<IntakeWatch>(),
            [.. s.GetServices<IHealthSource>()],
            health.FewMailsOneIn > 0 ? new UsualMail(composition.Calendar, health.FewMailsOneIn) : null,
            notices,
            s.GetRequiredService<NoticeDispatcher>(),
            s.GetRequiredService<OutboxSignal>(),
            s.GetRequiredService<Heartbeat>(),
            s.GetRequiredService<HealthState>(),
            health,
            composition.Read.MaySend,
            time,
            s.GetRequiredService<ILogger<HealthMonitor>>()));
    }

    /// <summary>A look that is older than this says nothing any more.</summary>
    public static TimeSpan StalledAfter(HealthSettings settings) => TimeSpan.FromSeconds((3 * settings.LookSeconds) + 60);

    private static HealthNotices Notices(Composition composition, IReadOnlyList<string> channels, TimeProvider time) => new(
        composition.Ids, composition.Settings.Mailbox.Address, composition.Settings.Mailbox.Name, MailTo(composition), channels, () => RecordId.New(time));

    // Nothing leaves by mail where nothing may leave; the other channels don't touch mailbox or relay.
    private static string? MailTo(Composition composition) =>
        composition.Settings.Health.MailTo is { Length: > 0 } to && composition.Read is { MaySend: true, HoldReason: null } ? to : null;

    private static List<string> Names(WebhookSettings webhook, CommandSettings command, string webhookName, string commandName)
    {
        var names = new List<string>();
        if (webhook.Url.Length > 0)
        {
            names.Add(webhookName);
        }

        if (command.Run.Count > 0)
        {
            names.Add(commandName);
        }

        return names;
    }

    private static IEnumerable<IAlertChannel> Channels(WorkerSettings settings, HealthNotices? mailed, Func<OutboxSettings, IRelay> relay, TimeProvider time)
    {
        var (health, urgency) = (settings.Health, settings.Urgency);
        foreach (var name in Names(health.Webhook, health.Command, Webhook, Command))
        {
            yield return name == Webhook ? new WebhookChannel(name, health.Webhook, time) : new CommandChannel(name, health.Command, time);
        }

        foreach (var name in Names(urgency.Webhook, urgency.Command, UrgentWebhook, UrgentCommand))
        {
            yield return name == UrgentWebhook ? new WebhookChannel(name, urgency.Webhook, time) : new CommandChannel(name, urgency.Command, time);
        }

        if (mailed is not null)
        {
            var outbox = health.Relay.Host.Length > 0 ? settings.Outbox with { Kind = "smtp", Server = health.Relay } : settings.Outbox;
            yield return new DirectMailChannel(() => relay(outbox), mailed, time);
        }
    }
}
