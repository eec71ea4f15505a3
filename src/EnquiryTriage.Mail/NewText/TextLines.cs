namespace EnquiryTriage.Mail.NewText;

/// <summary>A text cut into lines, each looked at once.</summary>
internal sealed class TextLines
{
    private readonly string _text;
    private readonly List<(int Start, int Length)> _lines = [];

    internal TextLines(string text)
    {
        _text = text;
        var start = 0;
        while (start <= text.Length)
        {
            var end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end;
            var content = text.AsSpan(start, end - start).TrimEnd();
            _lines.Add((start, content.Length));
            start = end + 1;
        }
    }

    internal int Count => _lines.Count;

    /// <summary>The line without white space at its end.</summary>
    internal ReadOnlySpan<char> this[int index] => _text.AsSpan(_lines[index].Start, _lines[index].Length);

    /// <summary>The line without white space at either end.</summary>
    internal ReadOnlySpan<char> Trimmed(int index) => this[index].TrimStart();

    internal bool IsBlank(int index) => _lines[index].Length == 0;

    /// <summary>Quoted by a mark: <c>&gt;</c>, as nearly every client writes it, or its encoded form in careless HTML.</summary>
    internal bool IsQuote(int index)
    {
        var line = Trimmed(index);
        return line.Length > 0
            && ((line[0] is '>' or '＞' && !ClosesAddress(index, line)) || line.StartsWith("&gt;", StringComparison.Ordinal));
    }

    /// <summary>"&gt; wrote:" below "On …, Ann &lt;ann@example.org": an attribution that wrapped before the bracket.</summary>
    private bool ClosesAddress(int index, ReadOnlySpan<char> line)
    {
        if (index == 0 || line.Length > 40 || line[^1] is not (':' or '：'))
        {
            return false;
        }

        var before = this[index - 1];
        if (line is "> wrote:" && before.StartsWith("mailto:", StringComparison.Ordinal))
        {
            return true;
        }

        return before.LastIndexOf('<') > before.LastIndexOf('>');
    }

    /// <summary>First line from <paramref name="index"/> on that is not blank; <paramref name="end"/> where there is none.</summary>
    internal int NextFilled(int index, int end)
    {
        while (index < end && IsBlank(index))
        {
            index++;
        }

        return index;
    }

    /// <summary>Whether any line before <paramref name="index"/> holds text of the sender's own.</summary>
    internal bool HasTextBefore(int index)
    {
        for (var i = 0; i < index; i++)
        {
            if (!IsBlank(i) && !IsQuote(i) && !Separators.IsRule(this[i]))
            {
                return true;
            }
        }

        return false;
    }
}
