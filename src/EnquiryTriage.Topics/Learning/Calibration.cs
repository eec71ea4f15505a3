namespace EnquiryTriage.Topics.Learning;

/// <summary>What cross-validation found: how to read the heads' logits, and where to stop trusting them.</summary>
internal sealed record Calibration
{
    /// <summary>The topic logits are divided by this before softmax.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Least certainty (<see cref="Prediction.Certainty"/>) at which the model does not abstain.</summary>
    public double AbstainBelow { get; init; } = double.NegativeInfinity;

    /// <summary>The precision that threshold was chosen for.</summary>
    public double TargetPrecision { get; init; }

    /// <summary>Share of texts above the threshold in cross-validation.</summary>
    public double Coverage { get; init; }

    /// <summary>Share of right answers among these.</summary>
    public double Precision { get; init; }

    /// <summary>Least probability at which each topic is named as a further one; empty where texts have one topic each.</summary>
    public IReadOnlyList<double> FurtherThresholds { get; init; } = [];

    /// <summary>The kind logits are divided by this before softmax.</summary>
    public double KindTemperature { get; init; } = 1;

    /// <summary>Least urgency score that raises the flag.</summary>
    public double UrgencyThreshold { get; init; } = 0.5;
}

/// <summary>Chooses temperatures and thresholds on scores of texts that the scoring head was not trained on.</summary>
internal static class Calibrating
{
    private const double SimilarityShare = 0.15;

    /// <summary>What abstention is decided on: a text unlike all that was learnt is trusted less.</summary>
    public static double Certainty(double confidence, double similarity) => Math.Log(Math.Max(confidence, 1e-12)) + (SimilarityShare * similarity);

    /// <summary>The temperature under which the right labels are likeliest; each text may have several right ones.</summary>
    /// <param name="logits">The logits of each text.</param>
    /// <param name="right">Its right labels.</param>
    /// <param name="weights">How much each text counts; null for all alike.</param>
    public static double Temperature(IReadOnlyList<float[]> logits, IReadOnlyList<int[]> right, IReadOnlyList<double>? weights = null)
    {
        // The likelihood has one maximum in 1/T: golden-section search on a log scale.
        var (low, high) = (Math.Log(0.02), Math.Log(20));
        var ratio = (Math.Sqrt(5) - 1) / 2;
        for (var i = 0; i < 40; i++)
        {
            var left = high - (ratio * (high - low));
            var next = low + (ratio * (high - low));
            if (Loss(Math.Exp(left)) < Loss(Math.Exp(next)))
            {
                high = next;
            }
            else
            {
                low = left;
            }
        }

        return Math.Exp((low + high) / 2);

        double Loss(double temperature)
        {
            var sum = 0.0;
            for (var i = 0; i < logits.Count; i++)
            {
                var probabilities = Probabilities.Softmax(logits[i], temperature);
                sum -= (weights?[i] ?? 1) * Math.Log(Math.Max(right[i].Sum(label => probabilities[label]), 1e-12));
            }

            return sum;
        }
    }

    /// <summary>
    /// The least certainty from which answers are right with the wanted share, with the coverage and share it reached.
    /// Where no threshold reaches it, the one that comes nearest with a twentieth of the texts.
    /// </summary>
    public static (double Threshold, double Coverage, double Precision) Abstention(
        IReadOnlyList<double> certainties, IReadOnlyList<bool> right, double target, IReadOnlyList<double>? weights = null)
    {
        if (certainties.Count == 0)
        {
            return (double.NegativeInfinity, 1, 0);
        }

        var order = Enumerable.Range(0, certainties.Count).OrderByDescending(i => certainties[i]).ToArray();
        var total = weights?.Sum() ?? order.Length;
        var (hits, seen) = (0.0, 0.0);
        (int At, double Coverage, double Precision) best = (-1, 0, 0);
        (int At, double Coverage, double Precision) fallback = (0, 0, -1);
        for (var i = 0; i < order.Length; i++)
        {
            var weight = weights?[order[i]] ?? 1;
            seen += weight;
            hits += right[order[i]] ? weight : 0;
            var share = hits / seen;
            if (share >= target)
            {
                best = (i, seen / total, share);
            }

            if (seen >= total / 20 && share > fallback.Precision)
            {
                fallback = (i, seen / total, share);
            }
        }

        var chosen = best.Coverage >= 0.01 ? best : fallback;
        return (certainties[order[chosen.At]], chosen.Coverage, chosen.Precision);
    }

