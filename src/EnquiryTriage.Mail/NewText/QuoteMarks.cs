namespace EnquiryTriage.Mail.NewText;

/// <summary>Marked quotes and what to do with them.</summary>
internal static class QuoteMarks
{
    /// <summary>A quoted line this long was probably wrapped, and its rest lost its mark.</summary>
    private const int WrappedLength = 55;

    /// <summary>Marks quoted lines, and strikes out the quotes and attributions that go. False where there is no quote.</summary>
    internal static bool Find(TextLines lines, int end, bool[] quoted, bool[] struck, HtmlMarks? marks)
    {
        var any = false;
        for (var i = 0; i < end; i++)
        {
            quoted[i] = lines.IsQuote(i) || IsWrappedRest(lines, i, end);
            any |= quoted[i];
        }

        if (!any)
        {
            return false;
        }

        var blocks = Blocks(lines, end, quoted, marks);
        var answered = blocks.Count(b => b.Answered);
        var interleaved = answered > 1 || (answered == 1 && blocks.Exists(b => b.Answered && (b.Attribution < 0 || (b.End < blocks[^1].Start && blocks[^1].Attribution < 0))));
        foreach (var block in blocks)
        {
            if (block.Attribution >= 0)
            {
                Strike(struck, block.Attribution, block.Start);
            }

            if (!block.Answered || !interleaved)
            {
                Strike(struck, block.Start, block.End);
            }
        }

        return true;
    }

    private readonly record struct Block(int Start, int End, int Attribution, bool Answered);

    private static List<Block> Blocks(TextLines lines, int end, bool[] quoted, HtmlMarks? marks)
    {
        var blocks = new List<Block>();
        var floor = 0;
        for (var i = 0; i < end; i++)
        {
            if (!quoted[i])
            {
                continue;
            }

            var start = i;
            while (i < end && (quoted[i] || lines.IsBlank(i)))
            {
                i++;
            }

            var above = start - 1;
            while (above >= floor && lines.IsBlank(above))
            {
                above--;
            }

            var attribution = above < floor ? -1 : Marked(marks?.Attributions, above) is >= 0 and var marked && marked >= floor ? marked : Attributions.StartOf(lines, above, beforeQuote: true, floor);
            attribution = attribution < 0 ? attribution : WithSeparator(lines, attribution, floor);
            if (attribution < 0 && (Marked(marks?.Quotes, start) >= 0 || BeginsWithAttribution(lines, start)))
            {
                // Who wrote it is known all the same: the HTML says so, or (Apple Mail) the first line of the quote.
                attribution = start;
            }

            blocks.Add(new Block(start, i, attribution, Answered: false));
            floor = i;
        }

        return Answered(lines, end, quoted, blocks);
    }

    /// <summary>First line of the range around this line; -1 where there is none. The ranges come in order.</summary>
    private static int Marked(List<(int Start, int End)>? ranges, int line)
    {
        if (ranges is null)
        {
            return -1;
        }

        var (low, high) = (0, ranges.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = ranges[middle].End <= line ? (middle + 1, high) : (low, middle);
        }

        return low < ranges.Count && ranges[low].Start <= line ? ranges[low].Start : -1;
    }

    private static bool BeginsWithAttribution(TextLines lines, int start)
    {
        for (var i = start; i < Math.Min(lines.Count, start + 2); i++)
        {
            if (Attributions.IsLastLineOfOne(lines.Trimmed(i).TrimStart("> ")))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>"-----Original Message-----" right above an attribution goes with it.</summary>
    private static int WithSeparator(TextLines lines, int attribution, int floor)
    {
        var above = attribution - 1;
        while (above >= floor && above > attribution - 3 && lines.IsBlank(above))
        {
            above--;
        }

        return above >= floor && !lines.IsBlank(above) && Separators.IsOriginal(lines[above]) ? above : attribution;
    }

    /// <summary>A block is answered where own text, not only a signature, follows before the next block or the end.</summary>
    private static List<Block> Answered(TextLines lines, int end, bool[] quoted, List<Block> blocks)
    {
        for (var b = 0; b < blocks.Count; b++)
        {
            var stop = b + 1 < blocks.Count ? (blocks[b + 1].Attribution >= 0 ? blocks[b + 1].Attribution : blocks[b + 1].Start) : end;
            blocks[b] = blocks[b] with { Answered = HasText(lines, blocks[b].End, stop) };
        }

        return blocks;
    }

    private static bool HasText(TextLines lines, int start, int end)
    {
        for (var i = start; i < end; i++)
        {
            if (lines.IsBlank(i))
            {
                continue;
            }

            var line = lines.Trimmed(i);
            if (Signatures.IsDelimiter(line) || Separators.IsRule(line) || line.IndexOfAnyExcept('_') < 0)
            {
                return false;
            }

            if (!PhoneLines.Is(line))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>One line without a mark squeezed between two with one, that goes on where a long line broke off.</summary>
    private static bool IsWrappedRest(TextLines lines, int index, int end)
    {
        if (index == 0 || index + 1 >= end || lines.IsBlank(index) || !lines.IsQuote(index - 1) || !lines.IsQuote(index + 1))
        {
            return false;
        }

        if (lines[index][^1] is '>' && lines[index].Contains("://", StringComparison.Ordinal))
        {
            // A link broke the line, and its mark came out at the end.
            return true;
        }

        if (lines[index - 1].Length < WrappedLength)
        {
            return false;
        }

        var before = lines[index - 1][^1];
        return before is not ('?' or '!' or ':') && (before is not '.' || char.IsLower(lines.Trimmed(index)[0]));
    }

    private static void Strike(bool[] struck, int start, int end) => struck.AsSpan(start, end - start).Fill(true);
}
