using EnquiryTriage.Conformance.Servers;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using Xunit.Abstractions;

namespace EnquiryTriage.Conformance;

/// <summary>The servers do what the other tests take for granted.</summary>
public sealed class ServersThemselves(ImapAndSmtpServers servers, ITestOutputHelper output) : ServerTests(servers, output), IClassFixture<ImapAndSmtpServers>
{
    [ServerFact]
    public async Task Mail_by_Lmtp_lies_in_the_mailbox_when_the_delivery_returns()
    {
        await Lmtp.DeliverAsync(Dovecot, MailboxAddress, PersonAddress("ann"), Mails.Enquiry(PersonAddress("ann"), MailboxAddress, 1));
        var mail = Assert.Single(await Dovecot.ReadAsync(Mailbox));
        Assert.Equal("A question before the poll, no. 1", mail.Message.Subject);
        Assert.False(mail.Flags.HasFlag(MessageFlags.Seen));
    }

    [ServerFact]
    public async Task Mail_by_Smtp_goes_through_Postfix_into_the_mailbox()
    {
        await Postfix.SendFromOutsideAsync(PersonAddress("ann"), MailboxAddress, Mails.Enquiry(PersonAddress("ann"), MailboxAddress, 1));
        var mail = Assert.Single(await Dovecot.WaitForAsync(Mailbox, 1));
        Assert.Contains("relay.agency.test (Postfix)", mail.Message.Headers[HeaderId.Received] + string.Concat(mail.Message.Headers.Select(h => h.Value)), StringComparison.Ordinal);
    }

    [ServerFact]
    public async Task A_tagged_address_reaches_the_mailbox()
    {
        await Postfix.SendFromOutsideAsync("", $"{Mailbox}+et-token-mac@{PostfixServer.OurDomain}", Mails.Enquiry(PersonAddress("ann"), MailboxAddress, 1));
        Assert.Single(await Dovecot.WaitForAsync(Mailbox, 1));
    }

    [ServerFact]
    public async Task Submission_wants_Starttls_and_a_login()
    {
        using var client = new SmtpClient { ServerCertificateValidationCallback = Dovecot.IsOwnCertificate };
        await client.ConnectAsync("localhost", Postfix.SubmissionPort, SecureSocketOptions.None);
        Assert.True(client.Capabilities.HasFlag(SmtpCapabilities.StartTLS));
        Assert.False(client.Capabilities.HasFlag(SmtpCapabilities.Authentication));
        await client.DisconnectAsync(quit: true);
        await client.ConnectAsync("localhost", Postfix.SubmissionPort, SecureSocketOptions.StartTls);
        var message = MimeMessage.Load(new MemoryStream(Mails.Enquiry(MailboxAddress, PersonAddress("ann"), 1)));
        await Assert.ThrowsAnyAsync<CommandException>(() => client.SendAsync(message));
        await client.AuthenticateAsync(Mailbox, DovecotServer.Password);
        await client.SendAsync(message);
        Assert.Single(await Dovecot.WaitForAsync(Person("ann"), 1));
    }

    [ServerFact]
    public async Task A_recipient_that_is_gone_bounces_to_the_sender()
    {
        using var client = await SubmitterAsync();
        var message = MimeMessage.Load(new MemoryStream(Mails.Enquiry(MailboxAddress, "nobody@gone.test", 1)));
        await client.SendAsync(message);
        var bounce = Assert.Single(await Dovecot.WaitForAsync(Mailbox, 1));
        Assert.Equal("multipart/report", bounce.Message.Body!.ContentType.MimeType);
        Assert.Contains("Status: 5.1.1", await TextOfAsync(bounce.Message), StringComparison.Ordinal);
    }

    [ServerFact]
    public async Task Special_recipients_are_refused_and_put_off()
    {
        using var client = await SubmitterAsync();
        var refused = await Assert.ThrowsAsync<SmtpCommandException>(() => client.SendAsync(
            MimeMessage.Load(new MemoryStream(Mails.Enquiry(MailboxAddress, PostfixServer.RefusedRecipient, 1)))));
        Assert.Equal(554, (int)refused.StatusCode);
        var deferred = await Assert.ThrowsAsync<SmtpCommandException>(() => client.SendAsync(
            MimeMessage.Load(new MemoryStream(Mails.Enquiry(MailboxAddress, PostfixServer.DeferredRecipient, 1)))));
        Assert.Equal(450, (int)deferred.StatusCode);
    }

    [ServerFact]
    public async Task Dovecot_comes_back_with_the_same_mail_and_numbers()
    {
        await using var dovecot = await DovecotServer.StartAsync();
        await Lmtp.DeliverAsync(dovecot, Mailbox, "", Mails.Enquiry(PersonAddress("ann"), MailboxAddress, 1), Mails.Enquiry(PersonAddress("ann"), MailboxAddress, 2));
        var before = await dovecot.StatusAsync(Mailbox, StatusItems.UidValidity | StatusItems.Count);
        await dovecot.StartAgainAsync();
        var after = await dovecot.StatusAsync(Mailbox, StatusItems.UidValidity | StatusItems.Count);
        Assert.Equal((before.UidValidity, 2), (after.UidValidity, after.Count));
    }

    private async Task<SmtpClient> SubmitterAsync()
    {
        var client = new SmtpClient { ServerCertificateValidationCallback = Dovecot.IsOwnCertificate };
        await client.ConnectAsync("localhost", Postfix.SubmissionPort, SecureSocketOptions.StartTls);
        await client.AuthenticateAsync(Mailbox, DovecotServer.Password);
        return client;
    }

    private static async Task<string> TextOfAsync(MimeMessage message)
    {
        using var whole = new MemoryStream();
        await message.WriteToAsync(whole);
        return System.Text.Encoding.Latin1.GetString(whole.ToArray());
    }
}
