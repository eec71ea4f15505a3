using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Worker.Outbox;

namespace EnquiryTriage.Worker.Tests.Outbox;

public sealed class FolderRelayTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ClaimedOutboxRow _row = new(
        "o1", OutboxPurpose.Acknowledgement, "m@agency.example", Mails.Us, "ann@candidates.example", Mails.Raw(), 0, 0, Office.Now);

    private string Outgoing => Path.Combine(_folder.Root, "outgoing");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_mail_becomes_one_file_of_its_bytes_however_often_it_is_sent()
    {
        await using var relay = new FolderRelay(Outgoing);

        Assert.Equal(SendOutcomeKind.Accepted, (await relay.SendAsync(_row, default)).Kind);
        Assert.Equal(SendOutcomeKind.Accepted, (await relay.SendAsync(_row, default)).Kind);

        var file = Assert.Single(Directory.GetFileSystemEntries(Outgoing));
        Assert.Equal("o1.eml", Path.GetFileName(file));
        Assert.Equal(_row.Raw, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task A_folder_that_cannot_be_written_puts_the_mail_off()
    {
        File.WriteAllText(Outgoing, "a file stands where the folder should be");
        await using var relay = new FolderRelay(Outgoing);

        var reply = await relay.SendAsync(_row, default);

        Assert.Equal(SendOutcomeKind.Temporary, reply.Kind);
        Assert.StartsWith(Outgoing, reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Looking_whether_it_can_be_used_makes_the_folder_and_sends_nothing()
    {
        await using var relay = new FolderRelay(Outgoing);

        await relay.ProbeAsync(default);

        Assert.Empty(Directory.GetFileSystemEntries(Outgoing));
    }
}
