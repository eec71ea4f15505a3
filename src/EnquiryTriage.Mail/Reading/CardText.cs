using System.Text;

namespace EnquiryTriage.Mail.Reading;

/// <summary>Makes a calendar entry or visiting card readable, for mails that hold nothing else.</summary>
internal static class CardText
{
    private static readonly string[] s_wanted = ["SUMMARY", "DTSTART", "DTEND", "LOCATION", "ORGANIZER", "DESCRIPTION", "FN", "ORG", "TITLE", "EMAIL", "TEL", "NOTE"];

    internal static bool IsCard(string type) => type is "text/calendar" or "text/vcard" or "text/x-vcard" or "text/directory";

    /// <summary>The telling properties, a line each (RFC 5545 and RFC 6350 share their line format).</summary>
    internal static string Render(string content)
    {
        var unfolded = content.ReplaceLineEndings("\n").Replace("\n ", "", StringComparison.Ordinal).Replace("\n\t", "", StringComparison.Ordinal);
        var text = new StringBuilder();
        foreach (var line in unfolded.AsSpan().EnumerateLines())
        {
            var colon = line.IndexOf(':');
            var nameEnd = line.IndexOfAny(':', ';');
            if (colon <= 0 || nameEnd <= 0)
            {
                continue;
            }

            foreach (var wanted in s_wanted)
            {
                if (line[..nameEnd].Equals(wanted, StringComparison.OrdinalIgnoreCase))
                {
                    text.Append(char.ToUpperInvariant(wanted[0])).Append(wanted[1..].ToLowerInvariant()).Append(": ")
                        .Append(line[(colon + 1)..].ToString().Replace("\\n", "\n", StringComparison.OrdinalIgnoreCase).Replace("\\,", ",", StringComparison.Ordinal).Replace("\\;", ";", StringComparison.Ordinal))
                        .Append('\n');
                }
            }
        }

        return text.ToString().TrimEnd();
    }
}
