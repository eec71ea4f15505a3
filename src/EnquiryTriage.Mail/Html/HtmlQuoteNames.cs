using System.Collections.Frozen;
using AngleSharp.Dom;

namespace EnquiryTriage.Mail.Html;

/// <summary>What an element is, by the name that a mail client gave it.</summary>
internal enum QuoteName
{
    /// <summary>Nothing known.</summary>
    None,

    /// <summary>Everything from here on is a copy of an older mail.</summary>
    History,

    /// <summary>"On …, Ann wrote:".</summary>
    Attribution,

    /// <summary>A signature.</summary>
    Signature,
}

/// <summary>The class names, ids and styles by which mail clients mark quotes and signatures.</summary>
internal static class HtmlQuoteNames
{
    private static readonly FrozenDictionary<string, QuoteName> s_names = new Dictionary<string, QuoteName>(StringComparer.OrdinalIgnoreCase)
    {
        ["divRplyFwdMsg"] = QuoteName.History,
        ["appendonsend"] = QuoteName.History,
        ["OLK_SRC_BODY_SECTION"] = QuoteName.History,
        ["stopSpelling"] = QuoteName.History,
        ["OutlookMessageHeader"] = QuoteName.History,
        ["yahoo_quoted"] = QuoteName.History,
        ["protonmail_quote"] = QuoteName.History,
        ["mail_android_quote"] = QuoteName.History,
        ["zmail_extra"] = QuoteName.History,
        ["isReplyContent"] = QuoteName.History,
        ["mail-editor-reference-message-container"] = QuoteName.History,
        ["ms-outlook-mobile-reference-message"] = QuoteName.History,
        ["reply-intro"] = QuoteName.Attribution,
        ["gmail_attr"] = QuoteName.Attribution,
        ["moz-cite-prefix"] = QuoteName.Attribution,
        ["gmail_signature"] = QuoteName.Signature,
        ["moz-signature"] = QuoteName.Signature,
        ["AppleMailSignature"] = QuoteName.Signature,
        ["ms-outlook-mobile-signature"] = QuoteName.Signature,
        ["ms-outlook-ios-signature"] = QuoteName.Signature,
        ["protonmail_signature_block"] = QuoteName.Signature,
        ["Signature"] = QuoteName.Signature,
        ["_rc_sig"] = QuoteName.Signature,
        ["tutanota_signature"] = QuoteName.Signature,
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, QuoteName>.AlternateLookup<ReadOnlySpan<char>> s_lookup = s_names.GetAlternateLookup<ReadOnlySpan<char>>();

    internal static QuoteName Of(IElement element)
    {
        var name = Find(element.Id);
        if (name == QuoteName.None && element.ClassName is { Length: > 0 and < 300 } classes)
        {
            foreach (var range in classes.AsSpan().Split(' '))
            {
                if (name == QuoteName.None)
                {
                    name = Find(classes.AsSpan(range));
                }
            }
        }

        if (name is QuoteName.Attribution && Peek(element).Contains("orwarded", StringComparison.Ordinal))
        {
            return QuoteName.None;
        }

        return name == QuoteName.None && IsOutlookHeader(element) ? QuoteName.History : name;
    }

    /// <summary>A blockquote that only indents (Gmail's and Outlook's indent buttons).</summary>
    internal static bool IsIndent(IElement blockquote)
    {
        var style = blockquote.GetAttribute("style");
        return style is not null
            && !blockquote.HasAttribute("type") && !blockquote.HasAttribute("cite") && string.IsNullOrEmpty(blockquote.ClassName)
            && style.Replace(" ", "", StringComparison.Ordinal) is var compact
            && compact.Contains("border:none", StringComparison.OrdinalIgnoreCase) && compact.Contains("margin:", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The first text inside, without reading all of it.</summary>
    private static string Peek(IElement element)
    {
        var text = "";
        INode? node = element;
        for (var steps = 0; node is not null && steps < 50 && text.Length < 200; steps++)
        {
            if (node is IText data)
            {
                text += data.Data.Length > 200 ? data.Data[..200] : data.Data;
            }

            node = node.FirstChild ?? Next(node, element);
        }

        return text;
    }

    private static INode? Next(INode? node, INode root)
    {
        while (node is not null && node != root && node.NextSibling is null)
        {
            node = node.Parent;
        }

        return node is null || node == root ? null : node.NextSibling;
    }

    private static QuoteName Find(ReadOnlySpan<char> name)
    {
        while (name.StartsWith("x_", StringComparison.Ordinal))
        {
            // Outlook on the web puts x_ before every name in what it quotes.
            name = name[2..];
        }

        if (name.StartsWith("yahoo_quoted", StringComparison.Ordinal))
        {
            return QuoteName.History;
        }

        return name.Length is > 0 and < 60 && s_lookup.TryGetValue(name, out var found) ? found : QuoteName.None;
    }

    /// <summary>Outlook on the desktop names nothing, but draws a line of its own kind above From, Sent, To and Subject.</summary>
    private static bool IsOutlookHeader(IElement element)
    {
        if (element.LocalName is not "div" || element.GetAttribute("style") is not { Length: > 0 and < 300 } style)
        {
            return false;
        }

        var compact = style.Replace(" ", "", StringComparison.Ordinal);
        return compact.Contains("border-top:solid", StringComparison.OrdinalIgnoreCase)
            && compact.Contains("padding:3.0pt0", StringComparison.OrdinalIgnoreCase)
            && Peek(element).Contains(':', StringComparison.Ordinal);
    }
}
