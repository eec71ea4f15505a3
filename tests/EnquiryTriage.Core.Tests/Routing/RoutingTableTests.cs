using EnquiryTriage.Core.Routing;
using static EnquiryTriage.Core.Tests.Triaging;

namespace EnquiryTriage.Core.Tests.Routing;

public class RoutingTableTests
{
    private static readonly RoutingRule Everything = new() { Name = "everything else", Team = "general" };
    private static readonly RoutingFacts Facts = new("enquiry", "drugs", Abstained: false, Urgent: false, "en");

    [Fact]
    public void The_first_rule_whose_conditions_hold_takes_the_mail()
    {
        var table = Table([new() { Name = "first", Topics = ["drugs"], Team = "drugs" }, new() { Name = "second", Topics = ["drugs"], Team = "fraud" }, Everything]);

        Assert.Equal(("drugs", "first"), (table.Find(Facts).Team, table.Find(Facts).Rule));
    }

    [Fact]
    public void All_conditions_of_a_rule_must_hold()
    {
        var table = Table([new() { Name = "narrow", Topics = ["drugs"], Kinds = ["complaint"], Languages = ["cy"], Urgent = true, Abstained = true, Team = "drugs" }, Everything]);
        var fitting = new RoutingFacts("complaint", "drugs", Abstained: true, Urgent: true, "cy");

        Assert.Equal("narrow", table.Find(fitting).Rule);
        Assert.All(
            [fitting with { Kind = "enquiry" }, fitting with { Topic = "fraud" }, fitting with { Abstained = false }, fitting with { Urgent = false }, fitting with { Language = "en" }],
            facts => Assert.Equal("everything else", table.Find(facts).Rule));
    }

    [Fact]
    public void A_target_is_read_and_an_empty_one_starts_no_clock()
    {
        var table = Table([new() { Name = "drugs", Topics = ["drugs"], Team = "drugs", Target = "2 working days" }, Everything]);

        Assert.Equal("2 working days", table.Find(Facts).Target?.ToString());
        Assert.Null(table.Find(Facts with { Topic = "fraud" }).Target);
    }

    [Fact]
    public void A_team_that_is_not_there_is_refused_with_key_and_remedy() =>
        Refused([new() { Name = "x", Team = "drugz" }, Everything], "Routing:Rules:0:Team: 'drugz' is not a team: use one of complaints, drugs, duty, fraud, general");

    [Fact]
    public void A_topic_that_is_not_in_the_closed_list_is_refused_with_key_and_remedy() =>
        Refused([new() { Name = "x", Team = "drugs", Topics = ["drugs", "tulips"] }, Everything], "Routing:Rules:0:Topics: 'tulips' is not a topic: use drugs, fraud, other");

    [Fact]
    public void A_kind_that_is_not_in_the_closed_list_is_refused_with_key_and_remedy() =>
        Refused([new() { Name = "x", Team = "drugs", Kinds = ["letter"] }, Everything], "Routing:Rules:0:Kinds: 'letter' is not a kind: use enquiry");

    [Fact]
    public void A_target_that_is_none_is_refused_with_key_and_remedy() =>
        Refused([new() { Name = "x", Team = "drugs", Target = "soon" }, Everything], "Routing:Rules:0:Target: The target 'soon' is not understood: write '30 minutes'");

    [Fact]
    public void A_rule_without_a_name_is_refused_since_the_name_is_the_reason() =>
        Refused([new() { Team = "drugs", Topics = ["drugs"] }, Everything], "Routing:Rules:0:Name is empty: give the rule a name");

    [Fact]
    public void A_table_that_could_leave_a_mail_without_a_team_is_refused()
    {
        Refused([], "Routing:Rules: the last rule must take everything");
        Refused([new() { Name = "x", Team = "drugs", Urgent = false }], "Routing:Rules: the last rule must take everything");
    }

    [Fact]
    public void Every_problem_is_named_at_once()
    {
        var problems = new List<string>();
        RoutingTable.Build([new() { Team = "a", Topics = ["b"], Kinds = ["c"], Target = "d" }], Settings().Teams, TopicLabels, Kinds, problems);

        Assert.Equal(6, problems.Count);
    }

    private static RoutingTable Table(IList<RoutingRule> rules)
    {
        var problems = new List<string>();
        var table = RoutingTable.Build(rules, Settings().Teams, TopicLabels, Kinds, problems);
        Assert.Empty(problems);
        return table;
    }

    private static void Refused(IList<RoutingRule> rules, string start)
    {
        var problems = new List<string>();
        RoutingTable.Build(rules, Settings().Teams, TopicLabels, Kinds, problems);
        Assert.StartsWith(start, Assert.Single(problems), StringComparison.Ordinal);
    }
}
