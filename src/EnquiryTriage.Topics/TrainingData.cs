using System.Text.Json;
using System.Text.Json.Serialization;

namespace EnquiryTriage.Topics;

/// <summary>
/// Reads labelled texts: JSON lines <c>{"id","subject"?,"body"?,"text"?,"topics":["primary","more"…],"kind"?,"urgent"?,"source"?}</c>.
/// Other members are ignored, so are empty lines; a text needs <c>text</c>, or <c>subject</c> or <c>body</c>.
/// </summary>
public static partial class TrainingData
{
    /// <summary>Reads the files in the order given.</summary>
    /// <exception cref="TopicDataException">A file cannot be read or a line is wrong; the message names file, line and remedy.</exception>
    public static IReadOnlyList<TrainingExample> Load(params IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        var examples = new List<TrainingExample>();
        foreach (var path in paths)
        {
            var ids = new HashSet<string>(StringComparer.Ordinal);
            var number = 0;
            foreach (var line in Lines(path))
            {
                number++;
                if (!string.IsNullOrWhiteSpace(line))
                {
                    examples.Add(Parse(line, path, number, ids));
                }
            }
        }

        return examples.Count > 0
            ? examples
            : throw new TopicDataException("The data holds no texts. Give files with one JSON object a line.");
    }

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new TopicDataException($"The data file {path} cannot be read: {fault.Message} Give the path of an existing JSON-lines file.", fault);
        }
    }

    private static TrainingExample Parse(string line, string path, int number, HashSet<string> ids)
    {
        Record record;
        try
        {
            record = JsonSerializer.Deserialize(line, RecordJson.Default.Record) ?? throw new JsonException("The line is null.");
        }
        catch (JsonException fault)
        {
            throw Wrong("is not a JSON object of the expected shape", "Write one object a line, topics as a list of labels.", fault);
        }

        if (record.Text is null && record.Subject is null && record.Body is null)
        {
            throw Wrong("has no text", "Add \"text\", or \"subject\" and \"body\".");
        }

        if (record.Topics is null || record.Topics.Any(string.IsNullOrWhiteSpace))
        {
            throw Wrong("has no \"topics\", or an empty label among them", "Add the labels, primary first; [] means out of scope.");
        }

        var id = record.Id ?? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Path.GetFileName(path)}-{number}");
        if (!ids.Add(id))
        {
            throw Wrong($"repeats the id '{id}'", "Give every text of a file its own id.");
        }

        return new TrainingExample
        {
            Id = id,
            Subject = record.Subject,
            Body = record.Body,
            Text = record.Text,
            Topics = [.. record.Topics.Distinct(StringComparer.Ordinal)],
            Kind = record.Kind,
            Urgent = record.Urgent,
            Source = record.Source,
        };

        TopicDataException Wrong(string what, string remedy, Exception? cause = null)
        {
            var message = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{path}, line {number} {what}. {remedy}");
            return cause is null ? new TopicDataException(message) : new TopicDataException(message, cause);
        }
    }

    private sealed record Record(
        string? Id, string? Subject, string? Body, string? Text, IReadOnlyList<string>? Topics, string? Kind, bool? Urgent, string? Source);

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(Record))]
    private sealed partial class RecordJson : JsonSerializerContext;
}
