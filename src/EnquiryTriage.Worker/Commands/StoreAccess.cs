using EnquiryTriage.Storage.Sqlite;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Commands;

/// <summary>What the verbs that only look at the record need: settings and store, no model.</summary>
internal static class StoreAccess
{
    /// <summary>Opens the store of the configuration in use; one that is not there is an error, not an empty list.</summary>
    public static (WorkerSettings Settings, SqliteStore Store, TimeZoneInfo Zone) Open(string[] config)
    {
        var settings = SettingsLoader.Bind(SettingsLoader.Configure(config));
        if (!File.Exists(settings.Storage.Path))
        {
            throw new Core.Intake.StoreException(
                $"Storage:Path: {settings.Storage.Path} is not there: start the worker or the demo in this folder first, or name another file.", temporary: false);
        }

        return (settings, SqliteStore.Open(settings.Storage.Path), Zone(settings));
    }

    /// <summary>The deployment's zone.</summary>
    public static TimeZoneInfo Zone(WorkerSettings settings)
    {
        try
        {
            return TimeZoneInfo.FindSystemTimeZoneById(settings.Clocks.TimeZone);
        }
        catch (TimeZoneNotFoundException)
        {
            throw new SettingsException([$"Clocks:TimeZone: '{settings.Clocks.TimeZone}' is not a time zone: use an IANA name such as Europe/London."]);
        }
    }
}
