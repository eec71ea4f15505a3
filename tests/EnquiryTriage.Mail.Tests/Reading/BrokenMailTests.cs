using System.Security.Cryptography;
using System.Text;

namespace EnquiryTriage.Mail.Tests.Reading;

/// <summary>Mail as it really arrives.</summary>
public sealed class BrokenMailTests
{
    static BrokenMailTests() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    private static InboundMail Read(string message) => MailReader.Read(Encoding.Latin1.GetBytes(message));

    [Theory]
    [InlineData("utf-8", "iso-8859-1", "Größe und café für Siân")]
    [InlineData("windows-1252", "utf-8", "Größe und café – “ja”")]
    [InlineData("windows-1252", null, "Größe und café für Siân")]
    [InlineData("utf-8", null, "Größe und café für Siân")]
    [InlineData("gb18030", null, "您好，请问这个问题的答案是什么？谢谢您的帮助")]
    [InlineData("big5", null, "您好，請問這個問題的答案是什麼？謝謝您的幫助")]
    [InlineData("shift_jis", null, "お世話になっております。質問がありますのでお願いします。")]
    [InlineData("euc-jp", null, "お世話になっております。質問がありますのでお願いします。")]
    [InlineData("iso-2022-jp", null, "お世話になっております。")]
    [InlineData("euc-kr", null, "안녕하세요 질문이 있습니다 감사합니다")]
    [InlineData("windows-1251", null, "Здравствуйте, у меня есть вопрос")]
    [InlineData("koi8-r", null, "Здравствуйте, у меня есть вопрос")]
    [InlineData("gb18030", "gb2312", "鎔基您好")]
    [InlineData("utf-8", "x-made-up", "café")]
    public void Text_is_read_whatever_its_label_says(string charset, string? label, string text)
    {
        var header = Encoding.ASCII.GetBytes(label is null ? "Subject: s\r\nContent-Type: text/plain\r\n\r\n" : $"Subject: s\r\nContent-Type: text/plain; charset={label}\r\n\r\n");

        Assert.Equal(text, MailReader.Read((byte[])[.. header, .. Encoding.GetEncoding(charset).GetBytes(text)]).Text);
    }

    [Theory]
    [InlineData("gb18030", "关于您的问题和我们的答复")]
    [InlineData("windows-1252", "Größe café")]
    [InlineData("utf-8", "Siân Größe")]
    public void Raw_bytes_in_a_subject_are_read(string charset, string subject) =>
        Assert.Equal(subject, MailReader.Read((byte[])[.. "Subject: "u8, .. Encoding.GetEncoding(charset).GetBytes(subject), .. "\r\n\r\ntext"u8]).Subject);

    [Fact]
    public void A_closing_boundary_glued_to_the_last_word_is_no_text()
    {
        var mail = MailReader.Read("Content-Type: multipart/mixed; boundary=\"=_x\"\r\n\r\n--=_x\r\n\r\nthe last word--=_x--\r\n"u8.ToArray());

        Assert.Equal("the last word", mail.Text);
        Assert.Contains("closing boundary without a line of its own", mail.Defects);
    }

    [Fact]
    public void Utf7_words_and_raw_bytes_inside_words_are_read()
    {
        Assert.Equal("café", Read("Subject: =?utf-7?Q?caf+AOk-?=\r\n\r\n").Subject);
        Assert.Equal("café", Read("Subject: =?iso-8859-1?Q?caf\u00E9?=\r\n\r\n").Subject);
    }

    [Fact]
    public void Bare_carriage_returns_end_lines_where_there_is_no_line_feed()
    {
        var mail = Read("Subject: s\rFrom: a@example.org\r\rone\rtwo");

        Assert.Equal("s", mail.Subject);
        Assert.Equal("one\ntwo", mail.Text);
        Assert.Contains("lines end at bare CR", mail.Defects);
    }

    [Fact]
    public void Of_two_From_headers_the_first_counts()
    {
        var mail = Read("From: one@example.org\r\nFrom: two@example.org\r\n\r\n");

        Assert.Equal("one@example.org", mail.From?.Address);
        Assert.Contains(mail.Defects, d => d.StartsWith("2 From headers", StringComparison.Ordinal));
    }

