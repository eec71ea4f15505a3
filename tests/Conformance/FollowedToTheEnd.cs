using EnquiryTriage.Conformance.Rig;
using EnquiryTriage.Conformance.Servers;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Worker.Outbox;
using EnquiryTriage.Worker.Protocol;
using EnquiryTriage.Worker.Settings;
using Microsoft.Extensions.Logging.Abstractions;
using MimeKit;
using Xunit.Abstractions;

namespace EnquiryTriage.Conformance;

/// <summary>What becomes of a mail after the relay took it: reports, replies, the copy in the Sent folder, and what the protocol log says of it all.</summary>
public sealed class FollowedToTheEnd(ImapAndSmtpServers servers, ITestOutputHelper output)
    : ServerTests(servers, output), IClassFixture<ImapAndSmtpServers>, IDisposable
{
    private readonly PrivateFolder _state = new();

    [ServerFact]
    public async Task The_relays_queue_id_is_the_one_in_its_log()
    {
        await using var rig = await SentAsync(Settings());
        var row = await RowAsync(rig);
        Assert.NotNull(row.QueueId);
        Assert.Contains($"{row.QueueId}: ", Postfix.Log, StringComparison.Ordinal);
    }

    [ServerFact]
    public async Task A_report_of_success_makes_it_delivered()
    {
        await using var rig = await SentAsync(Settings().With("Outbox:Notify", "success"));
        await Dovecot.WaitForAsync(Mailbox, 2);
        Assert.Equal(1, await rig.ReadAsync());
        Assert.Equal(OutboxState.Delivered, (await RowAsync(rig)).State);
    }

    [ServerFact]
    public async Task A_persons_answer_to_it_makes_it_replied()
    {
        await using var rig = await SentAsync(Settings());
        var ours = Assert.Single(await Dovecot.WaitForAsync(Person("ann"), 1)).Message;
        var answer = new MimeMessage([new MailboxAddress("", PersonAddress("ann"))], [new MailboxAddress("", MailboxAddress)], "Re: " + ours.Subject, new TextPart("plain") { Text = "And what of the ports?" })
        {
            InReplyTo = ours.MessageId,
        };
        using var raw = new MemoryStream();
        await answer.WriteToAsync(raw);
        await Lmtp.DeliverAsync(Dovecot, MailboxAddress, PersonAddress("ann"), raw.ToArray());
        Assert.Equal(1, await rig.ReadAsync());
        var row = Assert.Single((await rig.EnquiriesAsync()).SelectMany(e => e.Outbox), o => o.Attempts > 0);
        Assert.Equal(OutboxState.Replied, row.State);
        Assert.NotNull(row.Replied);
    }

    [ServerFact]
    public async Task A_copy_is_in_the_Sent_folder_once_and_stops_no_clock()
    {
        await using var rig = await SentAsync(Settings().With("Outbox:CopyToSent", "true"));
        var row = await RowAsync(rig);
        using var composition = Worker.Composition.Build(SettingsLoader.Configure([], Settings()));
        await using var folder = new ImapSentFolder(composition.Settings.Mailbox, composition.Read, ProtocolLog.None);
        using var copies = new SentCopies(rig.Store, folder, TimeProvider.System, NullLogger<SentCopies>.Instance);
        var due = Assert.Single(await rig.Store.CopiesDueAsync(9, TimeProvider.System.GetUtcNow(), CancellationToken.None));
        Assert.Equal(1, await copies.PassAsync(CancellationToken.None));
        Assert.Equal(0, await copies.PassAsync(CancellationToken.None));

        // As if the record of the copy had been lost.
        await folder.KeepAsync(due, CancellationToken.None);
        using var client = await Dovecot.LogInAsync(Mailbox);
        var sent = await client.GetFolderAsync("Sent");
        await sent.OpenAsync(MailKit.FolderAccess.ReadOnly);
        Assert.Equal(1, sent.Count);
        Assert.Equal(row.MessageId, (await sent.GetMessageAsync(0)).MessageId);

        await rig.ReadSentAsync();
        Assert.Null((await rig.EnquiriesAsync())[0].Summary.Answered);
        Assert.Equal(OutboxState.Accepted, (await RowAsync(rig)).State);
    }

    [ServerFact]
    public async Task The_protocol_log_holds_the_dialogues_without_secrets_and_contents()
    {
        await using (var rig = await SentAsync(Settings().With("ProtocolLog:Path", _state["protocol.log"])))
        {
            Assert.Equal(OutboxState.Accepted, (await RowAsync(rig)).State);
        }

        var log = await File.ReadAllTextAsync(_state["protocol.log"]);
        Assert.Contains("smtp", log, StringComparison.Ordinal);
        Assert.Contains("C: MAIL FROM:<", log, StringComparison.Ordinal);
        Assert.Contains("S: 354", log, StringComparison.Ordinal);
        Assert.Contains("imap", log, StringComparison.Ordinal);
        Assert.Contains("FETCH", log, StringComparison.Ordinal);
        Assert.Contains("********", log, StringComparison.Ordinal);
        var plain = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes($"\0{Mailbox}\0{DovecotServer.Password}"));
        Assert.DoesNotContain(DovecotServer.Password, log, StringComparison.Ordinal);
        Assert.DoesNotContain(plain, log, StringComparison.Ordinal);
        Assert.DoesNotContain("This is mail number", log, StringComparison.Ordinal);
        Assert.DoesNotContain("Subject: ", log, StringComparison.Ordinal);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_state["protocol.log"]));
    }

    /// <inheritdoc/>
    public void Dispose() => _state.Dispose();

    private static async Task<Core.Enquiries.OutboxLife> RowAsync(TriageRig rig) => Assert.Single((await rig.EnquiriesAsync()).SelectMany(e => e.Outbox));

    private Dictionary<string, string?> Settings() => TestSettings.For(Dovecot, _state, Mailbox).Sending(Postfix, Dovecot);

    private async Task<TriageRig> SentAsync(Dictionary<string, string?> settings)
    {
        await Lmtp.DeliverAsync(Dovecot, MailboxAddress, PersonAddress("ann"), Mails.Enquiry(PersonAddress("ann"), MailboxAddress, 1));
        var rig = new TriageRig(settings);
        Assert.Equal(1, await rig.ReadAsync());
        Assert.Equal(1, await rig.SendAsync());
        return rig;
    }
}
