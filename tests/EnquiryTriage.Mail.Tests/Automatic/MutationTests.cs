using System.Text;
using EnquiryTriage.Mail.Automatic;
using EnquiryTriage.Mail.Tests.Delivery;
using MimeKit;
using Xunit.Abstractions;

namespace EnquiryTriage.Mail.Tests.Automatic;

/// <summary>Mails cut, bent and spliced: each is judged, none throws.</summary>
public sealed class MutationTests(ITestOutputHelper output)
{
    private const int Mutants = 4_000;

    [Fact]
    public void Mutants_of_reports_and_answers_are_judged_without_an_exception()
    {
        var seeds = Seeds();
        var random = new Random(20210407);
        var judged = 0;
        for (var i = 0; i < Mutants; i++)
        {
            var mutant = Mutate(seeds[random.Next(seeds.Count)], seeds[random.Next(seeds.Count)], random);
            MimeMessage message;
            try
            {
                message = MimeMessage.Load(new MemoryStream(mutant));
            }
            catch (FormatException)
            {
                continue;
            }

            var verdict = AutomaticMailScreen.Judge(message, "Undelivered mail", "could not be delivered", ReadingOptions.Default);
            Assert.Equal(verdict.Answerable, verdict.AnswerableReasons.Count == 0);
            judged++;
        }

        output.WriteLine($"{judged} of {Mutants} mutants judged");
        Assert.True(judged > Mutants / 2);
    }

    [Theory]
    [InlineData("@")]
    [InlineData("a@b")]
    [InlineData("\"@")]
    [InlineData("<a@b.example> ")]
    [InlineData("to: a@b.example 550 5.1.1\n")]
    [InlineData("\n\n")]
    [InlineData("5.5.")]
    [InlineData("Final-Recipient: rfc822; a@b.example\n")]
    [InlineData("\\x{41}\\x{")]
    [InlineData("<style><script>")]
    public void Megabytes_of_the_same_cost_no_more_than_reading_a_part_of_them(string piece)
    {
        var mail = "From: MAILER-DAEMON@far.example\nReturn-Path: <>\nSubject: failure notice\nContent-Type: text/html\n\n"
            + string.Concat(Enumerable.Repeat(piece, 4_000_000 / piece.Length));
        var before = GC.GetAllocatedBytesForCurrentThread();

        var message = MimeMessage.Load(new MemoryStream(Encoding.UTF8.GetBytes(mail)));
        var loaded = GC.GetAllocatedBytesForCurrentThread();
        AutomaticMailScreen.Judge(message, "failure notice", "", ReadingOptions.Default);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - loaded, 0, 64L * 1024 * 1024);
        Assert.True(loaded > before);
    }

    private static List<byte[]> Seeds()
    {
        var seeds = ServerReports.All.Concat(GroupwareReports.All).Concat(GatewayReports.All).Concat(ForeignReports.All).Select(r => Encoding.UTF8.GetBytes(
            $"Return-Path: <>\nFrom: {r.From}\nTo: a@agency.example\nSubject: {r.Subject}\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
            + $"--b\nContent-Type: text/plain; charset=utf-8\n\n{r.Body}\n--b\nContent-Type: message/delivery-status\n\nFinal-Recipient: rfc822; ann@far.example\nStatus: 5.1.1\n\n"
            + "--b\nContent-Type: message/rfc822\n\nTo: ann@far.example\nMessage-ID: <a@b>\n\nx\n--b--\n")).ToList();
        seeds.AddRange(RealMail.Cases("bounce").Concat(RealMail.Cases("autoreply")).Concat(RealMail.Cases("nocrash")).Where(c => c.Raw.Length < 100_000).Select(c => c.Raw));
        return seeds;
    }

    private static byte[] Mutate(byte[] one, byte[] other, Random random)
    {
        switch (random.Next(3))
        {
            case 0:
                return one[..random.Next(one.Length + 1)];
            case 1:
                var bent = (byte[])one.Clone();
                for (var i = random.Next(1, 20); i > 0 && bent.Length > 0; i--)
                {
                    bent[random.Next(bent.Length)] = (byte)random.Next(256);
                }

                return bent;
            default:
                return [.. one[..random.Next(one.Length + 1)], .. other[random.Next(other.Length + 1)..]];
        }
    }
}
