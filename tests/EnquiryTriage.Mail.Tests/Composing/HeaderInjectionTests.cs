using System.Text;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using MimeKit;

namespace EnquiryTriage.Mail.Tests.Composing;

/// <summary>Whatever strings a draft holds, the message has the fields that the composer writes and no other.</summary>
public sealed class HeaderInjectionTests
{
    private static readonly string[] Allowed =
    [
        "From", "To", "Reply-To", "Subject", "Date", "Message-ID", "Message-Id", "In-Reply-To", "References", "Auto-Submitted", "X-Auto-Response-Suppress", "X-EnquiryTriage-Loop",
        "Content-Language", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
    ];

    private static readonly string[] Nasty =
    [
        "\r\nBcc: evil@x.example", "\nBcc: evil@x.example\n\nbody", "\rBcc: evil@x.example", "\r\n\r\n<html>", "\0", "\u0085Bcc: evil@x.example", "\u2028Bcc: evil@x.example", "\v\f", "\ud800", "\udfff", "=?utf-8?q?=0D=0ABcc:_evil=40x.example?=",
        "\u00FF\u0100", "😀", "\"", "\\", "<", ">", ",", ";", ":", "@", "(", ")", " ", "\t", "a", "ŵ", "日本", "xn--", "..", "\u202Eevil", "\uFEFF",
    ];

    public static Arbitrary<string> Strings() =>
        Gen.Frequency(
            (6, Gen.ListOf(Gen.Elements(Nasty)).Select(string.Concat)),
            (2, ArbMap.Default.GeneratorFor<string>().Select(s => s ?? "")),
            (1, Gen.Elements(Nasty).Select(s => string.Concat(Enumerable.Repeat(s, 1_500))))).ToArbitrary();

    [Property(Arbitrary = [typeof(HeaderInjectionTests)], MaxTest = 200, Replay = "(20210407,1)")]
    public void No_value_begins_a_field_of_its_own(string subject, string name, string id, string other)
    {
        var raw = MailComposer.Compose(MailComposerTests.Draft with
        {
            Subject = subject,
            From = new MailAddress(name, "strategy@agency.example"),
            To = [new MailAddress(subject, "ann@home.example"), new MailAddress(name, id + "@home.example"), new MailAddress(null, other)],
            ReplyTo = new MailAddress(other, "reply" + id + "@home.example"),
            MessageId = id,
            InReplyTo = other,
            References = [id, name, other, subject],
            Loop = name,
            Language = other,
            AutoReplied = true,
        });

        var header = Encoding.UTF8.GetString(raw).Split("\r\n\r\n")[0];
        foreach (var line in header.Split("\r\n"))
        {
            Assert.DoesNotContain('\r', line);
            Assert.DoesNotContain('\n', line);
            Assert.DoesNotContain('\0', line);
            Assert.InRange(Encoding.UTF8.GetByteCount(line), 1, 998);
            if (line[0] is not (' ' or '\t'))
            {
                Assert.Contains(line[..line.IndexOf(':', StringComparison.Ordinal)], Allowed, StringComparer.Ordinal);
            }
        }

        var mail = MailComposerTests.Load(raw);
        Assert.Equal(Allowed.Length, Allowed.Union(mail.Headers.Select(h => h.Field), StringComparer.Ordinal).Count());
        Assert.Equal("ann@home.example", mail.To.Mailboxes.First().Address);
        Assert.All(mail.To.Mailboxes, m => Assert.NotEqual("evil@x.example", m.Address, StringComparer.Ordinal));
        Assert.Equal("Dear Ann,\nthank you.\n", mail.TextBody?.ReplaceLineEndings("\n"));
    }

    [Property(Arbitrary = [typeof(HeaderInjectionTests)], MaxTest = 200, Replay = "(20210407,3)")]
    public void Subject_and_name_read_back_but_for_white_space_and_controls(string subject, string name)
    {
        var mail = MailComposerTests.Load(MailComposer.Compose(MailComposerTests.Draft with { Subject = subject, From = new MailAddress(name, "strategy@agency.example") }));

        Assert.Equal(Mail.Composing.HeaderText.Text(subject), mail.Subject ?? "");

        // QUIRK: MimeKit sets a space between a quoted and an encoded word of a name, which RFC 2047 section 5 asks for.
        Assert.Equal(Solid(Mail.Composing.HeaderText.Text(name, 200)), Solid(mail.From.Mailboxes.Single().Name ?? ""));
    }

    [Property(Arbitrary = [typeof(HeaderInjectionTests)], MaxTest = 200, Replay = "(20210407,5)")]
    public void A_body_reads_back_but_for_line_ends_and_controls(string text, string html)
    {
        var mail = MailComposerTests.Load(MailComposer.Compose(MailComposerTests.Draft with { Text = text, Html = html }));

        Assert.Equal(Mail.Composing.HeaderText.Body(text).TrimEnd().ReplaceLineEndings("\n"), mail.TextBody?.TrimEnd().ReplaceLineEndings("\n"));
        Assert.Equal(Mail.Composing.HeaderText.Body(html).TrimEnd().ReplaceLineEndings("\n"), mail.HtmlBody?.TrimEnd().ReplaceLineEndings("\n"));
        Assert.IsType<MultipartAlternative>(mail.Body);
    }

    private static string Solid(string text) => text.Replace(" ", "", StringComparison.Ordinal);
}
