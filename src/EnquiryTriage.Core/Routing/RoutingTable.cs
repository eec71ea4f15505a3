using EnquiryTriage.Core.Clocks;

namespace EnquiryTriage.Core.Routing;

/// <summary>The routing table: the first rule whose conditions hold takes the mail.</summary>
public sealed class RoutingTable
{
    private readonly IReadOnlyList<(RoutingRule Rule, Target? Target)> _rules;

    private RoutingTable(IReadOnlyList<(RoutingRule, Target?)> rules) => _rules = rules;

    /// <summary>Builds the table; <paramref name="problems"/> gets a line for each wrong setting, with key and remedy.</summary>
    public static RoutingTable Build(
        IList<RoutingRule> rules,
        IDictionary<string, TeamSettings> teams,
        IReadOnlyCollection<string> topics,
        IReadOnlyCollection<string> kinds,
        ICollection<string> problems)
    {
        var built = new List<(RoutingRule, Target?)>();
        for (var i = 0; i < rules.Count; i++)
        {
            var (rule, at) = (rules[i], $"Routing:Rules:{i}");
            if (rule.Name.Length == 0)
            {
                problems.Add($"{at}:Name is empty: give the rule a name; it is shown as the reason.");
            }

            if (!teams.ContainsKey(rule.Team))
            {
                problems.Add($"{at}:Team: '{rule.Team}' is not a team: use one of {string.Join(", ", teams.Keys.Order(StringComparer.Ordinal))}, or add it to Teams.");
            }

            CheckList($"{at}:Topics", rule.Topics, topics, "topic", problems);
            CheckList($"{at}:Kinds", rule.Kinds, kinds, "kind", problems);
            built.Add((rule, ReadTarget($"{at}:Target", rule.Target, problems)));
        }

        if (rules.Count == 0 || !CatchesAll(rules[^1]))
        {
            problems.Add("Routing:Rules: the last rule must take everything (no conditions), so that no mail is without a team.");
        }

        return new RoutingTable(built);
    }

    /// <summary>The route of a mail or a question.</summary>
    public Route Find(RoutingFacts facts)
    {
        foreach (var (rule, target) in _rules)
        {
            if (Holds(rule, facts))
            {
                return new Route(rule.Team, rule.Name, target);
            }
        }

        throw new InvalidOperationException("The routing table has no rule that takes everything; Build refuses such a table.");
    }

    private static Target? ReadTarget(string at, string text, ICollection<string> problems)
    {
        try
        {
            return text.Length == 0 ? null : Target.Parse(text);
        }
        catch (FormatException e)
        {
            problems.Add($"{at}: {e.Message}");
            return null;
        }
    }

    private static bool Holds(RoutingRule rule, RoutingFacts facts) =>
        (rule.Kinds.Count == 0 || rule.Kinds.Contains(facts.Kind))
        && (rule.Topics.Count == 0 || rule.Topics.Contains(facts.Topic))
        && (rule.Languages.Count == 0 || rule.Languages.Contains(facts.Language))
        && (rule.Urgent is null || rule.Urgent == facts.Urgent)
        && (rule.Abstained is null || rule.Abstained == facts.Abstained);

    private static bool CatchesAll(RoutingRule rule) =>
        rule is { Kinds.Count: 0, Topics.Count: 0, Languages.Count: 0, Urgent: null, Abstained: null };

    private static void CheckList(string at, IList<string> given, IReadOnlyCollection<string> known, string what, ICollection<string> problems)
    {
        foreach (var value in given.Where(v => !known.Contains(v)))
        {
            problems.Add($"{at}: '{value}' is not a {what}: use {string.Join(", ", known)}.");
        }
    }
}
