using EnquiryTriage.Core.Intake;
using EnquiryTriage.Mail;
using static EnquiryTriage.Core.Tests.Triaging;

namespace EnquiryTriage.Core.Tests;

public class ConversationTests
{
    private readonly TriagePipeline _pipeline = Pipeline();

    [Theory]
    [InlineData(MatchEvidence.OurSignedId)]
    [InlineData(MatchEvidence.StoredMessageId)]
    public void A_signed_or_stored_id_joins_whoever_sends_it(MatchEvidence evidence)
    {
        var decision = Decide(Candidate("e1", evidence, belongs: false));

        Assert.Equal("e1", decision.Joins?.EnquiryId);
    }

    [Fact]
    public void Two_candidates_who_answer_the_same_circular_have_two_enquiries()
    {
        var decision = Decide(Candidate("e1", MatchEvidence.NamedMessageId, belongs: false));

        Assert.Null(decision.Joins);
        Assert.Contains("a new enquiry", decision.ConversationReason, StringComparison.Ordinal);
    }

    [Fact]
    public void One_candidate_who_answers_the_circular_twice_has_one_enquiry() =>
        Assert.Equal("e1", Decide(Candidate("e1", MatchEvidence.NamedMessageId, belongs: true)).Joins?.EnquiryId);

    [Fact]
    public void A_mail_among_others_that_reached_us_by_copy_joins_by_the_id_it_names()
    {
        var analysis = _pipeline.Analyse(Mails.Raw("I agree with Ann on that.", to: "ann@candidates.example"));

        Assert.Equal("e1", _pipeline.Decide(analysis, With(Candidate("e1", MatchEvidence.NamedMessageId, belongs: false))).Joins?.EnquiryId);
    }

