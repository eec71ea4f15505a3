using System.Text;

namespace EnquiryTriage.Mail.Reading;

/// <summary>Files that old mail programs wrote into the text itself: <c>begin 644 name</c> … <c>end</c>.</summary>
internal static class Uuencode
{
    /// <summary>Notes each file as an attachment.</summary>
    internal static void Find(string text, List<MailAttachment> attachments) =>
        Scan(text, (name, bytes, _, _) => attachments.Add(new MailAttachment(name, "application/octet-stream", bytes)));

    /// <summary>The text without the files.</summary>
    internal static string Without(string text)
    {
        if (!text.Contains("begin ", StringComparison.Ordinal))
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        var kept = 0;
        Scan(text, (_, _, start, end) =>
        {
            result.Append(text, kept, start - kept);
            kept = end;
        });
        return kept == 0 ? text : result.Append(text, kept, text.Length - kept).ToString();
    }

    private static void Scan(string text, Action<string, long, int, int> found)
    {
        var at = 0;
        while (true)
        {
            var begin = text.IndexOf("begin ", at, StringComparison.Ordinal);
            if (begin < 0)
            {
                return;
            }

            at = begin + 6;
            if ((begin == 0 || text[begin - 1] == '\n') && TryBlock(text, begin, out var name, out var bytes, out var end))
            {
                found(name, bytes, begin, end);
                at = end;
            }
        }
    }

    private static bool TryBlock(string text, int begin, out string name, out long bytes, out int end)
    {
        bytes = 0;
        end = begin;
        var lineEnd = LineEnd(text, begin);
        var header = text.AsSpan(begin + 6, lineEnd - begin - 6).Trim();
        var mode = header.IndexOfAnyExceptInRange('0', '7');
        name = mode is 3 or 4 ? header[mode..].Trim().ToString() : "";
        if (name.Length is 0 or > 255 || header[mode] != ' ')
        {
            return false;
        }

        var lines = 0;
        for (var start = lineEnd + 1; start < text.Length; start = lineEnd + 1)
        {
            lineEnd = LineEnd(text, start);
            var line = text.AsSpan(start, lineEnd - start).TrimEnd('\r');
            if (line is "end")
            {
                end = lineEnd;
                return lines > 0;
            }

            var length = line.IsEmpty ? 0 : (line[0] - ' ') & 0x3F;
            if (!line.IsEmpty && (line[0] is < ' ' or > '`' || line.Length > 70 || line.Length < ((length + 2) / 3 * 4) - 3))
            {
                return false;
            }

            bytes += length;
            lines++;
        }

        return false;
    }

    private static int LineEnd(string text, int start)
    {
        var end = text.IndexOf('\n', start);
        return end < 0 ? text.Length : end;
    }
}
