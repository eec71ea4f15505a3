namespace EnquiryTriage.Mail.NewText;

/// <summary>Where the old mail begins.</summary>
/// <param name="End">One past the last line that may be the sender's own.</param>
/// <param name="ForwardStart">First line of forwarded content; the number of lines where there is none.</param>
internal sealed record HistoryPlace(int End, int ForwardStart);

/// <summary>Finds the first line that begins an unmarked copy of an older mail.</summary>
internal static class History
{
    internal static HistoryPlace Find(TextLines lines, bool forward, HtmlMarks? marks)
    {
        for (var i = 0; i < lines.Count; i++)
        {
            if (marks is not null && i >= marks.ForwardLine)
            {
                return new HistoryPlace(i, i);
            }

            if (marks is not null && i >= marks.HistoryLine)
            {
                return Cut(lines, Above(lines, AttributionAbove(lines, i)), i, forward || IsForwardBelow(lines, i));
            }

            if (lines.IsBlank(i))
            {
                continue;
            }

            var line = lines.Trimmed(i);
            if (Separators.IsGroupware(line))
            {
                return Cut(lines, Above(lines, i), i, forward);
            }

            if (lines.IsQuote(i))
            {
                continue;
            }

            if (Separators.IsForwarded(line))
            {
                return new HistoryPlace(i, i);
            }

            if (Separators.IsOriginal(line) && QuotesFollow(lines, i))
            {
                // The marks below say more exactly what is old.
                continue;
            }

            if (Separators.IsOriginal(line) || Separators.IsReplyAbove(line) || HeaderBlocks.StartsAt(lines, i, lines.Count, UnderRule(lines, i)))
            {
                return Cut(lines, Above(lines, i), i, forward);
            }

            var attribution = Unmarked(lines, i);
            if (attribution >= 0)
            {
                return Cut(lines, Above(lines, attribution), attribution, forward: false);
            }
        }

        return new HistoryPlace(lines.Count, lines.Count);
    }

    /// <summary>A copy with nothing of the sender's own above it was sent for its own sake: a forward.</summary>
    private static HistoryPlace Cut(TextLines lines, int end, int start, bool forward) =>
        forward || !lines.HasTextBefore(end) ? new HistoryPlace(end, start) : new HistoryPlace(end, lines.Count);

    /// <summary>First line of the attribution above the copy that the HTML marks; the copy's own first line where there is none.</summary>
    private static int AttributionAbove(TextLines lines, int index)
    {
        var above = index - 1;
        while (above >= 0 && lines.IsBlank(above))
        {
            above--;
        }

        var attribution = above < 0 || above < index - 3 ? -1 : Attributions.StartOf(lines, above, beforeQuote: true, floor: 0);
        return attribution < 0 ? index : attribution;
    }

    /// <summary>Whether marked quotes stand right below, with at most their attribution between.</summary>
    private static bool QuotesFollow(TextLines lines, int index)
    {
        var filled = 0;
        for (var i = index + 1; i < lines.Count && filled < 4; i++)
        {
            if (lines.IsQuote(i))
            {
                return filled == 0 || Attributions.StartOf(lines, Last(lines, i), beforeQuote: true, index + 1) >= 0;
            }

            filled += lines.IsBlank(i) ? 0 : 1;
        }

        return false;
    }

    private static int Last(TextLines lines, int before)
    {
        do
        {
            before--;
        }
        while (before > 0 && lines.IsBlank(before));

        return before;
    }

    private static bool IsForwardBelow(TextLines lines, int index)
    {
        var first = lines.NextFilled(index, lines.Count);
        return first < lines.Count && Separators.IsForwarded(lines[first]);
    }

    /// <summary>First line of an attribution that ends here and has no marked quote below it; -1 otherwise.</summary>
    private static int Unmarked(TextLines lines, int last)
    {
        var next = lines.NextFilled(last + 1, lines.Count);
        if (next < lines.Count && lines.IsQuote(next))
        {
            return -1;
        }

        return Attributions.StartOf(lines, last, beforeQuote: false, floor: 0);
    }

    private static bool UnderRule(TextLines lines, int index)
    {
        for (var i = index - 1; i >= Math.Max(0, index - 3); i--)
        {
            if (!lines.IsBlank(i))
            {
                return Separators.IsRule(lines[i]);
            }
        }

        return false;
    }

    /// <summary>Rules and blank lines above belong to the copy.</summary>
    private static int Above(TextLines lines, int index)
    {
        while (index > 0 && (lines.IsBlank(index - 1) || Separators.IsRule(lines[index - 1])))
        {
            index--;
        }

        return index;
    }
}
