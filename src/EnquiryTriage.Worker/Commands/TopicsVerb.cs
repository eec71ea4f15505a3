using System.CommandLine;
using EnquiryTriage.Core.Learning;
using EnquiryTriage.Core.Reporting;
using EnquiryTriage.Topics;
using EnquiryTriage.Worker.Models;
using EnquiryTriage.Worker.Settings;
using Spectre.Console;

namespace EnquiryTriage.Worker.Commands;

/// <summary><c>topics train|evaluate|predict</c>: the topic model, any label set.</summary>
internal static class TopicsVerb
{
    private static readonly Option<string[]> Data = new("--data")
    {
        Description = "JSON lines of labelled texts",
        HelpName = "FILE",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<string?> Model = new("--model") { Description = "A model file (default: the shipped model)", HelpName = "FILE" };

    public static Command Create() =>
        new("topics", "Trains, evaluates, asks and exchanges the topic model, and what it learns from.")
        {
            Train(), Evaluate(), Predict(), CorrectionsVerb.Create(), PromoteVerb.Create(Data), PromoteVerb.RollBack(), DriftVerb.Create(),
        };

    private static Command Train()
    {
        var taxonomy = new Option<string?>("--taxonomy") { Description = "The closed lists (default: the labels of the data)", HelpName = "FILE" };
        var lexicon = new Option<string?>("--lexicon") { Description = "Phrases that speak for a topic (the shipped model is trained with models/lexicon.json)", HelpName = "FILE" };
        var target = new Option<string>("--out") { Description = "Where the model is written", HelpName = "MODEL", Required = true };
        var corrections = new Option<bool>("--corrections") { Description = "Also the corrections of the configured store that were released for training" };
        var weight = new Option<int>("--correction-weight") { Description = "How many texts a correction counts as, 1 to 20", HelpName = "N", DefaultValueFactory = _ => 3 };
        var verb = new Command("train", "Trains a model. The same data gives the same file.") { Data, taxonomy, lexicon, target, corrections, weight };
        verb.SetAction(async (parsed, cancel) =>
        {
            var examples = TrainingData.Load(parsed.GetRequiredValue(Data));
            if (parsed.GetValue(corrections))
            {
                examples = [.. examples, .. await ReleasedAsync(parsed.GetRequiredValue(RootVerb.Config), Weight(parsed.GetValue(weight)), cancel)];
            }

            var lists = parsed.GetValue(taxonomy) is { } path ? Taxonomy.Load(path) : null;
            var options = new TrainingOptions { LexiconPath = parsed.GetValue(lexicon) };
            using var model = await WithProgressAsync(report => TopicTrainer.Train(examples, lists, options, report, cancel));
            model.Save(parsed.GetRequiredValue(target));
            Console.WriteLine($"{parsed.GetRequiredValue(target)}: {model.Labels.Count} topics from {examples.Count} texts, version {model.Version}.");
            return ExitCodes.Done;
        });
        return verb;
    }

    private static Command Evaluate()
    {
        var format = Output.TextFormatOption();
        var against = new Option<string?>("--against") { Description = "Another model to set beside it, or 'in-use': per topic, and on every correction of the configured store", HelpName = "MODEL" };
        var verb = new Command("evaluate", "Scores a model on labelled texts that its training never saw.") { Model, Data, against, format };
        verb.SetAction(async (parsed, cancel) =>
        {
            using var model = TopicModel.Load(parsed.GetValue(Model) ?? Composition.ShippedModel);
            var texts = TrainingData.Load(parsed.GetRequiredValue(Data));
            if (parsed.GetValue(against) is { } other)
            {
                return await CompareAsync(parsed.GetRequiredValue(RootVerb.Config), model, other, texts, parsed.GetValue(format), cancel);
            }

            var evaluation = TopicEvaluator.Evaluate(model, texts);
            if (parsed.GetValue(format) == TextFormat.Json)
            {
                Output.JsonLine(evaluation);
                return ExitCodes.Done;
            }

            Console.WriteLine($"texts {evaluation.N}, in scope {evaluation.InScope}");
            Console.WriteLine($"accuracy {evaluation.Accuracy:0.000}, any owner {evaluation.AnyOwnerAccuracy:0.000}, surest half {evaluation.SurestHalfAccuracy:0.000}, macro F1 {evaluation.MacroF1:0.000}, micro F1 {evaluation.MicroF1:0.000}");
            Console.WriteLine($"coverage {evaluation.Coverage:0.000}, accuracy there {evaluation.CoveredAccuracy:0.000}, calibration error {evaluation.CalibrationError:0.000}, area under ROC {evaluation.AreaUnderRoc:0.000}");
            if (evaluation.Urgency is { } urgency)
            {
                Console.WriteLine($"urgency: {urgency.Urgent} of {urgency.N} urgent, recall {urgency.Recall:0.000}, false alarms {urgency.FalseAlarms:0.000}");
            }

            Output.Rows(ListFormat.Table, [.. evaluation.PerTopic.OrderBy(t => t.Key, StringComparer.Ordinal)], [
                new("Topic", t => t.Key),
                new("Texts", t => t.Value.N),
                new("Precision", t => t.Value.Precision.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture)),
                new("Recall", t => t.Value.Recall.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture)),
                new("F1", t => t.Value.F1.ToString("0.000", System.Globalization.CultureInfo.InvariantCulture))]);
            return ExitCodes.Done;
        });
        return verb;
    }

    private static async Task<int> CompareAsync(
        string[] config, TopicModel model, string other, IReadOnlyList<TrainingExample> texts, TextFormat format, CancellationToken cancel)
    {
        var settings = SettingsLoader.Bind(SettingsLoader.Configure(config));
        using var inUse = TopicModel.Load(other == "in-use" ? new ModelShelf(settings).InUse : other);
        var corrections = File.Exists(settings.Storage.Path) ? await CorrectionsAsync(config, cancel) : [];
        var comparison = ModelComparison.Of(model, inUse, texts, [.. corrections.Select(Releasing.ToCheck)]);
        if (format == TextFormat.Json)
        {
            Output.JsonLine(new { comparison.Candidate, comparison.InUse, comparison.CandidateOnCorrections, comparison.InUseOnCorrections, Worse = comparison.Worse() });
        }
        else
        {
            PromoteVerb.Print(comparison);
        }

        return ExitCodes.Done;
    }

    private static async Task<IReadOnlyList<CorrectedMail>> CorrectionsAsync(string[] config, CancellationToken cancel)
    {
        var (_, store, _) = StoreAccess.Open(config);
        using (store)
        {
            return await store.CorrectionsAsync(cancel);
        }
    }

    // What was released and called safeguarding afterwards is not trained on either.
    private static async Task<IEnumerable<TrainingExample>> ReleasedAsync(string[] config, int weight, CancellationToken cancel)
    {
        var corrections = await CorrectionsAsync(config, cancel);
        return corrections.Where(c => Releasing.Forbids(c, corrections) is null).SelectMany(c => Releasing.Examples(c, weight));
    }

    private static int Weight(int given) => given is >= 1 and <= 20
        ? given
        : throw new SettingsException([$"--correction-weight: {given} is out of range: use 1 to 20."]);

    private static Command Predict()
    {
        var verb = new Command("predict", "Prints what a model says of each text, a JSON object a line.") { Model, Data };
        verb.SetAction(parsed =>
        {
            using var model = TopicModel.Load(parsed.GetValue(Model) ?? Composition.ShippedModel);
            foreach (var example in TrainingData.Load(parsed.GetRequiredValue(Data)))
            {
                var said = model.Predict(example.Subject, example.Text ?? example.Body ?? "");
                Output.JsonLine(new
                {
                    example.Id,
                    said.Top,
                    Confidence = Math.Round(said.Confidence, 4),
                    said.Abstained,
                    Topics = said.Topics.Select(t => new { t.Topic, Confidence = Math.Round(t.Confidence, 4), t.Reasons }),
                    said.Kind,
                    said.Urgent,
                });
            }

            return ExitCodes.Done;
        });
        return verb;
    }

    private static async Task<T> WithProgressAsync<T>(Func<IProgress<TrainingProgress>, T> work)
    {
        if (Console.IsErrorRedirected)
        {
            return work(new Progress<TrainingProgress>());
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress().StartAsync(progress =>
        {
            var task = progress.AddTask("Training");
            return Task.Run(() => work(new Shown(p =>
            {
                task.Description = Markup.Escape(p.Stage);
                task.MaxValue = p.Total;
                task.Value = p.Done;
            })));
        });
    }

    private sealed class Shown(Action<TrainingProgress> show) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => show(value);
    }
}
