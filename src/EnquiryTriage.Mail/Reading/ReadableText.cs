using System.Text;
using EnquiryTriage.Mail.Html;
using MimeKit.Text;

namespace EnquiryTriage.Mail.Reading;

/// <summary>A text part that belongs to the body.</summary>
/// <param name="Type">Media type, lower case.</param>
/// <param name="Content">Decoded text as it came.</param>
/// <param name="Flowed">format=flowed (RFC 3676).</param>
/// <param name="DelSp">DelSp=yes.</param>
internal sealed record TextLeaf(string Type, string Content, bool Flowed, bool DelSp)
{
    internal bool IsHtml => Type is "text/html";
}

/// <summary>Text parts into one readable text with line feeds.</summary>
internal static class ReadableText
{
    /// <summary>The parts one below the other. Marks are kept only where there is a single part: they count lines.</summary>
    internal static RenderedText Join(IReadOnlyList<TextLeaf> leaves, ReadingLimits limits)
    {
        if (leaves.Count == 1)
        {
            return leaves[0].IsHtml ? HtmlText.Render(leaves[0].Content) : new RenderedText(Tidy(Render(leaves[0])), null);
        }

        var text = new StringBuilder();
        foreach (var leaf in leaves)
        {
            var one = Tidy(Render(leaf));
            if (one.Length > 0 && text.Length < limits.MaxTextChars)
            {
                text.Append(text.Length > 0 ? "\n\n" : "").Append(one);
            }
        }

        return new RenderedText(text.ToString(), null);
    }

    /// <summary>At most the characters that the limits allow.</summary>
    internal static string Cut(string text, ReadingLimits limits, List<string> defects)
    {
        if (text.Length <= limits.MaxTextChars)
        {
            return text;
        }

        defects.Add($"text longer than {limits.MaxTextChars} characters: cut");
        var end = limits.MaxTextChars;
        return text[..(char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)];
    }

    /// <summary>Line feeds only, no control characters, no empty lines at either end.</summary>
    internal static string Tidy(string text)
    {
        if (text.Contains('\r', StringComparison.Ordinal))
        {
            text = text.ReplaceLineEndings("\n");
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            text = text.Replace("\0", "", StringComparison.Ordinal);
        }

        return text.Trim('\n', ' ', '\t', '\uFEFF');
    }

    private static string Render(TextLeaf leaf) => leaf.Type switch
    {
        "text/html" => HtmlText.Render(leaf.Content).Text,
        _ when leaf.Flowed => new FlowedToText { DeleteSpace = leaf.DelSp }.Convert(leaf.Content),
        _ => leaf.Content,
    };
}
