using System.Text;
using AngleSharp.Dom;

namespace EnquiryTriage.Mail.Html;

/// <summary>Walks a document and writes lines: quotes with marks, lists with bullets, table rows on one line, links with their target.</summary>
internal sealed class HtmlTextWriter
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _line = new();
    private int _quotes;
    private int _pre;
    private int _blank;
    private bool _space;

    internal string Write(INode root)
    {
        Visit(root);
        EndLine();
        return _text.ToString().Trim('\n');
    }

    private void Visit(INode node)
    {
        switch (node)
        {
            case IText text:
                Append(text.Data);
                break;
            case IElement element:
                Element(element);
                break;
        }
    }

    private void Element(IElement element)
    {
        if (HtmlVisibility.IsHidden(element))
        {
            return;
        }

        switch (element.LocalName)
        {
            case "br":
                BreakLine();
                break;
            case "hr":
                EndLine();
                Append("________________________________");
                EndLine();
                break;
            case "img":
                Image(element);
                break;
            case "blockquote":
                EndLine();
                Paragraph();
                _quotes++;
                Children(element);
                EndLine();
                _quotes--;
                Paragraph();
                break;
            case "pre" or "textarea" or "listing" or "xmp":
                EndLine();
                _pre++;
                Children(element);
                EndLine();
                _pre--;
                break;
            case "a":
                Link(element);
                break;
            case "li":
                EndLine();
                Append(Bullet(element));
                Children(element);
                EndLine();
                break;
            case "td" or "th":
                if (_line.Length > 0)
                {
                    Tab();
                }

                Children(element);
                break;
            case "p" or "h1" or "h2" or "h3" or "h4" or "h5" or "h6" or "ul" or "ol" or "dl" or "table":
                EndLine();
                Paragraph();
                Children(element);
                EndLine();
                Paragraph();
                break;
            case "div" or "tr" or "dt" or "dd" or "section" or "article" or "header" or "footer" or "address" or "center" or "fieldset" or "form" or "body" or "aside" or "main" or "nav" or "figure" or "figcaption" or "caption" or "title":
                EndLine();
                Children(element);
                EndLine();
                break;
            default:
                Children(element);
                break;
        }
    }

    private void Children(INode node)
    {
        for (var child = node.FirstChild; child is not null; child = child.NextSibling)
        {
            Visit(child);
        }
    }

    private static string Bullet(IElement item)
    {
        if (item.ParentElement?.LocalName is not "ol")
        {
            return "- ";
        }

        var number = 1;
        for (var before = item.PreviousElementSibling; before is not null && number < 1_000; before = before.PreviousElementSibling)
        {
            number += before.LocalName is "li" ? 1 : 0;
        }

        return number + ". ";
    }

    private void Image(IElement image)
    {
        var alt = image.GetAttribute("alt");
        if (!string.IsNullOrWhiteSpace(alt))
        {
            Append(alt.Length > 200 ? alt[..200] : alt);
        }
    }

    private void Link(IElement link)
    {
        var start = _text.Length + _line.Length;
        var lineStart = _line.Length;
        var textStart = _text.Length;
        Children(link);
        var href = link.GetAttribute("href")?.Trim();
        if (href is null || href.Length > 2_000 || _text.Length + _line.Length == start || _text.Length != textStart)
        {
            return;
        }

        var shown = _line.ToString(lineStart, _line.Length - lineStart).Trim();
        if (href.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase))
        {
            var query = href.IndexOf('?', StringComparison.Ordinal);
            href = query < 0 ? href[7..] : href[7..query];
        }
        else if (!href.StartsWith("http", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        if (href.Length > 0 && !shown.Contains(href.TrimEnd('/'), StringComparison.OrdinalIgnoreCase) && !href.TrimEnd('/').EndsWith("//" + shown.TrimEnd('/'), StringComparison.OrdinalIgnoreCase))
        {
            _line.Append(" <").Append(href).Append('>');
        }
    }

    private void Append(string text)
    {
        if (_pre > 0)
        {
            Preformatted(text);
            return;
        }

        foreach (var c in text)
        {
            if (c is ' ' or '\t' or '\r' or '\n' or '\f')
            {
                _space = true;
                continue;
            }

            if (c is '\u200B' or '\u200C' or '\u200D' or '\uFEFF' or '\u00AD' or '\u034F' or '\u2007' && _line.Length == 0)
            {
                // Padding that newsletters put behind their preheader.
                continue;
            }

            if (_space && _line.Length > 0)
            {
                _line.Append(' ');
            }

            _space = false;
            _line.Append(c == '\u00A0' ? ' ' : c);
        }
    }

    private void Preformatted(string text)
    {
        foreach (var c in text)
        {
            if (c == '\n')
            {
                BreakLine();
            }
            else if (c != '\r')
            {
                _line.Append(c);
            }
        }
    }

    private void Tab()
    {
        if (_line[^1] != '\t')
        {
            _line.Append('\t');
        }

        _space = false;
    }

    private void EndLine()
    {
        if (_line.Length > 0)
        {
            BreakLine();
        }

        _space = false;
    }

    /// <summary>An empty line is due before the next text.</summary>
    private void Paragraph() => _blank = _text.Length > 0 ? Math.Max(_blank, 1) : 0;

    private void BreakLine()
    {
        var content = _line.ToString().TrimEnd();
        _line.Clear();
        _space = false;
        if (content.Length == 0)
        {
            _blank = Math.Min(2, _blank + 1);
            return;
        }

        for (; _blank > 0; _blank--)
        {
            if (_text.Length > 0)
            {
                WriteMark().Append('\n');
            }
        }

        WriteMark();
        if (_quotes > 0)
        {
            _text.Append(' ');
        }

        _text.Append(content).Append('\n');
    }

    private StringBuilder WriteMark() => _text.Append('>', Math.Min(_quotes, 20));
}
