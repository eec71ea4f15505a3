using EnquiryTriage.Topics.Learning;

namespace EnquiryTriage.Topics.Tests;

public sealed class CalibratingTests
{
    [Fact]
    public void The_temperature_makes_stated_confidence_come_true()
    {
        // Logits of ±3 say 0.9975, but only eight in ten are right: the best temperature makes it say 0.8.
        var logits = Enumerable.Range(0, 1000).Select(_ => new[] { 3f, -3f }).ToArray();
        var right = Enumerable.Range(0, 1000).Select(i => new[] { i % 5 == 0 ? 1 : 0 }).ToArray();

        var temperature = Calibrating.Temperature(logits, right);

        Assert.Equal(0.8, Probabilities.Softmax(logits[0], temperature)[0], 3);
    }

    [Fact]
    public void A_text_with_two_right_labels_counts_as_right_by_either()
    {
        var logits = Enumerable.Range(0, 100).Select(_ => new[] { 1f, 0f, -1f }).ToArray();

        var both = Calibrating.Temperature(logits, [.. Enumerable.Range(0, 100).Select(Right)]);

        var probabilities = Probabilities.Softmax(logits[0], both);
        Assert.Equal(0.9, probabilities[0] + probabilities[1], 2);

        static int[] Right(int i) => i % 10 == 0 ? [2] : [0, 1];
    }

    [Fact]
    public void A_text_that_counts_twice_draws_the_temperature_as_two_do()
    {
        float[][] logits = [[2f, 0f], [2f, 0f], [2f, 0f], [1f, 0f]];
        int[][] right = [[0], [0], [1], [0]];

        Assert.Equal(
            Calibrating.Temperature([.. logits, logits[2]], [.. right, right[2]]),
            Calibrating.Temperature(logits, right, [1, 1, 2, 1]),
            1e-6);
    }

    [Fact]
    public void Abstention_counts_texts_by_their_weight() =>
        Assert.Equal((0.7, 0.75, 1.0), Calibrating.Abstention([0.9, 0.7, 0.5], [true, true, false], 0.9, [2, 1, 1]));

    [Fact]
    public void Abstention_takes_as_many_texts_as_the_wanted_precision_allows()
    {
        double[] certainties = [0.9, 0.8, 0.7, 0.6, 0.5];
        bool[] right = [true, true, false, true, false];

        Assert.Equal((0.8, 0.4, 1.0), Calibrating.Abstention(certainties, right, 0.9));
        Assert.Equal((0.6, 0.8, 0.75), Calibrating.Abstention(certainties, right, 0.7));
    }

    [Fact]
    public void Where_no_threshold_is_precise_enough_the_most_precise_is_taken()
    {
        var (threshold, _, precision) = Calibrating.Abstention([0.9, 0.8, 0.7], [false, true, true], 0.99);

        Assert.Equal(0.7, threshold);
        Assert.Equal(2 / 3.0, precision);
    }

    [Fact]
    public void The_threshold_of_best_f1_lies_between_the_last_hit_and_the_next()
    {
        var threshold = Calibrating.BestF1([0.9, 0.6, 0.4, 0.1], [true, true, false, false]);

        Assert.Equal(0.5, threshold, 9);
    }

    [Fact]
    public void A_label_that_nothing_carries_is_never_named() =>
        Assert.Equal(1, Calibrating.FurtherThreshold([0.9, 0.1], [false, false], 0.3));

    [Fact]
    public void The_urgency_threshold_finds_the_wanted_share_where_the_two_are_apart()
    {
        var scores = Enumerable.Range(1, 100).Select(i => i / 100.0).ToArray();
        var urgent = scores.Select(score => score > 0.5).ToArray();

        var threshold = Calibrating.Screening(scores, urgent, 0.98, 0.04);

        Assert.Equal(49, scores.Where((score, i) => urgent[i] && score >= threshold).Count());
        Assert.DoesNotContain(scores.Where((_, i) => !urgent[i]), score => score >= threshold);
    }

    [Fact]
    public void The_urgency_threshold_flags_no_more_of_the_others_than_people_bear()
    {
        var scores = Enumerable.Range(1, 100).Select(i => i / 100.0).ToArray();
        var urgent = scores.Select((_, i) => i % 2 == 0).ToArray();

        var threshold = Calibrating.Screening(scores, urgent, 0.99, 0.1);

        Assert.Equal(5, scores.Where((score, i) => !urgent[i] && score >= threshold).Count());
    }
}
