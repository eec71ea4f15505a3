namespace EnquiryTriage.Topics.Tests;

public sealed class TopicTrainerTests
{
    [Fact]
    public void A_label_outside_the_taxonomy_is_refused_with_the_texts_id()
    {
        var taxonomy = new Taxonomy([new TopicName("garden", "Garden"), new TopicName("railway", "Railway")], [], null);

        var thrown = Assert.Throws<TopicDataException>(() => TopicTrainer.Train(SmallData.Examples, taxonomy, SmallData.Options));

        Assert.Contains("'small-16'", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("'kitchen'", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Texts_of_one_topic_only_are_refused()
    {
        var examples = SmallData.Examples.Where(example => example.Topics.Contains("garden", StringComparer.Ordinal)).ToArray();
        var taxonomy = new Taxonomy([new TopicName("garden", "Garden"), new TopicName("railway", "Railway")], [], null);

        Assert.Throws<TopicDataException>(() => TopicTrainer.Train(examples, taxonomy, SmallData.Options));
    }

    [Fact]
    public void Progress_rises_to_its_total()
    {
        var reports = new List<TrainingProgress>();

        TopicTrainer.Train(SmallData.Examples, null, SmallData.Options, new Recorder(reports)).Dispose();

        Assert.Equal(reports.Select(report => report.Done).Order(), reports.Select(report => report.Done));
        Assert.Equal(reports[^1].Total, reports[^1].Done);
    }

    [Fact]
    public void Training_stops_when_it_is_cancelled()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => TopicTrainer.Train(SmallData.Examples, null, SmallData.Options, null, stop.Token));
    }

    [Fact]
    public void A_label_that_comes_with_the_data_is_an_example_of_itself()
    {
        TrainingExample[] renamed =
        [
            .. SmallData.Examples.Select(example => example with { Topics = [example.Topics[0] == "garden" ? "wheelbarrow_repair" : example.Topics[0]] }),
        ];
        using var with = TopicTrainer.Train(renamed, null, SmallData.Options);
        using var without = TopicTrainer.Train(renamed, null, SmallData.Options with { UseLabelNames = false });

        Assert.Equal("wheelbarrow_repair", with.Predict(null, "wheelbarrow").Top);
        Assert.True(with.Predict(null, "wheelbarrow").Confidence > without.Predict(null, "wheelbarrow").Confidence + 0.1);
        Assert.Equal(renamed.Length, with.TrainedOn);
    }

    [Fact]
    public void In_calibration_every_family_counts_the_same()
    {
        TrainingExample[] examples =
        [
            .. Enumerable.Range(0, 6).Select(i => new TrainingExample { Id = $"{i}", Topics = ["x"], Source = i < 3 ? "many" : i < 5 ? "two" : "one" }),
        ];

        var weights = Learning.Folds.Voices(examples);

        Assert.Equal([2.0 / 3, 2.0 / 3, 2.0 / 3, 1, 1, 2], weights);
    }

    [Fact]
    public void Texts_out_of_scope_may_be_among_the_examples()
    {
        TrainingExample[] examples =
        [
            .. SmallData.Examples,
            .. Enumerable.Range(0, 8).Select(i => new TrainingExample { Id = $"out-{i}", Text = $"football score at half time {i}", Topics = [] }),
        ];

        using var model = TopicTrainer.Train(examples, null, SmallData.Options);

        Assert.Equal(3, model.Labels.Count);
        Assert.True(model.Predict(null, "football at half time").Certainty < model.Predict(null, "prune the roses").Certainty);
    }

    private sealed class Recorder(List<TrainingProgress> reports) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => reports.Add(value);
    }
}
