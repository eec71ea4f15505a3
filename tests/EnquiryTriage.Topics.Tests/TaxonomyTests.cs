namespace EnquiryTriage.Topics.Tests;

public sealed class TaxonomyTests
{
    [Fact]
    public void The_shipped_taxonomy_has_its_fourteen_topics_and_twelve_kinds()
    {
        var taxonomy = Taxonomy.Load(Repository.File("models", "taxonomy.json"));

        Assert.Equal(14, taxonomy.Labels.Count);
        Assert.Equal(12, taxonomy.Kinds.Count);
        Assert.Equal("other", taxonomy.OutOfScope);
        Assert.Equal("Masnachu a chyflenwi cyffuriau", taxonomy.Topics[taxonomy.IndexOf("drugs")].Cy);
        Assert.Equal(-1, taxonomy.IndexOf("weather"));
        Assert.Equal(Repository.File("models", "lexicon.json"), taxonomy.LexiconPath);
    }

    [Fact]
    public void Labels_of_the_data_come_in_one_order_whatever_the_order_of_the_texts()
    {
        var forwards = Taxonomy.FromExamples(SmallData.Mails);
        var backwards = Taxonomy.FromExamples([.. SmallData.Mails.Reverse()]);

        Assert.Equal(["garden", "kitchen", "railway"], forwards.Labels);
        Assert.Equal(forwards.Labels, backwards.Labels);
        Assert.Equal(["enquiry", "complaint"], forwards.Kinds);
        Assert.Equal(forwards.Kinds, backwards.Kinds);
    }

    [Fact]
    public void A_label_given_twice_is_refused() =>
        Assert.Throws<TopicDataException>(() => new Taxonomy([new TopicName("a", "A"), new TopicName("a", "B")], [], null));

    [Fact]
    public void An_out_of_scope_label_that_is_no_topic_is_refused() =>
        Assert.Throws<TopicDataException>(() => new Taxonomy([new TopicName("a", "A"), new TopicName("b", "B")], [], "c"));

    [Fact]
    public void A_broken_file_is_named_in_the_message()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, "{}");
            Assert.Contains(path, Assert.Throws<TopicDataException>(() => Taxonomy.Load(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
