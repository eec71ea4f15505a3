using EnquiryTriage.Core.Acknowledgements;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Mail;
using static EnquiryTriage.Core.Tests.Triaging;

namespace EnquiryTriage.Core.Tests.Acknowledgements;

public class AcknowledgementPolicyTests
{
    private readonly InboundMail _mail = Mails.Read("What is done about drugs?");

    [Fact]
    public void A_persons_enquiry_is_acknowledged_at_once()
    {
        var decision = Decide();

        Assert.Equal(new AcknowledgementDecision(true, "enquiry", "kind 'enquiry' is acknowledged with template 'enquiry'", null, false), decision);
    }

    [Fact]
    public void A_complaint_gets_none() => None("kind 'complaint' is not acknowledged", Decide(kind: "complaint"));

    [Fact]
    public void A_kind_can_wait_for_a_named_person()
    {
        var decision = Decide(kind: "crime-report");

        Assert.True(decision.Send);
        Assert.Equal("signpost", decision.Template);
        Assert.Contains("named person", decision.HoldReason, StringComparison.Ordinal);
        Assert.False(decision.Stale);
    }

    [Fact]
    public void Urgent_mail_of_any_kind_gets_the_signposts()
    {
        var decision = Decide(kind: "complaint", urgent: true);

        Assert.Equal((true, "signpost"), (decision.Send, decision.Template));
        Assert.Null(decision.HoldReason);
    }

    [Fact]
    public void Urgent_mail_gets_none_where_the_configuration_says_so()
    {
        var settings = Acknowledging();
        settings.Urgent.Action = AcknowledgementAction.None;

        None("urgent mail is not acknowledged by this configuration", Decide(settings, urgent: true));
    }

    [Fact]
    public void Mail_that_no_machine_may_answer_gets_none_and_the_reasons_say_why()
    {
        var mail = Mails.Read("Words.", headers: ("Precedence", "bulk"));

        None("header Precedence: bulk", Decide(mail: mail));
    }

    [Fact]
    public void Urgent_mail_that_no_machine_may_answer_gets_none()
    {
        var mail = Mails.Read("Words.", from: "noreply@robots.example");

        Assert.False(Decide(mail: mail, urgent: true).Send);
    }

    [Fact]
    public void Mail_without_an_address_to_answer_to_gets_none() =>
        None("no address to answer to", Decide(mail: _mail with { AnswerTo = null }));

    [Fact]
    public void Mail_from_our_own_address_gets_none() => Assert.False(Decide(mail: Mails.Read("Words.", from: Mails.Us)).Send);

    [Fact]
    public void A_further_mail_of_an_enquiry_gets_none() =>
        None("the enquiry that it belongs to was acknowledged before", Decide(joins: true));

    [Fact]
    public void A_further_mail_is_acknowledged_where_the_configuration_says_so()
    {
        var settings = Acknowledging();
        settings.FollowUps = true;

        Assert.True(Decide(settings, joins: true).Send);
    }

    [Fact]
    public void A_further_mail_that_is_urgent_gets_the_signposts() => Assert.Equal("signpost", Decide(joins: true, urgent: true).Template);

    [Theory]
    [InlineData(9, 1, true)]
    [InlineData(10, 1, false)]
    [InlineData(9, 2, false)]
    public void A_sender_is_throttled_at_the_limit(int toSender, int sameSubject, bool sent)
    {
        var decision = Decide(history: MailHistory.None with { AcknowledgedToSender = toSender, AcknowledgedSameSubject = sameSubject });

        Assert.Equal(sent, decision.Send);
        Assert.Equal(!sent, decision.Reason.StartsWith("throttled: ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(72 * 3600, false)]
    [InlineData(72 * 3600 + 1, true)]
    public void Mail_that_was_old_when_it_was_fetched_waits_for_a_person(int age, bool stale)
    {
        var decision = Decide(received: Now.AddSeconds(-age));

        Assert.True(decision.Send);
        Assert.Equal(stale, decision.Stale);
        Assert.Equal(stale ? "received more than 72 hours before it was fetched" : null, decision.HoldReason);
    }

    [Theory]
    [InlineData(-1, false)]
    [InlineData(0, true)]
    public void Mail_from_before_the_take_over_gets_none(int secondsAfter, bool sent)
    {
        var decision = Decide(received: Now.AddSeconds(secondsAfter), adopted: Now);

        Assert.Equal(sent, decision.Send);
        Assert.Equal(!sent, decision.Reason.StartsWith("received before 2021-04-12 10:00 UTC", StringComparison.Ordinal));
    }

    [Fact]
    public void A_kind_that_the_configuration_does_not_name_gets_the_enquiry_template() =>
        Assert.Equal("enquiry", Decide(kind: "logistics").Template);

    private static void None(string reason, AcknowledgementDecision decision)
    {
        Assert.False(decision.Send);
        Assert.Null(decision.Template);
        Assert.Null(decision.HoldReason);
        Assert.Equal(reason, decision.Reason);
    }

    private AcknowledgementDecision Decide(
        AcknowledgementSettings? settings = null,
        InboundMail? mail = null,
        string kind = "enquiry",
        bool urgent = false,
        bool joins = false,
        MailHistory? history = null,
        DateTimeOffset? received = null,
        DateTimeOffset? adopted = null) =>
        new AcknowledgementPolicy(settings ?? Acknowledging()).Decide(mail ?? _mail, kind, urgent, joins, history ?? MailHistory.None, received ?? Now, Now, adopted);
}
