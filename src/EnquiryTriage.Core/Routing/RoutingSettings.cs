namespace EnquiryTriage.Core.Routing;

/// <summary>A team that can own an enquiry.</summary>
public sealed record TeamSettings
{
    /// <summary>Name that people read.</summary>
    public string Name { get; set; } = "";

    /// <summary>Name in Welsh; the English one where it is empty.</summary>
    public string NameCy { get; set; } = "";
}

/// <summary>One row of the routing table. A condition that is left out always holds; all that are given must hold.</summary>
public sealed record RoutingRule
{
    /// <summary>The rule's name: the reason that is shown.</summary>
    public string Name { get; set; } = "";

    /// <summary>Kinds that it takes; empty for any.</summary>
    public IList<string> Kinds { get; set; } = [];

    /// <summary>Primary topics that it takes; empty for any.</summary>
    public IList<string> Topics { get; set; } = [];

    /// <summary>Languages that it takes; empty for any.</summary>
    public IList<string> Languages { get; set; } = [];

    /// <summary>Takes only urgent mail (true), only other mail (false), or both (left out).</summary>
    public bool? Urgent { get; set; }

    /// <summary>Takes only mail on which the model abstained (true), only other mail (false), or both (left out).</summary>
    public bool? Abstained { get; set; }

    /// <summary>The team that gets it: a key of Teams.</summary>
    public string Team { get; set; } = "";

    /// <summary>The target for the first answer, as "10 working days"; empty for no clock.</summary>
    public string Target { get; set; } = "";
}

/// <summary>What a routing rule looks at.</summary>
/// <param name="Kind">Kind of the mail.</param>
/// <param name="Topic">Best topic.</param>
/// <param name="Abstained">Whether the model abstained.</param>
/// <param name="Urgent">Whether somebody may be in danger.</param>
/// <param name="Language">ISO 639-1 code.</param>
public sealed record RoutingFacts(string Kind, string Topic, bool Abstained, bool Urgent, string Language);

/// <summary>Where a question goes.</summary>
/// <param name="Team">The team's key.</param>
/// <param name="Rule">The rule's name.</param>
/// <param name="Target">The target for the first answer; null for no clock.</param>
public sealed record Route(string Team, string Rule, Clocks.Target? Target);
