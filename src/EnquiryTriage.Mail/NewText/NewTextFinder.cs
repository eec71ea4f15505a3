using System.Text;

namespace EnquiryTriage.Mail.NewText;

/// <summary>Finds what the sender wrote this time.</summary>
internal static class NewTextFinder
{
    internal static string Find(string text)
    {
        var result = new StringBuilder(text.Length);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line is "-- " or "--" || line.StartsWith("-----Original Message", StringComparison.OrdinalIgnoreCase))
            {
                break;
            }

            if (!line.StartsWith(">"))
            {
                result.Append(line).Append('\n');
            }
        }

        return result.ToString().Trim();
    }
}
