using EnquiryTriage.Core.Learning;

namespace EnquiryTriage.Core.Tests.Learning;

public class RedactionTests
{
    [Theory]
    [InlineData("Ring me on 07700 900123 or write to j.doe@example.org.", "Ring me on 00000 000000 or write to [address]")]
    [InlineData("See https://example.org/a?b=1 please", "See [link] please")]
    [InlineData("We live at SW1A 2AA.", "We live at [postcode].")]
    [InlineData("I spoke to Barbara Tansell about it.", "I spoke to [name] [name] about it.")]
    [InlineData("Barbara Tansell told me.", "[name] [name] told me.")]
    [InlineData("Young lads go into Mrs Patel's flat.", "Young lads go into Mrs [name] flat.")]
    [InlineData("What does the National Crime Agency do in Wales in May?", "What does the National Crime Agency do in Wales in May?")]
    [InlineData("The NCA and HMRC know. They do nothing.", "The NCA and HMRC know. They do nothing.")]
    [InlineData("PLEASE HELP ME WITH THE COUNTY LINES IN OUR STREET", "please help me with the county lines in our street")]
    public void Names_numbers_and_addresses_go_and_the_matter_stays(string text, string expected) =>
        Assert.Equal(expected, Redaction.Of(text, []));

    [Fact]
    public void Names_that_are_known_go_however_they_are_written() =>
        Assert.Equal("so i said [name], no. [name]!", Redaction.Of("so i said tansell, no. TANSELL!", ["Barbara Tansell"]));
}
