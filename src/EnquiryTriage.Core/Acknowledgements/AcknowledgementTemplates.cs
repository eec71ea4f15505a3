using System.Globalization;
using EnquiryTriage.Core.Routing;
using HandlebarsDotNet;
using HandlebarsDotNet.Compiler;

namespace EnquiryTriage.Core.Acknowledgements;

/// <summary>The values a template may use: a closed list, so that an unknown placeholder is found at start.</summary>
/// <param name="Reference">The enquiry's reference.</param>
/// <param name="Subject">The subject of the sender's mail.</param>
/// <param name="Team">The team that answers.</param>
/// <param name="Due">The day by which a person will reply, written out; empty where no clock runs.</param>
/// <param name="Topics">Names of the topics understood.</param>
/// <param name="Mailbox">The mailbox that speaks.</param>
/// <param name="PrivacyUrl">Link to the privacy notice.</param>
public sealed record AcknowledgementValues(
    string Reference,
    string Subject,
    string Team,
    string Due,
    IReadOnlyList<string> Topics,
    string Mailbox,
    string PrivacyUrl);

/// <summary>A rendered acknowledgement.</summary>
/// <param name="Subject">One line.</param>
/// <param name="Text">text/plain.</param>
/// <param name="Html">text/html, or null where the template has none.</param>
/// <param name="Language">"en" or "cy".</param>
public sealed record RenderedAcknowledgement(string Subject, string Text, string? Html, string Language);

/// <summary>Acknowledgement templates, compiled and tried out when the worker starts.</summary>
public sealed class AcknowledgementTemplates
{
    private static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-GB");
    private static readonly CultureInfo Welsh = CultureInfo.GetCultureInfo("cy-GB");
    private static readonly AcknowledgementValues Sample = new("ET-0000000-0", "Subject", "Team", "Monday", ["Topic"], "mailbox@example.org", "https://example.org/privacy");

    // A branch that is not taken is not tried: the second sample takes the others.
    private static readonly AcknowledgementValues EmptySample = new("", "", "", "", [], "", "");

    private readonly Dictionary<(string Name, bool Welsh), Compiled> _compiled = [];

    private AcknowledgementTemplates()
    {
    }

    /// <summary>Compiles the templates; <paramref name="problems"/> gets a line for each that is wrong, with key and remedy.</summary>
    public static AcknowledgementTemplates Build(AcknowledgementSettings settings, ICollection<string> problems)
    {
        var templates = new AcknowledgementTemplates();
        foreach (var (name, template) in settings.Templates)
        {
            var at = $"Acknowledgements:Templates:{name}";
            if (template.Subject.Length == 0 || template.Text.Count == 0)
            {
                problems.Add($"{at}: Subject and Text are needed.");
                continue;
            }

            templates.Add(name, false, at, "", template.Subject, template.Text, template.Html, problems);
            if (template.TextCy.Count > 0)
            {
                var subject = template.SubjectCy.Length > 0 ? template.SubjectCy : template.Subject;
                templates.Add(name, true, at, "Cy", subject, template.TextCy, template.HtmlCy, problems);
                if (template.Html.Count > 0 != template.HtmlCy.Count > 0)
                {
                    problems.Add($"{at}: Html and HtmlCy go together: give both or neither.");
                }
            }
        }

        var used = settings.Kinds.Select(k => ($"Acknowledgements:Kinds:{k.Key}:Template", k.Value))
            .Append(("Acknowledgements:Urgent:Template", settings.Urgent))
            .Append(("Acknowledgements:Templates", new KindPolicy()));
        foreach (var (key, policy) in used)
        {
            if (policy.Action != AcknowledgementAction.None && !settings.Templates.ContainsKey(policy.Template))
            {
                problems.Add($"{key}: there is no template '{policy.Template}': add it to Acknowledgements:Templates, or name one of {string.Join(", ", settings.Templates.Keys)}.");
            }
        }

        return templates;
    }

    /// <summary>Renders a template in the sender's language, where there is a Welsh text, else in English.</summary>
    public RenderedAcknowledgement Render(string name, string language, AcknowledgementValues values)
    {
        var welsh = language == "cy" && _compiled.ContainsKey((name, true));
        var compiled = _compiled[(name, welsh)];
        return new RenderedAcknowledgement(
            compiled.Subject(values).ReplaceLineEndings(" "),
            compiled.Text(values),
            compiled.Html?.Invoke(values),
            welsh ? "cy" : "en");
    }

    /// <summary>Writes a due date for people: the day in the deployment's zone.</summary>
    public static string DueInWords(DateTimeOffset? due, TimeZoneInfo zone, bool welsh) => due is { } at
        ? TimeZoneInfo.ConvertTime(at, zone).ToString("dddd d MMMM yyyy", welsh ? Welsh : English)
        : "";

    /// <summary>A team's name in the sender's language.</summary>
    public static string TeamName(TeamSettings team, bool welsh) => welsh && team.NameCy.Length > 0 ? team.NameCy : team.Name;

    private void Add(
        string name,
        bool welsh,
        string at,
        string suffix,
        string subject,
        IEnumerable<string> text,
        IList<string> html,
        ICollection<string> problems)
    {
        var compiledSubject = Compile($"{at}:Subject{suffix}", subject, escape: false, problems);
        var compiledText = Compile($"{at}:Text{suffix}", string.Join('\n', text) + "\n", escape: false, problems);
        var compiledHtml = html.Count == 0 ? null : Compile($"{at}:Html{suffix}", string.Join('\n', html) + "\n", escape: true, problems);
        if (compiledSubject is not null && compiledText is not null)
        {
            _compiled[(name, welsh)] = new Compiled(compiledSubject, compiledText, compiledHtml);
        }
    }

    private static HandlebarsTemplate<object, object>? Compile(string at, string source, bool escape, ICollection<string> problems)
    {
        var handlebars = Handlebars.Create(new HandlebarsConfiguration
        {
            ThrowOnUnresolvedBindingExpression = true,
            NoEscape = !escape,
        });
        try
        {
            var template = handlebars.Compile(source);
            template(Sample);
            template(Sample with { Topics = [], Due = "", Subject = "" });
            template(EmptySample);
            return template;
        }
        catch (Exception e) when (e is HandlebarsException or HandlebarsUndefinedBindingException)
        {
            problems.Add($"{at} does not compile: {e.Message.ReplaceLineEndings(" ")}. Placeholders: {{{{Reference}}}}, {{{{Subject}}}}, {{{{Team}}}}, {{{{Due}}}}, {{{{#each Topics}}}}, {{{{Mailbox}}}}, {{{{PrivacyUrl}}}}.");
            return null;
        }
    }

    private sealed record Compiled(
        HandlebarsTemplate<object, object> Subject,
        HandlebarsTemplate<object, object> Text,
        HandlebarsTemplate<object, object>? Html);
}
