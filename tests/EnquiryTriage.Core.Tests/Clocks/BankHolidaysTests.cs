using System.Globalization;
using System.Text;
using EnquiryTriage.Core.Clocks;

namespace EnquiryTriage.Core.Tests.Clocks;

public sealed class BankHolidaysTests
{
    [Fact]
    public void The_shipped_data_holds_the_three_divisions_to_2028()
    {
        Assert.Equal(["england-and-wales", "northern-ireland", "scotland"], BankHolidays.Shipped.Divisions);
        Assert.All(BankHolidays.Shipped.Divisions, division => Assert.Equal(2028, BankHolidays.Shipped.LastYear(division)));
    }

    [Theory]
    [InlineData("england-and-wales", "01-01 04-02 04-05 05-03 05-31 08-30 12-27 12-28")]
    [InlineData("scotland", "01-01 01-04 04-02 05-03 05-31 08-02 11-30 12-27 12-28")]
    [InlineData("northern-ireland", "01-01 03-17 04-02 04-05 05-03 05-31 07-12 08-30 12-27 12-28")]
    public void The_holidays_of_2021_are_those_that_were_published(string division, string dates)
    {
        var expected = dates.Split(' ').Select(date => DateOnly.ParseExact($"2021-{date}", "yyyy-MM-dd", CultureInfo.InvariantCulture));

        Assert.Equal(expected, BankHolidays.Shipped.Of(division).Keys.Where(date => date.Year == 2021));
    }

    [Theory]
    [InlineData("", "my.json is not JSON")]
    [InlineData("{", "my.json is not JSON")]
    [InlineData("[]", "my.json must be an object with a property for each division, not array")]
    [InlineData("{}", "my.json holds no division")]
    [InlineData("""{"wales":[]}""", "the division 'wales' has no list 'events'")]
    [InlineData("""{"wales":{"events":[]}}""", "the division 'wales' has no events")]
    [InlineData("""{"wales":{"events":["x"]}}""", "event 1 of 'wales' must be an object, not string")]
    [InlineData("""{"wales":{"events":[{"title":"A","date":"2021-01-01"},{"date":"2021-01-01"}]}}""", "event 2 of 'wales' has no text 'title'")]
    [InlineData("""{"wales":{"events":[{"title":"A","date":"2021-02-30"}]}}""", "event 1 of 'wales' ('A') has the date '2021-02-30'")]
    [InlineData("""{"wales":{"events":[{"title":"A","date":5}]}}""", "event 1 of 'wales' has no text 'date'")]
    [InlineData("""{"a":{"events":[{"title":"A","date":"2021-01-01"}]},"a":{"events":[{"title":"A","date":"2021-01-01"}]}}""", "the division 'a' stands there twice")]
    public void A_broken_file_is_refused_with_the_place_of_the_fault(string json, string message)
    {
        var fault = Assert.Throws<FormatException>(() => Load(json));

        Assert.Contains(message, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Notes_and_bunting_may_be_missing_and_other_properties_may_be_there()
    {
        var holidays = Load("""{"jersey":{"division":"jersey","more":1,"events":[{"title":"Liberation Day","date":"2021-05-09"}]}}""");

        Assert.Equal("Liberation Day", holidays.Of("jersey")[new DateOnly(2021, 5, 9)]);
    }

    [Fact]
    public void An_unknown_division_is_refused_with_the_known_ones()
    {
        var fault = Assert.Throws<ArgumentException>(() => BankHolidays.Shipped.Of("england"));

        Assert.Contains("'england'; the data holds england-and-wales, northern-ireland, scotland", fault.Message, StringComparison.Ordinal);
    }

    private static BankHolidays Load(string json) => BankHolidays.Load(new MemoryStream(Encoding.UTF8.GetBytes(json)), "my.json");
}
