using System.Text.Json;

namespace EnquiryTriage.Core.Urgency;

/// <summary>
/// The phrases of the urgency screen, compiled from JSON that a manager can read. A phrase is written in plain words; in it
/// <c>{NAME}</c> is a list of words defined once, <c>(a|b)</c> a choice (an empty choice makes it optional), <c>word*</c> a
/// stem, <c>#</c> a number, <c>~</c> up to 4 words of anything, <c>~~</c> up to 12 and over a sentence's end,
/// <c>&amp; {NAME}</c> at the end words that must stand near. A phrase that begins with <c>!</c> is never excused by its
/// surroundings.
/// </summary>
internal sealed class PhraseTable
{
    private const int SmallGap = 4;
    private const int LargeGap = 12;

    private readonly Dictionary<string, int> _atoms = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> _lists = new(StringComparer.Ordinal);

    private PhraseTable()
    {
    }

    public AtomFinder Atoms { get; } = new();

    public Dictionary<string, string[]> Spelling { get; } = new(StringComparer.Ordinal);

    public List<Phrase> FiguresOfSpeech { get; } = [];

    public List<PhraseContext> Contexts { get; } = [];

    public List<PhraseGroup> Groups { get; } = [];

    public SignRule Signs { get; private set; } = new(int.MaxValue, 0, [], []);

    public static PhraseTable LoadShipped()
    {
        const string name = "urgency-phrases.json";
        using var json = typeof(PhraseTable).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The embedded resource {name} is missing from the build.");
        return Load(json);
    }

    /// <exception cref="FormatException">A phrase names a list that isn't there, or is malformed.</exception>
    public static PhraseTable Load(Stream json)
    {
        var data = JsonSerializer.Deserialize<Data>(json, JsonOptions) ?? throw new FormatException("The phrase table is empty.");
        var table = new PhraseTable();
        foreach (var (written, meant) in data.Spelling)
        {
            table.Spelling[written] = meant.Split(' ');
        }

        foreach (var (name, words) in data.Lists)
        {
            table._lists[name] = words;
        }

        table.FiguresOfSpeech.AddRange(data.FiguresOfSpeech.Select(table.Compile));
        table.Contexts.AddRange(data.Contexts.Select(context =>
            new PhraseContext(context.Name, context.SentencesBefore, context.SentencesAfter, [.. context.Phrases.Select(table.Compile)])));
        table.Groups.AddRange(data.Groups.Select(group => new PhraseGroup(
            group.Name, group.Kind, [.. group.Unless.Select(table.KnownContext)], [.. group.Phrases.Select(table.Compile)])));
        table.Signs = new SignRule(
            data.Signs.PointsNeeded,
            data.Signs.WithinWords,
            [.. data.Signs.Unless.Select(table.KnownContext)],
            [.. data.Signs.Signs.Select(sign => new Sign(sign.Name, sign.Kind, sign.Points, sign.Most, sign.Pressing, [.. sign.Phrases.Select(table.Compile)]))]);
        return table;
    }

    private string KnownContext(string name) =>
        Contexts.Exists(context => string.Equals(context.Name, name, StringComparison.Ordinal)) ? name : throw new FormatException($"There is no context '{name}'.");

    private Phrase Compile(string written)
    {
        var always = written.StartsWith('!');
        var parts = written.TrimStart('!').Split('&', StringSplitOptions.TrimEntries);
        try
        {
            var steps = Steps(parts[0]);
            return steps.Count > 0
                ? new Phrase(steps, [.. parts.Skip(1).Select(AtomOf)], always)
                : throw new FormatException("It has no words.");
        }
        catch (FormatException fault)
        {
            throw new FormatException($"The phrase '{written}' cannot be used: {fault.Message}", fault);
        }
    }

