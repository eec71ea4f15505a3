using MailKit;
using MailKit.Net.Imap;
using MailKit.Net.Smtp;
using MailKit.Search;
using MailKit.Security;
using MimeKit;

namespace EnquiryTriage.Conformance.Servers;

/// <summary>A mail as it lies in a mailbox.</summary>
internal sealed record StoredMail(uint Uid, MessageFlags Flags, IReadOnlyList<string> Keywords, MimeMessage Message);

/// <summary>Looks into mailboxes and sends mail as people do, by MailKit.</summary>
internal static class Mailboxes
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>All mails of a folder, without changing them; empty where there is no such folder.</summary>
    public static async Task<IReadOnlyList<StoredMail>> ReadAsync(this IMailStore server, string user, string folder = "INBOX")
    {
        using var client = await server.LogInAsync(user);
        IMailFolder opened;
        try
        {
            opened = await client.GetFolderAsync(folder);
        }
        catch (FolderNotFoundException)
        {
            return [];
        }

        await opened.OpenAsync(FolderAccess.ReadOnly);
        return await ReadAsync(opened);
    }

    /// <summary>Waits until a folder holds at least so many mails.</summary>
    public static async Task<IReadOnlyList<StoredMail>> WaitForAsync(this IMailStore server, string user, int count, string folder = "INBOX")
    {
        using var client = await server.LogInAsync(user);
        var opened = await client.GetFolderAsync(folder);
        await opened.OpenAsync(FolderAccess.ReadOnly);
        await Eventually.TrueAsync(
            async () =>
            {
                await client.NoOpAsync();
                return opened.Count >= count;
            },
            () => $"{user}/{folder} holds {opened.Count} mails, {count} were expected.",
            Patience);
        return await ReadAsync(opened);
    }

    /// <summary>Changes a folder as a person does in a mail client.</summary>
    public static async Task ChangeAsync(this IMailStore server, string user, Func<IMailFolder, Task> change, string folder = "INBOX")
    {
        using var client = await server.LogInAsync(user);
        var opened = await client.GetFolderAsync(folder);
        await opened.OpenAsync(FolderAccess.ReadWrite);
        await change(opened);
        await client.DisconnectAsync(quit: true);
    }

    /// <summary>Puts a mail into a folder as if it had come at <paramref name="received"/> (INTERNALDATE).</summary>
    public static async Task AppendAsync(this IMailStore server, string user, MimeMessage mail, DateTimeOffset received, string folder = "INBOX")
    {
        using var client = await server.LogInAsync(user);
        var target = await client.GetFolderAsync(folder);
        await target.AppendAsync(new AppendRequest(mail, MessageFlags.None, received));
        await client.DisconnectAsync(quit: true);
    }

    /// <summary>Flags a folder's mails and expunges them.</summary>
    public static Task ExpungeAsync(this IMailStore server, string user, params uint[] uids) => server.ChangeAsync(
        user,
        async folder =>
        {
            await folder.StoreAsync([.. uids.Select(u => new UniqueId(u))], new StoreFlagsRequest(StoreAction.Add, MessageFlags.Deleted) { Silent = true });
            await folder.ExpungeAsync();
        });

    /// <summary>What STATUS says of a folder, without opening it.</summary>
    public static async Task<IMailFolder> StatusAsync(this IMailStore server, string user, StatusItems items, string folder = "INBOX")
    {
        using var client = await server.LogInAsync(user);
        var asked = await client.GetFolderAsync(folder);
        await asked.StatusAsync(items);
        return asked;
    }

    /// <summary>Names of all folders of a user.</summary>
    public static async Task<IReadOnlyList<string>> FoldersAsync(this IMailStore server, string user)
    {
        using var client = await server.LogInAsync(user);
        var folders = await client.GetFoldersAsync(client.PersonalNamespaces[0]);
        return [.. folders.Select(f => f.FullName).Order(StringComparer.Ordinal)];
    }

    /// <summary>Sends a mail from outside, without login.</summary>
    public static async Task SendFromOutsideAsync(this PostfixServer postfix, string from, string to, byte[] mail)
    {
        using var client = new SmtpClient();
        await client.ConnectAsync("127.0.0.1", postfix.SmtpPort, SecureSocketOptions.None);
        using var message = await MimeMessage.LoadAsync(new MemoryStream(mail));
        await client.SendAsync(message, new MailboxAddress("", from), [new MailboxAddress("", to)]);
        await client.DisconnectAsync(quit: true);
    }

    private static async Task<IReadOnlyList<StoredMail>> ReadAsync(IMailFolder opened)
    {
        var mails = new List<StoredMail>();
        foreach (var summary in await opened.FetchAsync(0, -1, new FetchRequest(MessageSummaryItems.UniqueId | MessageSummaryItems.Flags)))
        {
            mails.Add(new StoredMail(
                summary.UniqueId.Id, summary.Flags ?? MessageFlags.None, [.. summary.Keywords.Order(StringComparer.Ordinal)], await opened.GetMessageAsync(summary.UniqueId)));
        }

        return mails;
    }
}

/// <summary>Waiting for what comes by itself: looks again and again, and says what it saw when the time is over.</summary>
internal static class Eventually
{
    /// <summary>Waits until <paramref name="condition"/> holds.</summary>
    public static async Task TrueAsync(Func<Task<bool>> condition, Func<string> otherwise, TimeSpan? patience = null)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > (patience ?? TimeSpan.FromSeconds(60)))
            {
                Assert.Fail(otherwise());
            }

            await Task.Delay(20);
        }
    }
}
