using Xunit.Abstractions;

namespace EnquiryTriage.Mail.Tests.Delivery;

/// <summary>Reports as systems send them, with their header and parts. Each line of expectation: kind and action, recipients with status, Message-ID of the original.</summary>
public sealed class WholeReportTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("providers.txt")]
    [InlineData("servers.txt")]
    [InlineData("hard.txt")]
    [InlineData("more.txt")]
    [InlineData("rest.txt")]
    [InlineData("late.txt")]
    public void Reports_of_many_systems_tell_kind_action_recipients_status_and_original(string file)
    {
        var cases = MailCase.Of(file);
        var wrong = cases.Select(c => (c.Name, Difference: Difference(c))).Where(c => c.Difference is not null).ToList();

        wrong.ForEach(w => output.WriteLine($"{w.Name}: {w.Difference}"));
        output.WriteLine($"{cases.Count - wrong.Count} of {cases.Count} right");
        Assert.Empty(wrong);
    }

    private static string? Difference(MailCase mail)
    {
        var automatic = RealMail.Judge(mail.Raw).Automatic;
        var delivery = automatic?.Delivery;
        var found = new List<string>
        {
            $"{automatic?.Kind} {delivery?.Action}",
            string.Join(' ', (delivery?.Recipients ?? []).Select(r => $"{r.Address}={r.Status}")),
        };
        if (mail.Right.Count > 2)
        {
            found.Add(delivery?.OriginalMessageId ?? "");
        }

        return found.SequenceEqual(mail.Right, StringComparer.Ordinal) ? null : $"«{string.Join(" | ", mail.Right)}» but «{string.Join(" | ", found)}»";
    }
}
