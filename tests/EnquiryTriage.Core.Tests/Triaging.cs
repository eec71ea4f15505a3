using EnquiryTriage.Core.Acknowledgements;
using EnquiryTriage.Core.Clocks;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Routing;
using EnquiryTriage.Mail;
using EnquiryTriage.Topics;

namespace EnquiryTriage.Core.Tests;

/// <summary>A small deployment: five teams, six rules, two templates, and a model that says what a test wants.</summary>
internal static class Triaging
{
    /// <summary>A Monday morning.</summary>
    public static readonly DateTimeOffset Now = new(2021, 4, 12, 10, 0, 0, TimeSpan.Zero);

    public static readonly string[] TopicLabels = ["drugs", "fraud", "other"];
    public static readonly string[] Kinds = ["enquiry", "logistics", "complaint", "crime-report", "threat-to-life", "safeguarding", "spam"];

    public static readonly SignedMessageIds Ids = new("agency.example", [[.. Enumerable.Range(1, 32).Select(i => (byte)i)]]);

    public static readonly ReadingOptions Reading = new()
    {
        Ours = Ids,
        OwnAddresses = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { Mails.Us },
    };

    public static TriageSettings Settings() => new()
    {
        MailboxAddress = Mails.Us,
        MailboxName = "Strategy Team",
        DutyContact = "duty@agency.example",
        Teams = new Dictionary<string, TeamSettings>(StringComparer.Ordinal)
        {
            ["duty"] = new() { Name = "the Duty Desk" },
            ["drugs"] = new() { Name = "the Drugs Team", NameCy = "y Tîm Cyffuriau" },
            ["fraud"] = new() { Name = "the Fraud Team" },
            ["complaints"] = new() { Name = "the Complaints Officer" },
            ["general"] = new() { Name = "the Strategy Team" },
        },
        Rules =
        [
            new() { Name = "danger", Urgent = true, Team = "duty", Target = "30 minutes" },
            new() { Name = "complaints", Kinds = ["complaint"], Team = "complaints", Target = "10 working days" },
            new() { Name = "a person decides", Abstained = true, Team = "general", Target = "5 working days" },
            new() { Name = "drugs", Topics = ["drugs"], Team = "drugs", Target = "5 working days" },
            new() { Name = "fraud", Topics = ["fraud"], Team = "fraud", Target = "2 working days" },
            new() { Name = "everything else", Team = "general" },
        ],
        Acknowledgements = Acknowledging(),
    };

    public static AcknowledgementSettings Acknowledging() => new()
    {
        Urgent = new() { Template = "signpost" },
        Kinds = new Dictionary<string, KindPolicy>(StringComparer.Ordinal)
        {
            ["complaint"] = new() { Action = AcknowledgementAction.None },
            ["spam"] = new() { Action = AcknowledgementAction.None },
            ["crime-report"] = new() { Action = AcknowledgementAction.Hold, Template = "signpost" },
        },
        Templates = new Dictionary<string, TemplateSettings>(StringComparer.Ordinal)
        {
            ["enquiry"] = new()
            {
                Subject = "{{Reference}}: we have your message",
                Text = ["{{Team}} answers{{#if Due}} by {{Due}}{{/if}}.", "{{#each Topics}}- {{this}}", "{{/each}}{{PrivacyUrl}}"],
                Html = ["<p>{{Team}} answers.</p>"],
                SubjectCy = "{{Reference}}: mae eich neges gyda ni",
                TextCy = ["Bydd {{Team}} yn ateb{{#if Due}} erbyn {{Due}}{{/if}}."],
                HtmlCy = ["<p>Bydd {{Team}} yn ateb.</p>"],
            },
            ["signpost"] = new() { Subject = "{{Reference}}: call 999", Text = ["Call 999."] },
        },
        PrivacyUrl = "https://agency.example/privacy",
    };

    public static Prediction Says(
        string top = "drugs",
        double confidence = 0.9,
        bool abstained = false,
        string? kind = "enquiry",
        double kindConfidence = 0.9,
        bool? urgent = false,
        double score = 0) =>
        new(top, confidence, abstained, [new TopicScore(top, confidence, [])], kind, kindConfidence, urgent, score);

    public static TriagePipeline Pipeline(Classify? classify = null, TriageSettings? settings = null)
    {
        settings ??= Settings();
        var problems = new List<string>();
        var routing = RoutingTable.Build(settings.Rules, settings.Teams, TopicLabels, Kinds, problems);
        Assert.Empty(problems);
        return new TriagePipeline(
            settings, Reading, classify ?? ((_, _) => Says()), routing, new AcknowledgementPolicy(settings.Acknowledgements), WorkingCalendar.Default);
    }

    public static TriageDecision Decide(this TriagePipeline pipeline, MailAnalysis analysis, MailHistory? history = null, DateTimeOffset? received = null) =>
        pipeline.Decide(analysis, history ?? MailHistory.None, received ?? Now, Now, adoptedBefore: null);

    public static MailHistory With(params ConversationCandidate[] candidates) => MailHistory.None with { Candidates = candidates };
}
