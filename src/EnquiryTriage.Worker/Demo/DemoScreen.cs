using System.Globalization;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Worker.Commands;
using EnquiryTriage.Worker.Intake;
using EnquiryTriage.Worker.Outbox;
using Spectre.Console;

namespace EnquiryTriage.Worker.Demo;

/// <summary>Shows each mail's way, a line a mail, and counts.</summary>
internal sealed class DemoScreen(IAnsiConsole console) : IIntakeObserver, IOutboxObserver
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>Mails settled so far, by what became of them.</summary>
    public IReadOnlyDictionary<string, int> Counts
    {
        get
        {
            lock (_lock)
            {
                return new Dictionary<string, int>(_counts, StringComparer.Ordinal);
            }
        }
    }

    /// <summary>Mails settled so far.</summary>
    public int Settled
    {
        get
        {
            lock (_lock)
            {
                return _counts.Values.Sum();
            }
        }
    }

    /// <inheritdoc/>
    void IIntakeObserver.Settled(IntakeOutcome outcome)
    {
        var name = outcome.Key.Key[..Math.Max(0, outcome.Key.Key.LastIndexOf(':'))];
        var (group, text, colour) = Describe(outcome);
        lock (_lock)
        {
            _counts[group] = _counts.GetValueOrDefault(group) + 1;
            console.MarkupLine($"[grey]{Markup.Escape(name),-44}[/] [{colour}]{Markup.Escape(Output.Plain(text))}[/]");
        }
    }

    /// <inheritdoc/>
    void IOutboxObserver.Sent(ClaimedOutboxRow row, RelayReply reply)
    {
        lock (_lock)
        {
            if (row.Purpose == OutboxPurpose.Alert)
            {
                console.MarkupLine($"[red]{"",-44} alert to the duty contact: {Markup.Escape(reply.Kind.ToString())}[/]");
            }
        }
    }

    private static (string Group, string Text, string Colour) Describe(IntakeOutcome outcome)
    {
        if (outcome.State != LedgerState.Ingested)
        {
            return (outcome.State.ToString().ToLowerInvariant(), $"{outcome.State}: {outcome.Reason}", "yellow");
        }

        if (outcome.Record!.Role == FolderRole.Sent)
        {
            return ("answer by a person", "a person's answer, seen in the Sent folder: the clock stops", "green");
        }

        var analysis = outcome.Analysis!;
        var urgent = analysis.Urgent ? "URGENT " : "";
        if (outcome.Decision!.Triage is not { } triage)
        {
            return ("automatic", $"{urgent}automatic: {Choice(analysis)}", analysis.Urgent ? "red" : "grey");
        }

        var prediction = analysis.Prediction!;
        var joins = outcome.Decision.Joins is { } j ? $"joins {j.Reference}, " : "";
        var topic = prediction.Abstained ? $"{prediction.Top}? (unsure)" : prediction.Top;
        var questions = analysis.Questions.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $", {analysis.Questions.Count} questions") : "";
        var acknowledged = triage.Acknowledgement.Send ? "acknowledged" : $"not acknowledged ({triage.Acknowledgement.Reason})";
        var group = analysis.Urgent ? "urgent" : outcome.Decision.Joins is null ? "new enquiry" : "follow-up";
        return (group, $"{urgent}{joins}{analysis.Kind}, {topic}{questions} -> {triage.Route.Team}; {acknowledged}", analysis.Urgent ? "red" : "white");
    }

    private static string Choice(Core.MailAnalysis analysis) => Settings.Choice.Word(analysis.Mail.Automatic!.Kind);
}
