namespace EnquiryTriage.Topics.Learning;

/// <summary>How labels share a text.</summary>
internal enum HeadLoss
{
    /// <summary>Exactly one label a text: multinomial logistic regression.</summary>
    OneOf,

    /// <summary>Any number of labels a text: a logistic regression each.</summary>
    AnyOf,
}

/// <summary>What a head is to learn.</summary>
/// <param name="Rows">The texts' features.</param>
/// <param name="Targets">For each row, the wanted probability of each label.</param>
/// <param name="Weights">How much each row counts; 1 is usual.</param>
/// <param name="Labels">How many labels there are.</param>
/// <param name="SparseFeatures">How many sparse features the rows have.</param>
/// <param name="Loss">Whether the labels exclude each other.</param>
internal sealed record HeadProblem(
    IReadOnlyList<FeatureRow> Rows,
    IReadOnlyList<float[]> Targets,
    IReadOnlyList<float> Weights,
    int Labels,
    int SparseFeatures,
    HeadLoss Loss)
{
    /// <summary>How many dense features the rows have.</summary>
    public int DenseFeatures => Rows.Count == 0 ? 0 : Rows[0].Dense.Length;

    /// <summary>The same problem on some of its rows.</summary>
    public HeadProblem Only(IReadOnlyList<int> rows) => this with
    {
        Rows = [.. rows.Select(row => Rows[row])],
        Targets = [.. rows.Select(row => Targets[row])],
        Weights = [.. rows.Select(row => Weights[row])],
    };
}
