using System.Text;

namespace EnquiryTriage.Mail.Tests.Reading;

public sealed class MailReaderTests
{
    private static InboundMail Read(string message) => MailReader.Read(Encoding.Latin1.GetBytes(message.ReplaceLineEndings("\r\n")));

    [Fact]
    public void A_plain_mail_gives_its_headers_and_its_text()
    {
        var mail = Read("""
            Return-Path: <nia@example.org>
            Received: from a by b; Mon, 5 May 2025 09:30:01 +0100
            Date: Mon, 5 May 2025 09:30:00 +0100
            From: =?utf-8?Q?Si=C3=A2n_Rees?= <nia@example.org>
            To: strategy@example.gov.uk, "Other, One" <other@example.org>
            Reply-To: office@example.org
            Subject: A question about
              county lines
            Message-ID: <one@example.org>
            In-Reply-To: <zero@example.org>
            References: <root@example.org> <zero@example.org>
            Content-Type: text/plain; charset=utf-8

            What is being done?
            """);

        Assert.Equal(new MailAddress("Siân Rees", "nia@example.org"), mail.From);
        Assert.Equal(["strategy@example.gov.uk", "other@example.org"], mail.To.Select(a => a.Address));
        Assert.Equal("office@example.org", mail.AnswerTo?.Address);
        Assert.Equal("A question about county lines", mail.Subject);
        Assert.Equal("one@example.org", mail.MessageId);
        Assert.Equal(["zero@example.org"], mail.InReplyTo);
        Assert.Equal(["root@example.org", "zero@example.org"], mail.References);
        Assert.Equal("nia@example.org", mail.ReturnPath);
        Assert.Equal(new DateTimeOffset(2025, 5, 5, 9, 30, 1, TimeSpan.FromHours(1)), mail.TopmostReceived);
        Assert.Equal("What is being done?", mail.Text);
        Assert.Equal("What is being done?", mail.NewText);
        Assert.Empty(mail.Defects);
    }

    [Fact]
    public void No_bytes_at_all_are_a_mail_with_defects() => Assert.NotEmpty(MailReader.Read(ReadOnlyMemory<byte>.Empty).Defects);
}
