using EnquiryTriage.Core.Clocks;

namespace EnquiryTriage.Core.Tests.Clocks;

public sealed class TargetTests
{
    [Theory]
    [InlineData("30 minutes", "30 minutes")]
    [InlineData("1 min", "1 minute")]
    [InlineData(" 4  Working Hours ", "4 working hours")]
    [InlineData("1 working hour", "1 working hour")]
    [InlineData("2 working-days", "2 working days")]
    [InlineData("20working days", "20 working days")]
    [InlineData("1 month", "1 month")]
    [InlineData("3 calendar months", "3 months")]
    [InlineData("before 2021-05-06", "before 2021-05-06")]
    [InlineData("Before  2021-05-06 ", "before 2021-05-06")]
    public void A_target_is_read_as_a_manager_writes_it(string written, string canonical)
    {
        var target = Target.Parse(written);

        Assert.Equal(canonical, target.ToString());
        Assert.Equal(target, Target.Parse(canonical));
    }

    [Theory]
    [InlineData("0 working days")]
    [InlineData("0 minutes")]
    [InlineData("-1 month")]
    public void A_target_of_nothing_is_refused(string written)
    {
        var fault = Assert.Throws<FormatException>(() => Target.Parse(written));

        Assert.Contains("cannot be met by anybody: write 1 or more", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("soon")]
    [InlineData("2 days")]
    [InlineData("3 hours")]
    [InlineData("1.5 working days")]
    [InlineData("2 working days or so")]
    public void What_is_no_target_is_refused_with_examples(string written)
    {
        var fault = Assert.Throws<FormatException>(() => Target.Parse(written));

        Assert.Contains("'4 working hours'", fault.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("before polling", "names no date")]
    [InlineData("before 2021-02-29", "names no date")]
    [InlineData("before 1999-12-31", "out of range")]
    [InlineData("1001 working days", "at most 1000 are taken")]
    [InlineData("999999999 minutes", "out of range")]
    public void A_target_out_of_reach_is_refused(string written, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => Target.Parse(written)).Message, StringComparison.Ordinal);

    [Fact]
    public void The_largest_targets_are_taken()
    {
        Assert.Equal(1000, Target.WorkingDays(1000).Amount);
        Assert.Equal(24, Target.Months(24).Amount);
    }
}
