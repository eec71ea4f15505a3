using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Health;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Learning;
using EnquiryTriage.Core.Outbox;

namespace EnquiryTriage.Storage.Tests;

/// <summary>A store of any engine, seen through its ports.</summary>
public sealed record OpenStore(
    IIntakeStore Intake,
    IOutboxStore Outbox,
    IEnquiryQueries Queries,
    ICorrectionStore Corrections,
    IQuarantineStore Quarantine,
    IHealthStore Health,
    IDisposable Engine) : IDisposable
{
    /// <summary>Closes the engine.</summary>
    public void Dispose() => Engine.Dispose();
}
