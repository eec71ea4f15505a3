namespace EnquiryTriage.Worker.Health;

/// <summary>Something that is well or not.</summary>
/// <param name="Code">Its name: lower case with hyphens, where needed with what it is about after a colon. One name is one issue.</param>
/// <param name="Ok">Whether it is well.</param>
/// <param name="Message">How things are; where they are not well, what is wrong and the remedy, without personal data.</param>
public sealed record HealthFact(string Code, bool Ok, string Message);

/// <summary>Knows something about the worker's health.</summary>
public interface IHealthSource
{
    /// <summary>How things are now; what is not known is left out, and then nothing opens or closes. Answers at once, from memory.</summary>
    IReadOnlyList<HealthFact> Facts(DateTimeOffset now);
}
