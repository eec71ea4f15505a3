using System.Globalization;
using System.Security.Cryptography;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Mail;
using EnquiryTriage.Worker.Protocol;
using EnquiryTriage.Worker.Settings;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Search;

namespace EnquiryTriage.Worker.Doctor;

/// <summary>What only a mail can show: one to ourselves through the relay, and one that a person sends.</summary>
internal sealed class RoundTrip(Composition composition, ImapClient client, ProtocolLog protocol, TimeSpan wait, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private readonly MailboxSettings _mailbox = composition.Settings.Mailbox;

    /// <summary>Sends a mail to the mailbox by the relay, sees it arrive, and deletes it where the access is read-write.</summary>
    public async IAsyncEnumerable<Check> SendAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        const string Name = "send";
        var row = Compose();
        var started = time.GetUtcNow();
        await using (var relay = Hosting.Relay(composition, composition.Settings.Outbox, composition.Read, time, protocol))
        {
            var reply = await relay.SendAsync(row, cancel);
            if (reply.Kind != SendOutcomeKind.Accepted)
            {
                yield return Check.Fail(Name, $"the relay did not take a mail from {_mailbox.Address} to itself: {reply.Text}", "see that the login may send as Mailbox:Address");
                yield break;
            }
        }

        var inbox = await OpenAsync(_mailbox.Folder, FolderAccess.ReadOnly, cancel);
        if (await ArrivedAsync(inbox, row.MessageId, cancel) is not { } arrived)
        {
            yield return Check.Fail(Name, string.Create(CultureInfo.InvariantCulture, $"the relay took the mail, and after {wait.TotalSeconds:0} s it is not in {_mailbox.Folder}"), "look in Junk and in the mail server's log; wait longer with --wait");
            yield break;
        }

        var took = time.GetUtcNow() - started;
        var removed = await RemoveAsync(arrived.Uid, cancel);
        yield return Check.Ok(Name, string.Create(CultureInfo.InvariantCulture, $"arrived in {_mailbox.Folder} after {took.TotalSeconds:0.0} s; {removed}"));
        yield return Clock(arrived.Received, started);
    }

    /// <summary>Waits for a mail that a person sends from the mailbox to appear in the watched Sent folder.</summary>
    /// <param name="tell">Tells the person what to do.</param>
    /// <param name="cancel">Cancels.</param>
    public async Task<Check> SentAsync(Action<string> tell, CancellationToken cancel)
    {
        const string Name = "sent";
        if (_mailbox.SentFolder.Length == 0)
        {
            return Check.Fail(Name, "no Sent folder is watched", "set Mailbox:SentFolder");
        }

        var folder = await OpenAsync(_mailbox.SentFolder, FolderAccess.ReadOnly, cancel);
        var before = (await folder.SearchAsync(SearchQuery.All, cancel)).ToHashSet();
        tell(string.Create(CultureInfo.InvariantCulture, $"Send a mail as {_mailbox.Address} now, from your own mail client, as you would answer an enquiry. Waiting up to {wait.TotalSeconds:0} s for it in {_mailbox.SentFolder}."));
        var found = await UntilAsync(
            async () =>
            {
                await client.NoOpAsync(cancel);
                var fresh = (await folder.SearchAsync(SearchQuery.All, cancel)).Where(u => !before.Contains(u)).ToList();
                var summaries = fresh.Count == 0 ? [] : await folder.FetchAsync(fresh, MessageSummaryItems.Envelope, cancel);
                // Copies of what the worker itself sent say nothing about people's.
                return summaries.Any(s => !composition.Ids.TryVerify(s.Envelope?.MessageId, out _)) ? string.Empty : null;
            },
            cancel);
        return found is not null
            ? Check.Ok(Name, $"a mail that a person sent appeared in {_mailbox.SentFolder}")
            : Check.Fail(
                Name,
                string.Create(CultureInfo.InvariantCulture, $"within {wait.TotalSeconds:0} s no mail that a person sent appeared in {_mailbox.SentFolder}: answers are not seen, and their clocks run on"),
                $"on Exchange a delegate's mail lies in the delegate's own Sent Items until this is run: Set-Mailbox {_mailbox.Address} -MessageCopyForSentAsEnabled $true -MessageCopyForSendOnBehalfEnabled $true; elsewhere set the mail client to keep sent mail in {_mailbox.SentFolder} of this mailbox; or people copy their answers to {_mailbox.Address}");
    }

    // Signed as ours, so that a worker that reads it knows it for its own and answers nothing.
    private ClaimedOutboxRow Compose()
    {
        var now = time.GetUtcNow();
        var id = "doctor" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
        var messageId = composition.Ids.Create(id);
        var raw = MailComposer.Compose(new OutboundDraft
        {
            MessageId = messageId,
            Date = now,
            From = new MailAddress(_mailbox.DisplayName, _mailbox.Address),
            To = [new MailAddress(null, _mailbox.Address)],
            Subject = "A trial mail of the doctor",
            Text = "This mail shows that what is sent arrives. It may be deleted.\n",
            AutoReplied = false,
            Loop = messageId,
        });
        return new ClaimedOutboxRow(id, OutboxPurpose.Alert, messageId, _mailbox.Address, _mailbox.Address, raw, 0, 0, now);
    }

    private async Task<(UniqueId Uid, DateTimeOffset? Received)?> ArrivedAsync(IMailFolder inbox, string messageId, CancellationToken cancel)
    {
        var uid = await UntilAsync<UniqueId?>(
            async () =>
            {
                await client.NoOpAsync(cancel);
                var found = await inbox.SearchAsync(SearchQuery.HeaderContains("Message-ID", messageId), cancel);
                return found.Count > 0 ? found[0] : null;
            },
            cancel);
        if (uid is not { } arrived)
        {
            return null;
        }

        var summary = await inbox.FetchAsync([arrived], MessageSummaryItems.UniqueId | MessageSummaryItems.InternalDate, cancel);
        return (arrived, summary.Count > 0 ? summary[0].InternalDate : null);
    }

    private async Task<string> RemoveAsync(UniqueId uid, CancellationToken cancel)
    {
        if (composition.Read.Access != MailboxAccess.ReadWrite)
        {
            return "it stays there, for Mailbox:Access is read-only";
        }

        // Without UIDPLUS an EXPUNGE would also remove what others have marked.
        if (!client.Capabilities.HasFlag(ImapCapabilities.UidPlus))
        {
            return "it stays there, for the server cannot delete a single mail (UIDPLUS)";
        }

        var inbox = await OpenAsync(_mailbox.Folder, FolderAccess.ReadWrite, cancel);
        await inbox.StoreAsync([uid], new StoreFlagsRequest(StoreAction.Add, MessageFlags.Deleted) { Silent = true }, cancel);
        await inbox.ExpungeAsync([uid], cancel);
        return "it was deleted again";
    }

    private Check Clock(DateTimeOffset? received, DateTimeOffset started)
    {
        const string Name = "clocks";
        // INTERNALDATE has whole seconds.
        var seconds = (received - started)?.TotalSeconds ?? 0;
        var ended = (time.GetUtcNow() - started).TotalSeconds;
        var off = seconds < 0 ? -seconds : Math.Max(0, seconds - ended);
        var limit = composition.Settings.Health.ClockSeconds;
        return off > limit
            ? Check.Fail(Name, string.Create(CultureInfo.InvariantCulture, $"this machine's clock is about {off:0} s {(seconds < 0 ? "ahead of" : "behind")} the mail server's"), "set the clock, and see that it is kept by NTP")
            : Check.Ok(Name, string.Create(CultureInfo.InvariantCulture, $"agrees with the mail server's to {Math.Max(1, Math.Ceiling(off)):0} s"));
    }

    private async Task<IMailFolder> OpenAsync(string path, FolderAccess access, CancellationToken cancel)
    {
        var folder = path.Equals("INBOX", StringComparison.OrdinalIgnoreCase) ? client.Inbox! : await client.GetFolderAsync(path, cancel);
        await folder.OpenAsync(access, cancel);
        return folder;
    }

    private async Task<T?> UntilAsync<T>(Func<Task<T?>> look, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            if (await look() is { } found)
            {
                return found;
            }

            if (time.GetElapsedTime(started) > wait)
            {
                return default;
            }

            await Task.Delay(Look, time, cancel);
        }
    }
}
