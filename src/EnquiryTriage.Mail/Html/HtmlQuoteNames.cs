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

    /// <summary>An older mail, and nothing but it: what stands below may be the sender's own again.</summary>
    Quoted,

    /// <summary>Holds an attribution and, as a child, the quote; the sender may have written between and below.</summary>
    Container,

    /// <summary>A forwarded mail begins here.</summary>
    Forward,

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
        ["mail_android_quote"] = QuoteName.History,
        ["isReplyContent"] = QuoteName.History,
        ["mail-editor-reference-message-container"] = QuoteName.History,
        ["ms-outlook-mobile-reference-message"] = QuoteName.History,
        ["__DIVIDER__"] = QuoteName.History,
        ["__HEADERS__"] = QuoteName.History,
        ["yahoo_quoted"] = QuoteName.Quoted,
        ["aolmail_quote"] = QuoteName.Quoted,
        ["zmail_extra"] = QuoteName.Quoted,
        ["gmail_quote"] = QuoteName.Container,
        ["gmail_quote_container"] = QuoteName.Container,
        ["protonmail_quote"] = QuoteName.Container,
        ["missive_quote"] = QuoteName.Container,
        ["front-blockquote"] = QuoteName.Container,
        ["nylas-quote"] = QuoteName.Container,
        ["sh-wsb"] = QuoteName.Container,
        ["messageReplySection"] = QuoteName.Container,
        ["nh_extra_quote"] = QuoteName.Container,
        ["moz-forward-container"] = QuoteName.Forward,
        ["reply-intro"] = QuoteName.Attribution,
        ["gmail_attr"] = QuoteName.Attribution,
        ["moz-cite-prefix"] = QuoteName.Attribution,
        ["gmail_signature"] = QuoteName.Signature,
        ["gmail_signature_prefix"] = QuoteName.Signature,
        ["moz-signature"] = QuoteName.Signature,
        ["AppleMailSignature"] = QuoteName.Signature,
        ["lineBreakAtBeginningOfSignature"] = QuoteName.Signature,
        ["ms-outlook-mobile-signature"] = QuoteName.Signature,
        ["ms-outlook-ios-signature"] = QuoteName.Signature,
        ["protonmail_signature_block"] = QuoteName.Signature,
        ["Signature"] = QuoteName.Signature,
        ["_rc_sig"] = QuoteName.Signature,
        ["tutanota_signature"] = QuoteName.Signature,
        ["composer_signature"] = QuoteName.Signature,
        ["front-signature"] = QuoteName.Signature,
        ["missive_signature"] = QuoteName.Signature,
        ["mb_sig"] = QuoteName.Signature,
        ["hs_signature"] = QuoteName.Signature,
        ["zmail_signature"] = QuoteName.Signature,
        ["messageSignatureSection"] = QuoteName.Signature,
        ["aolmail_signature"] = QuoteName.Signature,
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

        name = name == QuoteName.None ? ByAttribute(element) : name;
        return name switch
        {
            QuoteName.Attribution when IsForward(element) => QuoteName.Forward,

            // A quote is marked as one by its element, whatever it is called.
            QuoteName.Container when element.LocalName is "blockquote" => QuoteName.None,
            QuoteName.None when IsOutlookHeader(element) => QuoteName.History,
            _ => name,
        };
    }

    /// <summary>Gmail names the head of a forward as it names an attribution, and begins it with dashes in every language.</summary>
    private static bool IsForward(IElement element)
    {
        var text = Peek(element);
        return text.Contains("orwarded", StringComparison.Ordinal) || text.TrimStart().StartsWith("-----", StringComparison.Ordinal);
    }

    private static QuoteName ByAttribute(IElement element) => element.LocalName switch
    {
        "signature" => QuoteName.Signature,
        "div" or "hr" when element.GetAttribute("data-marker") is { } marker => Find(marker),

        // Spark and GMX name their parts by an attribute that is meant for forms.
        "div" when element.GetAttribute("name") is { } name => name is "quote" ? QuoteName.Quoted : Find(name),
        _ => QuoteName.None,
    };

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

        // Yahoo numbers its names before ("ydp1a2b3c4yahoo_quoted") and behind ("yahoo_quoted_1234567"), Roundcube before ("v1reply-intro").
        if (name.StartsWith("yahoo_quoted", StringComparison.Ordinal) || (name.StartsWith("ydp", StringComparison.Ordinal) && name.Contains("yahoo_quoted", StringComparison.Ordinal)))
        {
            return QuoteName.Quoted;
        }

        if (name.EndsWith("reply-intro", StringComparison.Ordinal))
        {
            return QuoteName.Attribution;
        }

        return name.Length is > 0 and < 60 && s_lookup.TryGetValue(name, out var found) ? found : QuoteName.None;
    }

    /// <summary>Outlook and Windows Mail name nothing, but draw a line of their own kind above From, Sent, To and Subject.</summary>
    private static bool IsOutlookHeader(IElement element)
    {
        if (element.LocalName is not "div" || element.GetAttribute("style") is not { Length: > 0 and < 400 } style || !style.Contains("border-top", StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        var compact = style.Replace(" ", "", StringComparison.Ordinal);
        var outlook = compact.Contains("border-top:solid", StringComparison.OrdinalIgnoreCase)
            && (compact.Contains("padding:3.0pt0", StringComparison.OrdinalIgnoreCase) || compact.Contains("padding:3pt0", StringComparison.OrdinalIgnoreCase));
        var windowsMail = compact.Contains("border-top-style:solid", StringComparison.OrdinalIgnoreCase) && compact.Contains("padding-top:5px", StringComparison.OrdinalIgnoreCase);
        if (!outlook && !windowsMail)
        {
            return false;
        }

        // The colours are Outlook's own; a box of another colour may be the sender's, unless names of fields stand in it.
        return compact.Contains("#E1E1E1", StringComparison.OrdinalIgnoreCase) || compact.Contains("#B5C4DF", StringComparison.OrdinalIgnoreCase)
            ? Peek(element).Contains(':', StringComparison.Ordinal)
            : BoldKeys(element) >= 2;
    }

    /// <summary>"From:" and the like in bold.</summary>
    private static int BoldKeys(IElement element)
    {
        var keys = 0;
        INode? node = element;
        for (var steps = 0; node is not null && steps < 80; steps++)
        {
            if (node is IElement { LocalName: "b" or "strong" } bold && Peek(bold).AsSpan().Trim() is { Length: > 1 and < 30 } text && text[^1] is ':' or '：')
            {
                keys++;
            }

            node = node.FirstChild ?? Next(node, element);
        }

        return keys;
    }
}