    /// <summary>
    /// The threshold with the best F1 for a label, drawn towards the common threshold where few texts carry it.
    /// </summary>
    public static double FurtherThreshold(IReadOnlyList<double> scores, IReadOnlyList<bool> carries, double common)
    {
        var positives = carries.Count(carry => carry);
        if (positives == 0)
        {
            return 1;
        }

        var share = positives / (positives + 10.0);
        return (share * BestF1(scores, carries)) + ((1 - share) * common);
    }

    /// <summary>The threshold with the best F1.</summary>
    public static double BestF1(IReadOnlyList<double> scores, IReadOnlyList<bool> carries)
    {
        var order = Enumerable.Range(0, scores.Count).OrderByDescending(i => scores[i]).ToArray();
        var positives = carries.Count(carry => carry);
        var (hits, best, threshold) = (0, -1.0, 0.5);
        for (var i = 0; i < order.Length; i++)
        {
            hits += carries[order[i]] ? 1 : 0;
            var f1 = 2.0 * hits / (i + 1 + positives);
            if (f1 > best)
            {
                best = f1;
                threshold = i + 1 < order.Length ? (scores[order[i]] + scores[order[i + 1]]) / 2 : scores[order[i]];
            }
        }

        return threshold;
    }

    /// <summary>
    /// The highest threshold that still finds the wanted share of urgent texts; where it would flag more of the others than people bear,
    /// the one that flags as many as they do.
    /// </summary>
    public static double Screening(IReadOnlyList<double> scores, IReadOnlyList<bool> urgent, double recall, double falseAlarms)
    {
        var positives = Enumerable.Range(0, scores.Count).Where(i => urgent[i]).Select(i => scores[i]).OrderDescending().ToArray();
        var others = Enumerable.Range(0, scores.Count).Where(i => !urgent[i]).Select(i => scores[i]).OrderDescending().ToArray();
        var found = positives.Length == 0 ? 0.5 : positives[Math.Min(positives.Length - 1, (int)Math.Ceiling(recall * positives.Length) - 1)] * 0.999;
        var borne = (int)(falseAlarms * others.Length);
        return borne < others.Length ? Math.Max(found, Math.BitIncrement(others[borne])) : found;
    }
}

/// <summary>From logits to probabilities.</summary>
internal static class Probabilities
{
    /// <summary>Softmax of the logits divided by a temperature.</summary>
    public static double[] Softmax(ReadOnlySpan<float> logits, double temperature)
    {
        var result = new double[logits.Length];
        var highest = System.Numerics.Tensors.TensorPrimitives.Max(logits);
        var sum = 0.0;
        for (var i = 0; i < result.Length; i++)
        {
            result[i] = Math.Exp((logits[i] - highest) / temperature);
            sum += result[i];
        }

        for (var i = 0; i < result.Length; i++)
        {
            result[i] /= sum;
        }

        return result;
    }

    /// <summary>The logistic function.</summary>
    public static double Sigmoid(double logit) => 1 / (1 + Math.Exp(-logit));

    /// <summary>The position of the greatest value, the first of equals.</summary>
    public static int Best(ReadOnlySpan<double> values)
    {
        var best = 0;
        for (var i = 1; i < values.Length; i++)
        {
            best = values[i] > values[best] ? i : best;
        }

        return best;
    }
}
