using System.Text;
using FsCheck.Xunit;

namespace EnquiryTriage.Mail.Tests.Mailboxes;

public sealed class MboxReaderTests
{
    private static List<string> Split(string mbox)
    {
        using var stream = new MemoryStream(Encoding.Latin1.GetBytes(mbox));
        return [.. MboxReader.Split(stream).Select(m => Encoding.Latin1.GetString(m.Span))];
    }

    [Fact]
    public void Messages_are_split_at_their_separators_and_unquoted()
    {
        var messages = Split("From a@b Mon May  5 09:30:00 2025\nSubject: one\n\nFrom here on it is prose\n>From the start\n>>From\n\nFrom c@d Mon May  5 09:31:00 2025\nSubject: two\n\ntext\n");

        Assert.Equal(["Subject: one\n\nFrom here on it is prose\nFrom the start\n>>From\n", "Subject: two\n\ntext\n"], messages);
    }

    [Theory]
    [InlineData("From a@b Mon May  5 09:30:00 2025\n", true)]
    [InlineData("From: a@b\n", false)]
    [InlineData("From here on\n", false)]
    [InlineData("", false)]
    public void An_mbox_is_known_by_its_first_line(string start, bool expected) => Assert.Equal(expected, MboxReader.IsMbox(Encoding.Latin1.GetBytes(start)));

    [Property(MaxTest = 60)]
    public bool What_was_quoted_comes_back(string[] bodies)
    {
        var messages = bodies.Select(b => "Subject: s\n\n" + new string([.. (b ?? "").Where(c => c is >= ' ' and < '\x7F')]) + "\nFrom x 1:1\n>From y\nend\n").ToList();
        var mbox = string.Concat(messages.Select(m => "From a@b Mon May  5 09:30:00 2025\n" + string.Join('\n', m.Split('\n').Select(l => l.TrimStart('>').StartsWith("From ", StringComparison.Ordinal) ? ">" + l : l)) + "\n"));
        return messages.SequenceEqual(Split(mbox), StringComparer.Ordinal);
    }

    [Fact]
    public void A_line_longer_than_the_buffer_is_kept_whole()
    {
        var text = new string('x', 300_000);

        Assert.Equal("Subject: s\n\n" + text, Assert.Single(Split("From a@b Mon May  5 09:30:00 2025\nSubject: s\n\n" + text)));
    }
}
