using EnquiryTriage.Mail.Tests.Delivery;
using Xunit.Abstractions;

namespace EnquiryTriage.Mail.Tests.Automatic;

/// <summary>Whole mails of people that look automatic, and of machines that don't say what they are in one field.</summary>
public sealed class WholeMailTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("people.txt")]
    [InlineData("machines.txt")]
    public void People_stay_people_and_machines_are_known(string file)
    {
        var cases = MailCase.Of(file);
        var wrong = cases
            .Select(c => (c.Name, Right: c.Right[0], Found: RealMail.Judge(c.Raw).Automatic))
            .Where(c => !string.Equals(c.Right, c.Found?.Kind.ToString() ?? "Human", StringComparison.Ordinal))
            .Select(c => $"{c.Name}: {c.Right}, but {c.Found?.Kind} for {string.Join("; ", c.Found?.Reasons ?? [])}")
            .ToList();

        wrong.ForEach(output.WriteLine);
        output.WriteLine($"{cases.Count - wrong.Count} of {cases.Count} right");
        Assert.Empty(wrong);
    }
}
