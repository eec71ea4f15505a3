using System.Globalization;
using System.Runtime.CompilerServices;
using EnquiryTriage.Worker.Settings;
using MailKit;
using MailKit.Net.Imap;

namespace EnquiryTriage.Worker.Doctor;

/// <summary>An IMAP mailbox: server, capabilities, folders and what may be done there, quota, clock. Opens folders as the worker does; changes nothing.</summary>
/// <param name="settings">The mailbox.</param>
/// <param name="read">Its words, read.</param>
/// <param name="clockSeconds">A difference of clocks that matters.</param>
/// <param name="time">The clock.</param>
internal sealed class ImapChecks(MailboxSettings settings, CheckedSettings read, double clockSeconds, TimeProvider time)
{
    private static readonly (ImapCapabilities Capability, string Name)[] Wanted =
    [
        (ImapCapabilities.Idle, "IDLE"), (ImapCapabilities.UidPlus, "UIDPLUS"), (ImapCapabilities.Move, "MOVE"),
        (ImapCapabilities.CondStore, "CONDSTORE"), (ImapCapabilities.Quota, "QUOTA"),
    ];

    /// <summary>All of them; those after a failed login are left out.</summary>
    /// <param name="client">Is logged in afterwards.</param>
    /// <param name="cancel">Cancels.</param>
    public async IAsyncEnumerable<Check> RunAsync(ImapClient client, [EnumeratorCancellation] CancellationToken cancel)
    {
        var server = new ServerChecks("mailbox", settings.Server, read.MailboxSecurity, "Mailbox:Server", time);
        var name = await server.NameAsync(cancel);
        yield return name;
        if (name.Status == CheckStatus.Fail)
        {
            yield break;
        }

        using (var probe = new ImapClient())
        {
            yield return await server.TlsAsync(probe, cancel);
        }

        var login = await server.LoginAsync(client, cancel);
        yield return login;
        if (login.Status == CheckStatus.Fail)
        {
            yield break;
        }

        yield return Capabilities(client);
        yield return await FolderAsync(client, settings.Folder, "Mailbox:Folder", sent: false, cancel);
        if (settings.SentFolder.Length > 0)
        {
            yield return await FolderAsync(client, settings.SentFolder, "Mailbox:SentFolder", sent: true, cancel);
        }
        else
        {
            yield return Check.Warn("folder Sent", "no Sent folder is watched: answers that people send stop no clock", "set Mailbox:SentFolder");
        }

        if (read.AfterIntake == AfterIntake.Move)
        {
            yield return await TargetAsync(client, cancel);
        }

        yield return await QuotaAsync(client, cancel);
        yield return await ClockAsync(client, cancel);
    }

    private Check Capabilities(ImapClient client)
    {
        const string Name = "mailbox can";
        var missing = Wanted.Where(w => !client.Capabilities.HasFlag(w.Capability)).Select(w => w.Name).ToList();
        var has = string.Join(' ', Wanted.Select(w => w.Name).Except(missing, StringComparer.Ordinal));
        if (missing.Count == 0)
        {
            return Check.Ok(Name, has);
        }

        var detail = $"{has}; not {string.Join(' ', missing)}";
        return missing.Contains("IDLE") ? Check.Warn(Name, detail, $"without IDLE new mail is noticed every {settings.PollSeconds.ToString(CultureInfo.InvariantCulture)} s: set Mailbox:PollSeconds to what the server bears")
            : read.AfterIntake == AfterIntake.Move && missing.Contains("MOVE") ? Check.Warn(Name, detail, "mail is copied and removed instead of moved; leave or keywords in Mailbox:AfterIntake is safer here")
            : Check.Ok(Name, detail);
    }

    private async Task<Check> FolderAsync(ImapClient client, string path, string key, bool sent, CancellationToken cancel)
    {
        var name = $"folder {path}";
        var writes = !sent && read.Access == MailboxAccess.ReadWrite && read.AfterIntake != AfterIntake.Leave;
        try
        {
            var folder = path.Equals("INBOX", StringComparison.OrdinalIgnoreCase) ? client.Inbox! : await client.GetFolderAsync(path, cancel);
            await folder.OpenAsync(writes ? FolderAccess.ReadWrite : FolderAccess.ReadOnly, cancel);
            var detail = string.Create(CultureInfo.InvariantCulture, $"{folder.Count} mails, opened {(folder.Access == FolderAccess.ReadWrite ? "read-write" : "read-only")}, UIDVALIDITY {folder.UidValidity}");
            var rights = client.Capabilities.HasFlag(ImapCapabilities.Acl) ? (await folder.GetMyAccessRightsAsync(cancel)).ToString() ?? "" : null;
            detail += rights is null ? "" : $", rights {rights}";
            return Judge(name, folder, detail, rights, writes);
        }
        catch (FolderNotFoundException)
        {
            return Check.Fail(name, $"there is no folder '{path}'; there are: {string.Join(", ", await FoldersAsync(client, cancel))}", $"set {key} to one of these");
        }
        catch (Exception e) when (Connection.IsFault(e))
        {
            return Check.Fail(name, $"cannot be opened: {e.Message}", $"have the mailbox's owner let {settings.Server.User} read it, or name another in {key}");
        }
    }

