using System.Text;

namespace EnquiryTriage.Mail.NewText;

/// <summary>The sender's part of the lines, from which quotes and signatures are struck out.</summary>
internal sealed class OwnLines
{
    /// <summary>Lines of signature that a delimiter may have below it, before one doubts that it is a delimiter.</summary>
    private const int MaxSignatureLines = 80;

    private readonly TextLines _lines;
    private readonly bool[] _quoted;
    private readonly bool[] _struck;
    private int _end;

    internal OwnLines(TextLines lines, int end, HtmlMarks? marks)
    {
        _lines = lines;
        _end = end;
        _quoted = new bool[end];
        _struck = new bool[end];
        HasQuotes = QuoteMarks.Find(lines, end, _quoted, _struck, marks);
        if (marks is not null)
        {
            StrikeMarked(marks.Attributions);
            StrikeSignatures(marks.Signatures);
        }
    }

    internal bool HasQuotes { get; }

    internal void DropSignatures()
    {
        var end = _end;
        CutAtDelimiter();
        for (var changed = true; changed && _end > 0;)
        {
            var before = _end;
            TrimTail();
            _end = Math.Min(_end, NoticesStart());
            changed = _end != before;
        }

        var closing = Closings.StartOf(_lines, _end);
        if (closing > 0 && HasText(closing))
        {
            _end = closing;
            TrimTail();
        }

        StrikeLoneMobileLines();
        KeepPostscript(end);
    }

    /// <summary>"P.S." below the name and its paragraph come back.</summary>
    private void KeepPostscript(int end)
    {
        for (var i = _end; i < end; i++)
        {
            if (_quoted[i] || _struck[i] || !Signatures.IsPostscript(_lines.Trimmed(i)))
            {
                continue;
            }

            _struck.AsSpan(_end, i - _end).Fill(true);
            _end = i;
            while (_end < end && !_lines.IsBlank(_end) && !_quoted[_end] && !_struck[_end] && !PhoneLines.Is(_lines.Trimmed(_end)))
            {
                _end++;
            }

            return;
        }
    }

    internal string ToText()
    {
        var result = new StringBuilder();
        var blanks = 0;
        for (var i = 0; i < _end; i++)
        {
            if (_struck[i])
            {
                blanks = Math.Max(blanks, 1);
                continue;
            }

            if (_lines.IsBlank(i))
            {
                blanks++;
                continue;
            }

            if (result.Length > 0)
            {
                result.Append('\n', Math.Min(blanks, 2) + 1);
            }

            blanks = 0;
            result.Append(_lines[i]);
        }

        return result.ToString().Trim();
    }

    private void StrikeMarked(IEnumerable<(int Start, int End)> ranges)
    {
        foreach (var (start, end) in ranges)
        {
            for (var i = start; i < Math.Min(end, _end); i++)
            {
                _struck[i] |= !_quoted[i];
            }
        }
    }

    /// <summary>Who writes all of a mail into the place for the signature has still written it.</summary>
    private void StrikeSignatures(List<(int Start, int End)> ranges)
    {
        if (ranges.Count == 0)
        {
            return;
        }

        var before = (bool[])_struck.Clone();
        StrikeMarked(ranges);
        if (!HasText(_end))
        {
            before.CopyTo(_struck, 0);
        }
    }

    private void CutAtDelimiter()
    {
        for (var i = 0; i < _end; i++)
        {
            if (_struck[i] || _quoted[i])
            {
                continue;
            }

            var line = _lines.Trimmed(i);
            if (line.IsEmpty || !(Signatures.IsDelimiter(line) ? Filled(i + 1) <= MaxSignatureLines : Signatures.IsWeakDelimiter(line) && Signatures.IsBlockBelow(_lines, i + 1, _end, _struck)) || !HasText(i))
            {
                continue;
            }

            _end = i;
            return;
        }
    }

    private int Filled(int start)
    {
        var filled = 0;
        for (var i = start; i < _end && filled <= MaxSignatureLines; i++)
        {
            filled += _lines.IsBlank(i) || _quoted[i] ? 0 : 1;
        }

        return filled;
    }

    private bool HasText(int end)
    {
        for (var i = 0; i < end; i++)
        {
            if (!_struck[i] && !_quoted[i] && !_lines.IsBlank(i))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Blank lines, rules, quotes, phone lines and dashed names at the end.</summary>
    private void TrimTail()
    {
        while (_end > 0)
        {
            var last = _end - 1;
            var line = _lines.Trimmed(last);
            var goes = line.IsEmpty || _struck[last] || _quoted[last] || PhoneLines.Is(line)
                || ((Separators.IsRule(line) || (Signatures.IsDashedName(line) && !InList(last))) && HasText(last));
            if (!goes)
            {
                return;
            }

            _end--;
        }
    }

    /// <summary>Whether the line above is an item of a list too, or announces one.</summary>
    private bool InList(int index)
    {
        var above = index - 1;
        while (above >= 0 && _lines.IsBlank(above))
        {
            above--;
        }

        return above >= 0 && (_lines.Trimmed(above)[0] is '-' or '–' or '—' or '*' || _lines[above][^1] is ':');
    }

    private int NoticesStart()
    {
        var start = Notices.TailStart(_lines, _end);
        return start < _end && HasText(start) ? start : _end;
    }

    private void StrikeLoneMobileLines()
    {
        for (var i = 0; i < _end; i++)
        {
            var alone = (i == 0 || _lines.IsBlank(i - 1)) && (i + 1 >= _end || _lines.IsBlank(i + 1));
            if (alone && !_lines.IsBlank(i) && !_quoted[i] && PhoneLines.Is(_lines.Trimmed(i)))
            {
                _struck[i] = true;
            }
        }
    }
}
