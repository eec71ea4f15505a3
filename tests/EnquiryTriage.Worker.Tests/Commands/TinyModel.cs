using EnquiryTriage.Topics;

namespace EnquiryTriage.Worker.Tests.Commands;

/// <summary>A model of two topics, trained in a blink on a few own texts, and a configuration that uses it.</summary>
public sealed class TinyModel : IDisposable
{
    private static readonly (string Topic, string Text)[] Texts =
    [
        ("drugs", "What does the Agency do about county lines in small towns?"),
        ("drugs", "Dealers use children to carry heroin along the railway"),
        ("drugs", "A flat in our street was taken over by dealers to sell cocaine"),
        ("drugs", "How many cannabis farms were found in the county last year?"),
        ("drugs", "Who follows the cocaine that comes in through the ports?"),
        ("drugs", "Are the county lines gangs still selling heroin to pupils?"),
        ("drugs", "Dealers hang about the bus station with cannabis every night"),
        ("drugs", "What help is there for families in debt to cocaine dealers?"),
        ("fraud", "Pensioners lose their savings to courier scams, who helps?"),
        ("fraud", "How should a victim report an investment scam?"),
        ("fraud", "A false invoice cost the parish council its savings"),
        ("fraud", "Romance scams on the internet empty people's bank accounts"),
        ("fraud", "What is done about callers who pretend to be the bank?"),
        ("fraud", "My constituents get scam texts about parcels and invoices"),
        ("fraud", "Does anybody follow the money that scams take from savings?"),
        ("fraud", "The bank would not refund a payment made to a scam caller"),
    ];

    private readonly TemporaryFolder _folder = new();

    /// <summary>Trains it.</summary>
    public TinyModel()
    {
        Path = _folder.At("tiny.model");
        var examples = Texts.Select((t, i) => new TrainingExample { Id = $"t{i}", Text = t.Text, Topics = [t.Topic] }).ToList();
        using var model = TopicTrainer.Train(examples, null, new TrainingOptions { MinimumCharacterTexts = 1, Folds = 3, UseEncoder = false });
        model.Save(Path);
    }

    /// <summary>The model file.</summary>
    public string Path { get; }

    /// <summary>The texts as a training file.</summary>
    public static string Data => string.Concat(Texts.Select((t, i) => $$"""{"id":"t{{i}}","text":"{{t.Text}}","topics":["{{t.Topic}}"]}""" + "\n"));

    /// <summary>Writes a configuration for a worker that is live on folders of its own.</summary>
    public string Configure(string folder, string access = "read-write", string mode = "live")
    {
        var path = System.IO.Path.Combine(folder, "worker.json");
        File.WriteAllText(path, $$"""
            {
              "Mailbox": { "Path": "inbox", "Access": "{{access}}", "PollSeconds": 0.1, "BatchSize": 2 },
              "Outbox": { "Mode": "{{mode}}", "Kind": "folder", "Path": "outgoing", "ClaimMinutes": 0.02 },
              "Model": { "Path": "{{Path}}" },
              "Web": { "Enabled": false }
            }
            """);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}

/// <summary>Tests that start processes share the model and run one after the other.</summary>
[CollectionDefinition(nameof(WorkerProcessTests))]
public sealed class WorkerProcessTests : ICollectionFixture<TinyModel>;
