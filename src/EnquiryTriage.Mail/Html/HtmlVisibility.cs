using AngleSharp.Dom;

namespace EnquiryTriage.Mail.Html;

/// <summary>What a mail client would not show: scripts, styles, preheaders, tracking pixels.</summary>
internal static class HtmlVisibility
{
    internal static bool IsHidden(IElement element)
    {
        switch (element.LocalName)
        {
            case "script" or "style" or "head" or "title" or "meta" or "link" or "template" or "object" or "embed" or "iframe" or "svg" or "noscript" or "select":
                return true;
            case "img":
                return IsTracker(element);
        }

        if (element.HasAttribute("hidden"))
        {
            return true;
        }

        return element.GetAttribute("style") is { Length: > 0 } style && IsHiddenStyle(style);
    }

    private static bool IsTracker(IElement image) =>
        image.GetAttribute("width") is "0" or "1" || image.GetAttribute("height") is "0" or "1";

    private static bool IsHiddenStyle(string style)
    {
        var compact = Compact(style);
        return compact.Contains("display:none", StringComparison.Ordinal)
            || compact.Contains("visibility:hidden", StringComparison.Ordinal)
            || compact.Contains("mso-hide:all", StringComparison.Ordinal)
            || compact.Contains("max-height:0;", StringComparison.Ordinal)
            || compact.Contains("max-height:0px", StringComparison.Ordinal)
            || compact.Contains("font-size:0;", StringComparison.Ordinal)
            || compact.Contains("font-size:0px", StringComparison.Ordinal);
    }

    private static string Compact(string style) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{style.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant()};");
}
