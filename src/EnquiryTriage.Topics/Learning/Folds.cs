namespace EnquiryTriage.Topics.Learning;

/// <summary>Shares texts out among the folds of a cross-validation, always the same way for the same data.</summary>
internal static class Folds
{
    /// <summary>
    /// A fold for each text. Where the texts come from three source families or more, a family stays together, so that
    /// what is measured is how the model does on the words of people it has not read; else labels are spread evenly.
    /// </summary>
    public static int[] Assign(IReadOnlyList<TrainingExample> examples, int folds) =>
        KeepFamilies(examples) ? ByFamily(examples, folds) : ByLabel(examples, folds);

    /// <summary>How many folds there will be.</summary>
    public static int Count(IReadOnlyList<TrainingExample> examples, int folds) => Assign(examples, folds).Max() + 1;

    /// <summary>
    /// How much each text counts in calibration: every source family the same in all, for the next mail is written by one person, not by the
    /// one who wrote most. The weights' mean is 1.
    /// </summary>
    public static double[] Voices(IReadOnlyList<TrainingExample> examples)
    {
        if (!KeepFamilies(examples))
        {
            return [.. examples.Select(_ => 1.0)];
        }

        var sizes = examples.CountBy(example => example.Source!, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        return [.. examples.Select(example => examples.Count / (double)sizes.Count / sizes[example.Source!])];
    }

    private static bool KeepFamilies(IReadOnlyList<TrainingExample> examples)
    {
        var families = examples.GroupBy(example => example.Source, StringComparer.Ordinal).ToArray();
        return families.Length >= 3 && families.All(family => family.Key is not null) && families.Max(family => family.Count()) <= examples.Count / 2;
    }

    private static int[] ByFamily(IReadOnlyList<TrainingExample> examples, int folds)
    {
        var sizes = new int[Math.Min(folds, examples.DistinctBy(example => example.Source, StringComparer.Ordinal).Count())];
        var foldOf = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var family in examples.GroupBy(example => example.Source!, StringComparer.Ordinal)
                     .OrderByDescending(family => family.Count()).ThenBy(family => family.Key, StringComparer.Ordinal))
        {
            var smallest = Array.IndexOf(sizes, sizes.Min());
            foldOf[family.Key] = smallest;
            sizes[smallest] += family.Count();
        }

        return [.. examples.Select(example => foldOf[example.Source!])];
    }

    private static int[] ByLabel(IReadOnlyList<TrainingExample> examples, int folds)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        var assigned = new int[examples.Count];
        for (var i = 0; i < examples.Count; i++)
        {
            var label = examples[i].Topics.Count > 0 ? examples[i].Topics[0] : "";
            seen[label] = seen.TryGetValue(label, out var count) ? count + 1 : 0;
            assigned[i] = seen[label] % folds;
        }

        return assigned;
    }
}
