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
        None("the enquiry that it belongs to was acknowledged before", Decide(joins: "e1"));

    [Fact]
    public void A_further_mail_is_acknowledged_where_the_configuration_says_so()
    {
        var settings = Acknowledging();
        settings.FollowUps = true;

        Assert.True(Decide(settings, joins: "e1").Send);
    }

    [Fact]
    public void A_further_mail_that_is_urgent_gets_the_signposts() => Assert.Equal("signpost", Decide(joins: "e1", urgent: true).Template);

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

    [Theory]
    [InlineData("e1", 1, false)]
    [InlineData("e1", 2, true)]
    [InlineData("e2", 1, true)]
    public void A_recipient_is_throttled_within_an_enquiry_by_each_window(string counted, int most, bool sent)
    {
        var settings = Acknowledging();
        settings.FollowUps = true;
        settings.PerEnquiry = [new ThrottleWindow { Minutes = 10, Most = 9 }, new ThrottleWindow { Minutes = 60, Most = most }];

        var decision = Decide(settings, joins: "e1", history: MailHistory.None with { Earlier = [new(counted, Now.AddMinutes(-59))] });

        Assert.Equal(sent, decision.Send);
        Assert.Equal(sent ? null : $"throttled: {most} acknowledgements to this recipient in this enquiry in 60 minutes", sent ? null : decision.Reason);
    }

    [Theory]
    [InlineData(59, false)]
    [InlineData(60, true)]
    public void A_recipient_is_throttled_over_all_enquiries_until_the_window_is_over(int minutesAgo, bool sent)
    {
        var settings = Acknowledging();
        settings.PerRecipient = [new ThrottleWindow { Minutes = 60, Most = 2 }];

        var decision = Decide(settings, history: MailHistory.None with { Earlier = [new("e1", Now.AddMinutes(-minutesAgo)), new(null, Now.AddMinutes(-1))] });

        Assert.Equal(sent, decision.Send);
    }

    [Fact]
    public void Urgent_mail_is_throttled_too()
    {
        var settings = Acknowledging();
        settings.PerRecipient = [new ThrottleWindow { Minutes = 10, Most = 1 }];

        Assert.False(Decide(settings, urgent: true, history: MailHistory.None with { Earlier = [new("e1", Now)] }).Send);
    }

    [Fact]
    public void The_longest_window_says_how_far_back_to_look()
    {
        var settings = Acknowledging();
        Assert.Null(new AcknowledgementPolicy(settings).LongestWindow);
        settings.PerEnquiry = [new ThrottleWindow { Minutes = 10, Most = 1 }];
        settings.PerRecipient = [new ThrottleWindow { Minutes = 600, Most = 1 }];

        Assert.Equal(TimeSpan.FromMinutes(600), new AcknowledgementPolicy(settings).LongestWindow);
    }

    [Theory]
    [InlineData(AuthenticationVerdict.None, AuthenticationVerdict.None, AuthenticationVerdict.Fail, true)]
    [InlineData(AuthenticationVerdict.Pass, AuthenticationVerdict.None, AuthenticationVerdict.Fail, true)]
    [InlineData(AuthenticationVerdict.Fail, AuthenticationVerdict.None, AuthenticationVerdict.None, true)]
    [InlineData(AuthenticationVerdict.None, AuthenticationVerdict.Fail, AuthenticationVerdict.None, true)]
    [InlineData(AuthenticationVerdict.Fail, AuthenticationVerdict.None, AuthenticationVerdict.Pass, false)]
    [InlineData(AuthenticationVerdict.Pass, AuthenticationVerdict.Fail, AuthenticationVerdict.None, false)]
    [InlineData(AuthenticationVerdict.None, AuthenticationVerdict.None, AuthenticationVerdict.None, false)]
    [InlineData(AuthenticationVerdict.Error, AuthenticationVerdict.Error, AuthenticationVerdict.Error, false)]
    public void An_acknowledgement_to_a_sender_whom_the_receiving_server_does_not_vouch_for_waits_for_a_person(
        AuthenticationVerdict spf, AuthenticationVerdict dkim, AuthenticationVerdict dmarc, bool held)
    {
        var domain = _mail.From!.Address[(_mail.From.Address.IndexOf('@', StringComparison.Ordinal) + 1)..];
        var mail = _mail with { Authentication = new AuthenticationResult("mx.agency.example", spf, domain, dkim, [], dmarc, domain) };

        var decision = Decide(mail: mail);

        Assert.True(decision.Send);
        Assert.Equal((held, held), (decision.HoldReason?.Contains("not proven", StringComparison.Ordinal) == true, decision.Stale));
    }

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
        string? joins = null,
        MailHistory? history = null,
        DateTimeOffset? received = null,
        DateTimeOffset? adopted = null) =>
        new AcknowledgementPolicy(settings ?? Acknowledging()).Decide(mail ?? _mail, kind, urgent, joins, history ?? MailHistory.None, received ?? Now, Now, adopted);
}