    [Fact]
    public void A_null_return_path_is_not_a_missing_one()
    {
        Assert.Equal("", Read("Return-Path: <>\r\n\r\n").ReturnPath);
        Assert.Null(Read("Subject: s\r\n\r\n").ReturnPath);
    }

    [Fact]
    public void A_multipart_without_its_boundary_is_read_all_the_same()
    {
        var mail = Read("Content-Type: multipart/mixed\r\n\r\n--foo\r\nContent-Type: text/plain\r\n\r\nhello\r\n--foo--\r\n");

        Assert.Equal("hello", mail.Text);
        Assert.Equal("prose only", Read("Content-Type: multipart/mixed; boundary=x\r\n\r\nprose only").Text);
    }

    [Fact]
    public void Text_without_a_header_is_text() => Assert.Equal("just words here", Read("just words here").Text);

    [Fact]
    public void Flowed_text_is_joined_with_DelSp() =>
        Assert.Equal("one two\n\n> quoted line", Read("Content-Type: text/plain; format=flowed; delsp=yes\r\n\r\none  \r\ntwo\r\n\r\n> quoted  \r\n> line").Text);

    [Fact]
    public void Parts_go_into_enclosed_messages_and_attachments_do_not()
    {
        var mail = Read("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nbody\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: in\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\ninner\r\n--c\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC\r\n--c--\r\n--b--\r\n");

        Assert.Equal(["text/plain", "text/plain", "application/pdf"], mail.Parts.Select(p => p.Type));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData([0, 1, 2])), mail.Parts[2].Sha256);
        Assert.Equal("message/rfc822", Assert.Single(mail.Attachments).Type);
        Assert.Equal("body", mail.Text);
    }

    [Fact]
    public void An_enclosed_message_in_base64_is_opened()
    {
        var inner = Convert.ToBase64String("Subject: in\r\n\r\ninner text"u8);

        var mail = Read("Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" + inner + "\r\n--b--\r\n");

        Assert.Equal("text/plain", Assert.Single(mail.Parts).Type);
        Assert.Equal("inner text", mail.Text);
    }

    [Fact]
    public void Uuencoded_files_in_the_text_are_attachments_and_no_words()
    {
        var mail = Read("Subject: s\r\n\r\nSee this.\r\n\r\nbegin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n");

        Assert.Equal(new MailAttachment("cat.txt", "application/octet-stream", 3), Assert.Single(mail.Attachments));
        Assert.Equal("See this.", mail.NewText);
    }

    [Theory]
    [InlineData("application/pkcs7-mime; smime-type=enveloped-data", "encrypted with S/MIME: not decrypted")]
    [InlineData("application/pkcs7-signature", "signed with S/MIME: not verified")]
    [InlineData("application/pgp-encrypted", "encrypted with PGP: not decrypted")]
    [InlineData("application/pgp-signature", "signed with PGP: not verified")]
    public void Protected_parts_are_named(string type, string note) =>
        Assert.Contains(note, Read($"Content-Type: {type}\r\nContent-Transfer-Encoding: base64\r\n\r\nAAEC").Defects);

    [Fact]
    public void A_calendar_entry_alone_is_readable() =>
        Assert.Equal("Summary: Meeting, part two\nLocation: Cardiff", Read("Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Meeting\\, part\r\n  two\r\nLOCATION;LANGUAGE=en:Cardiff\r\nEND:VEVENT\r\nEND:VCALENDAR").Text);

    [Fact]
    public void Proven_ids_come_from_the_headers_first_and_then_from_the_text()
    {
        var ours = new SignedMessageIds("mail.example.org", [new byte[16]]);
        var message = $"Subject: Re: [ET-4K7QZ2M-P] question\r\nIn-Reply-To: <{ours.Create("aa1")}>\r\nReferences: <{ours.Create("bb2")}> <x@y> <{ours.Create("cc3")}> <et-dd4-00000000000000000000000000000000@mail.example.org>\r\n\r\nRef: {ours.Create("ee5")}";

        var mail = MailReader.Read(Encoding.ASCII.GetBytes(message), new ReadingOptions { Ours = ours });

        Assert.Equal(["aa1", "cc3", "bb2", "ee5"], mail.OurTokens);
        Assert.Equal("ET-4K7QZ2M-P", mail.SubjectTag);
    }
}
