using EnquiryTriage.Core.Intake;
using EnquiryTriage.Worker.Intake;

namespace EnquiryTriage.Worker.Doctor;

/// <summary>How a check ended.</summary>
internal enum CheckStatus
{
    /// <summary>All is well.</summary>
    Ok,

    /// <summary>It works, and somebody should know something.</summary>
    Warn,

    /// <summary>It does not work.</summary>
    Fail,
}

/// <summary>One check.</summary>
/// <param name="Name">What was checked.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Remedy">What to do; empty where nothing needs doing.</param>
internal sealed record Check(string Name, CheckStatus Status, string Detail, string Remedy = "")
{
    /// <summary>Whether it is about reaching a server or the store: that decides the exit code.</summary>
    public bool Reach { get; init; }

    /// <summary>All is well.</summary>
    public static Check Ok(string name, string detail) => new(name, CheckStatus.Ok, detail);

    /// <summary>It works, but.</summary>
    public static Check Warn(string name, string detail, string remedy) => new(name, CheckStatus.Warn, detail, remedy);

    /// <summary>It does not work.</summary>
    public static Check Fail(string name, string detail, string remedy) => new(name, CheckStatus.Fail, detail, remedy);

    /// <summary>A server or the store is out of reach.</summary>
    public static Check Unreachable(string name, string detail, string remedy = "") => new(name, CheckStatus.Fail, detail, remedy) { Reach = true };

    /// <summary>Runs a check; a fault of store, mailbox or disk is its result.</summary>
    public static async Task<Check> TryAsync(string name, Func<Task<Check>> check)
    {
        try
        {
            return await check();
        }
        catch (Exception e) when (e is StoreException or MailSourceException or IOException or UnauthorizedAccessException)
        {
            return Unreachable(name, e.Message);
        }
    }
}
