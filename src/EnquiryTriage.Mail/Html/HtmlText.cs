using System.Text;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace EnquiryTriage.Mail.Html;

/// <summary>HTML into text that a person can read.</summary>
internal static class HtmlText
{
    /// <summary>Converts; HTML that would hurt a tree builder loses its tags in one pass instead.</summary>
    internal static string ToText(string html)
    {
        if (HtmlBudget.IsHostile(html))
        {
            return HtmlStripper.ToText(html);
        }

        using var document = new HtmlParser(new HtmlParserOptions { IsScripting = false }).ParseDocument(html);
        return document.Body is { } body ? new HtmlTextWriter().Write(body) : "";
    }
}
