using System.Buffers;
using EnquiryTriage.Mail.Html;
using EnquiryTriage.Mail.NewText;

namespace EnquiryTriage.Mail.Reading;

/// <summary>New text of a message: from its readable text, and where that hides its quotes, from the HTML beside it.</summary>
internal static class NewTextReading
{
    /// <summary>Names that mail clients give to what they quote. The HTML is parsed only where one of them occurs.</summary>
    private static readonly SearchValues<string> s_quoteNames = SearchValues.Create(
        ["gmail_quote", "gmail_attr", "divRplyFwdMsg", "appendonsend", "moz-cite-prefix", "yahoo_quoted", "protonmail_quote", "tutanota_quote", "type=\"cite\"", "OLK_SRC_BODY_SECTION", "stopSpelling", "OutlookMessageHeader", "mail_android_quote", "zmail_extra", "reference-message", "isReplyContent", "border-top:solid", "border-top: solid", "border-top-style: solid", "missive_quote", "aolmail_quote", "messageReplySection", "name=\"quote\"", "reply-intro", "__DIVIDER__", "front-blockquote"],
        StringComparison.OrdinalIgnoreCase);

    internal static string Find(Bodies bodies, bool forward)
    {
        var found = NewTextFinder.Find(bodies.Marks is null ? Uuencode.Without(bodies.Text) : bodies.Text, forward, bodies.Marks);
        if (found.FoundOlder || forward || bodies.Marks is not null || bodies.Html is null || !bodies.Html.AsSpan().ContainsAny(s_quoteNames))
        {
            return found.Text;
        }

        var rendered = HtmlText.Render(bodies.Html);
        var better = NewTextFinder.Find(rendered.Text, forward, rendered.Marks);
        return better.FoundOlder && better.Text.Length > 0 && better.Text.Length < found.Text.Length ? better.Text : found.Text;
    }
}
