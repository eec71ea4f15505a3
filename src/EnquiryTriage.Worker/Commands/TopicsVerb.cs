using System.CommandLine;
using EnquiryTriage.Core.Reporting;
using EnquiryTriage.Topics;
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

    public static Command Create() => new("topics", "Trains, evaluates and asks the topic model.") { Train(), Evaluate(), Predict() };

    private static Command Train()
    {
        var taxonomy = new Option<string?>("--taxonomy") { Description = "The closed lists (default: the labels of the data)", HelpName = "FILE" };
        var lexicon = new Option<string?>("--lexicon") { Description = "Phrases that speak for a topic (the shipped model is trained with models/lexicon.json)", HelpName = "FILE" };
        var target = new Option<string>("--out") { Description = "Where the model is written", HelpName = "MODEL", Required = true };
        var verb = new Command("train", "Trains a model. The same data gives the same file.") { Data, taxonomy, lexicon, target };
        verb.SetAction(async (parsed, cancel) =>
        {
            var examples = TrainingData.Load(parsed.GetRequiredValue(Data));
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
        var verb = new Command("evaluate", "Scores a model on labelled texts that its training never saw.") { Model, Data, format };
        verb.SetAction(parsed =>
        {
            using var model = TopicModel.Load(parsed.GetValue(Model) ?? Composition.ShippedModel);
            var evaluation = TopicEvaluator.Evaluate(model, TrainingData.Load(parsed.GetRequiredValue(Data)));
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
