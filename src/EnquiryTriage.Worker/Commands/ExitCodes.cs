namespace EnquiryTriage.Worker.Commands;

/// <summary>Exit codes: a contract with scripts.</summary>
internal static class ExitCodes
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>Done, with some items failed.</summary>
    public const int SomeFailed = 1;

    /// <summary>Wrong usage or configuration.</summary>
    public const int Usage = 2;

    /// <summary>A server or the store is out of reach.</summary>
    public const int Unreachable = 3;
}
