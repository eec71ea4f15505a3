namespace EnquiryTriage.Worker.Health;

/// <summary>Something that health is judged by.</summary>
/// <param name="Code">Names the fact: the same code is the same issue, from its beginning to its end.</param>
/// <param name="Ok">Whether all is well.</param>
/// <param name="Message">What is the case and, where it is not well, the remedy; one line, without secrets and personal data.</param>
public sealed record HealthFact(string Code, bool Ok, string Message);

/// <summary>Knows facts about its own part; asking costs little and never throws.</summary>
public interface IHealthSource
{
    /// <summary>The facts as they stand now.</summary>
    IReadOnlyList<HealthFact> Facts(DateTimeOffset now);
}
