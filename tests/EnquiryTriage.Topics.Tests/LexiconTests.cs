using System.Text.Json;
using EnquiryTriage.Topics.Learning;
using EnquiryTriage.Topics.Text;

namespace EnquiryTriage.Topics.Tests;

public sealed class LexiconTests
{
    private static readonly Lexicon Small = Lexicon.FromJson(System.Text.Encoding.UTF8.GetBytes(
        """{"drugs":{"county line*":1.5,"cuckoo*":1,"weed":0.5},"vehicles":{"key* from the hall":1,"cat":0.25}}"""));

    [Theory]
    [InlineData("They run county lines here", 1.5f, 0f)]
    [InlineData("COUNTY-LINE gangs, and cuckooing!", 2.5f, 0f)]
    [InlineData("the county lined its roads", 1.5f, 0f)]
    [InlineData("weeds in the county", 0f, 0f)]
    [InlineData("Took the keys from the hall; the cat slept", 0f, 1.25f)]
    [InlineData("keys from the", 0f, 0f)]
    [InlineData("weed weed weed", 0.5f, 0f)]
    public void Phrases_count_by_their_weight_once_each(string text, float drugs, float vehicles) =>
        Assert.Equal([drugs, vehicles], Small.Weigh(FeaturePipeline.Normalize(text)));

    [Fact]
    public void A_match_tells_where_it_stands()
    {
        var match = Assert.Single(Small.Find(FeaturePipeline.Normalize("Is it Cuckooing?")));

        Assert.Equal((6, 15), (match.Start, match.End));
    }

    [Fact]
    public void A_lexicon_survives_its_own_file() => Assert.Equal(Small.ToJson(), Lexicon.FromJson(Small.ToJson()).ToJson());

    [Theory]
    [InlineData("""{"drugs":{" ":1}}""")]
    [InlineData("""{"drugs":{"two *":1}}""")]
    public void A_phrase_without_words_is_refused(string json) =>
        Assert.Throws<TopicDataException>(() => Lexicon.FromJson(System.Text.Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void The_shipped_lexicon_has_phrases_for_every_topic_of_the_taxonomy_in_lower_case()
    {
        var taxonomy = Taxonomy.Load(Repository.File("models", "taxonomy.json"));
        using var json = JsonDocument.Parse(File.ReadAllBytes(Repository.File("models", "lexicon.json")));
        var lexicon = Lexicon.Load(Repository.File("models", "lexicon.json"));

        Assert.Empty(taxonomy.Labels.Except(lexicon.Groups, StringComparer.Ordinal));
        foreach (var phrase in json.RootElement.EnumerateObject().SelectMany(group => group.Value.EnumerateObject()))
        {
            // A phrase that its own words do not find would be dead weight.
            var example = phrase.Name.Replace("*", "", StringComparison.Ordinal);
            Assert.True(lexicon.Find(FeaturePipeline.Normalize(example)).Count > 0, phrase.Name);
        }
    }

    [Fact]
    public void A_phrase_no_training_text_holds_still_tells_the_topic()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, """{"garden":{"roses":1,"lawn":1,"hedge":1,"tulip":1,"tomato*":1,"secateur*":1,"slugs":1},"railway":{"train":1,"platform":1,"station":1,"buffers":1}}""");
            using var model = TopicTrainer.Train(SmallData.Examples, null, SmallData.Options with { LexiconPath = path });

            var prediction = model.Predict(null, "secateurs");

            Assert.Equal("garden", prediction.Top);
            Assert.Equal(["secateurs"], model.Predict(null, "secateurs").Topics[0].Reasons);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
