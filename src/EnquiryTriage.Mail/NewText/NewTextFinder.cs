using System.Text;

namespace EnquiryTriage.Mail.NewText;

/// <summary>
/// Finds what the sender wrote this time. Old mail below is cut off, marked quotes at either end go, answers between quotes stay
/// with their quotes, a forwarded mail is content, and signatures go. Every step looks at each line a bounded number of times.
/// </summary>
internal static class NewTextFinder
{
    /// <summary>Lines of signature that a delimiter may have below it, before one doubts that it is a delimiter.</summary>
    private const int MaxSignatureLines = 80;

    /// <param name="text">Readable text with line feeds.</param>
    /// <param name="forward">Whether the subject says that the mail forwards another.</param>
    /// <param name="marks">What the HTML gave away about lines of the text; null for plain text.</param>
    internal static NewTextResult Find(string text, bool forward = false, HtmlMarks? marks = null)
    {
        if (text.Length == 0)
        {
            return new NewTextResult("", false);
        }

        var lines = new TextLines(text);
        var history = History.Find(lines, forward, marks);
        var own = new OwnLines(lines, history.End, marks);
        own.DropSignatures();
        var newText = own.ToText();
        if (history.ForwardStart < lines.Count)
        {
            newText = Join(newText, Forwarded(lines, history.ForwardStart));
        }

        return new NewTextResult(newText, history.End < lines.Count || own.HasQuotes);
    }

    private static string Forwarded(TextLines lines, int start)
    {
        var result = new StringBuilder();
        for (var i = start; i < lines.Count; i++)
        {
            result.Append(lines[i]).Append('\n');
        }

        return result.ToString().Trim();
    }

    private static string Join(string own, string forwarded) => own.Length == 0 ? forwarded : own + "\n\n" + forwarded;

    /// <summary>The sender's part of the lines, from which quotes and signatures are struck out.</summary>
    private sealed class OwnLines
    {
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
            HasQuotes = QuoteMarks.Find(lines, end, _quoted, _struck);
            if (marks is not null)
            {
                StrikeMarked(marks.Attributions);
                StrikeMarked(marks.Signatures);
            }
        }

        internal bool HasQuotes { get; }

        internal void DropSignatures()
        {
            CutAtDelimiter();
            for (var changed = true; changed && _end > 0;)
            {
                var before = _end;
                TrimTail();
                _end = Math.Min(_end, NoticesStart());
                changed = _end != before;
            }

            var closing = Signatures.ClosingStart(_lines, _end);
            if (closing > 0 && HasText(closing))
            {
                _end = closing;
                TrimTail();
            }

            StrikeLoneMobileLines();
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

        private void CutAtDelimiter()
        {
            for (var i = 0; i < _end; i++)
            {
                if (_struck[i] || _quoted[i])
                {
                    continue;
                }

                var line = _lines.Trimmed(i);
                if ((Signatures.IsDelimiter(line) || IsListFooter(i)) && HasText(i) && Filled(i + 1) <= MaxSignatureLines)
                {
                    _end = i;
                    return;
                }
            }
        }

        /// <summary>Underscores, then the few lines that a mailing list adds to every mail.</summary>
        private bool IsListFooter(int index)
        {
            var line = _lines.Trimmed(index);
            return line.Length >= 2 && line.IndexOfAnyExcept('_') < 0 && Filled(index + 1) <= 10;
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
                var goes = line.IsEmpty || _struck[last] || _quoted[last] || Signatures.IsMobile(line)
                    || ((Separators.IsRule(line) || Signatures.IsDashedName(line)) && HasText(last));
                if (!goes)
                {
                    return;
                }

                _end--;
            }
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
                if (alone && !_lines.IsBlank(i) && !_quoted[i] && Signatures.IsMobile(_lines.Trimmed(i)))
                {
                    _struck[i] = true;
                }
            }
        }
    }
}

/// <summary>New text, and whether any older text was found beside it.</summary>
/// <param name="Text">What the sender wrote this time.</param>
/// <param name="FoundOlder">Whether quotes or a copy of an older mail were found.</param>
internal sealed record NewTextResult(string Text, bool FoundOlder);
