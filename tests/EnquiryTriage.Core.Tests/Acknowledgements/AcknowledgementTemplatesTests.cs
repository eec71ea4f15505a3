using EnquiryTriage.Core.Acknowledgements;
using EnquiryTriage.Core.Routing;

namespace EnquiryTriage.Core.Tests.Acknowledgements;

public class AcknowledgementTemplatesTests
{
    private static readonly AcknowledgementValues Values = new(
        "ET-04HMASW-F", "County lines", "the Drugs Team", "Monday 19 April 2021", ["Drugs", "Fraud"], "strategy@agency.example", "https://agency.example/privacy");

    [Fact]
    public void A_template_says_what_it_was_given()
    {
        var rendered = Build(Triaging.Acknowledging()).Render("enquiry", "en", Values);

        Assert.Equal("ET-04HMASW-F: we have your message", rendered.Subject);
        Assert.Equal("the Drugs Team answers by Monday 19 April 2021.\n- Drugs\n- Fraud\nhttps://agency.example/privacy\n", rendered.Text);
        Assert.Equal("<p>the Drugs Team answers.</p>\n", rendered.Html);
        Assert.Equal("en", rendered.Language);
    }

    [Fact]
    public void A_clock_that_does_not_run_is_not_spoken_of() =>
        Assert.StartsWith("the Drugs Team answers.\n", Build(Triaging.Acknowledging()).Render("enquiry", "en", Values with { Due = "" }).Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("cy", "cy", "Bydd the Drugs Team yn ateb")]
    [InlineData("en", "en", "the Drugs Team answers")]
    [InlineData("und", "en", "the Drugs Team answers")]
    public void Welsh_mail_is_acknowledged_in_Welsh(string language, string written, string start)
    {
        var rendered = Build(Triaging.Acknowledging()).Render("enquiry", language, Values);

        Assert.Equal(written, rendered.Language);
        Assert.StartsWith(start, rendered.Text, StringComparison.Ordinal);
        Assert.StartsWith(written == "cy" ? "<p>Bydd" : "<p>the", rendered.Html, StringComparison.Ordinal);
    }

    [Fact]
    public void A_template_without_Welsh_words_speaks_English_to_everybody() =>
        Assert.Equal("en", Build(Triaging.Acknowledging()).Render("signpost", "cy", Values).Language);

    [Fact]
    public void What_a_sender_wrote_is_escaped_in_HTML_and_nowhere_else()
    {
        var templates = Build(One(new() { Subject = "Re: {{Subject}}", Text = ["{{Subject}}"], Html = ["<p>{{Subject}}</p>"] }));

        var rendered = templates.Render("enquiry", "en", Values with { Subject = "<script>alert('x')</script> & \"co\"" });

        Assert.Equal("<p>&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; &amp; &quot;co&quot;</p>\n", rendered.Html);
        Assert.Equal("<script>alert('x')</script> & \"co\"\n", rendered.Text);
    }

    [Fact]
    public void Handlebars_that_a_sender_wrote_are_words() =>
        Assert.Equal("{{Team}}\n", Build(One(new() { Subject = "S", Text = ["{{Subject}}"] })).Render("enquiry", "en", Values with { Subject = "{{Team}}" }).Text);

    [Theory]
    [InlineData("one\r\nBcc: all@agency.example")]
    [InlineData("one\nBcc: all@agency.example")]
    [InlineData("one\rBcc: all@agency.example")]
    [InlineData("one\u2028Bcc: all@agency.example")]
    public void A_subject_is_one_line(string subject)
    {
        var rendered = Build(One(new() { Subject = "Re: {{Subject}}", Text = ["x"] })).Render("enquiry", "en", Values with { Subject = subject });

        Assert.Equal("Re: one Bcc: all@agency.example", rendered.Subject);
    }

