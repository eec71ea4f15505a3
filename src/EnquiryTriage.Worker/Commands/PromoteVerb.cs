using System.CommandLine;
using System.Globalization;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Learning;
using EnquiryTriage.Storage.Sqlite;
using EnquiryTriage.Topics;
using EnquiryTriage.Worker.Models;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Commands;

/// <summary><c>topics promote|rollback</c>: another model is taken into use, or the one before.</summary>
internal static class PromoteVerb
{
    public static Command Create(Option<string[]> data)
    {
        var candidate = new Argument<string>("MODEL") { Description = "The candidate" };
        var force = new Option<bool>("--force") { Description = "Also where it does something worse than the model in use" };
        var by = CorrectVerb.ByOption();
        var verb = new Command("promote", "Takes a model into use from the next start on; refuses one that is worse on the data or on any correction so far.") { candidate, data, force, by };
        verb.SetAction(async (parsed, cancel) =>
        {
            var settings = SettingsLoader.Bind(SettingsLoader.Configure(parsed.GetRequiredValue(RootVerb.Config)));
            var shelf = new ModelShelf(settings);
            using var model = TopicModel.Load(parsed.GetRequiredValue(candidate));
            using var inUse = TopicModel.Load(shelf.InUse);
            using var store = SqliteStore.Open(settings.Storage.Path);
            var corrections = (await store.CorrectionsAsync(cancel)).Select(Releasing.ToCheck).ToList();
            var comparison = ModelComparison.Of(model, inUse, TrainingData.Load(parsed.GetRequiredValue(data)), corrections);
            Print(comparison);
            var worse = comparison.Worse();
            if (worse.Count > 0 && !parsed.GetValue(force))
            {
                await Console.Error.WriteLineAsync($"topics promote: the candidate is worse ({string.Join("; ", worse)}): train on more, or repeat with --force.");
                return ExitCodes.SomeFailed;
            }

            var path = shelf.Promote(model);
            var detail = new NewEvent(
                EventTypes.ModelPromoted,
                parsed.GetRequiredValue(by),
                new Dictionary<string, string>(StringComparer.Ordinal) { ["from"] = inUse.Version, ["to"] = model.Version, ["forced"] = string.Join("; ", worse) });
            await store.RecordAsync(detail, TimeProvider.System.GetUtcNow(), cancel);
            Console.WriteLine($"{path} is in use from the next start on.");
            return ExitCodes.Done;
        });
        return verb;
    }

    public static Command RollBack()
    {
        var by = CorrectVerb.ByOption();
        var verb = new Command("rollback", "Goes back to the model before, from the next start on.") { by };
        verb.SetAction(async (parsed, cancel) =>
        {
            var settings = SettingsLoader.Bind(SettingsLoader.Configure(parsed.GetRequiredValue(RootVerb.Config)));
            using var store = SqliteStore.Open(settings.Storage.Path);
            if (new ModelShelf(settings).RollBack() is not { } path)
            {
                await Console.Error.WriteLineAsync("topics rollback: the shipped model is in use: there is none before it.");
                return ExitCodes.SomeFailed;
            }

            var detail = new NewEvent(
                EventTypes.ModelRolledBack, parsed.GetRequiredValue(by), new Dictionary<string, string>(StringComparer.Ordinal) { ["to"] = Path.GetFileName(path) });
            await store.RecordAsync(detail, TimeProvider.System.GetUtcNow(), cancel);
            Console.WriteLine($"{path} is in use from the next start on.");
            return ExitCodes.Done;
        });
        return verb;
    }

    /// <summary>Both models side by side: the whole, each topic, and the corrections.</summary>
    public static void Print(ModelComparison comparison)
    {
        List<(string What, double? Candidate, double? InUse)> rows =
        [
            ("any owner right", comparison.Candidate.AnyOwnerAccuracy, comparison.InUse.AnyOwnerAccuracy),
            ("primary right", comparison.Candidate.Accuracy, comparison.InUse.Accuracy),
            ("surest half", comparison.Candidate.SurestHalfAccuracy, comparison.InUse.SurestHalfAccuracy),
            ("macro F1", comparison.Candidate.MacroF1, comparison.InUse.MacroF1),
            ("calibration error", comparison.Candidate.CalibrationError, comparison.InUse.CalibrationError),
            ("urgent found", comparison.Candidate.Urgency?.Recall, comparison.InUse.Urgency?.Recall),
            ("false alarms", comparison.Candidate.Urgency?.FalseAlarms, comparison.InUse.Urgency?.FalseAlarms),
            ("corrections: any owner right", comparison.CandidateOnCorrections?.AnyOwnerAccuracy, comparison.InUseOnCorrections?.AnyOwnerAccuracy),
            .. comparison.InUse.PerTopic.Keys.Union(comparison.Candidate.PerTopic.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(
                t => ("F1 " + t, comparison.Candidate.PerTopic.GetValueOrDefault(t)?.F1, comparison.InUse.PerTopic.GetValueOrDefault(t)?.F1)),
        ];
        Output.Rows(ListFormat.Table, rows, [
            new("Figure", r => r.What),
            new("Candidate", r => Figure(r.Candidate)),
            new("In use", r => Figure(r.InUse))]);
    }

    private static string Figure(double? value) => value?.ToString("0.000", CultureInfo.InvariantCulture) ?? "";
}
