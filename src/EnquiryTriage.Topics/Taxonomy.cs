using System.Text.Json;
using System.Text.Json.Serialization;

namespace EnquiryTriage.Topics;

/// <summary>A topic of the closed list.</summary>
/// <param name="Label">The label: the contract with configuration and data.</param>
/// <param name="Name">Its name in English.</param>
/// <param name="Cy">Its name in Welsh, where the list gives one.</param>
public sealed record TopicName(string Label, string Name, string? Cy = null);

/// <summary>The closed lists of topics and kinds a model may answer with.</summary>
public sealed partial class Taxonomy
{
    private static readonly string[] KindOrder =
    [
        "enquiry", "event", "logistics", "foi", "sar", "crime-report", "threat-to-life", "safeguarding", "media", "complaint", "spam", "other",
    ];

    private readonly Dictionary<string, int> indexes;

    /// <summary>Takes the lists; labels must be unique and there must be two topics at least.</summary>
    /// <exception cref="TopicDataException">The lists are too short, hold a label twice, or lack the out-of-scope label.</exception>
    public Taxonomy(IReadOnlyList<TopicName> topics, IReadOnlyList<string> kinds, string? outOfScope)
    {
        ArgumentNullException.ThrowIfNull(topics);
        ArgumentNullException.ThrowIfNull(kinds);
        if (topics.Count < 2)
        {
            throw new TopicDataException("A taxonomy needs two topics at least. Add topics, or data with more labels.");
        }

        var repeated = topics.Select(topic => topic.Label).Concat(kinds.Select(kind => "kind " + kind))
            .GroupBy(label => label, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1);
        if (repeated is not null)
        {
            throw new TopicDataException($"The taxonomy holds '{repeated.Key}' twice. Remove one.");
        }

        Topics = topics;
        Kinds = kinds;
        OutOfScope = outOfScope;
        Labels = [.. topics.Select(topic => topic.Label)];
        indexes = Labels.Select((label, index) => (label, index)).ToDictionary(pair => pair.label, pair => pair.index, StringComparer.Ordinal);
        if (outOfScope is not null && !indexes.ContainsKey(outOfScope))
        {
            throw new TopicDataException($"The taxonomy's outOfScope label '{outOfScope}' is none of its topics. Add the topic, or remove outOfScope.");
        }
    }

    /// <summary>The topics in order.</summary>
    public IReadOnlyList<TopicName> Topics { get; }

    /// <summary>The topics' labels in order.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>The kinds of mail in order; empty where the data knows none.</summary>
    public IReadOnlyList<string> Kinds { get; }

    /// <summary>The label for whatever fits no other, or null.</summary>
    public string? OutOfScope { get; }

    /// <summary>The lexicon that lies beside the file the lists were read from, or null: its groups belong to these topics.</summary>
    public string? LexiconPath { get; private set; }

    /// <summary>The position of a label, or −1.</summary>
    public int IndexOf(string label) => indexes.TryGetValue(label, out var index) ? index : -1;

    /// <summary>Reads a taxonomy file (see models/taxonomy.json); a lexicon.json in the same folder is remembered for training.</summary>
    /// <exception cref="TopicDataException">It cannot be read; the message names the file and the remedy.</exception>
    public static Taxonomy Load(string path)
    {
        try
        {
            var taxonomy = FromJson(File.ReadAllBytes(path));
            var lexicon = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "lexicon.json");
            taxonomy.LexiconPath = File.Exists(lexicon) ? lexicon : null;
            return taxonomy;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new TopicDataException($"The taxonomy {path} cannot be read: {fault.Message} Give the path of an existing taxonomy.json.", fault);
        }
        catch (Exception fault) when (fault is JsonException or TopicDataException)
        {
            throw new TopicDataException($"The taxonomy {path} is not usable: {fault.Message}", fault);
        }
    }

    /// <summary>The labels and kinds that occur in the data, in a fixed order, with no out-of-scope label.</summary>
    /// <exception cref="TopicDataException">The data has fewer than two labels.</exception>
    public static Taxonomy FromExamples(IReadOnlyList<TrainingExample> examples)
    {
        ArgumentNullException.ThrowIfNull(examples);
        var labels = examples.SelectMany(example => example.Topics).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        var kinds = examples.Select(example => example.Kind).OfType<string>().Distinct(StringComparer.Ordinal)
            .OrderBy(kind => Array.IndexOf(KindOrder, kind) is var at and >= 0 ? at : KindOrder.Length)
            .ThenBy(kind => kind, StringComparer.Ordinal);
        return new Taxonomy([.. labels.Select(label => new TopicName(label, label))], [.. kinds], null);
    }

    internal static Taxonomy FromJson(ReadOnlySpan<byte> json)
    {
        var file = JsonSerializer.Deserialize(json, TaxonomyJson.Default.TaxonomyFile) ?? throw new JsonException("It is empty.");
        return new Taxonomy(file.Topics ?? throw new JsonException("It has no \"topics\"."), file.Kinds ?? [], file.OutOfScope);
    }

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(new TaxonomyFile(Topics, Kinds, OutOfScope), TaxonomyJson.Default.TaxonomyFile);

    internal sealed record TaxonomyFile(IReadOnlyList<TopicName>? Topics, IReadOnlyList<string>? Kinds, string? OutOfScope);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(TaxonomyFile))]
    internal sealed partial class TaxonomyJson : JsonSerializerContext;
}
