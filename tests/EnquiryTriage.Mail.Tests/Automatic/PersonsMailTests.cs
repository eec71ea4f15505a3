namespace EnquiryTriage.Mail.Tests.Automatic;

/// <summary>What looks like a machine's mail and is a person's: taking it for automatic would lose a question.</summary>
public sealed class PersonsMailTests
{
    [Fact]
    public void A_plain_mail_is_a_persons_and_may_be_answered()
    {
        var verdict = Mails.Judge("Message-ID: <1@home.example>");

        Assert.Null(verdict.Automatic);
        Assert.True(verdict.Answerable);
        Assert.Empty(verdict.AnswerableReasons);
        Assert.False(verdict.ViaList);
    }

    [Theory]
    [InlineData("Subject: Re: Automatic reply: Letter to candidates\nIn-Reply-To: <1@agency.example>")]
    [InlineData("Subject: Your automatic reply did not answer me\nIn-Reply-To: <1@agency.example>")]
    [InlineData("Subject: Question on Automatic reply systems\nIn-Reply-To: <1@agency.example>")]
    [InlineData("Subject: Fwd: Out of Office\nIn-Reply-To: <1@agency.example>")]
    [InlineData("Subject: Out of office hours policing")]
    [InlineData("Subject: On holiday homes and burglary")]
    [InlineData("Subject: Automatic reply")]
    [InlineData("Subject: Automatic number plate recognition\nIn-Reply-To: <1@agency.example>")]
    [InlineData("Subject: Undeliverable: what does this mean?")]
    [InlineData("Subject: Delivery failure of the letter")]
    [InlineData("Subject: Returned mail\nIn-Reply-To: <1@agency.example>")]
    public void Words_of_machines_in_a_persons_subject_prove_nothing(string header) => Assert.Null(Mails.Judge(header).Automatic);

    [Fact]
    public void A_long_answer_under_a_vacation_subject_is_a_persons()
    {
        var verdict = Mails.Judge("Subject: On holiday\nIn-Reply-To: <1@agency.example>", string.Concat(Enumerable.Repeat("I was on holiday and have these questions about drugs. ", 60)));

        Assert.Null(verdict.Automatic);
    }

    [Fact]
    public void A_list_member_with_a_vacation_subject_is_a_person_who_is_not_answered()
    {
        var verdict = Mails.Judge("Subject: Out of office: who covers?\nIn-Reply-To: <1@lists.example>\nList-Id: <pcc.lists.example>\nList-Post: <mailto:pcc@lists.example>\nPrecedence: list");

        Assert.Null(verdict.Automatic);
        Assert.True(verdict.ViaList);
        Assert.False(verdict.Answerable);
        Assert.Equal("header List-Id", verdict.AnswerableReasons[0]);
    }

    [Fact]
    public void A_discussion_list_with_an_unsubscribe_link_is_no_newsletter()
    {
        var verdict = Mails.Judge("List-Unsubscribe: <mailto:leave@lists.example>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\nFeedback-ID: 1:lists\nList-Post: <mailto:pcc@lists.example>");

        Assert.Null(verdict.Automatic);
        Assert.False(verdict.Answerable);
    }

    [Fact]
    public void A_web_form_with_a_persons_reply_address_is_a_persons_mail()
    {
        var verdict = Mails.Judge("From: Website <noreply@site.example>\nReply-To: ann@home.example\nAuto-Submitted: auto-generated");

        Assert.Null(verdict.Automatic);
        Assert.False(verdict.Answerable);
    }

    [Fact]
    public void A_web_form_that_claims_nothing_is_answered_at_its_reply_address()
    {
        var verdict = Mails.Judge("From: Website <noreply@site.example>\nReply-To: ann@home.example");

        Assert.Null(verdict.Automatic);
        Assert.True(verdict.Answerable);
    }

    [Fact]
    public void A_person_who_suppresses_automatic_answers_gets_none_and_is_a_person()
    {
        var verdict = Mails.Judge("X-Auto-Response-Suppress: DR, oof, AUTOREPLY");

        Assert.Null(verdict.Automatic);
        Assert.False(verdict.Answerable);
    }

    [Theory]
    [InlineData("X-Auto-Response-Suppress: DR, RN, NRN, OOF")]
    [InlineData("Auto-Submitted: no")]
    [InlineData("X-Autoreply: no")]
    [InlineData("Importance: high")]
    public void Harmless_fields_change_nothing(string header)
    {
        var verdict = Mails.Judge(header);

        Assert.Null(verdict.Automatic);
        Assert.True(verdict.Answerable);
    }

    [Fact]
    public void A_postmaster_may_write_as_a_person()
    {
        var verdict = Mails.Judge("From: Bob at Far <postmaster@far.example>\nSubject: Delivery to your domain", "Hello, we see that our members' mail was not delivered to you since Monday. Could you look? Bob");

        Assert.Null(verdict.Automatic);
        Assert.False(verdict.Answerable);
    }

    [Fact]
    public void A_null_return_path_alone_forbids_an_answer_only()
    {
        var verdict = Mails.Judge("Return-Path: <>");

        Assert.Null(verdict.Automatic);
        Assert.Equal(["header Return-Path: <>"], verdict.AnswerableReasons);
    }

    [Theory]
    [InlineData("Return-Path:\nIn-Reply-To: <1@agency.example>")]
    [InlineData("Return-Path: <>\nIn-Reply-To: <1@agency.example>\nUser-Agent: Thunderbird")]
    public void An_answer_whose_return_path_was_emptied_is_a_persons(string header) => Assert.Null(Mails.Judge(header).Automatic);

    [Fact]
    public void A_bulk_list_that_takes_subscriptions_carries_peoples_words() =>
        Assert.Null(Mails.Judge("List-Unsubscribe: <mailto:leave@lists.example>\nList-Subscribe: <mailto:join@lists.example>\nPrecedence: bulk").Automatic);

    [Fact]
    public void A_missing_return_path_is_not_a_null_one() => Assert.True(Mails.Judge("X-Seen: yes").Answerable);

    [Fact]
    public void A_person_who_quotes_a_report_is_a_person()
    {
        var verdict = Mails.Judge("Subject: Undeliverable: my question", "My mail to you came back, see below. What now?\n\n550 5.1.1 <strategy@agency.example>: Recipient address rejected\nDelivery has failed to these recipients\n");

        Assert.Null(verdict.Automatic);
    }

    [Fact]
    public void A_shop_that_cannot_deliver_a_parcel_sends_no_delivery_report()
    {
        var verdict = Mails.Judge("From: Parcels <noreply@parcels.example>\nSubject: Delivery delayed: your parcel", "Your parcel has been delayed. It could not be delivered today. Track it at https://parcels.example/track");

        Assert.Null(verdict.Automatic);
    }
}
