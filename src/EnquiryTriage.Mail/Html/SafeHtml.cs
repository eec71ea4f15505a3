using AngleSharp.Css.Dom;
using Ganss.Xss;

namespace EnquiryTriage.Mail;

/// <summary>Makes a stranger's HTML fit for display: no script, style sheet, form, frame or remote content.</summary>
public static class SafeHtml
{
    /// <summary>Longest HTML that is cleaned, in characters; a longer one is shown as its text.</summary>
    public const int MaxChars = 1_000_000;

    private static readonly HtmlSanitizer s_sanitizer = Create();

    /// <summary>Cleans <paramref name="html"/>. Links stay (without referrer, in a new tab); pictures survive only as <c>cid:</c> or <c>data:image</c>.</summary>
    /// <returns>A fragment safe to put into a page; empty where nothing was left or the HTML is beyond reading.</returns>
    public static string Sanitize(string html)
    {
        ArgumentNullException.ThrowIfNull(html);
        if (html.Length > MaxChars || Html.HtmlBudget.IsHostile(html))
        {
            return System.Net.WebUtility.HtmlEncode(Html.HtmlStripper.ToText(html));
        }

        return s_sanitizer.Sanitize(html);
    }

    private static HtmlSanitizer Create()
    {
        var sanitizer = new HtmlSanitizer { KeepChildNodes = false };
        foreach (var tag in new[] { "form", "input", "button", "select", "option", "optgroup", "textarea", "label", "fieldset", "legend", "keygen", "datalist", "output", "style", "link", "meta", "base", "iframe", "frame", "frameset", "object", "embed", "video", "audio", "source", "track", "picture", "svg", "math", "dialog", "menu", "menuitem" })
        {
            sanitizer.AllowedTags.Remove(tag);
        }

        foreach (var attribute in new[] { "action", "background", "srcset", "poster", "longdesc", "usemap", "name", "id", "tabindex", "accesskey", "draggable", "contenteditable", "form", "formaction", "formmethod", "target", "data", "lowsrc", "dynsrc", "ping" })
        {
            sanitizer.AllowedAttributes.Remove(attribute);
        }

        // Anything that can fetch, cover the page or move out of its box goes.
        foreach (var property in sanitizer.AllowedCssProperties.Where(p => p.StartsWith("background", StringComparison.Ordinal) || p.StartsWith("list-style", StringComparison.Ordinal) || p.StartsWith("border-image", StringComparison.Ordinal) || p is "content" or "cursor" or "position" or "top" or "left" or "right" or "bottom" or "z-index" or "filter" or "mask" or "behavior").ToList())
        {
            sanitizer.AllowedCssProperties.Remove(property);
        }

        sanitizer.AllowedCssProperties.Add("background-color");
        sanitizer.AllowedAtRules.Clear();
        sanitizer.AllowedSchemes.Clear();
        foreach (var scheme in new[] { "http", "https", "mailto", "tel", "cid", "data" })
        {
            sanitizer.AllowedSchemes.Add(scheme);
        }

        sanitizer.FilterUrl += (_, e) => e.SanitizedUrl = IsAllowed(e.Tag.LocalName, e.OriginalUrl) ? e.SanitizedUrl : null;
        sanitizer.PostProcessNode += (_, e) =>
        {
            if (e.Node is AngleSharp.Html.Dom.IHtmlAnchorElement anchor)
            {
                anchor.SetAttribute("rel", "noopener noreferrer nofollow");
                anchor.SetAttribute("target", "_blank");
            }
        };
        return sanitizer;
    }

    private static bool IsAllowed(string tag, string url)
    {
        var trimmed = url.AsSpan().Trim();
        if (tag.Equals("img", StringComparison.OrdinalIgnoreCase))
        {
            return trimmed.StartsWith("cid:", StringComparison.OrdinalIgnoreCase)
                || (trimmed.StartsWith("data:image/", StringComparison.OrdinalIgnoreCase) && !trimmed.StartsWith("data:image/svg", StringComparison.OrdinalIgnoreCase));
        }

        return (tag.Equals("a", StringComparison.OrdinalIgnoreCase) || tag.Equals("area", StringComparison.OrdinalIgnoreCase))
            && (trimmed.StartsWith("http:", StringComparison.OrdinalIgnoreCase)
                || trimmed.StartsWith("https:", StringComparison.OrdinalIgnoreCase)
                || trimmed.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase)
                || trimmed.StartsWith("tel:", StringComparison.OrdinalIgnoreCase));
    }
}
