using EnquiryTriage.Core.Health;

namespace EnquiryTriage.Worker.Health;

/// <summary>What the last look found.</summary>
/// <param name="At">When it was.</param>
/// <param name="Issues">Issues that are open.</param>
/// <param name="Facts">All that is known.</param>
public sealed record HealthReport(DateTimeOffset At, IReadOnlyList<OpenIssue> Issues, IReadOnlyList<HealthFact> Facts);

/// <summary>The last look, for the page.</summary>
public sealed class HealthState
{
    private volatile HealthReport? _report;

    /// <summary>The last look; null before the first.</summary>
    public HealthReport? Report
    {
        get => _report;
        set => _report = value;
    }
}
