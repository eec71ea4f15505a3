using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Intake;

namespace EnquiryTriage.Worker.Tests.Intake;

/// <summary>People answer from their own mail clients: what lies in the Sent folder stops the clock, and nothing else does.</summary>
public sealed class SentFolderTests : IDisposable
{
    private readonly Office _office = new();

    public void Dispose() => _office.Dispose();

    [Fact]
    public async Task A_persons_answer_stops_the_clock_when_it_was_sent()
    {
        _office.Deliver(Mails.Raw(), "1.eml");
        await _office.TakeInAsync();
        Send(Answer("answer@agency.example", ("In-Reply-To", "<m1@candidates.example>")), "1.eml", Office.Now.AddHours(2));

        await _office.TakeInAsync(_office.Sent());

        var life = await _office.OnlyLifeAsync();
        Assert.Equal((EnquiryState.Answered, Office.Now.AddHours(2)), (life.Summary.State, life.Summary.Answered));
        Assert.Equal(1, (await _office.BalanceAsync("Sent")).Ingested);
    }

    [Fact]
    public async Task An_answer_gets_no_acknowledgement_and_asks_no_question()
    {
        _office.Deliver(Mails.Raw(), "1.eml");
        await _office.TakeInAsync();
        Send(Answer("answer@agency.example", ("In-Reply-To", "<m1@candidates.example>")), "1.eml");

        await _office.TakeInAsync(_office.Sent());

        var life = await _office.OnlyLifeAsync();
        Assert.Single(life.Outbox);
        Assert.Single(life.Questions);
    }

    [Fact]
    public async Task A_circular_that_candidates_answered_is_no_answer_to_them()
    {
        _office.Deliver(Mails.Raw(headers: ("In-Reply-To", "<circular@agency.example>")), "1.eml");
        await _office.TakeInAsync();
        Send(Answer("circular@agency.example"), "circular.eml", Office.Now.AddDays(-2));

        await _office.TakeInAsync(_office.Sent());

        Assert.Null((await _office.OnlyLifeAsync()).Summary.Answered);
        Assert.Equal(1, (await _office.BalanceAsync("Sent")).Ignored);
    }

    [Fact]
    public async Task A_second_circular_that_names_the_first_is_no_answer_to_those_who_named_it()
    {
        _office.Deliver(Mails.Raw(headers: ("In-Reply-To", "<circular@agency.example>")), "1.eml");
        await _office.TakeInAsync();
        Send(Answer("second@agency.example", ("In-Reply-To", "<circular@agency.example>")), "second.eml");

        await _office.TakeInAsync(_office.Sent());

        Assert.Null((await _office.OnlyLifeAsync()).Summary.Answered);
    }

    [Fact]
    public async Task An_answer_to_our_acknowledgement_counts_by_its_signed_id()
    {
        _office.Deliver(Mails.Raw(), "1.eml");
        await _office.TakeInAsync();
        var acknowledgement = (await _office.OnlyLifeAsync()).Outbox[0].MessageId;
        Send(Answer("answer@agency.example", ("In-Reply-To", $"<{acknowledgement}>")), "1.eml");

        await _office.TakeInAsync(_office.Sent());

        Assert.Equal(EnquiryState.Answered, (await _office.OnlyLifeAsync()).Summary.State);
    }

    [Fact]
    public async Task A_copy_of_our_own_acknowledgement_is_passed_over()
    {
        _office.Deliver(Mails.Raw(), "1.eml");
        await _office.TakeInAsync();
        Send(Assert.Single(_office.Outcomes).Record!.Outbox[0].Raw, "copy.eml");

        await _office.TakeInAsync(_office.Sent());

        Assert.Equal(EnquiryState.Assigned, (await _office.OnlyLifeAsync()).Summary.State);
        var outcome = _office.Outcomes[^1];
        Assert.Equal((LedgerState.Ignored, "a copy of a mail that the worker sent"), (outcome.State, outcome.Reason));
    }

    [Fact]
    public async Task A_sent_mail_of_no_enquiry_is_passed_over()
    {
        Send(Answer("private@agency.example", ("In-Reply-To", "<other@elsewhere.example>")), "1.eml");

        await _office.TakeInAsync(_office.Sent());

        Assert.Equal("a sent mail that answers no enquiry on record", Assert.Single(_office.Outcomes).Reason);
        Assert.True((await _office.BalanceAsync("Sent")).Balances);
    }