    // Gaps and lists part the steps; what stands between them is one atom. Lists side by side are not multiplied out.
    private List<PhraseStep> Steps(string written)
    {
        var steps = new List<PhraseStep>();
        var atom = new List<string>();
        var gap = 0;
        foreach (var item in Items(written))
        {
            if (item[0] is not ('~' or '{'))
            {
                atom.Add(item);
                continue;
            }

            Flush();
            if (item[0] == '{')
            {
                atom.Add(item);
                Flush();
            }
            else
            {
                gap = item.Length == 1 ? SmallGap : LargeGap;
            }
        }

        Flush();
        return steps;

        void Flush()
        {
            if (atom.Count > 0)
            {
                steps.Add(new PhraseStep(AtomOf(string.Join(' ', atom)), gap));
                atom.Clear();
                gap = 0;
            }
        }
    }

    private int AtomOf(string piece)
    {
        if (_atoms.TryGetValue(piece, out var atom))
        {
            return atom;
        }

        atom = Atoms.NewAtom();
        _atoms.Add(piece, atom);
        foreach (var wording in Expand(piece, depth: 0))
        {
            Atoms.Add(atom, wording);
        }

        return atom;
    }

    // All wordings of a piece without gaps: lists and choices multiplied out.
    private List<List<string>> Expand(string piece, int depth)
    {
        if (depth > 5)
        {
            throw new FormatException($"The lists in '{piece}' refer to each other in a circle.");
        }

        List<List<string>> wordings = [[]];
        foreach (var item in Items(piece))
        {
            var choices = item[0] switch
            {
                '{' => ListOf(item[1..^1]).SelectMany(entry => Expand(entry, depth + 1)),
                '(' => Choices(item[1..^1]).SelectMany(entry => Expand(entry, depth + 1)),
                _ => [Normalise(item)],
            };
            var multiplied = choices.ToList();
            wordings = [.. wordings.SelectMany(_ => multiplied, (before, choice) => (List<string>)[.. before, .. choice])];
        }

        return wordings;
    }

    private string[] ListOf(string name) => _lists.TryGetValue(name, out var words) ? words : throw new FormatException($"There is no list '{name}'.");

    private List<string> Normalise(string item)
    {
        if (string.Equals(item, AtomFinder.Number, StringComparison.Ordinal))
        {
            return [item];
        }

        var words = TokenisedText.Read(item, Spelling);
        var list = Enumerable.Range(0, words.Count).Select(i => words[i]).ToList();
        if (list.Count == 0)
        {
            throw new FormatException($"'{item}' is no word.");
        }

        if (item.EndsWith('*'))
        {
            list[^1] += "*";
        }

        return list;
    }

    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    // Words, choices and lists, parted by blanks that stand in no brackets.
    private static List<string> Items(string text) =>
        [.. Split(text.Replace("(", " (", StringComparison.Ordinal).Replace(")", ") ", StringComparison.Ordinal), ' ').Where(item => item.Length > 0)];

    private static List<string> Choices(string text) => Split(text, '|');

    private static List<string> Split(string text, char separator)
    {
        var parts = new List<string>();
        var (depth, start) = (0, 0);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i == text.Length || (depth == 0 && text[i] == separator))
            {
                parts.Add(text[start..i].Trim());
                start = i + 1;
                continue;
            }

            depth += text[i] is '(' or '{' ? 1 : text[i] is ')' or '}' ? -1 : 0;
            if (depth < 0)
            {
                throw new FormatException("A bracket closes that was never opened.");
            }
        }

        return depth == 0 ? parts : throw new FormatException("A bracket is not closed.");
    }

    private sealed record Data(
        Dictionary<string, string> Spelling, Dictionary<string, string[]> Lists, string[] FiguresOfSpeech, ContextData[] Contexts, GroupData[] Groups, SignRuleData Signs);

    private sealed record ContextData(string Name, int SentencesBefore, int SentencesAfter, string[] Phrases);

    private sealed record SignRuleData(int PointsNeeded, int WithinWords, string[] Unless, SignData[] Signs);

    private sealed record SignData(string Name, string? Kind, int Points, int Most, bool Pressing, string[] Phrases);

    private sealed record GroupData(string Name, string Kind, string[] Unless, string[] Phrases);
}
