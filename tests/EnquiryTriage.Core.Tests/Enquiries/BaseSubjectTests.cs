using EnquiryTriage.Core.Enquiries;

namespace EnquiryTriage.Core.Tests.Enquiries;

public class BaseSubjectTests
{
    [Theory]
    [InlineData("County lines", "county lines", false)]
    [InlineData("Re: County lines", "county lines", true)]
    [InlineData("RE: re: County  lines ", "county lines", true)]
    [InlineData("AW: WG: County lines", "county lines", true)]
    [InlineData("Re[2]: County lines", "county lines", true)]
    [InlineData("Fwd: County lines", "county lines", false)]
    [InlineData("Fw: Re: County lines", "county lines", true)]
    [InlineData("Ateb: Llinellau sirol", "llinellau sirol", true)]
    [InlineData("[candidates] Re: County lines", "county lines", true)]
    [InlineData("OFFICIAL-SENSITIVE: Re: County lines", "county lines", true)]
    [InlineData("Re: OFFICIAL-SENSITIVE: County lines", "county lines", true)]
    [InlineData("Regarding: County lines", "regarding: county lines", false)]
    [InlineData("Re", "re", false)]
    [InlineData("", "", false)]
    public void Prefixes_and_markings_are_taken_off(string subject, string key, bool isReply) =>
        Assert.Equal((key, isReply), BaseSubject.Of(subject));

    [Fact]
    public void A_subject_of_nothing_but_prefixes_ends()
    {
        var (key, isReply) = BaseSubject.Of(string.Concat(Enumerable.Repeat("Re: ", 2_000)));

        Assert.Equal("", key);
        Assert.True(isReply);
    }
}
