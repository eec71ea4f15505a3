namespace EnquiryTriage.Topics.Tests;

public sealed class TopicEvaluatorTests
{
    [Fact]
    public void On_its_own_training_texts_a_model_is_right()
    {
        using var model = SmallData.Train();

        var evaluation = TopicEvaluator.Evaluate(model, SmallData.Examples);

        Assert.Equal((24, 24), (evaluation.N, evaluation.InScope));
        Assert.Equal((1.0, 1.0, 1.0, 1.0), (evaluation.Accuracy, evaluation.MacroF1, evaluation.MicroF1, evaluation.SurestHalfAccuracy));
        Assert.Equal(8, evaluation.Confusion["garden"]["garden"]);
        Assert.Null(evaluation.AreaUnderRoc);
        Assert.Null(evaluation.Kinds);
        Assert.Null(evaluation.Urgency);
    }

    [Fact]
    public void Wrong_answers_show_in_every_figure()
    {
        using var model = SmallData.Train();
        var mislabelled = SmallData.Examples.Select((example, i) => i is 0 or 1 ? example with { Topics = ["railway"] } : example).ToArray();

        var evaluation = TopicEvaluator.Evaluate(model, mislabelled);

        Assert.Equal(22 / 24.0, evaluation.Accuracy, 9);
        Assert.Equal(2, evaluation.Confusion["railway"]["garden"]);
        Assert.Equal((10, 1.0, 0.8), (evaluation.PerTopic["railway"].N, evaluation.PerTopic["railway"].Precision, evaluation.PerTopic["railway"].Recall));
        Assert.Equal(0.75, evaluation.PerTopic["garden"].Precision, 9);
        Assert.Equal(22 / 24.0, evaluation.MicroF1, 9);
    }

    [Fact]
    public void A_further_topic_is_an_acceptable_owner()
    {
        using var model = SmallData.Train();
        var example = SmallData.Examples[0] with { Topics = ["railway", "garden"] };

        var evaluation = TopicEvaluator.Evaluate(model, [example]);

        Assert.Equal((0.0, 1.0), (evaluation.Accuracy, evaluation.AnyOwnerAccuracy));
        Assert.Equal(2.0 / 3, evaluation.MicroF1, 9);
    }

    [Fact]
    public void Texts_out_of_scope_count_for_the_area_under_the_curve_only()
    {
        using var model = SmallData.Train();
        var outside = new TrainingExample { Id = "out", Text = "qqq xxx", Topics = [] };

        var evaluation = TopicEvaluator.Evaluate(model, [.. SmallData.Examples, outside]);

        Assert.Equal((25, 24), (evaluation.N, evaluation.InScope));
        Assert.Equal(1.0, evaluation.Accuracy);
        Assert.Equal(1.0, evaluation.AreaUnderRoc);
    }

    [Fact]
    public void Kinds_and_urgency_are_measured_where_model_and_data_have_them()
    {
        using var model = TopicTrainer.Train(SmallData.Mails, null, SmallData.Options);

        var evaluation = TopicEvaluator.Evaluate(model, SmallData.Mails);

        Assert.Equal(24, evaluation.Kinds!.N);
        Assert.Equal((24, 6, 1.0), (evaluation.Urgency!.N, evaluation.Urgency.Urgent, evaluation.Urgency.Recall));
    }
}
