using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace EnquiryTriage.Mail.Tests.Corpus;

/// <summary>Right answers out of all, with what disagreed.</summary>
internal sealed class Tally(string name)
{
    internal int Right { get; private set; }

    internal int Total { get; private set; }

    internal List<string> Disagreements { get; } = [];

    internal double Share => Total == 0 ? 1 : (double)Right / Total;

    internal void Count(bool right, string disagreement)
    {
        Total++;
        Right += right ? 1 : 0;
        if (!right)
        {
            Disagreements.Add(disagreement);
        }
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{name}: {Right}/{Total} = {Share:P1}") + string.Concat(Disagreements.Select(d => "\n  " + d));
}

/// <summary>Compares our reading with what the corpus says is right.</summary>
internal static class CorpusMeasure
{
    internal static IReadOnlyDictionary<string, Tally> Parse()
    {
        var tallies = new[] { "subject", "from_addr", "from_name", "text", "html_words", "attachment_count", "leafs" }.ToDictionary(n => n, n => new Tally(n), StringComparer.Ordinal);
        foreach (var test in CorpusFolder.Cases("parse"))
        {
            var mail = MailReader.Read(CorpusFolder.Bytes(test));
            var expect = test.GetProperty("expect");
            var id = test.GetProperty("file").GetString() + " " + test.GetProperty("path").GetString();
            Compare(tallies["subject"], expect, "subject", mail.Subject, id);
            Compare(tallies["from_addr"], expect, "from_addr", mail.From?.Address ?? "", id);
            Compare(tallies["from_name"], expect, "from_name", mail.From?.Name ?? "", id);
            Text(tallies["text"], expect, mail.Text, id);
            if (expect.TryGetProperty("html_words", out var words))
            {
                var html = mail.Html ?? mail.Text;
                var missing = words.EnumerateArray().Select(w => w.GetString()!).Where(w => !System.Net.WebUtility.HtmlDecode(html).Contains(w, StringComparison.OrdinalIgnoreCase)).ToList();
                tallies["html_words"].Count(missing.Count == 0, $"{id}: missing {string.Join(' ', missing)}");
            }

            if (expect.TryGetProperty("attachment_count", out var count))
            {
                tallies["attachment_count"].Count(count.GetInt32() == mail.Attachments.Count, $"{id}: expected {count}, got {mail.Attachments.Count}: {string.Join(", ", mail.Attachments.Select(a => a.Type))} | parts {string.Join(", ", mail.Parts.Select(a => a.Type))}");
            }

            if (expect.TryGetProperty("leafs", out var leafs))
            {
                Leafs(tallies["leafs"], leafs, mail, id);
            }
        }

        return tallies;
    }

    internal static Tally Reply()
    {
        var tally = new Tally("reply");
        foreach (var test in CorpusFolder.Cases("reply"))
        {
            var bytes = CorpusFolder.Bytes(test);
            var clock = Stopwatch.StartNew();
            var mail = test.GetProperty("format").GetString() is "body" ? MailReader.ReadBody(bytes) : MailReader.Read(bytes);
            var expect = test.GetProperty("expect");
            var wrong = new List<string>();
            if (expect.TryGetProperty("max_seconds", out var seconds) && clock.Elapsed.TotalSeconds > seconds.GetDouble())
            {
                wrong.Add($"took {clock.Elapsed}");
            }

            if (expect.TryGetProperty("reply_text", out var reply) && !SameReply(expect, reply.GetString()!, mail.NewText))
            {
                wrong.Add($"expected «{Short(reply.GetString()!)}» got «{Short(mail.NewText)}»");
            }

            wrong.AddRange(Strings(expect, "must_contain").Where(s => !Words(mail.NewText).Contains(Words(s), StringComparison.Ordinal)).Select(s => $"lost «{Short(s)}»"));
            wrong.AddRange(Strings(expect, "must_not_contain").Where(s => Words(mail.NewText).Contains(Words(s), StringComparison.Ordinal)).Select(s => $"kept «{Short(s)}»"));
            tally.Count(wrong.Count == 0, $"{test.GetProperty("file").GetString()} {test.GetProperty("path").GetString()}: {string.Join("; ", wrong)}");
        }

        return tally;
    }

