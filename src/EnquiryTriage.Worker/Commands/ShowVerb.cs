using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Reporting;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Commands;

/// <summary><c>show REF</c>: an enquiry's whole life.</summary>
internal static class ShowVerb
{
    public static Command Create()
    {
        var reference = new Argument<string>("REF") { Description = "The enquiry's reference; case, spaces and hyphens do not matter" };
        var format = new Option<ListFormat>("--format") { Description = "table (for people), csv (the events) or json (one object)", DefaultValueFactory = _ => ListFormat.Table };
        var verb = new Command("show", "Prints an enquiry's whole life: mails, questions, decisions with reasons, acknowledgements, events.") { reference, format };
        verb.SetAction((parsed, cancel) => RunAsync(
            parsed.GetRequiredValue(RootVerb.Config), parsed.GetRequiredValue(reference), parsed.GetValue(format), cancel));
        return verb;
    }

    private static async Task<int> RunAsync(string[] config, string given, ListFormat format, CancellationToken cancel)
    {
        if (!EnquiryReference.TryParse(given, out var reference))
        {
            throw new SettingsException([$"show: '{given}' is not a reference (a character is wrong): compare it with the acknowledgement, or look it up with 'list'."]);
        }

        var (_, store, zone) = StoreAccess.Open(config);
        using (store)
        {
            if (await store.FindAsync(reference.ToString(), cancel) is not { } life)
            {
                throw new SettingsException([$"show: there is no enquiry {reference} in this store: see 'list', or name another store in Storage:Path."]);
            }

            switch (format)
            {
                case ListFormat.Json:
                    Output.JsonLine(new { life.Summary, life.Rule, Mails = life.Mails.Select(Document), life.Questions, life.Outbox, life.Events });
                    break;
                case ListFormat.Csv:
                    Output.Rows(format, life.Events, EventColumns(zone, people: false));
                    break;
                default:
                    Print(life, zone);
                    break;
            }

            return ExitCodes.Done;
        }
    }

    private static object Document(EnquiryMail mail) => new
    {
        mail.Id,
        mail.Role,
        mail.Received,
        mail.Fetched,
        mail.MessageId,
        mail.Sender,
        mail.Subject,
        mail.NewText,
        mail.Urgent,
        mail.Automatic,
        Decision = JsonElement.Parse(mail.DecisionJson),
    };

    private static void Print(EnquiryLife life, TimeZoneInfo zone)
    {
        var s = life.Summary;
        Console.WriteLine($"{s.Reference}  {Output.Plain(s.Subject)}");
        Console.WriteLine($"  {Choice.Word(s.State)}, {s.Kind}, {s.Topic ?? "topic undecided"}, {(s.Urgent ? "URGENT, " : "")}language {s.Language}");
        Console.WriteLine($"  team {s.Team} (rule: {life.Rule}), received {Output.Time(s.Received, zone)}, due {(s.Due is null ? "never" : Output.Time(s.Due, zone))}");
        foreach (var mail in life.Mails)
        {
            PrintMail(mail, zone);
        }

        Console.WriteLine();
        Console.WriteLine("Questions");
        Output.Rows(ListFormat.Table, life.Questions, [
            new("#", q => q.Ordinal),
            new("Topic", q => q.Topic),
            new("Sure", q => q.Confidence.ToString("0.00", CultureInfo.InvariantCulture) + (q.Abstained ? " (a person decides)" : "")),
            new("Team", q => q.Team),
            new("Due", q => Output.Time(q.Due, zone)),
            new("Text", q => q.Text.Length > 90 ? q.Text[..89] + "…" : q.Text)]);
        Console.WriteLine("Outgoing");
        Output.Rows(ListFormat.Table, life.Outbox, [
            new("Purpose", o => Choice.Word(o.Purpose)),
            new("State", o => Choice.Word(o.State)),
            new("Template", o => o.Template),
            new("To", o => o.Recipient),
            new("Attempts", o => o.Attempts),
            new("Accepted", o => Output.Time(o.Accepted, zone)),
            new("Queue id", o => o.QueueId),
            new("Note", o => o.HoldReason ?? o.LastReply ?? "")]);
        Console.WriteLine("Events");
        Output.Rows(ListFormat.Table, life.Events, EventColumns(zone, people: true));
    }

    private static void PrintMail(EnquiryMail mail, TimeZoneInfo zone)
    {
        Console.WriteLine();
        Console.WriteLine($"{(mail.Role == Core.Intake.FolderRole.Sent ? "Answer" : "Mail")} of {Output.Time(mail.Received, zone)} from {Output.Plain(mail.Sender ?? "nobody")}{(mail.Automatic is null ? "" : $" ({mail.Automatic})")}");
        foreach (var line in mail.NewText.Split('\n').Take(12))
        {
            Console.WriteLine($"  | {Output.Plain(line)}");
        }

        var decision = JsonSerializer.Deserialize<DecisionDocument>(mail.DecisionJson, ContractJson.Line)!;
        Console.WriteLine($"  conversation: {decision.ConversationReason}");
        if (decision.SplitOffer is { } split)
        {
            Console.WriteLine($"  may be a new enquiry: {Output.Plain(split)}");
        }

        foreach (var reason in decision.UrgentReasons)
        {
            Console.WriteLine($"  urgent: {Output.Plain(reason)}");
        }

        if (decision.Triage is { } triage)
        {
            Console.WriteLine($"  kind {triage.Kind} ({triage.KindReason})");
            foreach (var topic in triage.Topics)
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  topic {topic.Topic} {topic.Confidence:0.00}: {Output.Plain(string.Join(", ", topic.Reasons))}"));
            }

            Console.WriteLine($"  team {triage.Team} ({triage.Rule})");
            foreach (var line in triage.DueArithmetic)
            {
                Console.WriteLine($"  due: {line}");
            }

            Console.WriteLine($"  acknowledgement: {(triage.Acknowledgement.Send ? "yes" : "no")}, {Output.Plain(triage.Acknowledgement.Reason)}{(triage.Acknowledgement.HoldReason is { } hold ? $"; held: {hold}" : "")}");
        }
    }

    private static Column<EnquiryEvent>[] EventColumns(TimeZoneInfo zone, bool people) =>
    [
        new("Sequence", e => e.Sequence),
        new("At", e => people ? Output.Time(e.At, zone) : e.At),
        new("Type", e => e.Type),
        new("Actor", e => e.Actor),
        new("Detail", e => e.Detail.ToString()),
    ];
}
