using System.Text;

namespace EnquiryTriage.Mail.NewText;

/// <summary>
/// Finds what the sender wrote this time. Old mail below is cut off, marked quotes at either end go, answers between quotes stay
/// with their quotes, a forwarded mail is content, and signatures go. Every step looks at each line a bounded number of times.
/// </summary>
internal static class NewTextFinder
{
    /// <param name="text">Readable text with line feeds.</param>
    /// <param name="forward">Whether the subject says that the mail forwards another.</param>
    /// <param name="marks">What the HTML gave away about lines of the text; null for plain text.</param>
    internal static NewTextResult Find(string text, bool forward = false, HtmlMarks? marks = null)
    {
        if (text.Length == 0)
        {
            return new NewTextResult("", false);
        }

        var lines = new TextLines(text);
        var history = History.Find(lines, forward, marks);
        var own = new OwnLines(lines, history.End, marks);
        own.DropSignatures();
        var newText = own.ToText();
        if (history.ForwardStart < lines.Count)
        {
            newText = Join(newText, Forwarded(lines, history.ForwardStart));
        }

        return new NewTextResult(newText, history.End < lines.Count || own.HasQuotes);
    }

    private static string Forwarded(TextLines lines, int start)
    {
        var result = new StringBuilder();
        for (var i = start; i < lines.Count; i++)
        {
            result.Append(lines[i]).Append('\n');
        }

        return result.ToString().Trim();
    }

    private static string Join(string own, string forwarded) => own.Length == 0 ? forwarded : own + "\n\n" + forwarded;
}

/// <summary>New text, and whether any older text was found beside it.</summary>
/// <param name="Text">What the sender wrote this time.</param>
/// <param name="FoundOlder">Whether quotes or a copy of an older mail were found.</param>
internal sealed record NewTextResult(string Text, bool FoundOlder);
