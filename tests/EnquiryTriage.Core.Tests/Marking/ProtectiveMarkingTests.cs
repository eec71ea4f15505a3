using EnquiryTriage.Core.Marking;

namespace EnquiryTriage.Core.Tests.Marking;

public sealed class ProtectiveMarkingTests
{
    [Theory]
    [InlineData("OFFICIAL-SENSITIVE: Firearms briefing", "OFFICIAL-SENSITIVE", "Firearms briefing")]
    [InlineData("OFFICIAL SENSITIVE Firearms briefing", "OFFICIAL-SENSITIVE", "Firearms briefing")]
    [InlineData("[OFFICIAL-SENSITIVE] Firearms briefing", "OFFICIAL-SENSITIVE", "Firearms briefing")]
    [InlineData("(OFFICIAL - SENSITIVE) - Firearms briefing", "OFFICIAL-SENSITIVE", "Firearms briefing")]
    [InlineData("OFFICIAL\u2013SENSITIVE \u2014 Firearms briefing", "OFFICIAL-SENSITIVE", "Firearms briefing")]
    [InlineData("OFFICIAL [SENSITIVE]: Firearms briefing", "OFFICIAL-SENSITIVE", "Firearms briefing")]
    [InlineData("OFFICIAL: SENSITIVE Firearms briefing", "OFFICIAL-SENSITIVE", "Firearms briefing")]
    [InlineData("Re: FW: OFFICIAL-SENSITIVE Re: Firearms briefing", "OFFICIAL-SENSITIVE", "Firearms briefing")]
    [InlineData("UK OFFICIAL-SENSITIVE COMMERCIAL: Tender", "OFFICIAL-SENSITIVE COMMERCIAL", "Tender")]
    [InlineData("OFFICIAL-SENSITIVE - PERSONAL - Vetting", "OFFICIAL-SENSITIVE PERSONAL", "Vetting")]
    [InlineData("OFFICIAL-SENSITIVE", "OFFICIAL-SENSITIVE", "")]
    [InlineData("OFFICIAL - Slides", "OFFICIAL", "Slides")]
    [InlineData("OFFICIAL Slides for Tuesday", "OFFICIAL", "Slides for Tuesday")]
    [InlineData("OFFICIAL: SLIDES", "OFFICIAL", "SLIDES")]
    [InlineData("SECRET: Operation", "SECRET", "Operation")]
    [InlineData("TOP SECRET Operation", "TOP SECRET", "Operation")]
    [InlineData("[TOP-SECRET] OPERATION", "TOP SECRET", "OPERATION")]
    public void A_marking_in_capitals_at_the_start_is_read(string subject, string text, string rest)
    {
        var marking = ProtectiveMarking.Read(subject);

        Assert.Equal((text, rest), (marking.Text, marking.Subject));
    }

    [Theory]
    [InlineData("Official visit to Hull")]
    [InlineData("Official-sensitive, is that a thing?")]
    [InlineData("OFFICIAL VISIT OF THE MAYOR")]
    [InlineData("SECRET BALLOT")]
    [InlineData("OFFICIALLY announced")]
    [InlineData("SECRETARY needed")]
    [InlineData("A note on OFFICIAL-SENSITIVE mail")]
    [InlineData("")]
    public void Ordinary_words_are_no_marking(string subject)
    {
        var marking = ProtectiveMarking.Read(subject);

        Assert.Equal((MarkingLevel.None, "", subject), (marking.Level, marking.Text, marking.Subject));
    }

    [Fact]
    public void A_missing_subject_has_no_marking() => Assert.Equal(new ProtectiveMarking(MarkingLevel.None, "", ""), ProtectiveMarking.Read(null));

    [Fact]
    public void Marked_and_unmarked_replies_match_on_the_same_subject() =>
        Assert.Equal(ProtectiveMarking.Read("RE: Firearms briefing").Subject, ProtectiveMarking.Read("OFFICIAL-SENSITIVE: Re: Firearms briefing").Subject);

    [Fact]
    public void Only_sensitive_and_higher_mail_is_restricted_and_only_higher_mail_alarms()
    {
        Assert.False(ProtectiveMarking.Read("OFFICIAL: x").Restricted);
        Assert.True(ProtectiveMarking.Read("OFFICIAL-SENSITIVE: x").Restricted);
        Assert.False(ProtectiveMarking.Read("OFFICIAL-SENSITIVE: x").TooHigh);
        Assert.True(ProtectiveMarking.Read("SECRET: x").TooHigh);
    }

    [Fact]
    public void A_very_long_subject_keeps_its_end()
    {
        var marking = ProtectiveMarking.Read("OFFICIAL-SENSITIVE: " + new string('x', 100_000));

        Assert.Equal(MarkingLevel.OfficialSensitive, marking.Level);
        Assert.Equal(100_000, marking.Subject.Length);
    }
}