    internal static Tally NoCrash()
    {
        var tally = new Tally("nocrash");
        foreach (var test in CorpusFolder.Cases("nocrash"))
        {
            var bytes = CorpusFolder.Bytes(test);
            var clock = Stopwatch.StartNew();
            var mail = MailReader.Read(bytes);
            var salvaged = mail.Defects.Any(d => d.StartsWith("could not be taken apart", StringComparison.Ordinal));
            tally.Count(clock.Elapsed.TotalSeconds < 1 && !salvaged, $"{test.GetProperty("file").GetString()} {test.GetProperty("path").GetString()}: {clock.Elapsed} {string.Join("; ", mail.Defects)}");
        }

        return tally;
    }

    internal static string Words(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static void Compare(Tally tally, JsonElement expect, string name, string actual, string id)
    {
        if (expect.TryGetProperty(name, out var value))
        {
            var expected = value.GetString() ?? "";
            tally.Count(Same(expected, actual), $"{id}: expected «{expected}» got «{actual}»");
        }
    }

    private static void Text(Tally tally, JsonElement expect, string actual, string id)
    {
        if (!expect.TryGetProperty("text", out var value))
        {
            return;
        }

        var expected = value.GetString()!;
        var same = expect.GetProperty("text_compare").GetString() switch
        {
            "prefix" => Words(actual).StartsWith(Words(expected), StringComparison.Ordinal),
            "ascii" => string.Equals(Ascii(expected), Ascii(actual), StringComparison.Ordinal),
            _ => string.Equals(Words(expected), Words(actual), StringComparison.Ordinal),
        };
        tally.Count(same, $"{id}: expected «{Short(expected)}» got «{Short(actual)}»");
    }

    private static void Leafs(Tally tally, JsonElement leafs, InboundMail mail, string id)
    {
        var expected = leafs.EnumerateArray()
            .Select(l => $"{l.GetProperty("type").GetString()} {(l.TryGetProperty("file", out _) ? Convert.ToHexStringLower(SHA256.HashData(CorpusFolder.Bytes(l)))[..8] : "?")}").ToList();
        var actual = mail.Parts.Select(p => $"{p.Type} {p.Sha256[..8]}").ToList();
        tally.Count(expected.SequenceEqual(actual, StringComparer.Ordinal), $"{id}: expected {string.Join(", ", expected)} got {string.Join(", ", actual)}");
    }

    private static bool SameReply(JsonElement expect, string expected, string actual) => expect.GetProperty("compare").GetString() switch
    {
        "nows" => string.Equals(Words(expected).Replace(" ", "", StringComparison.Ordinal), Words(actual).Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal),
        "nomark" => string.Equals(Words(expected.Replace(">", "", StringComparison.Ordinal)), Words(actual.Replace(">", "", StringComparison.Ordinal)), StringComparison.Ordinal),
        _ => string.Equals(Words(expected), Words(actual), StringComparison.Ordinal),
    };

    private static IEnumerable<string> Strings(JsonElement expect, string name) =>
        expect.TryGetProperty(name, out var list) ? list.EnumerateArray().Select(e => e.GetString()!) : [];

    /// <summary>A source that could not decode a byte says U+FFFD: then the ASCII around it has to agree.</summary>
    private static bool Same(string expected, string actual) => expected.Contains('\uFFFD', StringComparison.Ordinal)
        ? string.Equals(Ascii(expected), Ascii(actual), StringComparison.Ordinal)
        : string.Equals(Words(expected), Words(actual), StringComparison.Ordinal);

    private static string Ascii(string text) => Words(new string([.. text.Where(char.IsAscii)]));

    private static string Short(string text) => text.Length > 400 ? new StringBuilder(text, 0, 250, 500).Append('…').Append(text.AsSpan(text.Length - 100)).ToString() : text;
}
