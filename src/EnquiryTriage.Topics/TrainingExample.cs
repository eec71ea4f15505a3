namespace EnquiryTriage.Topics;

/// <summary>A labelled text: one line of a training or evaluation file.</summary>
public sealed record TrainingExample
{
    /// <summary>Id, unique in its file.</summary>
    public required string Id { get; init; }

    /// <summary>Subject, where the text is a mail.</summary>
    public string? Subject { get; init; }

    /// <summary>Body, where the text is a mail.</summary>
    public string? Body { get; init; }

    /// <summary>The text, where it is not a mail.</summary>
    public string? Text { get; init; }

    /// <summary>Labels, the primary one first; empty for out of scope.</summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>The kind of mail, or null where the data has none.</summary>
    public string? Kind { get; init; }

    /// <summary>Whether somebody may be in danger; null where the data does not say.</summary>
    public bool? Urgent { get; init; }

    /// <summary>The source family: who wrote it, so that a split by source is possible.</summary>
    public string? Source { get; init; }
}
