using EnquiryTriage.Core.Intake;
using EnquiryTriage.Mail;
using static EnquiryTriage.Core.Tests.Triaging;

namespace EnquiryTriage.Core.Tests;

public class TriagePipelineTests
{
    private const string InDanger = "I am going to kill myself tonight, I have the pills in front of me.";
    private const string Calm = "What does the Agency do about county lines?";

    [Fact]
    public void The_models_kind_is_taken_from_its_threshold_on()
    {
        var pipeline = Pipeline((_, _) => Says(kind: "complaint", kindConfidence: 0.4));

        var analysis = pipeline.Analyse(Mails.Raw(Calm));

        Assert.Equal("complaint", analysis.Kind);
        Assert.Equal("model: 0.40", analysis.KindReason);
    }

    [Fact]
    public void A_kind_that_is_not_likely_enough_becomes_an_enquiry()
    {
        var analysis = Pipeline((_, _) => Says(kind: "complaint", kindConfidence: 0.39)).Analyse(Mails.Raw(Calm));

        Assert.Equal("enquiry", analysis.Kind);
        Assert.Equal("no kind was likely enough", analysis.KindReason);
    }

    [Fact]
    public void A_model_without_kinds_leaves_every_mail_an_enquiry() =>
        Assert.Equal("enquiry", Pipeline((_, _) => Says(kind: null, kindConfidence: 0)).Analyse(Mails.Raw(Calm)).Kind);

    [Fact]
    public void Phrases_of_danger_win_over_a_model_that_sees_none()
    {
        var analysis = Pipeline((_, _) => Says(urgent: false, score: 0)).Analyse(Mails.Raw(InDanger));

        Assert.True(analysis.Urgent);
        Assert.Contains(analysis.UrgentReasons, r => r.Contains("kill myself", StringComparison.Ordinal));
        Assert.Equal("threat-to-life", analysis.Kind);
        Assert.Equal("urgency phrases", analysis.KindReason);
    }

    [Fact]
    public void A_grave_kind_of_the_models_is_not_replaced_by_the_phrases()
    {
        var analysis = Pipeline((_, _) => Says(kind: "safeguarding")).Analyse(Mails.Raw(InDanger));

        Assert.Equal("safeguarding", analysis.Kind);
    }

