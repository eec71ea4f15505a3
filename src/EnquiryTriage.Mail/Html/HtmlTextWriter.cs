using AngleSharp.Dom;
using EnquiryTriage.Mail.NewText;

namespace EnquiryTriage.Mail.Html;

/// <summary>Walks a document and writes lines: quotes with marks, lists with bullets, table rows on one line, links with their target.</summary>
internal sealed class HtmlTextWriter
{
    private readonly LineWriter _out = new();
    private readonly HtmlMarks _marks = new();
    /// <summary>Most lines before a quote that count as its attribution.</summary>
    private const int MaxAttributionLines = 3;

    private int _number;
    private (IElement? Element, int Start) _container;

    internal RenderedText Write(INode root)
    {
        Visit(root);
        _out.EndLine();
        return new RenderedText(_out.ToString(), _marks);
    }

    private void Visit(INode node)
    {
        switch (node)
        {
            case IText text:
                _out.Append(text.Data);
                break;
            case IElement element when !HtmlVisibility.IsHidden(element):
                Marked(element);
                break;
        }
    }

    private void Marked(IElement element)
    {
        var mark = HtmlQuoteNames.Of(element);
        if (mark == QuoteName.None)
        {
            Element(element);
            return;
        }

        _out.EndLine();
        var start = _out.Lines;
        switch (mark)
        {
            case QuoteName.History:
                _marks.HistoryLine = Math.Min(_marks.HistoryLine, start);
                Element(element);
                break;
            case QuoteName.Forward when _out.Quotes == 0:
                _marks.ForwardLine = Math.Min(_marks.ForwardLine, start);
                Element(element);
                break;
            case QuoteName.Quoted:
                _out.Quotes++;
                Element(element);
                _out.EndLine();
                if (--_out.Quotes == 0)
                {
                    _marks.Quotes.Add((start, _out.Lines));
                }

                break;
            case QuoteName.Container:
                _container = (element, start);
                Element(element);
                break;
            default:
                Element(element);
                _out.EndLine();
                (mark == QuoteName.Signature ? _marks.Signatures : _marks.Attributions).Add((start, _out.Lines));
                break;
        }
    }

    /// <summary>What stands between the start of a named container and the first quote in it is an attribution, in any language.</summary>
    private void EndAttribution(IElement quote)
    {
        var (container, start) = _container;
        if (container is null || !ReferenceEquals(quote.ParentElement, container))
        {
            return;
        }

        _container = default;
        if (_out.Lines > start && _out.Lines - start <= MaxAttributionLines && (_marks.Attributions.Count == 0 || _marks.Attributions[^1].End <= start) && _marks.ForwardLine > start)
        {
            _marks.Attributions.Add((start, _out.Lines));
        }
    }

    private void Element(IElement element)
    {
        switch (element.LocalName)
        {
            case "br":
                _out.BreakLine();
                break;
            case "hr":
                Block(() => _out.Append("________________________________"));
                break;
            case "img":
                Image(element);
                break;
            case "blockquote":
                Quote(element);
                break;
            case "pre" or "textarea" or "listing" or "xmp":
                _out.Preformatted++;
                Block(() => Children(element));
                _out.Preformatted--;
                break;
            case "a":
                Link(element);
                break;
            case "li":
                Block(() =>
                {
                    _out.Append(Bullet(element));
                    Children(element);
                });
                break;
            case "td" or "th":
                _out.Cell();
                Children(element);
                break;
            case "p" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "ul" or "ol" or "dl" or "table":
                _out.EndLine();
                _out.Paragraph();
                Children(element);
                _out.EndLine();
                _out.Paragraph();
                break;
            case "div" or "tr" or "dt" or "dd" or "section" or "article" or "header" or "footer" or "address" or "center" or "fieldset" or "form" or "body" or "aside" or "main" or "nav" or "figure" or "figcaption" or "caption" or "option":
                Block(() => Children(element));
                break;
            default:
                Children(element);
                break;
        }
    }

    private void Block(Action write)
    {
        _out.EndLine();
        write();
        _out.EndLine();
    }

    private void Quote(IElement element)
    {
        var indent = HtmlQuoteNames.IsIndent(element);
        _out.EndLine();
        EndAttribution(element);
        _out.Paragraph();
        _out.Quotes += indent ? 0 : 1;
        Children(element);
        _out.EndLine();
        _out.Quotes -= indent ? 0 : 1;
        _out.Paragraph();
    }

    private void Children(INode node)
    {
        // By index: NextSibling would look up its own place among the siblings each time.
        var children = node.ChildNodes;
        var item = 0;
        for (var i = 0; i < children.Length; i++)
        {
            if (children[i] is IElement { LocalName: "li" } listed)
            {
                _number = ++item;
                Visit(listed);
            }
            else
            {
                Visit(children[i]);
            }
        }
    }

    private string Bullet(IElement item) =>
        item.ParentElement?.LocalName is "ol" ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{_number}. ") : "- ";

    private void Image(IElement image)
    {
        var alt = image.GetAttribute("alt");
        if (!string.IsNullOrWhiteSpace(alt) && !alt.StartsWith("Inactive hide details for", StringComparison.Ordinal))
        {
            _out.Append(alt.Length > 200 ? alt[..200] : alt);
        }
    }

    /// <summary>Text, then the target in angle brackets where the text does not say it already.</summary>
    private void Link(IElement link)
    {
        var mark = _out.Position;
        Children(link);
        var href = link.GetAttribute("href")?.Trim();
        if (href is null || href.Length > 2_000 || _out.Since(mark) is not { Length: > 0 } shown)
        {
            return;
        }

        if (href.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase))
        {
            var query = href.IndexOf('?', StringComparison.Ordinal);
            href = query < 0 ? href[7..] : href[7..query];
        }
        else if (!href.StartsWith("http", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        var target = href.TrimEnd('/');
        if (target.Length > 0 && !shown.Contains(target, StringComparison.OrdinalIgnoreCase) && !target.EndsWith("//" + shown.TrimEnd('/'), StringComparison.OrdinalIgnoreCase))
        {
            _out.Append(" <" + href + ">");
        }
    }
}
