using System.CommandLine;
using EnquiryTriage.Storage.Sqlite;
using EnquiryTriage.Worker.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace EnquiryTriage.Worker.Commands;

/// <summary><c>run</c>, the default verb: the worker, until it is stopped.</summary>
internal static partial class RunVerb
{
    public static Command Create()
    {
        var verb = new Command("run", "Runs the worker on the configuration in use (the default verb). Starts in shadow mode: it touches neither mailbox nor relay until Mailbox:Access and Outbox:Mode say so.");
        verb.SetAction((parsed, cancel) => RunAsync(parsed.GetRequiredValue(RootVerb.Config), cancel));
        return verb;
    }

    public static async Task<int> RunAsync(string[] config, CancellationToken cancel)
    {
        var configuration = SettingsLoader.Configure(config);
        using var composition = Composition.Build(configuration);
        Demo.DemoRun.RefuseItsRecord(composition.Settings.Storage.Path);
        using var store = SqliteStore.Open(composition.Settings.Storage.Path);
        await using var app = Hosting.Build(configuration, composition, store, TimeProvider.System, [], []);
        var log = (ILogger<WorkerSettings>)app.Services.GetService(typeof(ILogger<WorkerSettings>))!;
        var settings = composition.Settings;
        Log.Starting(
            log,
            settings.Mailbox.Name,
            settings.Mailbox.Kind,
            composition.Read.HoldReason ?? (composition.Read.MaySend ? "live" : "Outbox:Mode is off"),
            settings.Web.Enabled ? settings.Web.Url : "off");
        try
        {
            await app.RunAsync(cancel);
            return ExitCodes.Done;
        }
        catch (IOException e) when (settings.Web.Enabled)
        {
            throw new SettingsException([$"Web:Url: {settings.Web.Url} cannot be used: {e.Message} Use another port, or set Web:Enabled to false."]);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Watching mailbox {Mailbox} ({Kind}); sending: {Sending}; page: {Page}")]
        public static partial void Starting(ILogger logger, string mailbox, string kind, string sending, string page);
    }
}
