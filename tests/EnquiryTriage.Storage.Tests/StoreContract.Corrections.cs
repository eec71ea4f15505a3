using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Learning;
using static EnquiryTriage.Storage.Tests.Records;

namespace EnquiryTriage.Storage.Tests;

public abstract partial class StoreContract
{
    private static readonly CorrectedRoute ToFraud = new("fraud", "topic: fraud", Monday.AddDays(9), EnquiryState.Assigned);

    [Fact]
    public async Task A_correction_moves_its_enquiry_and_says_who_and_what()
    {
        await Commit(Opening(1, change: e => e with { Topic = null, State = EnquiryState.Triage }) with { Questions = [Question(1, 1)] });

        await Store.Corrections.CorrectAsync(Correct(1), ToFraud, Monday.AddHours(5), default);

        var life = (await Store.Queries.FindAsync(Reference(1), default))!;
        Assert.Equal(("fraud", "media", true, "fraud", EnquiryState.Assigned), (life.Summary.Topic, life.Summary.Kind, life.Summary.Urgent, life.Summary.Team, life.Summary.State));
        Assert.Equal(("topic: fraud", Monday.AddDays(9)), (life.Rule, life.Summary.Due));
        Assert.Equal(("fraud", "fraud", false), (life.Questions[0].Topic, life.Questions[0].Team, life.Questions[0].Abstained));
        Assert.Equal([(EventTypes.Corrected, "jo"), (EventTypes.Routed, "jo")], life.Events.TakeLast(2).Select(e => (e.Type, e.Actor)));
        var kept = Assert.Single(await Store.Corrections.CorrectionsAsync(default));
        Assert.Equal(["fraud", "drugs"], kept.Correction.Topics);
        Assert.Equal((Reference(1), Monday.AddHours(5), "County lines", "ann@candidates.example"), (kept.Correction.Reference, kept.At, kept.Subject, kept.Sender));
    }

    [Fact]
    public async Task Of_several_questions_each_keeps_what_was_said_of_it()
    {
        await Commit(Opening(1) with { Questions = [Question(1, 1), Question(1, 2)] });

        await Store.Corrections.CorrectAsync(Correct(1), ToFraud, Monday.AddHours(5), default);

        Assert.All((await Store.Queries.FindAsync(Reference(1), default))!.Questions, q => Assert.Equal("drugs", q.Topic));
    }

    [Fact]
    public async Task A_correction_is_released_in_other_words_by_somebody()
    {
        await Commit(Opening(1));
        await Store.Corrections.CorrectAsync(Correct(1), ToFraud, Monday.AddHours(5), default);

        await Store.Corrections.ReleaseForTrainingAsync("c1", new TrainingRelease("sam", Monday.AddHours(6), "[name]", "words"), default);

        Assert.Equal(new TrainingRelease("sam", Monday.AddHours(6), "[name]", "words"), Assert.Single(await Store.Corrections.CorrectionsAsync(default)).Release);
        Assert.Equal(EventTypes.CorrectionReleased, (await Store.Queries.FindAsync(Reference(1), default))!.Events[^1].Type);
    }

    [Fact]
    public async Task What_is_not_there_cannot_be_corrected_or_released()
    {
        await Assert.ThrowsAsync<StoreException>(() => Store.Corrections.CorrectAsync(Correct(1), ToFraud, Monday, default));
        await Assert.ThrowsAsync<StoreException>(() => Store.Corrections.ReleaseForTrainingAsync("c1", new TrainingRelease("sam", Monday, "", ""), default));
    }

    private static Correction Correct(int n) => new("c1", Reference(n), Id("m", n), "jo", null, "enquiry", false, ["fraud", "drugs"], "media", true);
}
