using System.CommandLine;
using System.Text.Json;
using EnquiryTriage.Core.Reporting;
using EnquiryTriage.Topics;
using EnquiryTriage.Worker.Models;

namespace EnquiryTriage.Worker.Commands;

/// <summary><c>topics drift</c>: whether the mail that comes in still looks like the texts that the model learnt from.</summary>
internal static class DriftVerb
{
    public static Command Create()
    {
        var since = new Option<string?>("--since") { Description = "Mails fetched since then (default: 28 days)", HelpName = "DATE" };
        var format = Output.ListFormatOption();
        var verb = new Command("drift", "How far incoming mail is from what the model learnt: share abstained, confidence, unseen words; the period, the one before, and training.") { since, format };
        verb.SetAction(async (parsed, cancel) =>
        {
            var (settings, store, zone) = StoreAccess.Open(parsed.GetRequiredValue(RootVerb.Config));
            using (store)
            {
                using var model = TopicModel.Load(new ModelShelf(settings).InUse);
                var now = TimeProvider.System.GetUtcNow();
                var from = Output.Date(parsed.GetValue(since), "--since", zone) ?? now.AddDays(-28);
                var before = from - (now - from);
                var (current, earlier) = (new Sums(), new Sums());
                await foreach (var mail in store.DecisionsAsync(before, cancel))
                {
                    var triage = JsonSerializer.Deserialize<DecisionDocument>(mail.DecisionJson, ContractJson.Line)?.Triage;
                    if (triage is not null)
                    {
                        (mail.Fetched >= from ? current : earlier).Add(triage.Abstained, triage.Confidence, model.UnseenWords(mail.NewText));
                    }
                }

                Output.Rows(
                    parsed.GetValue(format),
                    [current.Figures("this period"), earlier.Figures("the period before"), new Drift("training, cross-validated", model.TrainedOn, Round(1 - model.ExpectedCoverage), null, null)],
                    [
                        new("Period", r => r.Period),
                        new("Mails", r => r.Mails),
                        new("Abstained", r => r.Abstained),
                        new("Confidence", r => r.Confidence),
                        new("UnseenWords", r => r.UnseenWords),
                    ]);
                return ExitCodes.Done;
            }
        });
        return verb;
    }

    private static double? Round(double? share) => share is { } value ? Math.Round(value, 3) : null;

    private sealed record Drift(string Period, int Mails, double? Abstained, double? Confidence, double? UnseenWords);

    private sealed class Sums
    {
        private int _mails;
        private int _abstained;
        private double _confidence;
        private int _worded;
        private double _unseen;

        public Drift Figures(string period) => new(
            period,
            _mails,
            _mails == 0 ? null : Round(_abstained / (double)_mails),
            _mails == 0 ? null : Round(_confidence / _mails),
            _worded == 0 ? null : Round(_unseen / _worded));

        public void Add(bool abstained, double confidence, double? unseen)
        {
            _mails++;
            _abstained += abstained ? 1 : 0;
            _confidence += confidence;
            _worded += unseen is null ? 0 : 1;
            _unseen += unseen ?? 0;
        }
    }
}
