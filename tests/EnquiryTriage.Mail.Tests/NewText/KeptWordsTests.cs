using System.Text;

namespace EnquiryTriage.Mail.Tests.NewText;

/// <summary>Words that look like a quote, a signature or a note, and are the sender's own.</summary>
public sealed class KeptWordsTests
{
    private static string Find(string body) => MailReader.ReadBody(Encoding.UTF8.GetBytes(body)).NewText;

    [Theory]
    [InlineData("On Monday I wrote:\nPlease help me.\nNobody has answered since then.")]
    [InlineData("On 5 May 2025 at 09:30 I wrote to your office:\nnobody answered. Why?")]
    [InlineData("On 5 May 2025 at 09:30 scam@bank.example wrote to me:\n\npay now\n\nIs it a scam?")]
    [InlineData("At 10:30 on 5 May she said:\n\"I am afraid\".\nWhat can be done for her?")]
    [InlineData("I wrote this on my phone\nOn the bus at 10:30 a man, John <that is his name> wrote:\na threat on the window.")]
    [InlineData("From: my experience nobody answers.\nTo: be honest I am tired of it.\nSubject: closed for me.")]
    [InlineData("Date: 5 May\nTime: 10:30\nPlace: the station\nWhat happened: a man shouted at me.")]
    [InlineData("Our options:\n-Stay\n-Leave")]
    [InlineData("I have two questions.\n\n--- Question 1 ---\n\nWho pays?\n\n--- Question 2 ---\n\nWho decides?")]
    [InlineData("First part.\n\n---\n\nSecond part, which matters as much.")]
    [InlineData("First part.\n\n________________\n\nSecond part of my long mail, which I want you to read.")]
    [InlineData("First part.\n\n==========\nSECOND PART\n==========\n\nMore words here.")]
    [InlineData("Sent from my desk, this is easier.")]
    [InlineData("Sent from my home to your office were three letters. None was answered!")]
    [InlineData("The form was\nsent by post last week")]
    [InlineData("They said \"the information is confidential\" and hung up on me. I was the intended recipient of the parcel.")]
    [InlineData("Why should I consider the environment before printing this? Please explain what the police does about fly tipping.")]
    [InlineData("Thanks,\nbut that does not answer my question. Who pays for it?")]
    [InlineData("Kind regards to Tom, who helped me.\nNow to my question: who pays?")]
    [InlineData("Many thanks\n\nI will wait for the decision.")]
    [InlineData("Yours\nand ours is a hard job. I know that.")]
    [InlineData("Ar ddydd Llun ysgrifennodd y Comisiynydd:\nbyddaf yn gweithredu. A wnaeth o?")]
    [InlineData("--- What Bob wrote ---\n\nNothing of use.")]
    public void A_persons_words_stay_alone_at_the_end_and_in_the_middle(string words)
    {
        const string Before = "Dear team,\n\nI live in Barry and have written before.";
        const string After = "Please let me know what you can do about it. I would like to hear soon.";

        Assert.Equal(words, Find(words));
        Assert.Equal($"{Before}\n\n{words}", Find($"{Before}\n\n{words}\n"));
        Assert.Equal($"{Before}\n\n{words}\n\n{After}", Find($"{Before}\n\n{words}\n\n{After}\n"));
        Assert.Equal($"{Before}\n\n{words}", Find($"{Before}\n\n{words}\n\nKind regards\nAnn\n\nOn 5 May 2025 at 09:30, Tom <tom@example.org> wrote:\n> Old words.\n"));
    }

    [Theory]
    [InlineData("Kind regards\nAnn")]
    [InlineData("-- \nAnn")]
    [InlineData("Kind regards\nAnn\n\nSent from my iPhone")]
    public void A_postscript_below_the_signature_stays(string signature)
    {
        Assert.Equal("My words.\n\nP.S. Please answer in Welsh.", Find($"My words.\n\n{signature}\n\nP.S. Please answer in Welsh.\n"));
        Assert.Equal("My words.\n\nO.N. Atebwch yn Gymraeg.", Find($"My words.\n\n{signature}\n\nO.N. Atebwch yn Gymraeg.\n\nOn 5 May 2025 at 09:30, Tom <tom@example.org> wrote:\n> Old words.\n"));
    }

    [Fact]
    public void A_question_below_the_name_stays() =>
        Assert.EndsWith("is there a right of appeal?", Find("My words.\n\nRegards,\nAnn\n\nOne more thing: who decides this, and is there a right of appeal?\n"), StringComparison.Ordinal);

    [Fact]
    public void Thanks_are_words_and_no_signature() => Assert.Equal("My words.\n\nDiolch,\nSiân", Find("My words.\n\nDiolch,\nSiân\n"));
}
