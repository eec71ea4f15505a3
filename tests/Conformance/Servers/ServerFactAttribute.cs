namespace EnquiryTriage.Conformance.Servers;

/// <summary>
/// A test that needs real mail servers. Where they are not installed it is skipped and says what is missing; with
/// ENQUIRYTRIAGE_REQUIRE_SERVERS=1 (continuous integration) it fails instead.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ServerFactAttribute : FactAttribute
{
    /// <summary>Creates the attribute.</summary>
    public ServerFactAttribute()
    {
        if (Requirements.Missing is { } missing && !Requirements.Required)
        {
            Skip = missing;
        }
    }
}

/// <summary>As <see cref="ServerFactAttribute"/>, with Exim as the relay.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EximFactAttribute : FactAttribute
{
    /// <summary>Creates the attribute.</summary>
    public EximFactAttribute()
    {
        if (Requirements.MissingForExim is { } missing && !Requirements.Required)
        {
            Skip = missing;
        }
    }
}

/// <summary>As <see cref="ServerFactAttribute"/>, with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ServerTheoryAttribute : TheoryAttribute
{
    /// <summary>Creates the attribute.</summary>
    public ServerTheoryAttribute()
    {
        if (Requirements.Missing is { } missing && !Requirements.Required)
        {
            Skip = missing;
        }
    }
}

/// <summary>What the tests need of the machine.</summary>
internal static class Requirements
{
    public const string Dovecot = "/usr/sbin/dovecot";
    public const string PostfixMaster = "/usr/lib/postfix/sbin/master";
    public const string EximUser = "Debian-exim";

    // Where tests/run.sh unpacks it; the server's user must be able to enter, so not under root's home.
    private static readonly string EximRoot = Environment.GetEnvironmentVariable("ENQUIRYTRIAGE_EXIM") is { Length: > 0 } root ? root : "/var/cache/enquiry-triage/exim";

    /// <summary>True where a missing server is a failure.</summary>
    public static bool Required { get; } = string.Equals(Environment.GetEnvironmentVariable("ENQUIRYTRIAGE_REQUIRE_SERVERS"), "1", StringComparison.Ordinal);

    /// <summary>What is missing and the remedy; null where nothing is.</summary>
    public static string? Missing { get; } = Find();

    public static string Exim => EximRoot + "/usr/sbin/exim4";

    public static string EximLibraries => Path.GetDirectoryName(Directory.EnumerateFiles(EximRoot + "/usr/lib", "libidn.so.12", SearchOption.AllDirectories).First())!;

    /// <summary>As <see cref="Missing"/>, for the tests with Exim.</summary>
    public static string? MissingForExim => Missing is { } missing ? missing
        : !File.Exists(Exim) ? $"Exim is not unpacked in {EximRoot}: run tests/run.sh --install, or name its folder in ENQUIRYTRIAGE_EXIM."
        : File.ReadLines("/etc/passwd").Any(l => l.StartsWith(EximUser + ":", StringComparison.Ordinal)) ? null
        : $"Exim's user {EximUser} is missing: run tests/run.sh --install.";

    private static string? Find()
    {
        var lacks = new List<string>();
        if (!File.Exists(Dovecot) || !File.Exists("/usr/lib/dovecot/imap") || !File.Exists("/usr/lib/dovecot/lmtp"))
        {
            lacks.Add("Dovecot with IMAP and LMTP");
        }

        if (!File.Exists(PostfixMaster))
        {
            lacks.Add("Postfix");
        }

        if (lacks.Count > 0)
        {
            return $"{string.Join(" and ", lacks)} not installed: run tests/run.sh --install.";
        }

        return Environment.IsPrivilegedProcess ? null : "Postfix and Dovecot drop privileges, which only root can: run the tests as root, in a container say.";
    }
}