    [Fact]
    public async Task Further_words_after_an_answer_reopen_the_enquiry_and_thanks_do_not()
    {
        _office.Deliver(Mails.Raw(), "1.eml");
        await _office.TakeInAsync();
        Send(Answer("answer@agency.example", ("In-Reply-To", "<m1@candidates.example>")), "1.eml");
        await _office.TakeInAsync(_office.Sent());

        _office.Model = (_, _) => Office.Says(kind: "logistics");
        _office.Deliver(Mails.Raw("Thank you very much.", messageId: "m2@candidates.example", headers: ("In-Reply-To", "<answer@agency.example>")), "2.eml");
        await _office.TakeInAsync();
        Assert.Equal(EnquiryState.Answered, (await _office.OnlyLifeAsync()).Summary.State);

        _office.Model = (_, _) => Office.Says();
        _office.Deliver(Mails.Raw("And what about the ports?", messageId: "m3@candidates.example", headers: ("In-Reply-To", "<answer@agency.example>")), "3.eml");
        await _office.TakeInAsync();
        Assert.Equal(EnquiryState.Assigned, (await _office.OnlyLifeAsync()).Summary.State);
    }

    [Fact]
    public async Task An_officers_answer_that_copies_the_mailbox_stops_the_clock_too()
    {
        _office.Deliver(Mails.Raw(), "1.eml");
        await _office.TakeInAsync();
        _office.Deliver(Answer("answer@agency.example", ("In-Reply-To", "<m1@candidates.example>")), "copy.eml", Office.Now.AddHours(1));

        await _office.TakeInAsync();

        Assert.Equal((EnquiryState.Answered, Office.Now.AddHours(1)), await _office.OnlyLifeAsync() is var life ? (life.Summary.State, life.Summary.Answered) : default);
    }

    [Fact]
    public async Task An_answer_seen_in_the_Sent_folder_and_as_a_copy_in_the_inbox_is_one()
    {
        _office.Deliver(Mails.Raw(), "1.eml");
        await _office.TakeInAsync();
        var answer = Answer("answer@agency.example", ("In-Reply-To", "<m1@candidates.example>"));
        Send(answer, "1.eml");
        await _office.TakeInAsync(_office.Sent());
        _office.Deliver(answer, "copy.eml", Office.Now.AddHours(1));

        await _office.TakeInAsync();

        Assert.Equal(2, (await _office.OnlyLifeAsync()).Mails.Count);
        Assert.Equal(1, (await _office.BalanceAsync()).Duplicate);
    }

    [Fact]
    public async Task A_mail_forwarded_to_a_colleague_is_no_answer_to_the_sender()
    {
        _office.Deliver(Mails.Raw(), "1.eml");
        await _office.TakeInAsync();
        var forward = Mails.Raw("Can you take this one?", "Fwd: County lines", Mails.Us, "f1@agency.example", "bob@agency.example", ("References", "<m1@candidates.example>"));
        Send(forward, "forward.eml");

        await _office.TakeInAsync(_office.Sent());

        Assert.Null((await _office.OnlyLifeAsync()).Summary.Answered);
    }

    [Fact]
    public async Task Danger_in_a_follow_up_moves_the_enquiry_to_the_duty_team()
    {
        _office.Deliver(Mails.Raw(), "1.eml");
        await _office.TakeInAsync();
        var danger = Mails.Raw("He says he will kill me tonight, he is outside with a knife.", messageId: "m2@candidates.example", headers: ("In-Reply-To", "<m1@candidates.example>"));
        _office.Deliver(danger, "2.eml");

        await _office.TakeInAsync();

        var summary = (await _office.OnlyLifeAsync()).Summary;
        Assert.Equal(("duty", true), (summary.Team, summary.Urgent));
    }

    private static byte[] Answer(string messageId, params (string Name, string Value)[] headers) =>
        Mails.Raw("Here is what we can say.", "News from the Agency", Mails.Us, messageId, "ann@candidates.example", headers);

    private void Send(byte[] raw, string name, DateTimeOffset? at = null) => _office.Deliver(raw, name, at, to: "sent");
}
