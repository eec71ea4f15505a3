namespace EnquiryTriage.Topics.Tests;

public sealed class TrainingDataTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("topics-data-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void A_mail_and_a_bare_text_are_read_with_all_their_members()
    {
        var path = Write(
            """{"id":"a","source":"s","subject":"Hello","body":"Two lines","topics":["x","y"],"kind":"foi","urgent":true,"language":"en"}""",
            "",
            """{"text":"Bare","topics":[]}""");

        var examples = TrainingData.Load(path);

        Assert.Equal(2, examples.Count);
        Assert.Equal(("a", "s", "Hello", "Two lines", "foi", true), (examples[0].Id, examples[0].Source, examples[0].Subject, examples[0].Body, examples[0].Kind, examples[0].Urgent));
        Assert.Equal(["x", "y"], examples[0].Topics);
        Assert.Equal(("data.jsonl-3", "Bare", null), (examples[1].Id, examples[1].Text, examples[1].Urgent));
        Assert.Empty(examples[1].Topics);
    }

    [Theory]
    [InlineData("""{"id":"b","text":"x","topics":"fraud"}""", "expected shape")]
    [InlineData("""not json""", "expected shape")]
    [InlineData("""{"id":"b","topics":["x"]}""", "has no text")]
    [InlineData("""{"id":"b","text":"x"}""", "no \"topics\"")]
    [InlineData("""{"id":"b","text":"x","topics":[""]}""", "empty label")]
    [InlineData("""{"id":"a","text":"x","topics":["x"]}""", "repeats the id 'a'")]
    public void A_wrong_line_is_refused_with_its_file_number_and_fault(string line, string fault)
    {
        var path = Write("""{"id":"a","text":"fine","topics":["x"]}""", line);

        var thrown = Assert.Throws<TopicDataException>(() => TrainingData.Load(path));

        Assert.Contains($"{path}, line 2", thrown.Message, StringComparison.Ordinal);
        Assert.Contains(fault, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_refused_by_name()
    {
        var path = Path.Combine(folder, "absent.jsonl");

        Assert.Contains(path, Assert.Throws<TopicDataException>(() => TrainingData.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_empty_file_is_refused() => Assert.Throws<TopicDataException>(() => TrainingData.Load(Write("")));

    [Fact]
    public void The_same_id_may_stand_in_two_files()
    {
        var first = Write("""{"id":"a","text":"one","topics":["x"]}""");
        var second = Path.Combine(folder, "more.jsonl");
        File.Copy(first, second);

        Assert.Equal(2, TrainingData.Load(first, second).Count);
    }

    private string Write(params string[] lines)
    {
        var path = Path.Combine(folder, "data.jsonl");
        File.WriteAllLines(path, lines);
        return path;
    }
}
