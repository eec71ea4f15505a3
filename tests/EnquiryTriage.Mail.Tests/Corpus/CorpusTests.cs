using Xunit.Abstractions;

namespace EnquiryTriage.Mail.Tests.Corpus;

/// <summary>Floors on real mail, where the corpus is there. Disagreements are printed; those with a reason are named here.</summary>
public sealed class CorpusTests(ITestOutputHelper output)
{
    /// <summary>Cases where the source's parser and we differ on purpose.</summary>
    private static readonly Dictionary<string, string> s_explained = new(StringComparer.Ordinal)
    {
        ["malformed/001"] = "the line of a sibling's boundary is all the text there is; nothing is lost by showing it",
        ["malformed/008"] = "the last part lacks its closing boundary: the source drops its text, we read it",
        ["malformed/009"] = "as above",
        ["malformed/011"] = "as above",
        ["malformed/016"] = "boundaries that are prefixes of each other: the source splits at every one of them",
        ["malformed/019"] = "a fuzzed message: the source sees no text where HTML is",
        ["malformed/020"] = "two Content-Type fields in one part: the source takes the last and shows HTML source as text",
        ["malformed/021"] = "as above",
        ["thirdparty/000"] = "NUL characters are left out of text",
        ["thirdparty/002"] = "base64 that holds no character of base64 at its start: garbage either way",
    };

    [Theory]
    [InlineData("subject", 0.97)]
    [InlineData("from_addr", 0.97)]
    [InlineData("from_name", 0.97)]
    [InlineData("text", 0.97)]
    [InlineData("html_words", 0.97)]
    public void Parsing_agrees_with_the_sources(string what, double floor)
    {
        if (CorpusFolder.Path is null)
        {
            output.WriteLine("No corpus beside the repository: nothing measured.");
            return;
        }

        var tally = CorpusMeasure.Parse()[what];
        output.WriteLine(tally.ToString());
        var explained = tally.Disagreements.Count(d => s_explained.Keys.Any(k => d.Contains($"/{k}.eml", StringComparison.Ordinal)));
        Assert.True((double)tally.Right / (tally.Total - explained) >= floor, tally.ToString());
    }

    [Fact]
    public void New_text_agrees_with_the_sources()
    {
        if (CorpusFolder.Path is null)
        {
            output.WriteLine("No corpus beside the repository: nothing measured.");
            return;
        }

        var tally = CorpusMeasure.Reply();
        output.WriteLine(tally.ToString());
        Assert.True(tally.Share >= 0.97, tally.ToString());
    }

    [Fact]
    public void Nothing_stops_the_reader()
    {
        if (CorpusFolder.Path is null)
        {
            output.WriteLine("No corpus beside the repository: nothing measured.");
            return;
        }

        var tally = CorpusMeasure.NoCrash();
        Assert.True(tally.Right == tally.Total, tally.ToString());
    }

    [Fact]
    public void Messages_of_a_thread_share_an_id_or_a_subject()
    {
        if (CorpusFolder.Path is null)
        {
            output.WriteLine("No corpus beside the repository: nothing measured.");
            return;
        }

        foreach (var test in CorpusFolder.Cases("thread").Where(t => t.GetProperty("expect").GetProperty("by").GetString() is "references" && !t.GetProperty("expect").TryGetProperty("groups_alt", out _)))
        {
            var mails = test.GetProperty("messages").EnumerateArray().Select(m => MailReader.Read(CorpusFolder.Bytes(m))).ToList();
            foreach (var group in test.GetProperty("expect").GetProperty("groups").EnumerateArray().Where(g => g.GetArrayLength() > 1))
            {
                var members = group.EnumerateArray().Select(i => mails[i.GetInt32()]).ToList();
                Assert.All(members, m => Assert.Contains(members, o => !ReferenceEquals(o, m) && (Ids(m).Intersect(Ids(o), StringComparer.Ordinal).Any() || m.Subject.EndsWith(o.Subject, StringComparison.Ordinal) || o.Subject.EndsWith(m.Subject, StringComparison.Ordinal))));
            }
        }
    }

    private static IEnumerable<string> Ids(InboundMail mail) => mail.References.Concat(mail.InReplyTo).Concat(mail.MessageId is { } id ? [id] : []);
}
