using EnquiryTriage.Core.Intake;
using static EnquiryTriage.Storage.Tests.Records;

namespace EnquiryTriage.Storage.Tests;

public abstract partial class StoreContract
{
    [Fact]
    public async Task A_mail_of_the_same_id_and_content_is_a_duplicate()
    {
        await Commit(Opening(1));

        var history = await History(Query("m1@candidates.example", "content-1"));

        Assert.Equal(Id("m", 1), history.DuplicateOf);
        Assert.False(history.SameIdOtherContent);
    }

    [Fact]
    public async Task The_same_id_with_other_content_is_no_duplicate_and_is_flagged()
    {
        await Commit(Opening(1));

        var history = await History(Query("m1@candidates.example", "content-other"));

        Assert.Null(history.DuplicateOf);
        Assert.True(history.SameIdOtherContent);
    }

    [Fact]
    public async Task Two_mails_of_one_id_are_both_on_record_and_each_has_its_duplicate()
    {
        await Commit(Opening(1), Opening(2, MailOf(2, "m1@candidates.example")));

        Assert.Equal(Id("m", 2), (await History(Query("m1@candidates.example", "content-2"))).DuplicateOf);
    }

    [Fact]
    public async Task The_same_content_under_another_id_is_no_duplicate()
    {
        await Commit(Opening(1));

        var history = await History(Query("other@candidates.example", "content-1"));

        Assert.Null(history.DuplicateOf);
        Assert.False(history.SameIdOtherContent);
    }

    [Fact]
    public async Task Without_an_id_the_content_decides()
    {
        await Commit(Opening(1, MailOf(1, messageId: null)), Opening(2, MailOf(2, messageId: null)) with { ContentDigest = "content-1" });

        Assert.NotNull((await History(Query(null, "content-1"))).DuplicateOf);
        Assert.Null((await History(Query(null, "content-9"))).DuplicateOf);
    }

    [Fact]
    public async Task Candidates_come_in_the_order_in_which_they_are_believed()
    {
        await Commit(
            Opening(1, MailOf(1, from: "a@x.example")) with { Outbox = [Row(1)] },
            Opening(2, MailOf(2, from: "b@x.example")),
            Opening(3, MailOf(3, from: "c@x.example") with { InReplyTo = ["circular@agency.example"] }),
            Opening(4, MailOf(4, from: "d@x.example")),
            Opening(5, MailOf(5, from: "ann@candidates.example", subject: "Ports")));

        var history = await History(Query(
            tokens: [Id("o", 1)], ids: ["circular@agency.example", "m2@candidates.example"], tag: Reference(4), replySubject: "ports"));

        Assert.Equal(
            [
                (Id("e", 1), MatchEvidence.OurSignedId, false), (Id("e", 2), MatchEvidence.StoredMessageId, false), (Id("e", 3), MatchEvidence.NamedMessageId, false),
                (Id("e", 4), MatchEvidence.SubjectTag, false), (Id("e", 5), MatchEvidence.ReplySubject, true),
            ],
            history.Candidates.Select(c => (c.EnquiryId, c.Evidence, c.SenderBelongs)));
    }

    [Fact]
    public async Task An_enquiry_is_a_candidate_once_by_its_best_evidence()
    {
        await Commit(Opening(1) with { Outbox = [Row(1)] });

        var candidate = Assert.Single((await History(Query(tokens: [Id("o", 1)], ids: ["m1@candidates.example"], tag: Reference(1), replySubject: "county lines"))).Candidates);

        Assert.Equal((MatchEvidence.OurSignedId, Reference(1), "drugs"), (candidate.Evidence, candidate.Reference, candidate.Team));
    }

    [Fact]
    public async Task Ids_are_believed_in_the_order_in_which_they_were_asked_for()
    {
        await Commit(Opening(1), Opening(2));

        var history = await History(Query(ids: ["m2@candidates.example", "m1@candidates.example"]));

        Assert.Equal([Id("e", 2), Id("e", 1)], history.Candidates.Select(c => c.EnquiryId));
    }

