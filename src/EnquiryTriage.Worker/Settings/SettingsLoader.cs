using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.EnvironmentVariables;

namespace EnquiryTriage.Worker.Settings;

/// <summary>Reads the configuration: appsettings.json beside the executable, --config files, then the environment (which wins).</summary>
public static partial class SettingsLoader
{
    /// <summary>Sections that other libraries read.</summary>
    private static readonly HashSet<string> Foreign = new(StringComparer.OrdinalIgnoreCase) { "Serilog", "Logging", "AllowedHosts", "Kestrel", "DOTNET", "ASPNETCORE" };

    private static readonly HashSet<string> Ours =
        new(typeof(WorkerSettings).GetProperties().Select(p => p.Name), StringComparer.OrdinalIgnoreCase);

    /// <summary>Builds the configuration.</summary>
    /// <param name="files">Further files, later ones win.</param>
    /// <param name="overrides">Settings that win over everything: the demo's.</param>
    /// <exception cref="SettingsException">A file is missing or is not JSON.</exception>
    public static IConfigurationRoot Configure(IReadOnlyList<string> files, IReadOnlyDictionary<string, string?>? overrides = null)
    {
        var builder = new ConfigurationBuilder().AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: false);
        foreach (var file in files)
        {
            var full = Path.GetFullPath(file);
            if (!File.Exists(full))
            {
                throw new SettingsException([$"--config: {file} is not there: name a JSON file."]);
            }

            builder.AddJsonFile(full, optional: false);
        }

        builder.AddEnvironmentVariables();
        if (overrides is not null)
        {
            builder.AddInMemoryCollection(overrides);
        }

        try
        {
            return builder.Build();
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            throw new SettingsException([$"{e.Message} {e.InnerException?.Message}: mend the file."]);
        }
    }

    /// <summary>Binds the settings; a value of the wrong form or a key that does not exist is a problem that names its key.</summary>
    public static WorkerSettings Bind(IConfiguration configuration)
    {
        var settings = new WorkerSettings();
        var problems = new List<string>();
        foreach (var section in configuration.GetChildren())
        {
            if (!Ours.Contains(section.Key))
            {
                // The environment is full of names that are not ours; files are not.
                if (!Foreign.Contains(section.Key) && !IsEnvironment(configuration, section))
                {
                    problems.Add($"{section.Key} is not a setting: remove it, or use one of {string.Join(", ", Ours.Order(StringComparer.Ordinal))}.");
                }

                continue;
            }

            var property = typeof(WorkerSettings).GetProperties().First(p => p.Name.Equals(section.Key, StringComparison.OrdinalIgnoreCase));
            try
            {
                section.Bind(property.GetValue(settings), o => o.ErrorOnUnknownConfiguration = true);
            }
            catch (InvalidOperationException e)
            {
                problems.Add(Explain(section.Key, e));
            }
        }

        return problems.Count == 0 ? settings : throw new SettingsException(problems);
    }

    // The binder speaks of its options and types; people want the key and what to do.
    private static string Explain(string section, InvalidOperationException e)
    {
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
        {
            if (WrongValue().Match(cause.Message) is { Success: true } wrong)
            {
                return $"{wrong.Groups["key"].Value}: '{wrong.Groups["value"].Value}' cannot be read as {TypeInWords(wrong.Groups["type"].Value)}: write one.";
            }

            if (UnknownKeys().Match(cause.Message) is { Success: true } unknown)
            {
                return $"{section}: {unknown.Groups["keys"].Value} is not a setting there: check the spelling, or remove it.";
            }
        }

        return $"{section}: {e.Message.ReplaceLineEndings(" ")} Mend or remove that key.";
    }

    private static string TypeInWords(string type) => type switch
    {
        "Int32" or "Int64" => "a whole number",
        "Double" => "a number",
        "Boolean" => "true or false",
        _ => type,
    };

    [GeneratedRegex(@"were not found on the instance of [\w.]+: (?<keys>'.+')", RegexOptions.NonBacktracking)]
    private static partial Regex UnknownKeys();

    [GeneratedRegex(@"value '(?<value>.*)' at '(?<key>[^']+)' to type '(?:System\.|[\w.]+\.)?(?<type>\w+)'", RegexOptions.NonBacktracking)]
    private static partial Regex WrongValue();

    private static bool IsEnvironment(IConfiguration configuration, IConfigurationSection section) =>
        configuration is IConfigurationRoot root
        && !root.Providers.Where(p => p is not EnvironmentVariablesConfigurationProvider).Any(p =>
            p.TryGet(section.Key, out _) || p.GetChildKeys([], section.Key).Any());
}