    [Theory]
    [InlineData("{{Refrence}}")]
    [InlineData("{{#if Reference}}never ended")]
    [InlineData("{{#each Topics}}{{this.Wrong}}{{/each}}")]
    [InlineData("{{#if Due}}x{{else}}{{Wrong}}{{/if}}")]
    public void A_placeholder_that_is_unknown_or_broken_is_found_at_start(string text)
    {
        Refused(One(new() { Subject = "S", Text = [text] }), "Acknowledgements:Templates:enquiry:Text does not compile: ", "{{Reference}}");
        Refused(One(new() { Subject = text, Text = ["x"] }), "Acknowledgements:Templates:enquiry:Subject does not compile: ", "{{Reference}}");
        Refused(One(new() { Subject = "S", Text = ["x"], Html = [text] }), "Acknowledgements:Templates:enquiry:Html does not compile: ", "{{Reference}}");
        Refused(One(new() { Subject = "S", Text = ["x"], TextCy = [text] }), "Acknowledgements:Templates:enquiry:TextCy does not compile: ", "{{Reference}}");
    }

    [Fact]
    public void A_template_without_subject_or_text_is_refused()
    {
        Refused(One(new() { Text = ["x"] }), "Acknowledgements:Templates:enquiry: Subject and Text are needed.");
        Refused(One(new() { Subject = "S" }), "Acknowledgements:Templates:enquiry: Subject and Text are needed.");
    }

    [Fact]
    public void HTML_in_one_language_only_is_refused() =>
        Refused(One(new() { Subject = "S", Text = ["x"], Html = ["<p>x</p>"], TextCy = ["y"] }), "Acknowledgements:Templates:enquiry: Html and HtmlCy go together");

    [Fact]
    public void A_policy_that_names_no_template_is_refused_with_key_and_remedy()
    {
        var settings = One(new() { Subject = "S", Text = ["x"] });
        settings.Kinds["foi"] = new() { Template = "recieved" };

        Refused(settings, "Acknowledgements:Kinds:foi:Template: there is no template 'recieved': add it to Acknowledgements:Templates, or name one of enquiry");
    }

    [Fact]
    public void The_urgent_template_must_be_there_too()
    {
        var settings = One(new() { Subject = "S", Text = ["x"] });
        settings.Urgent = new() { Template = "signpost" };

        Refused(settings, "Acknowledgements:Urgent:Template: there is no template 'signpost'");
    }

    [Fact]
    public void A_due_date_is_written_for_people_in_their_zone_and_language()
    {
        var due = new DateTimeOffset(2021, 4, 18, 23, 30, 0, TimeSpan.Zero);
        var london = TimeZoneInfo.FindSystemTimeZoneById("Europe/London");

        Assert.Equal("Monday 19 April 2021", AcknowledgementTemplates.DueInWords(due, london, welsh: false));
        Assert.Equal("Dydd Llun 19 Ebrill 2021", AcknowledgementTemplates.DueInWords(due, london, welsh: true));
        Assert.Equal("", AcknowledgementTemplates.DueInWords(null, london, welsh: false));
    }

    [Fact]
    public void A_team_without_a_Welsh_name_keeps_its_English_one()
    {
        Assert.Equal("y Tîm", AcknowledgementTemplates.TeamName(new TeamSettings { Name = "the Team", NameCy = "y Tîm" }, welsh: true));
        Assert.Equal("the Team", AcknowledgementTemplates.TeamName(new TeamSettings { Name = "the Team", NameCy = "y Tîm" }, welsh: false));
        Assert.Equal("the Team", AcknowledgementTemplates.TeamName(new TeamSettings { Name = "the Team" }, welsh: true));
    }

    private static AcknowledgementSettings One(TemplateSettings template) => new()
    {
        Templates = new Dictionary<string, TemplateSettings>(StringComparer.Ordinal) { ["enquiry"] = template },
    };

    private static AcknowledgementTemplates Build(AcknowledgementSettings settings)
    {
        var problems = new List<string>();
        var templates = AcknowledgementTemplates.Build(settings, problems);
        Assert.Empty(problems);
        return templates;
    }

    private static void Refused(AcknowledgementSettings settings, string start, string holds = "")
    {
        var problems = new List<string>();
        AcknowledgementTemplates.Build(settings, problems);
        var problem = Assert.Single(problems, p => p.StartsWith(start, StringComparison.Ordinal));
        Assert.Contains(holds, problem, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', problem);
    }
}