    [Fact]
    public void A_tag_that_a_stranger_types_does_not_join()
    {
        var decision = Decide(Candidate("e1", MatchEvidence.SubjectTag, belongs: false));

        Assert.Null(decision.Joins);
        Assert.Contains("does not belong", decision.ConversationReason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MatchEvidence.SubjectTag, "carries the reference")]
    [InlineData(MatchEvidence.ReplySubject, "same subject")]
    public void Who_belongs_to_an_enquiry_joins_by_tag_or_by_subject(MatchEvidence evidence, string why)
    {
        var decision = Decide(Candidate("e1", evidence, belongs: true));

        Assert.Equal("e1", decision.Joins?.EnquiryId);
        Assert.Contains(why, decision.ConversationReason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_sender_that_our_server_does_not_vouch_for_belongs_nowhere()
    {
        var analysis = _pipeline.Analyse(_pipeline.Analyse(Mails.Raw("More on that.")).Mail with
        {
            Authentication = new AuthenticationResult("mx.agency.example", AuthenticationVerdict.Fail, null, AuthenticationVerdict.None, [], AuthenticationVerdict.Fail, null),
        });

        Assert.Null(_pipeline.Decide(analysis, With(Candidate("e1", MatchEvidence.SubjectTag, belongs: true))).Joins);
        Assert.Equal("e1", _pipeline.Decide(analysis, With(Candidate("e1", MatchEvidence.OurSignedId, belongs: true))).Joins?.EnquiryId);
    }

    [Theory]
    [InlineData("While I have you, what is done about stolen tractors?", "another matter")]
    [InlineData("On another matter, who pays for it?", "another matter")]
    public void A_new_matter_in_an_old_thread_is_offered_for_splitting(string text, string why)
    {
        var decision = _pipeline.Decide(_pipeline.Analyse(Mails.Raw(text)), With(Candidate("e1", MatchEvidence.StoredMessageId, belongs: true)));

        Assert.Contains(why, decision.SplitOffer, StringComparison.Ordinal);
    }

    [Fact]
    public void A_further_question_on_the_same_topic_is_not_offered_for_splitting()
    {
        var joined = Candidate("e1", MatchEvidence.StoredMessageId, belongs: true) with { Topic = "drugs" };

        Assert.Null(Decide(joined).SplitOffer);
    }

    [Fact]
    public void A_candidate_that_is_not_believed_does_not_hide_the_next_one()
    {
        var decision = Decide(Candidate("e1", MatchEvidence.NamedMessageId, belongs: false), Candidate("e2", MatchEvidence.SubjectTag, belongs: true));

        Assert.Equal("e2", decision.Joins?.EnquiryId);
    }

    [Fact]
    public void The_first_believable_candidate_wins()
    {
        var decision = Decide(Candidate("e1", MatchEvidence.OurSignedId, belongs: false), Candidate("e2", MatchEvidence.SubjectTag, belongs: true));

        Assert.Equal("e1", decision.Joins?.EnquiryId);
    }

    [Fact]
    public void A_mail_without_a_past_opens_an_enquiry()
    {
        var decision = Decide();

        Assert.Null(decision.Joins);
        Assert.Equal("refers to nothing on record", decision.ConversationReason);
    }

    [Fact]
    public void A_follow_up_stays_with_the_team_that_has_the_enquiry()
    {
        var decision = Decide(Candidate("e1", MatchEvidence.StoredMessageId, belongs: true) with { Team = "fraud" });

        Assert.Equal(("fraud", "follows enquiry ET-e1"), (decision.Triage!.Route.Team, decision.Triage.Route.Rule));
    }

    [Fact]
    public void A_complaint_in_an_enquiry_goes_to_a_named_person_all_the_same()
    {
        var pipeline = Pipeline((_, _) => Says(kind: "complaint"));

        var decision = pipeline.Decide(pipeline.Analyse(Mails.Raw("I was treated badly.")), With(Candidate("e1", MatchEvidence.StoredMessageId, belongs: true) with { Team = "fraud" }));

        Assert.Equal("complaints", decision.Triage!.Route.Team);
    }

    [Fact]
    public void Danger_in_an_enquiry_goes_to_the_duty_team_all_the_same()
    {
        var analysis = _pipeline.Analyse(Mails.Raw("I am going to kill myself tonight."));

        var decision = _pipeline.Decide(analysis, With(Candidate("e1", MatchEvidence.StoredMessageId, belongs: true) with { Team = "fraud" }));

        Assert.Equal("duty", decision.Triage!.Route.Team);
    }

    [Fact]
    public void Ids_are_looked_up_from_the_nearest_to_the_farthest()
    {
        var query = Query(headers: [("In-Reply-To", "<near@x.example>"), ("References", "<far@x.example> <middle@x.example> <near@x.example>")]);

        Assert.Equal(["near@x.example", "middle@x.example", "far@x.example"], query.ForeignIds);
    }

    [Theory]
    [InlineData("Re: County lines", "county lines")]
    [InlineData("County lines", null)]
    [InlineData("Re:", null)]
    public void Only_a_reply_with_a_subject_is_looked_up_by_its_subject(string subject, string? key) =>
        Assert.Equal(key, Query(subject).ReplySubject);

    [Fact]
    public void A_proven_id_is_looked_up_by_its_token_and_a_forged_one_is_not()
    {
        var forged = Ids.Create("0000").Replace("-0000-", "-1111-", StringComparison.Ordinal);

        Assert.Equal(["abc123"], Query(headers: [("In-Reply-To", $"<{Ids.Create("abc123")}>")]).Tokens);
        Assert.Empty(Query(headers: [("In-Reply-To", $"<{forged}>")]).Tokens);
    }

    [Fact]
    public void A_delivery_report_is_looked_up_by_the_mail_that_it_reports_on()
    {
        var report = new DeliveryReport(DeliveryAction.Failed, true, Ids.Create("sent1"), []);
        var mail = Mails.Read("Undelivered.") with { Automatic = new AutomaticMail(AutomaticKind.Bounce, [], report), OurTokens = ["other"] };

        Assert.Equal(["sent1", "other"], _pipeline.QueryFor(_pipeline.Analyse(mail), Now).Tokens);
    }

    [Fact]
    public void Windows_reach_back_from_now()
    {
        var query = Query();

        Assert.Equal(Now - TimeSpan.FromDays(60), query.ReplySince);
        Assert.Equal(Now - TimeSpan.FromMinutes(180), query.ThrottleSince);
    }

    private static ConversationCandidate Candidate(string id, MatchEvidence evidence, bool belongs) => new(id, $"ET-{id}", null, evidence, belongs);

    private TriageDecision Decide(params ConversationCandidate[] candidates) =>
        _pipeline.Decide(_pipeline.Analyse(Mails.Raw("What is done about drugs?")), With(candidates));

    private HistoryQuery Query(string subject = "A question", params (string Name, string Value)[] headers) =>
        _pipeline.QueryFor(_pipeline.Analyse(Mails.Raw("What is done about drugs?", subject, headers: headers)), Now);
}
