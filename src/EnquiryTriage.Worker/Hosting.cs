using EnquiryTriage.Core.Intake;
using EnquiryTriage.Storage.Sqlite;
using EnquiryTriage.Web;
using EnquiryTriage.Worker.Health;
using EnquiryTriage.Worker.Intake;
using EnquiryTriage.Worker.Outbox;
using EnquiryTriage.Worker.Protocol;
using EnquiryTriage.Worker.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Serilog;

namespace EnquiryTriage.Worker;

/// <summary>Puts the running worker together: store, intake, outbox, page, log.</summary>
internal static class Hosting
{
    /// <summary>Builds the host; nothing runs yet.</summary>
    public static WebApplication Build(
        IConfigurationRoot configuration,
        Composition composition,
        SqliteStore store,
        TimeProvider time,
        IReadOnlyList<IIntakeObserver> watchers,
        IReadOnlyList<IOutboxObserver> outboxWatchers)
    {
        var settings = composition.Settings;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddConfiguration(configuration);
        builder.Services.AddSerilog(log => log.ReadFrom.Configuration(configuration));
        builder.Services.AddSystemd();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton<OutboxSignal>();
        builder.Services.AddSingleton(_ => new ProtocolLog(settings.ProtocolLog));
        foreach (var source in composition.Access.HealthSources)
        {
            builder.Services.AddSingleton(source);
        }

        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(20));
        builder.Services.AddHostedService(services => new MailboxIntake(
            [.. composition.Read.Mailboxes.Select(m => WatchedMailbox.Of(m, Sources(composition, m, time, services.GetRequiredService<ProtocolLog>()), composition.Writer(m, time)))],
            store,
            store,
            composition.Pipeline,
            services.GetRequiredService<OutboxSignal>(),
            [.. watchers, services.GetRequiredService<IntakeWatch>(), services.GetRequiredService<NoticeDispatcher>()],
            time,
            services.GetRequiredService<ILogger<MailboxIntake>>()));
        builder.Services.AddHostedService(services => new OutboxDispatcher(
            store,
            Relay(composition, settings.Outbox, composition.Read, time, services.GetRequiredService<ProtocolLog>()),
            composition.Read,
            settings.Outbox,
            services.GetRequiredService<OutboxSignal>(),
            outboxWatchers,
            time,
            services.GetRequiredService<ILogger<OutboxDispatcher>>()));
        builder.Services.AddHealth(
            composition, store, (outbox, services) => Relay(composition, outbox, ReadOf(outbox, composition.Read), time, services.GetRequiredService<ProtocolLog>()), time);
        if (settings.Outbox.CopyToSent && composition.Read.MaySend)
        {
            builder.Services.AddHostedService(services => new SentCopies(
                store,
                new ImapSentFolder(settings.Mailbox, composition.Read, services.GetRequiredService<ProtocolLog>()),
                time,
                services.GetRequiredService<ILogger<SentCopies>>()));
        }

        if (settings.Web.Enabled)
        {
            builder.WebHost.UseKestrelCore().UseUrls(settings.Web.Url);
        }
        else
        {
            builder.Services.AddSingleton<Microsoft.AspNetCore.Hosting.Server.IServer, NoServer>();
        }

        var app = builder.Build();
        // A name that somebody points at loopback must not read the pages through a browser on this machine (DNS rebinding).
        app.Use((context, next) =>
        {
            if (CheckedSettings.IsLoopback(context.Request.Host.Host))
            {
                return next(context);
            }

            context.Response.StatusCode = Microsoft.AspNetCore.Http.StatusCodes.Status400BadRequest;
            return Task.CompletedTask;
        });
        app.UseRouting();
        app.MapEnquiryPages(store, store, composition.Calendar.Zone);
        app.MapHealth(app.Services.GetRequiredService<HealthState>(), HealthHosting.StalledAfter(settings.Health), time);
        return app;
    }

    /// <summary>The folders of a mailbox that are watched.</summary>
    public static IReadOnlyList<IMailSource> Sources(Composition composition, CheckedMailbox mailbox, TimeProvider time, ProtocolLog protocol)
    {
        var settings = mailbox.Settings;
        var poll = TimeSpan.FromSeconds(settings.PollSeconds);
        return [.. mailbox.Folders.Select(f => (IMailSource)(mailbox.Kind switch
        {
            MailboxKind.Imap => new ImapSource(mailbox, f.Name, f.Role, time, protocol),
            MailboxKind.Graph => new GraphSource(composition.Access.Graph(settings.Address), mailbox, f.Name, f.Role, time),
            MailboxKind.Maildir => new MaildirSource(settings.Name, f.Name, f.Path, f.Role, settings.MaxMessageBytes, poll, time),
            _ => new FolderSource(settings.Name, f.Name, f.Path, f.Role, settings.MaxMessageBytes, poll, time),
        }))];
    }

    /// <summary>The way out.</summary>
    public static IRelay Relay(Composition composition, OutboxSettings outbox, CheckedSettings read, TimeProvider time, ProtocolLog protocol) => read.RelayKind switch
    {
        RelayKind.Smtp => new SmtpRelay(outbox, read, time, protocol),
        RelayKind.Graph => new GraphRelay(composition.Access.Graph(composition.Settings.Mailbox.Address)),
        _ => new FolderRelay(outbox.Path),
    };

    // A relay of other settings than the outbox's is secured as these say; they were checked at start.
    private static CheckedSettings ReadOf(OutboxSettings outbox, CheckedSettings read) => read with
    {
        RelayKind = Choice.Read<RelayKind>("Outbox:Kind", outbox.Kind, []),
        RelaySecurity = Choice.Read<ConnectionSecurity>("Health:Relay:Security", outbox.Server.Security, []),
    };

    // A web application needs a server to start; with the page switched off it is this one, which listens nowhere.
    private sealed class NoServer : Microsoft.AspNetCore.Hosting.Server.IServer
    {
        public Microsoft.AspNetCore.Http.Features.IFeatureCollection Features { get; } = new Microsoft.AspNetCore.Http.Features.FeatureCollection();

        public Task StartAsync<TContext>(Microsoft.AspNetCore.Hosting.Server.IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