    // Rights of RFC 4314: w keeps flags and keywords, t and e remove, which a move needs.
    private Check Judge(string name, IMailFolder folder, string detail, string? rights, bool writes)
    {
        if (!writes)
        {
            return Check.Ok(name, detail);
        }

        if (folder.Access != FolderAccess.ReadWrite)
        {
            return Check.Fail(name, $"{detail}: Mailbox:AfterIntake needs to write", "have the mailbox's owner allow it, or set Mailbox:AfterIntake to leave");
        }

        var needed = read.AfterIntake == AfterIntake.Move ? "te" : "w";
        var lacking = rights is null ? "" : string.Concat(needed.Where(n => !rights.Contains(n, StringComparison.Ordinal)));
        if (lacking.Length > 0)
        {
            return Check.Fail(name, $"{detail}: Mailbox:AfterIntake needs the rights '{needed}', '{lacking}' is missing", "have the mailbox's owner give it (RFC 4314), or set Mailbox:AfterIntake to leave");
        }

        return read.AfterIntake == AfterIntake.Keywords && !folder.PermanentFlags.HasFlag(MessageFlags.UserDefined)
            ? Check.Fail(name, $"{detail}: the server keeps no keywords", "set Mailbox:AfterIntake to leave or move")
            : Check.Ok(name, detail);
    }

    private async Task<Check> TargetAsync(ImapClient client, CancellationToken cancel)
    {
        var name = $"folder {settings.MoveTo}";
        try
        {
            await client.GetFolderAsync(settings.MoveTo, cancel);
            return Check.Ok(name, "is there, mail is moved to it");
        }
        catch (FolderNotFoundException)
        {
            return Check.Warn(name, "is not there: it is made with the first mail that is moved", "create it beforehand where the server does not allow that");
        }
    }

    private static async Task<Check> QuotaAsync(ImapClient client, CancellationToken cancel)
    {
        const string Name = "mailbox quota";
        const double Warn = 80;
        const double Fail = 95;
        if (!client.Capabilities.HasFlag(ImapCapabilities.Quota))
        {
            return Check.Ok(Name, "the server does not tell");
        }

        try
        {
            var quota = await client.Inbox!.GetQuotaAsync(cancel);
            if (quota is not { StorageLimit: > 0, CurrentStorageSize: not null })
            {
                return Check.Ok(Name, "no limit");
            }

            var percent = 100.0 * quota.CurrentStorageSize.Value / quota.StorageLimit.Value;
            var detail = string.Create(CultureInfo.InvariantCulture, $"{quota.CurrentStorageSize.Value / 1024} of {quota.StorageLimit.Value / 1024} MiB ({percent:0} %)");
            return percent >= Fail ? Check.Fail(Name, detail, "make room or have the quota raised: a full mailbox refuses mail")
                : percent >= Warn ? Check.Warn(Name, detail, "make room or have the quota raised before it is full")
                : Check.Ok(Name, detail);
        }
        catch (Exception e) when (Connection.IsFault(e))
        {
            return Check.Ok(Name, $"the server does not tell ({e.Message})");
        }
    }

    // The newest mail cannot have come in the future. How far this clock is ahead shows only with a mail sent now: --send.
    private async Task<Check> ClockAsync(ImapClient client, CancellationToken cancel)
    {
        const string Name = "clock";
        try
        {
            var inbox = client.Inbox!;
            await inbox.OpenAsync(FolderAccess.ReadOnly, cancel);
            if (inbox.Count == 0)
            {
                return Check.Ok(Name, "no mail to compare with; --send compares the clocks");
            }

            var newest = await inbox.FetchAsync(inbox.Count - 1, inbox.Count - 1, MessageSummaryItems.InternalDate, cancel);
            var ahead = (newest.Single().InternalDate - time.GetUtcNow())?.TotalSeconds ?? 0;
            return ahead > clockSeconds
                ? Check.Fail(Name, string.Create(CultureInfo.InvariantCulture, $"the newest mail came {ahead:0} s from now by this machine's clock, which is behind the mail server's"), "set the clock, and see that it is kept by NTP")
                : Check.Ok(Name, "not behind the mail server's; --send compares them closely");
        }
        catch (Exception e) when (Connection.IsFault(e))
        {
            return Check.Warn(Name, $"cannot be compared: {e.Message}", "try again");
        }
    }

    private static async Task<IEnumerable<string>> FoldersAsync(ImapClient client, CancellationToken cancel)
    {
        const int Most = 20;
        var folders = await client.GetFoldersAsync(client.PersonalNamespaces[0], cancellationToken: cancel);
        return folders.Select(f => f.FullName).Where(f => f.Length > 0).Prepend("INBOX").Distinct(StringComparer.OrdinalIgnoreCase).Take(Most);
    }
}
