using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Core.Reporting;
using static EnquiryTriage.Storage.Tests.Records;

namespace EnquiryTriage.Storage.Tests;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Enquiries_are_listed_newest_first_up_to_the_limit()
    {
        await Commit(Opening(2), Opening(1), Opening(3));

        Assert.Equal([Reference(3), Reference(2)], (await Store.Queries.ListAsync(new(Limit: 2), default)).Select(e => e.Reference));
    }

    [Fact]
    public async Task A_list_is_narrowed_by_team_topic_and_state()
    {
        await Commit(
            Opening(1),
            Opening(2, change: e => e with { Team = "fraud" }),
            Opening(3, change: e => e with { Topic = null, State = EnquiryState.Triage }),
            Opening(4, change: e => e with { Topic = "fraud", Team = "fraud" }));

        Assert.Equal([Reference(4), Reference(2)], await List(new(Team: "fraud")));
        Assert.Equal([Reference(2), Reference(1)], await List(new(Topic: "drugs")));
        Assert.Equal([Reference(3)], await List(new(State: EnquiryState.Triage)));
        Assert.Equal([Reference(4)], await List(new("fraud", "fraud", EnquiryState.Assigned)));
        Assert.Empty(await List(new(Team: "nobody")));
    }

    [Fact]
    public async Task A_line_of_the_list_says_what_was_decided()
    {
        await Commit(
            Opening(1, MailOf(1, subject: "Re: Porthladdoedd \u2603"), e => e with { Urgent = true, Language = "cy", Due = null }) with
            {
                Questions = [Question(1, 1), Question(1, 2)],
            },
            Following(2, Id("e", 1), MailOf(2, subject: "A later subject", from: "other@candidates.example")));

        var line = Assert.Single(await Store.Queries.ListAsync(new(), default));

        Assert.Equal(
            new EnquirySummary(
                Reference(1), EnquiryState.Assigned, "enquiry", "drugs", "drugs", true, "cy", Monday.AddHours(1), null, null, null, 2, "Re: Porthladdoedd \u2603", "ann@candidates.example"),
            line);
    }

    [Fact]
    public async Task A_life_holds_mails_questions_outbox_and_events_in_order()
    {
        await Commit(
            Opening(1) with { Questions = [Question(1, 1), Question(1, 2)], Outbox = [Row(1), Row(2, OutboxPurpose.Alert)] },
            Following(2, Id("e", 1)) with { Questions = [Question(2, 1)] },
            Opening(3));

        var life = await Life(1);

        Assert.Equal("topic: drugs", life.Rule);
        Assert.Equal([Id("m", 1), Id("m", 2)], life.Mails.Select(m => m.Id));
        Assert.Equal([Id("q", 101), Id("q", 102), Id("q", 201)], life.Questions.Select(q => q.Id));
        Assert.Equal([Id("o", 1), Id("o", 2)], life.Outbox.Select(o => o.Id));
        Assert.Equal([EventTypes.MailReceived, EventTypes.EnquiryOpened, EventTypes.MailReceived], life.Events.Select(e => e.Type));
        Assert.Equal("""{"urgent":false}""", life.Mails[0].DecisionJson);
        Assert.Equal((1, "Question 1?", 0.75, "drugs"), life.Questions[0] is var q ? (q.Ordinal, q.Text, q.Confidence, q.Team) : default);
        Assert.Equal("enquiry", life.Events[1].Detail.GetProperty("kind").GetString());
        Assert.All(life.Events, e => Assert.Equal(Id("e", 1), e.EnquiryId));
    }

    [Fact]
    public async Task An_unknown_reference_has_no_life() => Assert.Null(await Store.Queries.FindAsync(Reference(9), default));

    [Fact]
    public async Task A_persons_answer_moves_the_enquiry_and_stops_its_clock_when_it_was_sent()
    {
        var sentAt = Monday.AddHours(5);
        await Commit(Opening(1));
        await Commit(Following(2, Id("e", 1)) with
        {
            Role = FolderRole.Sent,
            MovesTo = EnquiryState.Answered,
            Events = [NewEvent.ByMachine(EventTypes.Answered) with { At = sentAt }],
        });

        var life = await Life(1);

        Assert.Equal((EnquiryState.Answered, sentAt), (life.Summary.State, life.Summary.Answered));
        Assert.Equal(FolderRole.Sent, life.Mails[1].Role);
    }

    [Fact]
    public async Task Facts_are_those_of_the_period_from_its_start_to_before_its_end()
    {
        await Commit(Opening(1), Opening(2), Opening(3));

        Assert.Equal([Monday.AddHours(2)], (await Store.Queries.FactsAsync(Monday.AddHours(2), Monday.AddHours(3), default)).Select(f => f.Received));
        Assert.Equal(3, (await Store.Queries.FactsAsync(null, null, default)).Count);
        Assert.Empty(await Store.Queries.FactsAsync(Monday.AddHours(4), null, default));
    }

    [Fact]
    public async Task Facts_count_the_acknowledgement_that_the_relay_accepted_and_not_the_alert()
    {
        await Commit(Opening(1) with { Outbox = [Row(1), Row(2, OutboxPurpose.Alert)] }, Opening(2, change: e => e with { State = EnquiryState.NoAnswerNeeded }));
        await Claim("a");
        await Store.Outbox.SettleAsync(Id("o", 2), "a", new SendOutcome(SendOutcomeKind.Accepted, "", null), Later, default);
        Assert.Null((await Store.Queries.FactsAsync(null, null, default))[0].Acknowledged);

        await Store.Outbox.SettleAsync(Id("o", 1), "a", new SendOutcome(SendOutcomeKind.Accepted, "", null), Later.AddMinutes(1), default);

        Assert.Equal(
            [new EnquiryFacts("drugs", "drugs", "enquiry", Monday.AddHours(1), Later.AddMinutes(1), null, true), new EnquiryFacts("drugs", "drugs", "enquiry", Monday.AddHours(2), null, null, false)],
            await Store.Queries.FactsAsync(null, null, default));
    }

    [Fact]
    public async Task Decisions_come_oldest_first_over_any_number_of_pages_and_without_our_own_answers()
    {
        await Commit([.. Enumerable.Range(1, 1_001).Select(n => n == 1 ? Opening(1) : Following(n, n % 2 == 0 ? null : Id("e", 1))), Following(1_002, Id("e", 1)) with { Role = FolderRole.Sent }]);

        var decisions = await Decisions(null);

        Assert.Equal([.. Enumerable.Range(1, 1_001).Select(n => Id("m", n))], decisions.Select(d => d.MailId));
        Assert.Equal((Reference(1), null), (decisions[0].Reference, decisions[1].Reference));
    }

    [Fact]
    public async Task Decisions_are_those_of_mails_fetched_since()
    {
        await Commit(Opening(1), Opening(2));

        Assert.Equal([Id("m", 2)], (await Decisions(Monday.AddHours(2).AddMinutes(1))).Select(d => d.MailId));
        Assert.Empty(await Decisions(Monday.AddHours(2).AddMinutes(1).AddMilliseconds(1)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3_000_000)]
    public async Task Raw_bytes_come_back_as_they_came(int length)
    {
        var raw = new byte[length];
        new Random(7).NextBytes(raw);
        await Commit(Opening(1) with { Raw = raw });

        Assert.Equal(raw, await Store.Queries.RawAsync(Id("m", 1), default));
    }

    [Fact]
    public async Task There_are_no_raw_bytes_of_a_mail_that_is_not_on_record() => Assert.Null(await Store.Queries.RawAsync("m9", default));

    [Fact]
    public async Task Times_keep_their_milliseconds_and_any_offset_is_the_same_moment()
    {
        var summer = new DateTimeOffset(2021, 7, 1, 12, 0, 0, 123, TimeSpan.FromHours(1));
        await Commit(Opening(1) with { Received = summer });

        Assert.Equal(summer.ToUniversalTime(), (await Life(1)).Summary.Received);
    }

    [Theory]
    [InlineData("a \0 nought")]
    [InlineData("\ud83d half a pair")]
    [InlineData("'; DROP TABLE mail; --")]
    public async Task Whatever_a_subject_holds_the_mail_is_recorded(string subject)
    {
        await Commit(Opening(1, MailOf(1, subject: subject)));

        Assert.Equal(1, (await Balance()).Ingested);
        Assert.Single(await Store.Queries.ListAsync(new(), default));
    }

    private async Task<string[]> List(EnquiryFilter filter) => [.. (await Store.Queries.ListAsync(filter, default)).Select(e => e.Reference)];

    private async Task<List<DecidedMail>> Decisions(DateTimeOffset? since)
    {
        var decisions = new List<DecidedMail>();
        await foreach (var decision in Store.Queries.DecisionsAsync(since, default))
        {
            decisions.Add(decision);
        }

        return decisions;
    }
}
