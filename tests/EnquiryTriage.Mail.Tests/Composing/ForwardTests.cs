using System.Text;
using MimeKit;
using MimeKit.Cryptography;
using Org.BouncyCastle.Crypto;
using Org.BouncyCastle.OpenSsl;

namespace EnquiryTriage.Mail.Tests.Composing;

public sealed class ForwardTests
{
    private const string Original = "Received: from home.example by mx.agency.example; Thu, 8 Apr 2021 09:00:00 +0100\r\nFrom: ann@home.example\r\nSubject:   odd   spacing \r\nX-Folded: a\r\n\tb\r\n\r\nHello\r\n";

    [Theory]
    [InlineData(Original)]
    [InlineData("From: ann@home.example\r\n\r\nŵy £5\r\n")]
    [InlineData("From: ann@home.example\r\n\r\nno line end")]
    [InlineData("From: ann@home.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b--\r\n\r\n\r\n")]
    public void The_original_is_enclosed_byte_for_byte(string original)
    {
        var bytes = Encoding.UTF8.GetBytes(original);
        var raw = MailComposer.Forward(MailComposerTests.Draft with { Html = "<p>x</p>" }, bytes);
        var mixed = Assert.IsType<Multipart>(MailComposerTests.Load(raw).Body);

        Assert.Equal("multipart/alternative message/rfc822", string.Join(' ', mixed.Select(p => p.ContentType.MimeType)));
        Assert.True(raw.AsSpan().IndexOf(bytes) > 0);
        Assert.Equal("original.eml", mixed[1].ContentDisposition?.FileName);
        var enclosed = Assert.IsType<MessagePart>(mixed[1]).Message!;
        Assert.Equal("ann@home.example", enclosed.From.Mailboxes.Single().Address);
    }

    [Theory]
    [InlineData("From: ann@home.example\n\nbare LF\n")]
    [InlineData("From: ann@home.example\r\rbare CR\r")]
    [InlineData("From: ann@home.example\r\n\r\nNUL \0\r\n")]
    [InlineData("")]
    public void What_SMTP_would_change_goes_as_a_file(string original)
    {
        var bytes = Encoding.UTF8.GetBytes(original);
        var mixed = Assert.IsType<Multipart>(MailComposerTests.Load(MailComposer.Forward(MailComposerTests.Draft, bytes)).Body);

        var file = Assert.IsType<MimePart>(mixed[1]);
        using var content = new MemoryStream();
        file.Content!.DecodeTo(content);
        Assert.Equal("application/octet-stream", file.ContentType.MimeType);
        Assert.Equal(bytes, content.ToArray());
    }

    [Theory]
    [InlineData(998, "message/rfc822")]
    [InlineData(999, "application/octet-stream")]
    public void A_line_past_the_limit_of_SMTP_makes_the_difference(int length, string type)
    {
        var original = Encoding.ASCII.GetBytes("From: ann@home.example\r\n\r\n" + new string('x', length) + "\r\n");
        var mixed = Assert.IsType<Multipart>(MailComposerTests.Load(MailComposer.Forward(MailComposerTests.Draft, original)).Body);

        Assert.Equal(type, mixed[1].ContentType.MimeType);
    }

    [Fact]
    public async Task A_signed_mail_verifies_and_a_changed_one_does_not()
    {
        var keys = TestKeys.Pair;
        var dkim = new DkimSigning { Domain = "agency.example", Selector = "s1", PrivateKeyPem = Pem(keys.Private) };

        foreach (var raw in (byte[][])[MailComposer.Compose(MailComposerTests.Draft with { Html = "<p>ŵy</p>", AutoReplied = true }, dkim), MailComposer.Forward(MailComposerTests.Draft, Encoding.ASCII.GetBytes(Original), dkim)])
        {
            Assert.True(await Verifies(raw, keys.Public));
            var changed = Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(raw).Replace("We have", "We lost", StringComparison.Ordinal));
            Assert.False(await Verifies(changed, keys.Public));
        }
    }

    [Fact]
    public void A_signature_names_its_domain_and_never_shows_its_key()
    {
        var dkim = new DkimSigning { Domain = "agency.example", Selector = "s1", PrivateKeyPem = "secret" };

        Assert.Equal("DkimSigning { Domain = agency.example, Selector = s1 }", dkim.ToString());
    }

    private static async Task<bool> Verifies(byte[] raw, AsymmetricKeyParameter key)
    {
        var mail = MailComposerTests.Load(raw);
        var header = mail.Headers[mail.Headers.IndexOf(HeaderId.DkimSignature)];
        return await new DkimVerifier(new Locator(key)).VerifyAsync(mail, header);
    }

    private static string Pem(AsymmetricKeyParameter key)
    {
        using var text = new StringWriter();
        using var pem = new PemWriter(text);
        pem.WriteObject(key);
        pem.Writer.Flush();
        return text.ToString();
    }

    private sealed class Locator(AsymmetricKeyParameter key) : IDkimPublicKeyLocator
    {
        public AsymmetricKeyParameter LocatePublicKey(string methods, string domain, string selector, CancellationToken cancellationToken = default) => key;

        public Task<AsymmetricKeyParameter> LocatePublicKeyAsync(string methods, string domain, string selector, CancellationToken cancellationToken = default) => Task.FromResult(key);
    }

    private static class TestKeys
    {
        public static (AsymmetricKeyParameter Public, AsymmetricKeyParameter Private) Pair { get; } = Make();

        private static (AsymmetricKeyParameter Public, AsymmetricKeyParameter Private) Make()
        {
            using var rsa = System.Security.Cryptography.RSA.Create(2048);
            var pair = Org.BouncyCastle.Security.DotNetUtilities.GetRsaKeyPair(rsa);
            return (pair.Public, pair.Private);
        }
    }
}
