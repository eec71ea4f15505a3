using System.Text;

namespace EnquiryTriage.Mail.Tests.Robustness;

/// <summary>Each limit at its edge, and one past it.</summary>
public sealed class ReadingLimitTests
{
    private static InboundMail Read(string message, ReadingLimits limits) => MailReader.Read(Encoding.Latin1.GetBytes(message), new ReadingOptions { Limits = limits });

    [Fact]
    public void A_message_of_the_largest_size_is_read_and_one_byte_more_only_by_its_header()
    {
        const string Message = "Subject: s\r\nFrom: a@example.org\r\nDate: Mon, 5 May 2025 09:30:00 +0100\r\n\r\ntext";

        Assert.Equal("text", Read(Message, new ReadingLimits { MaxRawBytes = Message.Length }).Text);
        var past = Read(Message, new ReadingLimits { MaxRawBytes = Message.Length - 1 });
        Assert.Equal("", past.Text);
        Assert.Equal("s", past.Subject);
        Assert.Contains(past.Defects, d => d.StartsWith("larger than", StringComparison.Ordinal));
    }

    [Fact]
    public void Parts_up_to_the_limit_are_listed()
    {
        string Message(int parts) => "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + string.Concat(Enumerable.Repeat("--b\r\n\r\nx\r\n", parts)) + "--b--\r\n";
        var limits = new ReadingLimits { MaxParts = 5 };

        Assert.DoesNotContain(Read(Message(5), limits).Defects, d => d.Contains("parts", StringComparison.Ordinal));
        var past = Read(Message(6), limits);
        Assert.Equal(5, past.Parts.Count);
        Assert.Contains("more than 5 parts: the rest was left out", past.Defects);
    }

    [Fact]
    public void Decoded_content_up_to_the_limit_is_read()
    {
        const string Message = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n12345\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\nNjc4OTA=\r\n--b--\r\n";

        var within = Read(Message, new ReadingLimits { MaxDecodedBytes = 10 });
        Assert.Equal(2, within.Parts.Count);
        Assert.DoesNotContain(within.Defects, d => d.Contains("decoded", StringComparison.Ordinal));
        var past = Read(Message, new ReadingLimits { MaxDecodedBytes = 9 });
        Assert.Single(past.Parts);
        Assert.Equal("12345", past.Text);
        Assert.Contains("more than 9 bytes of decoded content: the rest was left out", past.Defects);
    }

    [Fact]
    public void Text_up_to_the_limit_is_kept()
    {
        var limits = new ReadingLimits { MaxTextChars = 10 };

        Assert.DoesNotContain(Read("\r\n0123456789", limits).Defects, d => d.Contains("characters", StringComparison.Ordinal));
        var past = Read("\r\n0123456789a", limits);
        Assert.Equal("0123456789", past.Text);
        Assert.Contains("text longer than 10 characters: cut", past.Defects);
    }

    [Fact]
    public void Header_up_to_the_limit_is_read_and_the_body_survives_a_longer_one()
    {
        const string Header = "Subject: s\r\nX-One: 1\r\n\r\n";

        Assert.DoesNotContain(Read(Header + "text", new ReadingLimits { MaxHeaderBytes = Header.Length }).Defects, d => d.StartsWith("header longer", StringComparison.Ordinal));
        var past = Read(Header + "text", new ReadingLimits { MaxHeaderBytes = Header.Length - 1 });
        Assert.Equal("s", past.Subject);
        Assert.Equal("text", past.Text);
        Assert.Contains(past.Defects, d => d.StartsWith("header longer", StringComparison.Ordinal));
    }

    [Fact]
    public void References_up_to_the_limit_are_kept()
    {
        var limits = new ReadingLimits { MaxReferences = 4 };

        Assert.Equal(["1@x", "2@x", "3@x", "4@x"], Read("References: <1@x> <2@x> <3@x> <4@x>\r\n\r\n", limits).References);
        Assert.Equal(["1@x", "2@x", "4@x", "5@x"], Read("References: <1@x> <2@x> <3@x> <4@x> <5@x>\r\n\r\n", limits).References);
    }

    [Fact]
    public void Nesting_past_the_limit_is_not_entered()
    {
        string Message(int depth)
        {
            var message = new StringBuilder();
            for (var i = 0; i < depth; i++)
            {
                message.Append("Content-Type: multipart/mixed; boundary=b").Append(i).Append("\r\n\r\n--b").Append(i).Append("\r\n");
            }

            return message.Append("Content-Type: text/plain\r\n\r\nbottom").ToString();
        }

        var limits = new ReadingLimits { MaxDepth = 5 };

        Assert.Equal("text/plain", Read(Message(4), limits).Parts[0].Type);
        Assert.NotEqual("text/plain", Read(Message(6), limits).Parts.Select(p => p.Type).FirstOrDefault());
    }
}
