using System.Text;
using MimeKit;

namespace EnquiryTriage.Mail.Tests.Composing;

public sealed class MailComposerTests
{
    internal static readonly OutboundDraft Draft = new()
    {
        MessageId = "et-row42-0123456789abcdef0123456789abcdef@agency.example",
        Date = new DateTimeOffset(2021, 4, 8, 10, 0, 0, TimeSpan.FromHours(1)),
        From = new MailAddress("Strategy team", "strategy@agency.example"),
        To = [new MailAddress("Ann Onymous", "ann@home.example")],
        Subject = "We have your question",
        Text = "Dear Ann,\nthank you.\n",
    };

    [Fact]
    public void A_plain_mail_reads_back_as_it_was_drafted()
    {
        var raw = MailComposer.Compose(Draft);
        var mail = Load(raw);

        Assert.Equal(Draft.MessageId, mail.MessageId);
        Assert.Equal(Draft.Date, mail.Date);
        Assert.Equal("\"Strategy team\" <strategy@agency.example>", mail.From.ToString());
        Assert.Equal("ann@home.example", Assert.Single(mail.To.Mailboxes).Address);
        Assert.Equal("We have your question", mail.Subject);
        Assert.Equal("Dear Ann,\nthank you.\n", mail.TextBody?.ReplaceLineEndings("\n"));
        Assert.IsType<TextPart>(mail.Body);
        Assert.Null(mail.Headers["Auto-Submitted"]);
        Assert.Null(mail.Headers["X-EnquiryTriage-Loop"]);
    }

    [Fact]
    public void Html_becomes_the_better_alternative()
    {
        var mail = Load(MailComposer.Compose(Draft with { Html = "<p>Dear Ann,</p>" }));

        var alternative = Assert.IsType<MultipartAlternative>(mail.Body);
        Assert.Equal("text/plain text/html", string.Join(' ', alternative.Select(p => p.ContentType.MimeType)));
        Assert.Equal("<p>Dear Ann,</p>", mail.HtmlBody?.Trim());
    }

    [Fact]
    public void An_acknowledgement_says_that_a_machine_sent_it_and_asks_machines_not_to_answer()
    {
        var mail = Load(MailComposer.Compose(Draft with { AutoReplied = true, Loop = "et-x-1@agency.example" }));

        Assert.Equal("auto-replied", mail.Headers["Auto-Submitted"]);
        Assert.Equal("RN, OOF, AutoReply", mail.Headers["X-Auto-Response-Suppress"]);
        Assert.Equal("et-x-1@agency.example", mail.Headers["X-EnquiryTriage-Loop"]);
    }

    [Fact]
    public void An_acknowledgement_that_comes_back_is_known_as_a_loop()
    {
        var ours = new SignedMessageIds("agency.example", [new byte[32]]);
        var raw = MailComposer.Compose(Draft with { AutoReplied = true, MessageId = ours.Create("row42"), Loop = ours.Create("loop1") });
        var rewritten = Encoding.ASCII.GetBytes(Encoding.ASCII.GetString(raw).Replace(ours.Create("row42"), "new.id@relay.example", StringComparison.Ordinal));

        Assert.Equal(AutomaticKind.Loop, Delivery.RealMail.Judge(raw, new ReadingOptions { Ours = ours }).Automatic?.Kind);
        Assert.Equal(AutomaticKind.Loop, Delivery.RealMail.Judge(rewritten, new ReadingOptions { Ours = ours }).Automatic?.Kind);
    }

    [Fact]
    public void An_answer_continues_the_conversation()
    {
        var mail = Load(MailComposer.Compose(Draft with { InReplyTo = "c@home.example", References = ["a@home.example", "b@agency.example"] }));

        Assert.Equal("c@home.example", mail.InReplyTo);
        Assert.Equal("a@home.example b@agency.example c@home.example", string.Join(' ', mail.References));
    }

    [Fact]
    public void The_language_and_the_reply_address_are_given()
    {
        var mail = Load(MailComposer.Compose(Draft with { Language = "cy", ReplyTo = new MailAddress(null, "answers@agency.example") }));

        Assert.Equal("cy", mail.Body!.Headers["Content-Language"]);
        Assert.Equal("answers@agency.example", Assert.Single(mail.ReplyTo.Mailboxes).Address);
    }

    [Theory]
    [InlineData("en-GB\r\nBcc: x@y.example")]
    [InlineData("not a tag")]
    [InlineData("")]
    public void A_language_that_is_no_tag_is_left_out(string language) =>
        Assert.Null(Load(MailComposer.Compose(Draft with { Language = language })).Body!.Headers["Content-Language"]);

