namespace EnquiryTriage.Topics.Tests;

/// <summary>A few own texts on three subjects far from each other, enough to train in a blink.</summary>
internal static class SmallData
{
    private static readonly (string Topic, string Text)[] Texts =
    [
        ("garden", "When should I prune the roses along the south wall?"),
        ("garden", "The lawn has gone yellow, does it need feeding or water?"),
        ("garden", "Slugs have eaten every lettuce seedling in the cold frame"),
        ("garden", "Is it too late to plant tulip bulbs in the border?"),
        ("garden", "My tomato plants have spots on their leaves"),
        ("garden", "Which hedge grows quickest in heavy clay soil?"),
        ("garden", "How deep should I dig the trench for runner beans?"),
        ("garden", "Greenfly again on the roses, what spray is safe?"),
        ("railway", "Which platform does the stopping train to Crewe leave from?"),
        ("railway", "My season ticket does not open the station barrier"),
        ("railway", "The last train home was cancelled, who pays for my taxi?"),
        ("railway", "Can I take a bicycle on the early train on weekdays?"),
        ("railway", "Is there step-free access to the platform at the junction station?"),
        ("railway", "The ticket machine at the station kept my card"),
        ("railway", "Do children travel free on the branch line train?"),
        ("railway", "I left an umbrella on the train from Derby"),
        ("kitchen", "How long do I roast a shoulder of lamb in a slow oven?"),
        ("kitchen", "My sponge cake sinks in the middle every time I bake it"),
        ("kitchen", "Can I freeze the soup once the cream is in it?"),
        ("kitchen", "What flour do you use for the bread recipe?"),
        ("kitchen", "The oven smokes when I roast potatoes in dripping"),
        ("kitchen", "How much salt goes into the pasta water in your recipe?"),
        ("kitchen", "Should the butter be soft before I bake biscuits?"),
        ("kitchen", "Which pan is best to fry fish without it sticking?"),
    ];

    public static readonly TrainingOptions Options = new() { MinimumCharacterTexts = 1, Folds = 3, UseEncoder = false };

    public static IReadOnlyList<TrainingExample> Examples { get; } =
        [.. Texts.Select((text, i) => new TrainingExample { Id = $"small-{i}", Text = text.Text, Topics = [text.Topic] })];

    /// <summary>The same with a second topic here and there, kinds, and urgency.</summary>
    public static IReadOnlyList<TrainingExample> Mails { get; } =
    [
        .. Examples.Select((example, i) => example with
        {
            Subject = "A question",
            Body = example.Text + (i % 4 == 0 ? " Please hurry, somebody is hurt." : ""),
            Text = null,
            Topics = i % 5 == 0 && !example.Topics.Contains("railway", StringComparer.Ordinal) ? [example.Topics[0], "railway"] : example.Topics,
            Kind = i % 3 == 0 ? "complaint" : "enquiry",
            Urgent = i % 4 == 0,
        }),
    ];

    public static TopicModel Train() => TopicTrainer.Train(Examples, null, Options);
}
