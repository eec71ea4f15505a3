namespace EnquiryTriage.Topics.Tests;

public sealed class TopicModelTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("topics-model-").FullName;

    private string ModelPath => Path.Combine(folder, "small.model");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("the roses by the wall need a prune", "garden")]
    [InlineData("is the train to Derby late", "railway")]
    [InlineData("a recipe for bread I can bake in a small oven", "kitchen")]
    public void A_text_in_other_words_gets_its_topic(string text, string topic)
    {
        using var model = SmallData.Train();

        var prediction = model.Predict(null, text);

        Assert.Equal(topic, prediction.Top);
        Assert.Equal(topic, prediction.Topics[0].Topic);
        Assert.InRange(prediction.Confidence, 1.0 / 3, 1);
        Assert.Null(prediction.Kind);
        Assert.Null(prediction.Urgent);
    }

    [Fact]
    public void The_reasons_are_whole_words_of_the_text()
    {
        using var model = SmallData.Train();

        var reasons = model.Predict(null, "Could you tell me whether the \u201CROSES\u201D want watering?").Topics[0].Reasons;

        Assert.Contains("roses", reasons, StringComparer.Ordinal);
        Assert.DoesNotContain(reasons, reason => reason is "the" or "me" or "rose");
    }

    [Fact]
    public void The_subject_counts()
    {
        using var model = SmallData.Train();

        Assert.Equal("railway", model.Predict("Train to Crewe", "Could you help me with this please?").Top);
        Assert.Equal("kitchen", model.Predict("Roast lamb in the oven", "Could you help me with this please?").Top);
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("", "   ")]
    [InlineData(null, "\u0000\uD800 \uFFFF")]
    [InlineData(null, "日本語だけのメール")]
    public void A_text_with_nothing_known_is_no_fault_and_gives_no_confidence(string? subject, string text)
    {
        using var model = SmallData.Train();

        var prediction = model.Predict(subject, text);

        Assert.InRange(prediction.Confidence, 0.2, 0.6);
        Assert.Contains(prediction.Top, model.Labels, StringComparer.Ordinal);
    }

    [Fact]
    public void Where_the_model_abstains_the_two_best_are_offered()
    {
        using var model = TopicTrainer.Train(SmallData.Examples, null, SmallData.Options with { TargetPrecision = 1 });

        var prediction = model.Predict(null, "zzz");

        Assert.True(prediction.Abstained);
        Assert.Equal(2, prediction.Topics.Count);
        Assert.True(prediction.Topics[0].Confidence >= prediction.Topics[1].Confidence);
    }

    [Fact]
    public void Kinds_urgency_and_further_topics_are_learnt_where_the_data_has_them()
    {
        using var model = TopicTrainer.Train(SmallData.Mails, null, SmallData.Options);

        var prediction = model.Predict("A question", "The lawn is dry. Please hurry, somebody is hurt.");

        Assert.True(prediction.Urgent);
        Assert.Contains(prediction.Kind!, model.Taxonomy.Kinds, StringComparer.Ordinal);
        Assert.True(prediction.UrgencyScore > model.Predict("A question", "When do tulips flower?").UrgencyScore);
    }

    [Fact]
    public void A_saved_model_says_the_same_when_loaded()
    {
        using var model = TopicTrainer.Train(SmallData.Mails, null, SmallData.Options);
        model.Save(ModelPath);
        using var loaded = TopicModel.Load(ModelPath);

        Assert.Equal(model.Version, loaded.Version);
        Assert.Equal(model.Labels, loaded.Labels);
        foreach (var example in SmallData.Mails)
        {
            var (before, after) = (model.Predict(example.Subject, example.Body!), loaded.Predict(example.Subject, example.Body!));
            Assert.Equal(before.Confidence, after.Confidence);
            Assert.Equal(before.UrgencyScore, after.UrgencyScore);
            Assert.Equal(before.Abstained, after.Abstained);
            Assert.Equal(before.Kind, after.Kind);
            Assert.Equal(string.Join(' ', before.Topics.Select(topic => topic.Topic)), string.Join(' ', after.Topics.Select(topic => topic.Topic)));
        }
    }

    [Fact]
    public void The_same_data_give_the_same_file_byte_for_byte()
    {
        using var first = TopicTrainer.Train(SmallData.Mails, null, SmallData.Options);
        using var second = TopicTrainer.Train(SmallData.Mails, null, SmallData.Options);
        first.Save(ModelPath);
        second.Save(ModelPath + "2");

        Assert.Equal(File.ReadAllBytes(ModelPath), File.ReadAllBytes(ModelPath + "2"));
    }

    [Fact]
    public void Predictions_on_many_threads_are_those_on_one()
    {
        using var model = SmallData.Train();
        var alone = SmallData.Examples.Select(example => model.Predict(null, example.Text!).Confidence).ToArray();
        var together = new double[400];

        Parallel.For(0, together.Length, i => together[i] = model.Predict(null, SmallData.Examples[i % alone.Length].Text!).Confidence);

        Assert.All(Enumerable.Range(0, together.Length), i => Assert.Equal(alone[i % alone.Length], together[i]));
    }

    [Fact]
    public void A_missing_model_is_named_with_the_remedy()
    {
        var thrown = Assert.Throws<TopicModelException>(() => TopicModel.Load(ModelPath));

        Assert.Contains(ModelPath, thrown.Message, StringComparison.Ordinal);
        Assert.Contains("topics train", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_model_is_told_from_a_damaged_one()
    {
        File.WriteAllText(ModelPath, new string('x', 100));
        Assert.Contains("is not a topic model", Assert.Throws<TopicModelException>(() => TopicModel.Load(ModelPath)).Message, StringComparison.Ordinal);

        using var model = SmallData.Train();
        model.Save(ModelPath);
        var bytes = File.ReadAllBytes(ModelPath);
        bytes[^10] ^= 1;
        File.WriteAllBytes(ModelPath, bytes);
        Assert.Contains("checksum", Assert.Throws<TopicModelException>(() => TopicModel.Load(ModelPath)).Message, StringComparison.Ordinal);

        File.WriteAllBytes(ModelPath, bytes[..(bytes.Length / 2)]);
        Assert.Contains("checksum", Assert.Throws<TopicModelException>(() => TopicModel.Load(ModelPath)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_of_another_format_version_is_refused_with_both_versions()
    {
        using var model = SmallData.Train();
        model.Save(ModelPath);
        var bytes = File.ReadAllBytes(ModelPath);
        bytes[8] = 99;
        File.WriteAllBytes(ModelPath, bytes);

        Assert.Contains("version 99", Assert.Throws<TopicModelException>(() => TopicModel.Load(ModelPath)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Saving_into_a_folder_that_does_not_exist_is_refused_by_name()
    {
        using var model = SmallData.Train();
        var path = Path.Combine(folder, "absent", "x.model");

        Assert.Contains(path, Assert.Throws<TopicModelException>(() => model.Save(path)).Message, StringComparison.Ordinal);
    }
}