    [Fact]
    public async Task An_answer_that_arrives_before_what_it_answers_is_found_by_the_id_it_names()
    {
        await Commit(Opening(1, MailOf(1) with { InReplyTo = ["late@candidates.example"] }));

        Assert.Equal(MatchEvidence.NamedMessageId, Assert.Single((await History(Query(ids: ["late@candidates.example"]))).Candidates).Evidence);
    }

    [Fact]
    public async Task Of_the_enquiries_that_name_an_id_the_senders_own_comes_first()
    {
        await Commit(
            Opening(1, MailOf(1, from: "ben@candidates.example") with { InReplyTo = ["circular@agency.example"] }),
            Opening(2, MailOf(2, from: "ann@candidates.example") with { References = ["circular@agency.example"] }));

        var candidate = Assert.Single((await History(Query(ids: ["circular@agency.example"]))).Candidates);

        Assert.Equal((Id("e", 2), true), (candidate.EnquiryId, candidate.SenderBelongs));
    }

    [Fact]
    public async Task A_sender_belongs_in_any_case_of_letters_and_by_any_mail_of_the_enquiry()
    {
        await Commit(Opening(1, MailOf(1, from: "ann@candidates.example")), Following(2, Id("e", 1), MailOf(2, from: "Agent@Candidates.example")));

        Assert.True(Assert.Single((await History(Query(tag: Reference(1), sender: "agent@candidates.EXAMPLE"))).Candidates).SenderBelongs);
        Assert.False(Assert.Single((await History(Query(tag: Reference(1), sender: "mallory@candidates.example"))).Candidates).SenderBelongs);
    }

    [Fact]
    public async Task Mail_without_a_sender_belongs_nowhere_that_a_sender_opened()
    {
        await Commit(Opening(1));

        Assert.False(Assert.Single((await History(Query(tag: Reference(1), sender: null))).Candidates).SenderBelongs);
    }

    [Fact]
    public async Task A_reply_is_found_by_its_base_subject_only_in_the_senders_own_and_recent_enquiries()
    {
        await Commit(Opening(1, MailOf(1, subject: "Re: County  lines")), Opening(2, MailOf(2, from: "ben@candidates.example")));

        Assert.Equal(Id("e", 1), Assert.Single((await History(Query(replySubject: "county lines"))).Candidates).EnquiryId);
        Assert.Empty((await History(Query(replySubject: "county lines", replySince: Monday.AddDays(1)))).Candidates);
        Assert.Empty((await History(Query(replySubject: "county lines", sender: "mallory@candidates.example"))).Candidates);
    }

    [Fact]
    public async Task Of_several_enquiries_with_one_subject_the_newest_is_meant()
    {
        await Commit(Opening(1), Opening(2));

        Assert.Equal(Id("e", 2), Assert.Single((await History(Query(replySubject: "county lines"))).Candidates).EnquiryId);
    }

    [Fact]
    public async Task Unknown_tokens_ids_and_tags_find_nothing()
    {
        await Commit(Opening(1));

        Assert.Empty((await History(Query(tokens: ["x"], ids: ["y@z.example"], tag: Reference(9), replySubject: "ports"))).Candidates);
    }

    [Fact]
    public async Task Acknowledgements_to_a_recipient_are_counted_within_the_window()
    {
        await Commit(
            Opening(1) with { Outbox = [Row(1), Row(101, OutboxPurpose())] },
            Opening(2) with { Outbox = [Row(2, recipient: "ANN@candidates.example", subject: "Ports")] },
            Opening(3) with { Outbox = [Row(3, recipient: "ben@candidates.example")] });

        var all = await History(Query(throttleSince: Monday));
        var later = await History(Query(throttleSince: Monday.AddHours(1).AddMinutes(2)));

        Assert.Equal((2, 1), (all.AcknowledgedToSender, all.AcknowledgedSameSubject));
        Assert.Equal((1, 0), (later.AcknowledgedToSender, later.AcknowledgedSameSubject));
        Assert.Equal(0, (await History(Query(recipient: null))).AcknowledgedToSender);

        static Core.Outbox.OutboxPurpose OutboxPurpose() => Core.Outbox.OutboxPurpose.Alert;
    }

    private async Task<MailHistory> History(HistoryQuery query)
    {
        await using var session = await Store.Intake.BeginAsync(default);
        return await session.HistoryAsync(query, default);
    }
}
