using System.Text;

namespace EnquiryTriage.Mail.Tests.Delivery;

/// <summary>A whole mail of our own making and what is right for it. Files of them lie beside the tests; a line "%%%% name | right answer" opens each.</summary>
/// <param name="Name">What mail it is.</param>
/// <param name="Right">The right answer's fields.</param>
/// <param name="Raw">The mail.</param>
public sealed record MailCase(string Name, IReadOnlyList<string> Right, string Raw)
{
    private const string Mark = "%%%% ";

    /// <summary>The cases of the embedded file <paramref name="name"/>.</summary>
    public static IReadOnlyList<MailCase> Of(string name)
    {
        var assembly = typeof(MailCase).Assembly;
        using var stream = assembly.GetManifestResourceStream(name) ?? throw new FileNotFoundException("No such file of mails is embedded.", name);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var cases = new List<MailCase>();
        foreach (var block in ("\n" + reader.ReadToEnd()).Split("\n" + Mark, StringSplitOptions.RemoveEmptyEntries))
        {
            var end = block.IndexOf('\n', StringComparison.Ordinal);
            var fields = block[..end].Split(" | ", StringSplitOptions.TrimEntries);
            cases.Add(new MailCase(fields[0], fields[1..], block[(end + 1)..] + "\n"));
        }

        return cases;
    }

    public override string ToString() => Name;
}
