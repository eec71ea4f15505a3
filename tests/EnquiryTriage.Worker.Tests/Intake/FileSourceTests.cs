using EnquiryTriage.Core.Intake;
using EnquiryTriage.Worker.Intake;
using Microsoft.Extensions.Time.Testing;

namespace EnquiryTriage.Worker.Tests.Intake;

public sealed class FileSourceTests : IDisposable
{
    private static readonly DateTimeOffset Monday = new(2021, 4, 12, 9, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(Monday.AddHours(1));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_is_read_with_its_subfolders_oldest_first()
    {
        Write("b.eml", Monday.AddMinutes(2));
        Write("a.eml", Monday.AddMinutes(3));
        Write(Path.Combine("deep", "down", "c.eml"), Monday.AddMinutes(1));

        Assert.Equal(["deep/down/c.eml", "b.eml", "a.eml"], (await ListAsync(Folder())).Select(NameOf));
    }

    [Fact]
    public async Task Files_that_start_with_a_dot_are_not_there_yet()
    {
        Write(".a.eml");
        Write("b.eml");
        Write(Path.Combine("new", ".c"));
        Write(Path.Combine("new", "d"));
        Directory.CreateDirectory(Path.Combine(_folder.Root, "cur"));

        Assert.Equal(["b.eml", "new/d"], (await ListAsync(Folder())).Select(NameOf).Order(StringComparer.Ordinal));
        Assert.Equal(["d"], (await ListAsync(Maildir())).Select(m => m.Key.Key));
    }

    [Fact]
    public async Task The_key_of_a_file_stays_while_its_content_does()
    {
        var path = Write("a.eml");
        var source = Folder();
        var before = Assert.Single(await ListAsync(source)).Key;

        File.SetLastWriteTimeUtc(path, Monday.AddDays(1).UtcDateTime);

        Assert.Equal(before, Assert.Single(await ListAsync(source)).Key);
        Assert.Equal(before, Assert.Single(await ListAsync(Folder())).Key);
    }

    [Fact]
    public async Task Other_content_under_a_name_is_another_mail()
    {
        var path = Write("a.eml");
        var source = Folder();
        var before = Assert.Single(await ListAsync(source)).Key;

        File.AppendAllText(path, "more");

        Assert.NotEqual(before, Assert.Single(await ListAsync(source)).Key);
    }

    [Fact]
    public async Task In_a_Maildir_the_key_stays_when_a_mail_is_read_and_flagged()
    {
        var path = Write(Path.Combine("new", "1618218000.M1P2.host"));
        Directory.CreateDirectory(Path.Combine(_folder.Root, "cur"));
        var source = Maildir();
        var before = Assert.Single(await ListAsync(source)).Key;

        File.Move(path, Path.Combine(_folder.Root, "cur", "1618218000.M1P2.host:2,FS"));

        var after = Assert.Single(await ListAsync(source));
        Assert.Equal(before, after.Key);
        Assert.Equal("1618218000.M1P2.host", after.Key.Key);
        Assert.NotNull((await FetchAsync(source, after)).Mail);
    }

    [Fact]
    public async Task In_a_Maildir_a_mail_that_is_opened_between_listing_and_fetch_is_found_under_its_new_name()
    {
        var path = Write(Path.Combine("new", "1618218000.M1P2.host"));
        Directory.CreateDirectory(Path.Combine(_folder.Root, "cur"));
        var source = Maildir();
        var listed = Assert.Single(await ListAsync(source));

        File.Move(path, Path.Combine(_folder.Root, "cur", "1618218000.M1P2.host:2,S"));

        Assert.NotNull((await FetchAsync(source, listed)).Mail);
    }

    [Fact]
    public async Task A_mail_comes_with_its_bytes_and_the_files_own_time()
    {
        Write("a.eml", Monday);
        var source = Folder();

        var mail = (await FetchAsync(source, Assert.Single(await ListAsync(source)))).Mail!;

        Assert.Equal(Mails.Raw(), mail.Raw.ToArray());
        Assert.Equal((Monday, Monday.AddHours(1), FolderRole.Inbox), (mail.Received, mail.Fetched, mail.Role));
        Assert.Equal(("strategy", "INBOX"), (mail.Key.Mailbox, mail.Key.Folder));
    }

    [Fact]
    public async Task A_file_that_went_before_its_fetch_has_vanished()
    {
        var path = Write("a.eml");
        var source = Folder();
        var listed = Assert.Single(await ListAsync(source));
        File.Delete(path);

        Assert.Equal(LedgerState.Vanished, (await FetchAsync(source, listed)).State);
    }

    [Fact]
    public async Task A_mail_over_the_limit_is_set_aside_without_being_read_and_one_at_the_limit_is_not()
    {
        Write("a.eml");
        var bytes = Mails.Raw().Length;

        var (atLimit, past) = (Folder(bytes), Folder(bytes - 1));

        Assert.NotNull((await FetchAsync(atLimit, Assert.Single(await ListAsync(atLimit)))).Mail);
        var refused = await FetchAsync(past, Assert.Single(await ListAsync(past)));
        Assert.Equal(LedgerState.Quarantined, refused.State);
        Assert.Contains("over Mailbox:MaxMessageBytes", refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_set_aside_and_does_not_hide_the_others()
    {
        Write("good.eml");
        File.CreateSymbolicLink(_folder.At("loop.eml"), "loop.eml");
        var source = Folder();

        var listed = await ListAsync(source);
        var bad = await FetchAsync(source, listed.Single(m => m.Key.Key.StartsWith("loop", StringComparison.Ordinal)));

        Assert.Equal(2, listed.Count);
        Assert.Equal(LedgerState.Quarantined, bad.State);
        Assert.StartsWith("cannot be read: ", bad.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_in_a_Maildir_is_set_aside()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Root, "cur"));
        File.CreateSymbolicLink(_folder.At("new", "loop"), "loop");
        var source = Maildir();

        Assert.Equal(LedgerState.Quarantined, (await FetchAsync(source, Assert.Single(await ListAsync(source)))).State);
    }

    [Fact]
    public async Task A_link_to_nothing_is_no_mail()
    {
        File.CreateSymbolicLink(_folder.At("gone.eml"), "nowhere.eml");

        Assert.Empty(await ListAsync(Folder()));
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_a_temporary_fault_with_a_remedy_until_it_is_there()
    {
        var source = new FolderSource("strategy", "INBOX", Path.Combine(_folder.Root, "inbox"), FolderRole.Inbox, 1_000, TimeSpan.FromSeconds(1), _time);

        var fault = await Assert.ThrowsAsync<MailSourceException>(() => source.ListAsync(whole: true, default));
        Write(Path.Combine("inbox", "a.eml"));

        Assert.True(fault.Temporary);
        Assert.Contains($"Mailbox:Path: {Path.Combine(_folder.Root, "inbox")} is not there: create the folder", fault.Message, StringComparison.Ordinal);
        Assert.Single(await ListAsync(source));
    }

    [Fact]
    public async Task A_Maildir_without_its_folders_is_a_temporary_fault() =>
        Assert.True((await Assert.ThrowsAsync<MailSourceException>(() => Maildir().ListAsync(whole: true, default))).Temporary);

    [Fact]
    public async Task Settling_touches_no_file()
    {
        var path = Write("a.eml");
        var source = Folder();
        var listed = Assert.Single(await ListAsync(source));

        await source.TouchAsync([new UntouchedMail(listed.Key, "enquiry", "drugs", "drugs", Answer: false)], default);

        Assert.Equal(Mails.Raw(), File.ReadAllBytes(path));
    }

    private static string NameOf(ListedMail mail) => mail.Key.Key[..mail.Key.Key.LastIndexOf(':')];

    private static async Task<IReadOnlyList<ListedMail>> ListAsync(FileSource source) => (await source.ListAsync(whole: true, default)).Mails;

    private static async Task<FetchResult> FetchAsync(FileSource source, ListedMail mail)
    {
        await foreach (var result in source.FetchAsync([mail], default))
        {
            return result;
        }

        throw new InvalidOperationException("No mail came back.");
    }

    private string Write(string name, DateTimeOffset? at = null)
    {
        var path = _folder.Write(Mails.Raw(), name);
        File.SetLastWriteTimeUtc(path, (at ?? Monday).UtcDateTime);
        return path;
    }

    private FolderSource Folder(long maxBytes = 10_000) => new("strategy", "INBOX", _folder.Root, FolderRole.Inbox, maxBytes, TimeSpan.FromSeconds(1), _time);

    private MaildirSource Maildir() => new("strategy", "INBOX", _folder.Root, FolderRole.Inbox, 10_000, TimeSpan.FromSeconds(1), _time);
}
