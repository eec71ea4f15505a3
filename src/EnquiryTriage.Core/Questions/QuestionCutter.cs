using System.Text;
using System.Text.RegularExpressions;

namespace EnquiryTriage.Core.Questions;

/// <summary>Cuts a mail's new text into the questions that it asks; one that cannot be cut stays one.</summary>
public static partial class QuestionCutter
{
    /// <summary>Most questions taken from one mail; what is past it stays in the last one.</summary>
    public const int MaxQuestions = 20;

    private const int LongestText = 100_000;

    /// <summary>The questions, in order; empty only for a text without a word.</summary>
    public static IReadOnlyList<string> Cut(string text)
    {
        var body = text.Length > LongestText ? text[..LongestText] : text;
        var items = Items(body);
        var questions = items.Count >= 2 ? items : Asking(body);
        if (questions.Count == 0)
        {
            var whole = Folded(WithoutGreeting(body));
            return whole.Any(char.IsLetterOrDigit) ? [whole] : [];
        }

        return questions.Count <= MaxQuestions
            ? questions
            : [.. questions.Take(MaxQuestions - 1), string.Join(' ', questions.Skip(MaxQuestions - 1))];
    }

    private static List<string> Items(string text)
    {
        var items = new List<string>();
        var current = new StringBuilder();
        foreach (var line in text.Split('\n'))
        {
            var mark = ItemMark().Match(line);
            if (mark.Success)
            {
                Keep(items, current.ToString());
                current.Clear().Append(line, mark.Length, line.Length - mark.Length);
            }
            else if (current.Length > 0 && line.Trim().Length > 0)
            {
                current.Append(' ').Append(line);
            }
            else
            {
                Keep(items, current.ToString());
                current.Clear();
            }
        }

        Keep(items, current.ToString());
        return items;
    }

    private static List<string> Asking(string text)
    {
        var questions = new List<string>();
        foreach (var paragraph in Paragraphs(text))
        {
            foreach (var sentence in Sentences(Folded(paragraph)))
            {
                if (sentence.TrimEnd(' ', '"', '\'', ')').EndsWith('?') || Request().IsMatch(sentence))
                {
                    Keep(questions, sentence);
                }
            }
        }

        return questions;
    }

    private static IEnumerable<string> Paragraphs(string text)
    {
        var paragraph = new StringBuilder();
        foreach (var line in text.Split('\n'))
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                paragraph.Append(line).Append(' ');
            }
            else if (paragraph.Length > 0)
            {
                yield return paragraph.ToString();
                paragraph.Clear();
            }
        }

        yield return paragraph.ToString();
    }

    private static IEnumerable<string> Sentences(string paragraph)
    {
        var start = 0;
        foreach (Match end in SentenceEnd().Matches(paragraph))
        {
            yield return paragraph[start..(end.Index + end.Length)];
            start = end.Index + end.Length;
        }

        yield return paragraph[start..];
    }

    private static void Keep(List<string> questions, string candidate)
    {
        var trimmed = Folded(candidate);
        if (trimmed.Count(char.IsLetter) >= 8 && !Courtesy().IsMatch(trimmed))
        {
            questions.Add(trimmed);
        }
    }

    // No expression for white space: the engine without backtracking keeps a state for each character of the longest run it has met.
    private static string Folded(string text) => string.Join(' ', text.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries));

    private static string WithoutGreeting(string text) => Greeting().Replace(text.TrimStart(), "", 1);

    [GeneratedRegex(@"^(?:\(?\d{1,2}[.):]|\(?[a-h][.)]|[-*•–])\s", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex ItemMark();

    [GeneratedRegex(@"[.?!]['"")]?\s", RegexOptions.NonBacktracking)]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"\b(?:i (?:would|'d|should) (?:also )?(?:like|be grateful|welcome|appreciate)\b.*\b(?:know|understand|hear|see|copy|details|information|briefing|clarif)|please (?:could|can|would) you|(?:could|can|would) you (?:please )?(?:tell|send|let|explain|confirm|advise|say|provide|share)|please (?:tell|send|let|explain|confirm|advise|provide|share)|grateful (?:for|if)|wondering (?:if|whether|what|how)|hoffwn (?:wybod|ofyn)|allwch chi|a fyddech)", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Request();

    [GeneratedRegex(@"^(?:how are you|hope (?:you|this)|i hope (?:you|this)|(?:many )?thanks|thank you|(?:please )?(?:let me know|do not hesitate|get in touch|call me|confirm (?:receipt|you)))\b[^?]{0,60}\??$", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Courtesy();

    [GeneratedRegex(@"^(?:dear|hi|hello|good (?:morning|afternoon|evening)|annwyl|helo|bore da|prynhawn da)\b[^\n]{0,80}\n", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Greeting();
}