    [Fact]
    public void Every_line_ends_in_CRLF_and_is_seven_bit_and_short_enough()
    {
        var raw = MailComposer.Compose(Draft with
        {
            Subject = "Ymholiad am gyffuriau – llythyr hir iawn " + new string('ŵ', 300),
            Text = "Unix\nMac\rWindows\r\n" + new string('x', 5_000) + "\nŵy £5 日本語",
            Html = "<p>" + new string('y', 5_000) + "</p>",
            References = [.. Enumerable.Range(0, 100).Select(i => $"id{i}@home.example")],
        });
        var text = Encoding.Latin1.GetString(raw);

        Assert.Equal(text.Count(c => c == '\n'), text.Split("\r\n").Length - 1);
        Assert.Equal(text.Count(c => c == '\r'), text.Split("\r\n").Length - 1);
        Assert.All(raw, b => Assert.InRange(b, (byte)1, (byte)126));
        Assert.All(text.Split("\r\n"), line => Assert.InRange(line.Length, 0, 998));
        Assert.Contains("Unix\nMac\nWindows\n", Load(raw).TextBody?.ReplaceLineEndings("\n") ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Names_and_words_outside_ASCII_read_back()
    {
        var mail = Load(MailComposer.Compose(Draft with
        {
            From = new MailAddress("Tîm Strategaeth, \"NCA\"", "strategy@agency.example"),
            To = [new MailAddress("Łukasz Żółć", "lukasz@home.example"), new MailAddress("日本 太郎", "taro@home.example")],
            Subject = "Ynglŷn â’r cwestiwn 👮",
            Text = "Annwyl Łukasz, £5",
        }));

        Assert.Equal("Tîm Strategaeth, \"NCA\"", Assert.Single(mail.From.Mailboxes).Name);
        Assert.Equal("Łukasz Żółć|日本 太郎", string.Join('|', mail.To.Mailboxes.Select(m => m.Name)));
        Assert.Equal("Ynglŷn â’r cwestiwn 👮", mail.Subject);
        Assert.Equal("Annwyl Łukasz, £5", mail.TextBody?.Trim());
    }

    [Fact]
    public void A_domain_outside_ASCII_goes_as_A_labels()
    {
        var raw = Encoding.Latin1.GetString(MailComposer.Compose(Draft with { To = [new MailAddress(null, "ann@bücher.example")] }));

        Assert.Contains("ann@xn--bcher-kva.example", raw, StringComparison.Ordinal);
        Assert.True(raw.All(char.IsAscii));
    }

    [Fact]
    public void A_local_part_outside_ASCII_goes_as_UTF_8()
    {
        var mail = Load(MailComposer.Compose(Draft with { To = [new MailAddress("Anni", "annié@home.example")] }));

        Assert.Equal("annié@home.example", Assert.Single(mail.To.Mailboxes).Address);
    }

    [Fact]
    public void The_same_draft_gives_the_same_bytes()
    {
        var draft = Draft with { Html = "<p>x</p>" };

        Assert.Equal(MailComposer.Compose(draft), MailComposer.Compose(draft));
        Assert.Equal(MailComposer.Forward(draft, "From: a\r\n\r\nb\r\n"u8.ToArray()), MailComposer.Forward(draft, "From: a\r\n\r\nb\r\n"u8.ToArray()));
    }

    [Theory]
    [InlineData("ann")]
    [InlineData("@home.example")]
    [InlineData("ann@")]
    [InlineData("")]
    [InlineData("ann@home.example, bob@home.example")]
    [InlineData("ann@home.example>, <bob@home.example")]
    [InlineData("Ann <ann@home.example>")]
    [InlineData("ann@home.example\r\nBcc: bob@home.example")]
    public void What_is_no_single_address_is_never_written_to(string address)
    {
        Assert.Throws<ArgumentException>(() => MailComposer.Compose(Draft with { To = [new MailAddress("Ann", address)] }));
        Assert.Throws<ArgumentException>(() => MailComposer.Compose(Draft with { From = new MailAddress("Ann", address) }));
        Assert.Single(Load(MailComposer.Compose(Draft with { To = [new MailAddress(null, address), .. Draft.To] })).To);
    }

    [Fact]
    public void A_quoted_local_part_is_an_address() =>
        Assert.Equal("\"ann o\"@home.example", Load(MailComposer.Compose(Draft with { To = [new MailAddress(null, "\"ann o\"@home.example")] })).To.Mailboxes.Single().Address);

    internal static MimeMessage Load(byte[] raw) => MimeMessage.Load(new MemoryStream(raw));
}
