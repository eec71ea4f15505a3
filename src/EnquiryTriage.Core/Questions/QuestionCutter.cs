using System.Text;
using System.Text.RegularExpressions;

namespace EnquiryTriage.Core.Questions;

/// <summary>Cuts a mail's new text into the questions that it asks; one that cannot be cut stays one.</summary>
public static partial class QuestionCutter
{
    /// <summary>Most questions taken from one mail; what is past it stays in the last one.</summary>
    public const int MaxQuestions = 20;

    private const int LongestText = 100_000;

    /// <summary>A question of so few words leans on the sentence before it.</summary>
    private const int FewWords = 5;

    /// <summary>The questions, in order; empty only for a text without a word.</summary>
    public static IReadOnlyList<string> Cut(string text)
    {
        var body = text.Length > LongestText ? text[..LongestText] : text;
        var questions = Items(body) ?? Asking(body);
        if (questions.Count == 0)
        {
            var whole = Folded(WithoutGreeting(body));
            return whole.Any(char.IsLetterOrDigit) ? [whole] : [];
        }

        return questions.Count <= MaxQuestions
            ? questions
            : [.. questions.Take(MaxQuestions - 1), string.Join(' ', questions.Skip(MaxQuestions - 1))];
    }

    // A list of questions, and what is asked before and after it; null where there is no list of two.
    private static List<string>? Items(string text)
    {
        var questions = new List<string>();
        var around = new StringBuilder();
        var current = new StringBuilder();
        var items = 0;
        foreach (var line in text.Split('\n'))
        {
            var mark = ItemMark().Match(line);
            if (mark.Success)
            {
                Close();
                questions.AddRange(Asking(around.ToString()));
                around.Clear();
                current.Append(line, mark.Length, line.Length - mark.Length);
            }
            else if (current.Length > 0 && line.Trim().Length > 0)
            {
                current.Append(' ').Append(line);
            }
            else
            {
                Close();
                around.Append(line).Append('\n');
            }
        }

        Close();
        questions.AddRange(Asking(around.ToString()));
        return items >= 2 ? questions : null;

        void Close()
        {
            var before = questions.Count;
            Keep(questions, current.ToString());
            items += questions.Count - before;
            current.Clear();
        }
    }

    private static List<string> Asking(string text)
    {
        var questions = new List<string>();
        foreach (var paragraph in Paragraphs(text))
        {
            var folded = Folded(paragraph);
            if (Lettered(folded) is { Count: >= 2 } parts)
            {
                parts.ForEach(p => Keep(questions, p));
                continue;
            }

            var before = "";
            foreach (var sentence in Sentences(folded))
            {
                if (IsAsking(sentence))
                {
                    // "Is that right?" says nothing without the sentence that it asks about.
                    Keep(questions, Words(sentence) <= FewWords && before.Length > 0 && Pointing().IsMatch(sentence) ? before + " " + sentence : sentence);
                    before = "";
                }
                else
                {
                    before = sentence;
                }
            }
        }

        return questions;
    }

    private static bool IsAsking(string sentence) =>
        sentence.TrimEnd(' ', '"', '\'', ')').EndsWith('?') || Request().IsMatch(sentence) || AskingOpening().IsMatch(sentence.TrimStart());

    private static int Words(string sentence) => sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;

    // "I'd like to know (a) what ... and (b) whether ...": each part with what leads to it left out.
    private static List<string> Lettered(string paragraph)
    {
        var marks = LetterMark().Matches(paragraph);
        var parts = new List<string>();
        for (var i = 0; i < marks.Count; i++)
        {
            var start = marks[i].Index + marks[i].Length;
            var end = i + 1 < marks.Count ? marks[i + 1].Index : paragraph.Length;
            parts.Add(paragraph[start..end].Trim(' ', ',', ';', ':'));
        }

        return parts;
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

    [GeneratedRegex(@"\b(?:i (?:would|'d|should) (?:also )?(?:like|be grateful|welcome|appreciate)\b.*\b(?:know|understand|hear|see|copy|details|information|briefing|clarif)|please (?:could|can|would) you|(?:could|can|would) you (?:please )?(?:tell|send|let|explain|confirm|advise|say|provide|share)|please (?:tell|send|let|explain|confirm|advise|provide|share)|grateful (?:for|if)|i (?:also )?wonder(?:ed)? (?:if|whether|what|how|who|why|when)|wondering (?:if|whether|what|how)|hoffwn (?:wybod|ofyn)|allwch chi|a fyddech)", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Request();

    [GeneratedRegex(@"^(?:(?:and|but|also|so)[,:]? )?(?:who(?:se)?|how (?:do|does|did|many|much|is|are|can|could|would|will|often|long|far)|what (?:is|are|do|does|did|would|will|happens|can)|why (?:is|are|do|does|did|isn't|aren't|don't)|where (?:is|are|do|does)|when (?:is|are|do|does|will)|is (?:there|it|this|that)|are (?:there|you|these)|do (?:you|they|we)|does|did (?:you|they|anybody|anyone)|can (?:you|i|we|it|they|a)|could (?:you|i|we|a)|would (?:you|it|a)|will (?:you|it|there|a)|have you|has (?:anyone|anybody|any|the)|should (?:we|i|a)|oes|a oes|beth|sut|pwy|faint|pryd|ble) ", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex AskingOpening();

    [GeneratedRegex(@"\b(?:it|its|that|this|those|these|they|them|he|she)\b", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Pointing();

    [GeneratedRegex(@"(?:^| )\((?:[a-h]|i{1,3}|iv|vi{0,3}|[1-9])\) ", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex LetterMark();

    [GeneratedRegex(@"^(?:how are you|hope (?:you|this)|i hope (?:you|this)|(?:many )?thanks|thank you|(?:please )?(?:let me know|do not hesitate|get in touch|call me|confirm (?:receipt|you)))\b[^?]{0,60}\??$", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Courtesy();

    [GeneratedRegex(@"^(?:dear|hi|hello|good (?:morning|afternoon|evening)|annwyl|helo|bore da|prynhawn da)\b[^\n]{0,80}\n", RegexOptions.NonBacktracking | RegexOptions.IgnoreCase)]
    private static partial Regex Greeting();
}
