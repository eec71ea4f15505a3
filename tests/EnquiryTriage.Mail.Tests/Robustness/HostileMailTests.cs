using System.Text;

namespace EnquiryTriage.Mail.Tests.Robustness;

/// <summary>Mail made to hurt. A run that does not end, or runs out of memory, is the failure: nothing here looks at a clock.</summary>
public sealed class HostileMailTests
{
    private static InboundMail Read(string message) => MailReader.Read(Encoding.Latin1.GetBytes(message));

    [Fact]
    public void Blank_lines_above_a_bracket_end_an_attribution()
    {
        var mail = MailReader.ReadBody("words\n\n\n<ann@example.org>: host mx.example.org said: 550 no such user wrote:\n"u8.ToArray());

        Assert.DoesNotContain(mail.Defects, d => d.StartsWith("could not be taken apart", StringComparison.Ordinal));
        Assert.StartsWith("words", mail.NewText, StringComparison.Ordinal);
    }

    [Fact]
    public void Multiparts_nested_ten_thousand_deep_are_read()
    {
        var message = new StringBuilder("Subject: deep\r\n");
        for (var i = 0; i < 10_000; i++)
        {
            message.Append("Content-Type: multipart/mixed; boundary=b").Append(i).Append("\r\n\r\n--b").Append(i).Append("\r\n");
        }

        var mail = Read(message.Append("\r\nbottom").ToString());

        Assert.Equal("deep", mail.Subject);
    }

    [Fact]
    public void Messages_enclosed_ten_thousand_deep_are_read() =>
        Assert.Equal("top", Read("Subject: top\r\n" + string.Concat(Enumerable.Repeat("Content-Type: message/rfc822\r\n\r\n", 10_000)) + "\r\nbottom").Subject);

    [Fact]
    public void A_hundred_thousand_parts_are_cut_at_the_limit()
    {
        var message = "Subject: many\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" + string.Concat(Enumerable.Repeat("--b\r\n\r\nx\r\n", 100_000)) + "--b--\r\n";

        var mail = Read(message);

        Assert.Equal(new ReadingLimits().MaxParts, mail.Parts.Count);
        Assert.Contains(mail.Defects, d => d.StartsWith("more than 1000 parts", StringComparison.Ordinal));
    }

    [Fact]
    public void Fifty_megabytes_of_base64_on_one_line_are_decoded()
    {
        var mail = Read("Subject: long\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n" + new string('A', 50 * 1024 * 1024));

        Assert.Equal(50L * 1024 * 1024 / 4 * 3, Assert.Single(mail.Parts).Bytes);
    }

    [Fact]
    public void Of_a_million_references_the_first_ones_and_the_last_within_the_header_limit_are_kept()
    {
        var message = new StringBuilder("Subject: chain\r\nReferences:");
        for (var i = 0; i < 1_000_000; i++)
        {
            message.Append(" <").Append(i).Append("@x>\r\n");
        }

        var mail = Read(message.Append("\r\ntext").ToString());

        Assert.Equal(new ReadingLimits().MaxReferences, mail.References.Count);
        Assert.Equal("0@x", mail.References[0]);
        Assert.Contains(mail.Defects, d => d.StartsWith("header longer", StringComparison.Ordinal));
        Assert.Equal("text", mail.Text);
    }

    [Fact]
    public void A_tower_of_quotes_leaves_the_words_on_top()
    {
        var body = new StringBuilder("My answer.\n\n");
        for (var i = 1; i < 3_000; i++)
        {
            body.Append('>', i).Append(" On 5 May 2025 at 10:00, Ann <a@example.org> wrote:\n");
        }

        Assert.Equal("My answer.", MailReader.ReadBody(Encoding.UTF8.GetBytes(body.ToString())).NewText);
    }

    [Theory]
    [InlineData("On ", 300_000)]
    [InlineData("On Mon wrote:\n", 60_000)]
    [InlineData("On a@b 10:00 <\n", 60_000)]
    [InlineData("From: a\nSent: b\n", 50_000)]
    [InlineData("-----\n", 150_000)]
    [InlineData("--\n", 300_000)]
    [InlineData(">\n\n", 300_000)]
    [InlineData("x\n>\n", 200_000)]
    [InlineData("begin 644 a\n", 70_000)]
    [InlineData("intended recipient confidential\n\n", 25_000)]
    [InlineData("Sent from my x\n", 60_000)]
    [InlineData("Regards\n", 100_000)]
    [InlineData("<", 900_000)]
    [InlineData("@", 900_000)]
    public void Text_that_repeats_itself_is_read(string piece, int times) =>
        Assert.NotNull(MailReader.ReadBody(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(piece, times)))).NewText);

    [Theory]
    [InlineData("<div>", 200_000)]
    [InlineData("<b><i>", 100_000)]
    [InlineData("<table><tr><td>", 60_000)]
    [InlineData("<a href='", 100_000)]
    [InlineData("<!--", 200_000)]
    [InlineData("<p class=gmail_attr>", 50_000)]
    [InlineData("<li>", 200_000)]
    [InlineData("<script>", 100_000)]
    [InlineData("&lt", 300_000)]
    [InlineData("<blockquote>x", 60_000)]
    public void Html_that_repeats_itself_is_read(string piece, int times)
    {
        var html = string.Concat(Enumerable.Repeat(piece, times));

        Assert.NotNull(Read("Content-Type: text/html\r\n\r\n<html><body>" + html).Text);
        Assert.NotNull(SafeHtml.Sanitize(html));
    }

    [Fact]
    public void Headers_that_repeat_themselves_are_read()
    {
        Assert.NotNull(Read("From: " + new string('(', 100_000) + "\r\n\r\n").Text);
        Assert.NotNull(Read("From: " + string.Concat(Enumerable.Repeat("a:", 50_000)) + "\r\n\r\n").Text);
        Assert.NotNull(Read("To: " + string.Concat(Enumerable.Repeat("<a@b>,", 50_000)) + "\r\n\r\n").Text);
        Assert.NotNull(Read("Subject: " + string.Concat(Enumerable.Repeat("=?utf-7?Q?", 50_000)) + "\r\n\r\n").Text);
        Assert.NotNull(Read("Subject: " + string.Concat(Enumerable.Repeat("=?utf-8?B?=?=", 50_000)) + "\r\n\r\n").Text);
        Assert.NotNull(Read("Content-Type: text/plain" + string.Concat(Enumerable.Range(0, 30_000).Select(i => $";\r\n a*{i}=b")) + "\r\n\r\nx").Text);
        Assert.NotNull(Read(string.Concat(Enumerable.Repeat("X: y\r\n", 150_000)) + "\r\nx").Text);
    }
}
