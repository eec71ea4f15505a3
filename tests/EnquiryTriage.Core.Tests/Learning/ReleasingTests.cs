using EnquiryTriage.Core.Learning;

namespace EnquiryTriage.Core.Tests.Learning;

public class ReleasingTests
{
    private static readonly DateTimeOffset Now = new(2021, 4, 12, 10, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Safeguarding_mail_is_never_trained_on_whichever_side_said_so()
    {
        Assert.NotNull(Releasing.Forbids(Mail(kind: "safeguarding"), []));
        Assert.NotNull(Releasing.Forbids(Mail(wasKind: "safeguarding"), []));
        Assert.Null(Releasing.Forbids(Mail(), []));
    }

    [Fact]
    public void What_one_correction_called_safeguarding_no_later_one_releases()
    {
        var (first, second) = (Mail(kind: "safeguarding"), Mail());
        var ofAnother = first with { Correction = first.Correction with { MailId = "m2" } };

        Assert.NotNull(Releasing.Forbids(second, [first, second]));
        Assert.Null(Releasing.Forbids(second, [ofAnother, second]));
    }

    [Fact]
    public void Marked_mail_is_never_trained_on()
    {
        Assert.NotNull(Releasing.Forbids(Mail(subject: "OFFICIAL-SENSITIVE: ports"), []));
        Assert.Null(Releasing.Forbids(Mail(subject: "OFFICIAL: ports"), []));
    }

    [Fact]
    public void Only_what_was_released_becomes_training_texts_as_often_as_it_weighs()
    {
        var mail = Mail();
        Assert.Empty(Releasing.Examples(mail, 3));

        var released = mail with { Release = Releasing.Of(mail, "jo", Now, ["Ann Tansell"]) };
        var texts = Releasing.Examples(released, 3).ToList();

        Assert.Equal(3, texts.Select(t => t.Id).Distinct(StringComparer.Ordinal).Count());
        Assert.All(texts, t => Assert.Equal(("Lines", "Who stops it in 0000? [name]", "corrections"), (t.Subject, t.Body, t.Source)));
        Assert.Equal(["drugs", "fraud"], texts[0].Topics);
    }

    [Fact]
    public void Every_correction_is_checked_in_the_words_of_the_mail() =>
        Assert.Equal("Who stops it in 2021? Tansell", Releasing.ToCheck(Mail()).Body);

    private static CorrectedMail Mail(string subject = "Lines", string kind = "enquiry", string wasKind = "enquiry") => new(
        new Correction("c1", "ET-04HMASW-F", "m1", "jo", "fraud", wasKind, false, ["drugs", "fraud"], kind, false),
        Now,
        subject,
        "Who stops it in 2021? Tansell",
        "ann@candidates.example",
        null);
}
