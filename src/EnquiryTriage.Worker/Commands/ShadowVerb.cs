using System.CommandLine;
using System.Text.Json;
using EnquiryTriage.Core.Reporting;

namespace EnquiryTriage.Worker.Commands;

/// <summary><c>shadow --since D</c>: what the worker would have done, a line a mail.</summary>
internal static class ShadowVerb
{
    public static Command Create()
    {
        var since = new Option<string?>("--since") { Description = "Only mails fetched since then", HelpName = "DATE" };
        var format = new Option<TextFormat>("--format") { Description = "text or json", DefaultValueFactory = _ => TextFormat.Text };
        var verb = new Command("shadow", "Prints what would have been acknowledged, routed and alerted, a line each.") { since, format };
        verb.SetAction(async (parsed, cancel) =>
        {
            var (_, store, zone) = StoreAccess.Open(parsed.GetRequiredValue(RootVerb.Config));
            using (store)
            {
                await foreach (var mail in store.DecisionsAsync(Output.Date(parsed.GetValue(since), "--since", zone), cancel))
                {
                    var decision = JsonSerializer.Deserialize<DecisionDocument>(mail.DecisionJson, ContractJson.Line)!;
                    if (parsed.GetValue(format) == TextFormat.Json)
                    {
                        Output.JsonLine(new { mail.MailId, mail.Reference, mail.Received, mail.Fetched, Decision = JsonElement.Parse(mail.DecisionJson) });
                    }
                    else
                    {
                        Console.WriteLine(Line(mail.Reference, Output.Time(mail.Received, zone), decision));
                    }
                }

                return ExitCodes.Done;
            }
        });
        return verb;
    }

    private static string Line(string? reference, string received, DecisionDocument decision)
    {
        var alert = decision.Urgent ? "  ALERT" : "";
        if (decision.Triage is not { } triage)
        {
            return $"{received}  {reference ?? "-",-14}  {decision.Automatic?.Kind.ToString() ?? "-"}: no acknowledgement{alert}";
        }

        var acknowledgement = triage.Acknowledgement.Send ? $"acknowledge with '{triage.Acknowledgement.Template}'" : "no acknowledgement";
        return $"{received}  {reference ?? "-",-14}  {triage.Kind}, {triage.Top}{(triage.Abstained ? "?" : "")} -> {triage.Team}; {acknowledgement} ({Output.Plain(triage.Acknowledgement.HoldReason ?? triage.Acknowledgement.Reason)}){alert}";
    }
}
