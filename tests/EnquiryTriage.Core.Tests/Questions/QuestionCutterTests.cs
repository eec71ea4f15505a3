using System.Globalization;
using System.Text;
using EnquiryTriage.Core.Questions;

namespace EnquiryTriage.Core.Tests.Questions;

public class QuestionCutterTests
{
    [Fact]
    public void Numbered_questions_are_cut_at_their_numbers()
    {
        var questions = QuestionCutter.Cut("Dear team,\n\nI have three points:\n1. Who tackles county lines\n2) How is fraud reported\n   by pensioners\n(3) Is there an event\n\nYours, Ann");

        Assert.Equal(["Who tackles county lines", "How is fraud reported by pensioners", "Is there an event"], questions);
    }

    [Theory]
    [InlineData("-")]
    [InlineData("*")]
    [InlineData("•")]
    [InlineData("–")]
    public void Bulleted_questions_are_cut_at_their_bullets(string bullet)
    {
        var questions = QuestionCutter.Cut($"{bullet} Who tackles county lines\n{bullet} How is fraud reported\n");

        Assert.Equal(["Who tackles county lines", "How is fraud reported"], questions);
    }

    [Fact]
    public void A_single_item_is_no_list()
    {
        var questions = QuestionCutter.Cut("My list is short.\n- county lines near schools\nWho looks after that?");

        Assert.Contains("Who looks after that?", Assert.Single(questions), StringComparison.Ordinal);
    }

    [Fact]
    public void Questions_in_prose_are_cut_at_their_question_marks()
    {
        var questions = QuestionCutter.Cut("I am standing in Kent. Who tackles county lines here? That worries people.\nAnd how is fraud reported?");

        Assert.Equal(["Who tackles county lines here?", "And how is fraud reported?"], questions);
    }

    [Theory]
    [InlineData("Please could you tell me how fraud is reported.")]
    [InlineData("I would be grateful for details of your work with ports.")]
    [InlineData("Hoffwn wybod sut mae twyll yn cael ei adrodd.")]
    public void A_request_is_a_question_without_a_question_mark(string request)
    {
        var questions = QuestionCutter.Cut($"I am standing in Kent. {request} The weather is fine.");

        Assert.Equal([request], questions);
    }

    [Theory]
    [InlineData("How are you?")]
    [InlineData("I hope this finds you well?")]
    [InlineData("Many thanks?")]
    [InlineData("Please confirm receipt.")]
    [InlineData("Please let me know?")]
    public void A_courtesy_is_no_question(string courtesy)
    {
        var questions = QuestionCutter.Cut($"{courtesy} Who tackles county lines here?");

        Assert.Equal(["Who tackles county lines here?"], questions);
    }

    [Fact]
    public void What_cannot_be_cut_stays_one_without_its_greeting()
    {
        var questions = QuestionCutter.Cut("Dear Strategy Team,\nyoung lads on bikes go in and out\nof a flat at all hours.");

        Assert.Equal(["young lads on bikes go in and out of a flat at all hours."], questions);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t\n")]
    [InlineData("?!? ... --")]
    public void A_text_without_a_word_asks_nothing(string text) => Assert.Empty(QuestionCutter.Cut(text));

    [Fact]
    public void A_text_of_nothing_but_courtesies_stays_one() =>
        Assert.Single(QuestionCutter.Cut("Many thanks for your help yesterday."));

    [Fact]
    public void What_is_past_the_most_questions_stays_in_the_last()
    {
        var questions = QuestionCutter.Cut(string.Join('\n', Enumerable.Range(1, 30).Select(i => string.Create(CultureInfo.InvariantCulture, $"{i}. Question of number {i}"))));

        Assert.Equal(QuestionCutter.MaxQuestions, questions.Count);
        Assert.Equal("Question of number 19", questions[18]);
        Assert.StartsWith("Question of number 20 Question of number 21", questions[19], StringComparison.Ordinal);
        Assert.EndsWith("Question of number 30", questions[19], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("b\n")]
    [InlineData("a ")]
    [InlineData("? ")]
    [InlineData("1. ")]
    [InlineData("\n\n")]
    [InlineData("  ")]
    [InlineData("\n- ")]
    [InlineData("I would like to ")]
    [InlineData("please could you ")]
    public void A_hostile_megabyte_costs_memory_in_proportion_to_its_length(string repeated)
    {
        var (small, large) = (Text(repeated, 25_000), Text(repeated, 1_000_000));
        QuestionCutter.Cut(small);
        var allocatedBySmall = Allocated(small);
        var allocatedByLarge = Allocated(large);

        // The cutter takes 100,000 characters at most: four times the small text, with as much again to spare.
        Assert.True(allocatedByLarge <= 8 * allocatedBySmall + 100_000, $"{allocatedBySmall} bytes became {allocatedByLarge}");
    }

    private static string Text(string repeated, int length)
    {
        var text = new StringBuilder("- an item that goes on and on\n", length + repeated.Length);
        while (text.Length < length)
        {
            text.Append(repeated);
        }

        return text.ToString();
    }

    private static long Allocated(string text)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        QuestionCutter.Cut(text);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [Theory]
    [InlineData("I'd be interested in (a) what legal tools there are to look behind it, and (b) whether there is a link.", "what legal tools there are to look behind it, and", "whether there is a link.")]
    [InlineData("Please say: (i) who owns them; (ii) what it costs each force.", "who owns them", "what it costs each force.")]
    public void Lettered_parts_of_a_sentence_are_questions(string text, params string[] expected) =>
        Assert.Equal(expected, QuestionCutter.Cut(text));

    [Fact]
    public void A_question_of_few_words_takes_the_sentence_that_it_asks_about() =>
        Assert.Equal(
            ["The hauliers say that it is down to a handful of people. Is that right?", "Do you take on any of these crews yourselves?"],
            QuestionCutter.Cut("We have the A14 here. The hauliers say that it is down to a handful of people. Is that right? Do you take on any of these crews yourselves?"));

    [Fact]
    public void Questions_before_and_after_a_list_are_kept() =>
        Assert.Equal(
            ["Could you explain who runs it?", "where the labs are", "what it costs each force", "And is any of it published?"],
            QuestionCutter.Cut("Could you explain who runs it?\n\n1. where the labs are\n2. what it costs each force\n\nAnd is any of it published?"));

    [Fact]
    public void Questions_without_their_mark_are_questions() =>
        Assert.Equal(
            ["Who hunts the forgers.", "How do you deal with embassy staff who are on the take.", "I also wonder whether this counts as forced labour."],
            QuestionCutter.Cut("I read about a factory. Who hunts the forgers. How do you deal with embassy staff who are on the take. I also wonder whether this counts as forced labour."));
}
