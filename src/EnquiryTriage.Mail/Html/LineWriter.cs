using System.Text;

namespace EnquiryTriage.Mail.Html;

/// <summary>Collects text into lines: white space collapses, quotes get their marks, empty lines never come in crowds.</summary>
internal sealed class LineWriter
{
    private const int MaxMarks = 20;

    private readonly StringBuilder _text = new();
    private readonly StringBuilder _line = new();
    private int _blank;
    private int _blankQuotes;
    private bool _space;

    /// <summary>Depth of quotes.</summary>
    internal int Quotes { get; set; }

    /// <summary>Depth of preformatted text.</summary>
    internal int Preformatted { get; set; }

    /// <summary>Lines finished: the number that the next line will have, once something is written to it.</summary>
    internal int Lines { get; private set; }

    /// <summary>A place to ask <see cref="Since"/> about.</summary>
    internal (int Text, int Line) Position => (_text.Length, _line.Length);

    /// <summary>What was written to the current line since then; null where a line has ended meanwhile.</summary>
    internal string? Since((int Text, int Line) position) =>
        position.Text == _text.Length && position.Line < _line.Length ? _line.ToString(position.Line, _line.Length - position.Line).Trim() : null;

    internal void Append(string text)
    {
        if (Preformatted > 0)
        {
            AppendPreformatted(text);
            return;
        }

        foreach (var c in text)
        {
            if (c is ' ' or '\t' or '\r' or '\n' or '\f')
            {
                _space = true;
                continue;
            }

            if (c is '\u200B' or '\u200C' or '\uFEFF' or '\u00AD' or '\u034F')
            {
                // Invisible; newsletters pad their preheader with these.
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

    /// <summary>The next cell of a table row.</summary>
    internal void Cell()
    {
        if (_line.Length > 0 && _line[^1] != '\t')
        {
            _line.Append('\t');
        }

        _space = false;
    }

    /// <summary>Ends the line where it holds anything.</summary>
    internal void EndLine()
    {
        if (_line.Length > 0)
        {
            BreakLine();
        }

        _space = false;
    }

    /// <summary>An empty line is due before the next text.</summary>
    internal void Paragraph() => Blank(Math.Max(_blank, 1));

    /// <summary>Ends the line even where it is empty.</summary>
    internal void BreakLine()
    {
        var length = _line.Length;
        while (length > 0 && char.IsWhiteSpace(_line[length - 1]))
        {
            length--;
        }

        _line.Length = length;
        _space = false;
        if (length == 0)
        {
            Blank(Math.Min(2, _blank + 1));
            return;
        }

        for (; _blank > 0; _blank--)
        {
            WriteMark(_blankQuotes).Append('\n');
            Lines++;
        }

        WriteMark(Quotes);
        if (Quotes > 0)
        {
            _text.Append(' ');
        }

        _text.Append(_line).Append('\n');
        _line.Clear();
        Lines++;
    }

    public override string ToString() => _text.Length > 0 ? _text.ToString(0, _text.Length - 1) : "";

    private void AppendPreformatted(string text)
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

    /// <summary>An empty line between two depths of quotes belongs to the shallower one.</summary>
    private void Blank(int count)
    {
        _blankQuotes = _blank == 0 ? Quotes : Math.Min(_blankQuotes, Quotes);
        _blank = _text.Length > 0 ? count : 0;
    }

    private StringBuilder WriteMark(int quotes) => _text.Append('>', Math.Min(quotes, MaxMarks));
}
