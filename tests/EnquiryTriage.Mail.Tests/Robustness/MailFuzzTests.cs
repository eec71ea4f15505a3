using System.Globalization;
using System.Text;
using EnquiryTriage.Mail.Tests.Corpus;

namespace EnquiryTriage.Mail.Tests.Robustness;

/// <summary>Seeded mutants of whole mails: any prefix, byte flip or splice must be read. MAIL_FUZZ_MUTANTS sets how many.</summary>
public sealed class MailFuzzTests
{
    private const int Seed = 20250505;

    private static int Mutants => int.TryParse(Environment.GetEnvironmentVariable("MAIL_FUZZ_MUTANTS"), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 3_000;

    [Fact]
    public void Every_mutant_is_read_without_an_exception_and_without_being_given_up()
    {
        var seeds = SeedMails.All();
#pragma warning disable CA5394 // A seeded generator is the point: the same mutants every time.
        var random = new Random(Seed);
        for (var i = 0; i < Mutants; i++)
        {
            var mutant = Mutate(seeds, random);
            var mail = random.Next(8) == 0 ? MailReader.ReadBody(mutant) : MailReader.Read(mutant);
            var givenUp = mail.Defects.FirstOrDefault(d => d.StartsWith("could not be taken apart", StringComparison.Ordinal));
            Assert.True(givenUp is null, $"mutant {i}: {givenUp}\n{Encoding.Latin1.GetString(mutant)}");
            Assert.Equal(64, mail.Digest.Length);
        }
#pragma warning restore CA5394
    }

#pragma warning disable CA5394
    private static byte[] Mutate(IReadOnlyList<byte[]> seeds, Random random)
    {
        var mail = (byte[])seeds[random.Next(seeds.Count)].Clone();
        switch (random.Next(4))
        {
            case 0:
                return mail[..random.Next(mail.Length + 1)];
            case 1:
                for (var n = random.Next(1, 20); n > 0 && mail.Length > 0; n--)
                {
                    mail[random.Next(mail.Length)] = (byte)random.Next(256);
                }

                return mail;
            case 2:
                var other = seeds[random.Next(seeds.Count)];
                return [.. mail[..random.Next(mail.Length + 1)], .. other[random.Next(other.Length + 1)..]];
            default:
                var from = random.Next(mail.Length + 1);
                var to = random.Next(from, Math.Min(mail.Length, from + 200) + 1);
                return [.. mail[..to], .. mail[from..]];
        }
    }
#pragma warning restore CA5394

    private static class SeedMails
    {
        internal static IReadOnlyList<byte[]> All() =>
            CorpusFolder.Path is { } folder
                ? [.. Own(), .. Directory.GetFiles(folder, "*.eml", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Where(f => new FileInfo(f).Length < 30_000).Select(File.ReadAllBytes)]
                : [.. Own()];

        private static IEnumerable<byte[]> Own()
        {
            yield return Encoding.Latin1.GetBytes("From: =?utf-8?B?U2nDom4=?= <s@example.org>\r\nTo: a@example.org, \"B, C\" <b@example.org>\r\nSubject: =?iso-8859-1?Q?caf=E9?= =?utf-7?Q?+AOk-?=\r\nDate: Mon, 5 May 2025 09:30:00 +0100\r\nMessage-ID: <1@example.org>\r\nReferences: <2@example.org> <3@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=\"b1\"\r\n\r\n--b1\r\nContent-Type: multipart/alternative; boundary=b2\r\n\r\n--b2\r\nContent-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nHello =C3=A9 \r\n> quoted\r\n\r\nOn Mon, 5 May 2025 at 09:00, Ann <ann@example.org> wrote:\r\n> more\r\n-- \r\nSian\r\n--b2\r\nContent-Type: text/html\r\n\r\n<p>Hello <b>there</b><blockquote type=\"cite\">q</blockquote><table><tr><td>1<td>2</table>\r\n--b2--\r\n--b1\r\nContent-Type: application/pdf; name*0*=utf-8''%C3%A9; name*1=.pdf\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment\r\n\r\nSGVsbG8gd29ybGQ=\r\n--b1\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ninner text\r\n--b1--\r\n");
            yield return Encoding.Latin1.GetBytes("Subject: \u00B4\u00F3\u00BC\u00D2\r\nFrom: x\r\nContent-Type: text/plain; charset=gb2312\r\n\r\n\u00C4\u00E3\u00BA\u00C3\r\nbegin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n");
            yield return Encoding.Latin1.GetBytes("Received: from a by b; Mon, 5 May 2025 09:30:00 +0100\rFrom: a@example.org\rSubject: bare\r\rtext\r");
        }
    }
}
