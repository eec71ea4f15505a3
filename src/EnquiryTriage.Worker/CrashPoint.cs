using System.Diagnostics;

namespace EnquiryTriage.Worker;

/// <summary>
/// Named points at which the crash tests kill the process (SIGKILL, no clean-up), set by the environment variable ENQUIRYTRIAGE_CRASH_AT.
/// Without the variable it does nothing.
/// </summary>
internal static class CrashPoint
{
    public const string AfterSee = "after-see";
    public const string AfterFetch = "after-fetch";
    public const string BeforeCommit = "before-commit";
    public const string AfterCommit = "after-commit";
    public const string AfterTouch = "after-touch";
    public const string AfterClaim = "after-claim";
    public const string AfterSend = "after-send";
    public const string AfterSettle = "after-settle";

    private static readonly string? Chosen = Environment.GetEnvironmentVariable("ENQUIRYTRIAGE_CRASH_AT");

    public static void Reach(string name)
    {
        if (Chosen == name)
        {
            Process.GetCurrentProcess().Kill();
            Thread.Sleep(Timeout.Infinite);
        }
    }
}
