using AngleSharp.Html.Parser;
using EnquiryTriage.Mail.NewText;

namespace EnquiryTriage.Mail.Html;

/// <summary>HTML made readable.</summary>
/// <param name="Text">Lines with line feeds.</param>
/// <param name="Marks">What the HTML gave away about them; null for plain text.</param>
internal sealed record RenderedText(string Text, HtmlMarks? Marks);

/// <summary>HTML into text that a person can read.</summary>
internal static class HtmlText
{
    private static readonly HtmlParserOptions s_options = new() { IsScripting = false, IsNotConsumingCharacterReferences = false };

    /// <summary>Converts; HTML that would hurt a tree builder loses its tags in one pass instead.</summary>
    internal static RenderedText Render(string html)
    {
        if (HtmlBudget.IsHostile(html))
        {
            return new RenderedText(Reading.ReadableText.Tidy(HtmlStripper.ToText(html)), new HtmlMarks());
        }

        using var document = new HtmlParser(s_options).ParseDocument(html);
        return document.Body is { } body ? new HtmlTextWriter().Write(body) : new RenderedText("", new HtmlMarks());
    }
}