    [Theory]
    [InlineData(true, 0.01, 0, true)]
    [InlineData(false, 0.99, 0, false)]
    [InlineData(null, 0.99, 0, false)]
    [InlineData(false, 0.5, 0.5, true)]
    [InlineData(true, 0.49, 0.5, false)]
    public void The_models_second_opinion_counts_from_the_configured_score_or_from_its_own(bool? says, double score, double configured, bool urgent)
    {
        var pipeline = Pipeline((_, _) => Says(urgent: says, score: score), Settings() with { ModelUrgency = configured });

        var analysis = pipeline.Analyse(Mails.Raw(Calm));

        Assert.Equal(urgent, analysis.Urgent);
        Assert.Equal(urgent, analysis.UrgentReasons.Any(r => r.StartsWith("model: urgency score", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(0.01, 0.02, false)]
    [InlineData(0.02, 0.02, true)]
    [InlineData(0.0, 0.0, true)]
    public void A_phrase_counts_where_the_model_does_not_think_the_mail_quite_harmless(double score, double needed, bool urgent)
    {
        var pipeline = Pipeline((_, _) => Says(urgent: false, score: score), Settings() with { ModelUrgency = 0.5, PhraseUrgency = needed });

        var analysis = pipeline.Analyse(Mails.Raw(InDanger));

        Assert.Equal(urgent, analysis.Urgent);
        Assert.Equal(urgent, analysis.UrgentReasons.Count > 0);
    }

    [Fact]
    public void A_phrase_past_what_the_model_reads_counts_whatever_the_model_thinks()
    {
        var pipeline = Pipeline((_, _) => Says(urgent: false, score: 0), Settings() with { ModelUrgency = 0.5, PhraseUrgency = 0.02 });

        Assert.True(pipeline.Analyse(Mails.Raw(string.Concat(Enumerable.Repeat("What is your policy on rural crime? ", 100)) + InDanger)).Urgent);
    }

    [Fact]
    public void Automatic_mail_is_screened_for_danger_and_neither_asked_about_nor_triaged()
    {
        var pipeline = Pipeline((_, _) => throw new InvalidOperationException("the model was asked"));

        var analysis = pipeline.Analyse(Mails.Raw(InDanger, headers: ("Auto-Submitted", "auto-replied")));
        var decision = pipeline.Decide(analysis);

        Assert.Equal(AutomaticKind.AutoReply, analysis.Mail.Automatic?.Kind);
        Assert.True(analysis.Urgent);
        Assert.Null(analysis.Kind);
        Assert.Null(decision.Triage);
    }

    [Fact]
    public void Urgent_mail_goes_to_the_duty_team_whatever_its_topic()
    {
        var pipeline = Pipeline((_, _) => Says(top: "fraud"));

        var triage = pipeline.Decide(pipeline.Analyse(Mails.Raw(InDanger))).Triage!;

        Assert.Equal(("duty", "danger"), (triage.Route.Team, triage.Route.Rule));
        Assert.Equal(Now.AddMinutes(30), triage.Due?.Due);
    }

    [Fact]
    public void Mail_on_which_the_model_abstains_goes_to_a_person()
    {
        var pipeline = Pipeline((_, _) => Says(abstained: true));

        var triage = pipeline.Decide(pipeline.Analyse(Mails.Raw(Calm))).Triage!;

        Assert.Equal("a person decides", triage.Route.Rule);
    }

    [Fact]
    public void Each_question_goes_to_the_team_of_its_own_topic()
    {
        var pipeline = Pipeline((_, text) => text.Contains("scam", StringComparison.Ordinal) && !text.Contains("gangs", StringComparison.Ordinal) ? Says("fraud") : Says());

        var analysis = pipeline.Analyse(Mails.Raw("What is done about gangs that sell drugs here? Who looks into scam calls to pensioners?"));
        var decision = pipeline.Decide(analysis);

        Assert.Equal(["drugs", "fraud"], decision.Triage!.Questions.Select(q => q.Route.Team));
        Assert.Equal("drugs", decision.Triage.Route.Team);
    }

    [Fact]
    public void A_question_whose_own_words_carry_no_topic_takes_the_mails()
    {
        var pipeline = Pipeline((_, text) => text.Contains("gangs", StringComparison.Ordinal) ? Says("drugs", 0.9) : Says("other", 0.3, abstained: true));

        var analysis = pipeline.Analyse(Mails.Raw("What is done about gangs that sell drugs here? And how much does that cost every year?"));

        Assert.Equal(["drugs", "drugs"], analysis.Questions.Select(q => q.Prediction.Top));
        Assert.DoesNotContain(analysis.Questions, q => q.Prediction.Abstained);
    }

    [Fact]
    public void A_question_that_the_model_is_less_unsure_of_than_of_the_mail_keeps_its_own_topic()
    {
        var pipeline = Pipeline((_, text) => text.Contains("gangs", StringComparison.Ordinal) ? Says("drugs", 0.2, abstained: true) : Says("fraud", 0.3, abstained: true));

        var analysis = pipeline.Analyse(Mails.Raw("What is done about gangs that sell drugs here? And how much does that cost every year?"));

        Assert.Equal("fraud", analysis.Questions[1].Prediction.Top);
    }

    [Fact]
    public void A_mail_of_one_question_is_put_to_the_model_once()
    {
        var asked = 0;
        var pipeline = Pipeline((_, _) =>
        {
            asked++;
            return Says();
        });

        Assert.Single(pipeline.Analyse(Mails.Raw(Calm)).Questions);
        Assert.Equal(1, asked);
    }

    [Fact]
    public void An_empty_mail_is_an_enquiry_without_questions()
    {
        var pipeline = Pipeline();

        var analysis = pipeline.Analyse(ReadOnlyMemory<byte>.Empty);

        Assert.Empty(analysis.Questions);
        Assert.NotNull(pipeline.Decide(analysis).Triage);
    }

    [Fact]
    public void Welsh_goes_to_a_person_with_every_question_however_sure_the_model_is()
    {
        var pipeline = Pipeline((_, _) => Says(confidence: 0.99));
        var mail = Mails.Read("Beth mae'r Asiantaeth yn ei wneud am gyffuriau? Pwy sy'n talu am y gwaith hwnnw?") with { Language = "cy" };

        var analysis = pipeline.Analyse(mail);
        var triage = pipeline.Decide(analysis).Triage!;

        Assert.True(analysis.Prediction!.Abstained);
        Assert.Equal(2, analysis.Questions.Count);
        Assert.All(analysis.Questions, q => Assert.True(q.Prediction.Abstained));
        Assert.Equal("a person decides", triage.Route.Rule);
    }

    [Fact]
    public void Welsh_is_screened_for_danger_all_the_same() =>
        Assert.True(Pipeline().Analyse(Mails.Read(InDanger) with { Language = "cy" }).Urgent);

    [Fact]
    public void The_clock_starts_when_the_mailbox_took_the_mail()
    {
        var pipeline = Pipeline();
        var friday = new DateTimeOffset(2021, 4, 9, 15, 0, 0, TimeSpan.Zero);

        var due = pipeline.Decide(pipeline.Analyse(Mails.Raw(Calm)), received: friday).Triage!.Due!;

        // Five working days after Friday the 9th, closing at 17:00 British Summer Time.
        Assert.Equal(new DateTimeOffset(2021, 4, 16, 16, 0, 0, TimeSpan.Zero), due.Due);
        Assert.NotEmpty(due.Arithmetic);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    public void Mail_from_before_the_take_over_starts_no_clock_and_is_not_acknowledged(int secondsAfter, bool acts)
    {
        var pipeline = Pipeline();

        var decision = pipeline.Decide(pipeline.Analyse(Mails.Raw(Calm)), MailHistory.None, Now.AddSeconds(secondsAfter), Now.AddHours(1), adoptedBefore: Now);

        Assert.Equal(acts, decision.Triage!.Due is not null);
        Assert.Equal(acts, decision.Triage.Questions.All(q => q.Due is not null));
        Assert.Equal(acts, decision.Triage.Acknowledgement.Send);
        Assert.Equal("drugs", decision.Triage.Route.Team);
    }

    [Fact]
    public void The_model_is_asked_about_what_the_sender_wrote_this_time()
    {
        string? asked = null;
        var pipeline = Pipeline((_, text) =>
        {
            asked = text;
            return Says();
        });

        pipeline.Analyse(Mails.Raw("And what about fraud?\r\n\r\nOn 9 Apr 2021, at 10:00, Strategy Team <strategy@agency.example> wrote:\r\n> County lines are our priority.", "Re: A question"));

        Assert.Contains("fraud", asked, StringComparison.Ordinal);
        Assert.DoesNotContain("County lines", asked, StringComparison.Ordinal);
    }
}
