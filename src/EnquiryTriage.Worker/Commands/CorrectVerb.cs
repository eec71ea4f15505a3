using System.CommandLine;
using EnquiryTriage.Core;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Learning;
using EnquiryTriage.Core.Routing;
using EnquiryTriage.Storage.Sqlite;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Commands;

/// <summary><c>correct REF</c>: what a mail is about, said by a person; the enquiry goes where the table sends such mail.</summary>
internal static class CorrectVerb
{
    private sealed record Said(string[] Topics, string? Kind, bool? Urgent, string Actor);

    public static Command Create()
    {
        var reference = new Argument<string>("REF") { Description = "The enquiry's reference" };
        var topics = new Option<string[]>("--topic") { Description = "The right topics, the owner's first (default: as it stands)", HelpName = "TOPIC", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
        var kind = new Option<string?>("--kind") { Description = "The right kind (default: as it stands)", HelpName = "KIND" };
        var urgent = new Option<bool?>("--urgent") { Description = "Whether somebody is in danger (default: as it stands)", HelpName = "true|false" };
        var by = ByOption();
        var verb = new Command("correct", "Records what a mail is about where the machine was wrong or unsure, and routes its enquiry anew.") { reference, topics, kind, urgent, by };
        verb.SetAction((parsed, cancel) => RunAsync(
            parsed.GetRequiredValue(RootVerb.Config),
            parsed.GetRequiredValue(reference),
            new Said(parsed.GetRequiredValue(topics), parsed.GetValue(kind), parsed.GetValue(urgent), parsed.GetRequiredValue(by)),
            cancel));
        return verb;
    }

    /// <summary>Who acts: the record keeps a name.</summary>
    public static Option<string> ByOption() => new("--by") { Description = "Who says so (default: the user of this machine)", HelpName = "NAME", DefaultValueFactory = _ => Environment.UserName };

    private static async Task<int> RunAsync(string[] config, string given, Said said, CancellationToken cancel)
    {
        if (!EnquiryReference.TryParse(given, out var reference))
        {
            throw new SettingsException([$"correct: '{given}' is not a reference: look it up with 'list'."]);
        }

        var (settings, store, _) = StoreAccess.Open(config);
        using (store)
        {
            using var composition = Composition.Build(SettingsLoader.Configure(config), KeyUse.ReadOnly);
            if (await store.FindAsync(reference.ToString(), cancel) is not { } life || life.Mails.FirstOrDefault(m => m.Role != FolderRole.Sent) is not { } mail)
            {
                throw new SettingsException([$"correct: there is no enquiry {reference} in this store: see 'list', or name another store in Storage:Path."]);
            }

            Check(composition, said, life.Summary);
            return await CorrectAsync(composition, store, life.Summary, mail, said, cancel);
        }
    }

    private static async Task<int> CorrectAsync(Composition composition, SqliteStore store, EnquirySummary enquiry, EnquiryMail mail, Said said, CancellationToken cancel)
    {
        IReadOnlyList<string> topics = said.Topics.Length > 0 ? [.. said.Topics.Distinct(StringComparer.Ordinal)] : [enquiry.Topic!];
        var (kind, urgent) = (said.Kind ?? enquiry.Kind, said.Urgent ?? enquiry.Urgent);
        var (route, due) = composition.Pipeline.Reroute(new RoutingFacts(kind, topics[0], Abstained: false, urgent, enquiry.Language), enquiry.Received);
        EnquiryState? state = kind == MailKinds.Spam && !urgent ? EnquiryState.NoAnswerNeeded
            : enquiry.State is EnquiryState.Triage ? EnquiryState.Assigned
            : null;
        var id = RecordId.New(TimeProvider.System);
        var correction = new Correction(id, enquiry.Reference, mail.Id, said.Actor, enquiry.Topic, enquiry.Kind, enquiry.Urgent, topics, kind, urgent);
        await store.CorrectAsync(correction, new CorrectedRoute(route.Team, route.Rule, due?.Due, state), TimeProvider.System.GetUtcNow(), cancel);
        Console.WriteLine($"{enquiry.Reference}: {kind}, {string.Join(", ", topics)}{(urgent ? ", urgent" : "")}; team {route.Team} (rule: {route.Rule}). Correction {id}.");
        return ExitCodes.Done;
    }

    private static void Check(Composition composition, Said said, EnquirySummary enquiry)
    {
        var problems = said.Topics.Where(t => !composition.Taxonomy.Labels.Contains(t))
            .Select(t => $"--topic: '{t}' is not a topic: use {string.Join(", ", composition.Taxonomy.Labels)}.").ToList();
        if (said.Kind is { } kind && !composition.Taxonomy.Kinds.Contains(kind))
        {
            problems.Add($"--kind: '{kind}' is not a kind: use {string.Join(", ", composition.Taxonomy.Kinds)}.");
        }

        if (said.Topics.Length == 0 && enquiry.Topic is null)
        {
            problems.Add($"correct: {enquiry.Reference} has no topic yet: name it with --topic.");
        }

        if (said is { Topics.Length: 0, Kind: null, Urgent: null })
        {
            problems.Add("correct: nothing to correct: give --topic, --kind or --urgent.");
        }

        if (problems.Count > 0)
        {
            throw new SettingsException(problems);
        }
    }
}
