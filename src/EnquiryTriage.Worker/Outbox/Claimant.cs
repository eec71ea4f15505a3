using System.Globalization;

namespace EnquiryTriage.Worker.Outbox;

/// <summary>
/// The name under which a process claims rows. On Linux it proves itself dead: the machine's start, the process namespace, the process number, and when
/// that process started. Elsewhere, or for a claimant on another machine, nothing is proven and its claim runs out.
/// </summary>
internal static class Claimant
{
    private const string Scheme = "linux";

    /// <summary>This process.</summary>
    public static string Own()
    {
        var unique = Guid.NewGuid().ToString("N")[..8];
        return Here() is { } here && StartOf("self") is { } start
            ? string.Create(CultureInfo.InvariantCulture, $"{Scheme}/{here}/{Environment.ProcessId}/{start}/{unique}")
            : string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}/{Environment.ProcessId}/{unique}");
    }

    /// <summary>Whether a claimant ran in this very system, and its process has ended.</summary>
    public static bool IsProvablyGone(string claimant)
    {
        var parts = claimant.Split('/');
        try
        {
            return parts.Length == 6
                && parts[0] == Scheme
                && Here() == $"{parts[1]}/{parts[2]}"
                && int.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && StartOf(pid.ToString(CultureInfo.InvariantCulture)) != parts[4];
        }
        catch (UnauthorizedAccessException)
        {
            // A process that may not be looked at is there.
            return false;
        }
    }

    // Numbers of processes mean something only within one start of one machine, and within one namespace (a container has its own).
    private static string? Here()
    {
        try
        {
            var boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
            var space = new FileInfo("/proc/self/ns/pid").LinkTarget ?? "";
            var number = new string([.. space.Where(char.IsAsciiDigit)]);
            return boot.Length > 0 && number.Length > 0 ? $"{boot}/{number}" : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    // proc(5): field 22 of stat, clock ticks since the machine's start; the name in brackets before it may hold spaces. A zombie sends nothing any more.
    private static string? StartOf(string process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return fields[0] is "Z" or "X" ? null : fields[19];
        }
        catch (IOException)
        {
            // There is none, or it ended while it was looked at (ESRCH).
            return null;
        }
    }
}
