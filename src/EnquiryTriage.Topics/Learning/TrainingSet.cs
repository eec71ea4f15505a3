namespace EnquiryTriage.Topics.Learning;

/// <summary>Examples with their labels as positions in the taxonomy.</summary>
internal sealed class TrainingSet
{
    private TrainingSet(IReadOnlyList<TrainingExample> examples, int names, Taxonomy taxonomy)
    {
        Examples = examples;
        Given = examples.Count - names;
        Taxonomy = taxonomy;
        Topics = [.. examples.Select(example => example.Topics.Select(taxonomy.IndexOf).ToArray())];
        Kinds = [.. examples.Select(example => example.Kind is null ? -1 : taxonomy.Kinds.ToList().IndexOf(example.Kind))];
        Urgent = [.. examples.Select(example => example.Urgent)];
    }

    /// <summary>The examples, then the names of labels that serve as examples of themselves.</summary>
    public IReadOnlyList<TrainingExample> Examples { get; }

    /// <summary>How many of the examples were given; those after them are learnt from, but nothing is measured on them.</summary>
    public int Given { get; }

    /// <summary>The closed lists.</summary>
    public Taxonomy Taxonomy { get; }

    /// <summary>For each example its topics, primary first; empty for out of scope.</summary>
    public IReadOnlyList<int[]> Topics { get; }

    /// <summary>For each example its kind, −1 where unknown.</summary>
    public IReadOnlyList<int> Kinds { get; }

    /// <summary>For each example whether it is urgent, null where unknown.</summary>
    public IReadOnlyList<bool?> Urgent { get; }

    /// <summary>Whether some texts have more than one topic.</summary>
    public bool HasFurtherTopics => Topics.Any(topics => topics.Length > 1);

    /// <summary>Whether there are kinds to learn.</summary>
    public bool HasKinds => Kinds.Where(kind => kind >= 0).Distinct().Count() > 1;

    /// <summary>Whether there is urgency to learn.</summary>
    public bool HasUrgency => Urgent.Contains(true) && Urgent.Contains(false);

    /// <summary>
    /// Checks the examples against the taxonomy. With <paramref name="useNames"/> each label's name is an example too: where few texts show what a label
    /// means, its name says it.
    /// </summary>
    public static TrainingSet Create(IReadOnlyList<TrainingExample> examples, Taxonomy taxonomy, bool useNames = false)
    {
        foreach (var example in examples)
        {
            if (example.Topics.FirstOrDefault(topic => taxonomy.IndexOf(topic) < 0) is { } topic)
            {
                throw new TopicDataException($"The text '{example.Id}' has the topic '{topic}', which the taxonomy does not hold. Correct the label, or add it to the taxonomy.");
            }

            if (example.Kind is { } kind && taxonomy.Kinds.Count > 0 && !taxonomy.Kinds.Contains(kind, StringComparer.Ordinal))
            {
                throw new TopicDataException($"The text '{example.Id}' has the kind '{kind}', which the taxonomy does not hold. Correct the kind, or add it to the taxonomy.");
            }
        }

        if (examples.Where(example => example.Topics.Count > 0).DistinctBy(example => example.Topics[0], StringComparer.Ordinal).Count() < 2)
        {
            throw new TopicDataException("All texts have the same primary topic. Training needs texts of two topics at least.");
        }

        TrainingExample[] names = useNames ? [.. taxonomy.Labels.Select(label => new TrainingExample { Id = "label " + label, Text = Words(label), Topics = [label] })] : [];
        return new TrainingSet([.. examples, .. names], names.Length, taxonomy);
    }

    private static string Words(string label) => string.Concat(label.Select(c => char.IsLetterOrDigit(c) ? c : ' ')).Trim();
}
