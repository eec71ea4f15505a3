namespace EnquiryTriage.Worker.Settings;

/// <summary>The configuration is wrong: each problem names the key and the remedy. Exit code 2.</summary>
public sealed class SettingsException(IReadOnlyList<string> problems) : Exception(string.Join(Environment.NewLine, problems))
{
    /// <summary>A line each.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}

/// <summary>Settings that are one of a few words.</summary>
internal static class Choice
{
    /// <summary>Reads a kebab-case word as a member of <typeparamref name="T"/>, or notes the problem.</summary>
    public static T Read<T>(string key, string value, ICollection<string> problems)
        where T : struct, Enum
    {
        foreach (var member in Enum.GetValues<T>())
        {
            if (Word(member).Equals(value, StringComparison.OrdinalIgnoreCase))
            {
                return member;
            }
        }

        problems.Add($"{key}: '{value}' is not one of {string.Join(", ", Enum.GetValues<T>().Select(Word))}: use one of these.");
        return default;
    }

    /// <summary>A member as it is written in configuration and on the command line.</summary>
    public static string Word<T>(T member)
        where T : struct, Enum => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(member.ToString());
}
