using System.CommandLine;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Commands;

/// <summary><c>list</c>: enquiries in a line each.</summary>
internal static class ListVerb
{
    public static Command Create()
    {
        var team = new Option<string?>("--team") { Description = "Only this team's", HelpName = "TEAM" };
        var topic = new Option<string?>("--topic") { Description = "Only of this topic", HelpName = "TOPIC" };
        var state = new Option<string?>("--state") { Description = $"Only in this state: {string.Join(", ", Enum.GetValues<EnquiryState>().Select(Choice.Word))}", HelpName = "STATE" };
        var limit = new Option<int>("--limit") { Description = "At most so many, newest first", DefaultValueFactory = _ => 500 };
        var format = Output.ListFormatOption();
        var verb = new Command("list", "Lists enquiries, newest first.") { team, topic, state, limit, format };
        verb.SetAction((parsed, cancel) => RunAsync(
            parsed.GetRequiredValue(RootVerb.Config),
            new EnquiryFilter(parsed.GetValue(team), parsed.GetValue(topic), StateOf(parsed.GetValue(state)), parsed.GetValue(limit)),
            parsed.GetValue(format),
            cancel));
        return verb;
    }

    private static async Task<int> RunAsync(string[] config, EnquiryFilter filter, ListFormat format, CancellationToken cancel)
    {
        var (settings, store, zone) = StoreAccess.Open(config);
        using (store)
        {
            if (filter.Team is { } team && !settings.Teams.ContainsKey(team))
            {
                throw new SettingsException([$"--team: '{team}' is not a team: use one of {string.Join(", ", settings.Teams.Keys)}."]);
            }

            var rows = await store.ListAsync(filter, cancel);
            Output.Rows(format, rows, Columns(format, zone));
            return ExitCodes.Done;
        }
    }

    private static Column<EnquirySummary>[] Columns(ListFormat format, TimeZoneInfo zone)
    {
        object? Time(DateTimeOffset? at) => format == ListFormat.Table ? Output.Time(at, zone) : at;
        return
        [
            new("Reference", e => e.Reference),
            new("State", e => Choice.Word(e.State)),
            new("Kind", e => e.Kind),
            new("Topic", e => e.Topic ?? (format == ListFormat.Table ? "(undecided)" : null)),
            new("Team", e => e.Team),
            new("Urgent", e => e.Urgent),
            new("Received", e => Time(e.Received)),
            new("Due", e => Time(e.Due)),
            new("Acknowledged", e => Time(e.Acknowledged)),
            new("Answered", e => Time(e.Answered)),
            new("Questions", e => e.Questions),
            new("Subject", e => e.Subject),
        ];
    }

    private static EnquiryState? StateOf(string? word)
    {
        var problems = new List<string>();
        EnquiryState? state = word is null ? null : Choice.Read<EnquiryState>("--state", word, problems);
        return problems.Count == 0 ? state : throw new SettingsException(problems);
    }
}
