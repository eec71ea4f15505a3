using EnquiryTriage.Mail;

namespace EnquiryTriage.Core.Tests;

public class ContentDigestTests
{
    private const string Words = "What is done about drugs?";

    [Fact]
    public void Copies_that_came_by_different_ways_are_equal()
    {
        var direct = Digest(Mails.Raw(Words, headers: ("Received", "from a.example by b.example; Mon, 12 Apr 2021 09:00:01 +0100")));
        var forwarded = Digest(Mails.Raw(Words, headers: [("Received", "from c.example by b.example; Mon, 12 Apr 2021 09:05:00 +0100"), ("X-Spam-Level", "*")]));

        Assert.Equal(direct, forwarded);
    }

    [Fact]
    public void Other_words_under_the_same_id_are_not_equal() =>
        Assert.NotEqual(Digest(Mails.Raw(Words)), Digest(Mails.Raw(Words + " And fraud?")));

    [Fact]
    public void Another_subject_is_not_equal() =>
        Assert.NotEqual(Digest(Mails.Raw(Words)), Digest(Mails.Raw(Words, subject: "Another question")));

    [Fact]
    public void Another_author_is_not_equal() =>
        Assert.NotEqual(Digest(Mails.Raw(Words)), Digest(Mails.Raw(Words, from: "ben@candidates.example")));

    [Fact]
    public void Mail_without_an_id_is_told_apart_by_its_raw_bytes()
    {
        var raw = Mails.Raw(Words, messageId: null);

        Assert.Equal(MailReader.Read(raw).Digest, Digest(raw));
        Assert.NotEqual(Digest(raw), Digest(Mails.Raw(Words, messageId: null, headers: ("X-Other", "way"))));
    }

    private static string Digest(byte[] raw) => TriagePipeline.ContentDigest(MailReader.Read(raw, Triaging.Reading));
}
