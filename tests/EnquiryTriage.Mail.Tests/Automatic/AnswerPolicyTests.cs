namespace EnquiryTriage.Mail.Tests.Automatic;

public sealed class AnswerPolicyTests
{
    [Theory]
    [InlineData("Precedence: bulk")]
    [InlineData("Precedence: junk")]
    [InlineData("Precedence: list")]
    [InlineData("List-Id: <pcc.lists.example>")]
    [InlineData("List-Unsubscribe: <mailto:leave@lists.example>")]
    [InlineData("X-Auto-Response-Suppress: all")]
    [InlineData("X-Auto-Response-Suppress: DR, AutoReply")]
    [InlineData("X-Loop: somewhere")]
    [InlineData("Return-Path: <>")]
    public void Some_fields_forbid_an_answer_to_a_person(string header)
    {
        var verdict = Mails.Judge(header);

        Assert.Null(verdict.Automatic);
        Assert.False(verdict.Answerable);
        Assert.NotEmpty(verdict.AnswerableReasons);
    }

    [Theory]
    [InlineData("mailer-daemon")]
    [InlineData("MAILER-DAEMON")]
    [InlineData("postmaster")]
    [InlineData("abuse")]
    [InlineData("root")]
    [InlineData("noreply")]
    [InlineData("no-reply")]
    [InlineData("No.Reply")]
    [InlineData("no_reply")]
    [InlineData("donotreply")]
    [InlineData("do-not-reply")]
    [InlineData("noreply+tag")]
    [InlineData("news-noreply")]
    [InlineData("noreply-a81f")]
    [InlineData("ops-bounces")]
    public void Robots_and_roles_are_never_answered(string local) => Assert.False(Mails.Judge($"From: <{local}@far.example>").Answerable);

    [Theory]
    [InlineData("nora.reply")]
    [InlineData("rooted")]
    [InlineData("abuse.survivor")]
    [InlineData("ann.oreply")]
    public void Names_that_only_resemble_them_are_answered(string local) => Assert.True(Mails.Judge($"From: <{local}@far.example>").Answerable);

    [Fact]
    public void A_single_reply_address_counts_instead_of_From()
    {
        Assert.False(Mails.Judge("From: ann@home.example\nReply-To: noreply@site.example").Answerable);
        Assert.True(Mails.Judge("From: noreply@site.example\nReply-To: ann@home.example").Answerable);
        Assert.False(Mails.Judge("From: noreply@site.example\nReply-To: ann@home.example, bob@home.example").Answerable);
    }

    [Fact]
    public void Our_own_addresses_are_never_answered()
    {
        var options = new ReadingOptions { OwnAddresses = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { "strategy@agency.example" } };

        Assert.False(Mails.Judge("From: Strategy@Agency.example", options: options).Answerable);
        Assert.True(Mails.Judge("From: strategy@agency.example\nReply-To: ann@home.example", options: options).Answerable);
    }

    [Theory]
    [InlineData("From: undisclosed")]
    [InlineData("From:")]
    public void Without_an_address_there_is_no_answer(string header) =>
        Assert.Equal(["no address to answer to"], Mails.Judge(header).AnswerableReasons);
}
