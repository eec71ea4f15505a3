using EnquiryTriage.Topics.Learning;

namespace EnquiryTriage.Topics.Tests;

public sealed class HeadTests
{
    [Fact]
    public void Our_solver_and_ML_NET_find_the_same_optimum()
    {
        var problem = Problem(HeadLoss.OneOf);

        var ours = SpanSolver.Train(problem, 0.5, 500, CancellationToken.None);
        var theirs = MaximumEntropyTrainer.Open(MaximumEntropyTrainer.Train(problem, 0.5, 500), denseFeatures: 1);

        // ML.NET adds a bias without penalty beside the constant feature, so the two agree closely but not exactly.
        foreach (var row in problem.Rows)
        {
            var (a, b) = (Probabilities.Softmax(ours.Score(row), 1), Probabilities.Softmax(theirs.Score(row), 1));
            Assert.All(Enumerable.Range(0, 3), label => Assert.InRange(a[label] - b[label], -0.03, 0.03));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void At_the_optimum_no_small_change_lowers_the_loss(int lossNumber)
    {
        var problem = Problem((HeadLoss)lossNumber);
        var head = SpanSolver.Train(problem, 0.5, 500, CancellationToken.None);
        var best = Loss(problem, head, 0.5);
        var random = new Random(7);
        for (var trial = 0; trial < 20; trial++)
        {
            var moved = new float[3 * 5];
            for (var i = 0; i < moved.Length; i++)
            {
                moved[i] = head.WeightsOf(i / 3)[i % 3] + ((float)random.NextDouble() - 0.5f) * 0.1f;
            }

            Assert.True(Loss(problem, new LinearHead(3, 4, 1, moved), 0.5) > best);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void With_the_rows_inner_products_the_solver_finds_the_same_head(int lossNumber)
    {
        var problem = Problem((HeadLoss)lossNumber);
        int[] chosen = [.. Enumerable.Range(0, 60)];
        var gram = Gram.Of(problem.Rows, problem.SparseFeatures, CancellationToken.None).Only(chosen);

        var by = SpanSolver.Train(problem.Only(chosen), gram, 0.5, 500, CancellationToken.None);
        var without = SpanSolver.Train(problem.Only(chosen), 0.5, 500, CancellationToken.None);

        Assert.All(problem.Rows, row => Assert.All(
            Enumerable.Range(0, 3), label => Assert.Equal(without.Score(row)[label], by.Score(row)[label], 0.01f)));
    }

    [Fact]
    public void Inner_products_are_those_of_sparse_and_dense_parts_together()
    {
        FeatureRow[] rows = [new([0, 2], [1f, 2f], [3f]), new([2], [5f], [7f])];
        var gram = Gram.Of(rows, 3, CancellationToken.None).Plus(line => line == 0 ? [100f] : [1000f, 10000f]);
        var result = new float[2];

        gram.Multiply([1f, 0f], 1, result);
        Assert.Equal([114f, 1031f], result);

        gram.Multiply([0f, 1f], 1, result);
        Assert.Equal([1031f, 10074f], result);
    }

    [Fact]
    public void Each_training_text_speaks_for_its_labels_by_its_nearness_and_survives_the_file()
    {
        var near = NearnessHead.Nearness([1f, 0f]);
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        NearnessHead.Of(2, [1f, 0.5f, 0f, 2f]).Write(writer);
        stream.Position = 0;
        using var reader = new BinaryReader(stream);
        var logits = new[] { 10f, 20f };

        NearnessHead.Read(reader).AddTo(logits, near);

        Assert.True(near[0] > 10 * near[1]);
        Assert.Equal(10 + near[0], logits[0], 1e-4f);
        Assert.Equal(20 + (near[0] / 2) + (2 * near[1]), logits[1], 1e-4f);
    }

    [Fact]
    public void A_head_survives_its_file_to_half_precision()
    {
        var head = SpanSolver.Train(Problem(HeadLoss.OneOf), 0.5, 100, CancellationToken.None);
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        head.Write(writer);
        stream.Position = 0;
        using var reader = new BinaryReader(stream);

        var read = LinearHead.Read(reader);

        Assert.Equal(head.Rounded().WeightsOf(2).ToArray(), read.WeightsOf(2).ToArray());
        Assert.All(Enumerable.Range(0, 3), label => Assert.Equal(head.WeightsOf(0)[label], read.WeightsOf(0)[label], 0.01f));
    }

    // Four sparse features and the constant; each label has two features of its own making, with noise.
    private static HeadProblem Problem(HeadLoss loss)
    {
        var random = new Random(3);
        var rows = new List<FeatureRow>();
        var targets = new List<float[]>();
        for (var i = 0; i < 90; i++)
        {
            var label = i % 3;
            var other = random.Next(4);
            var indexes = new[] { label, other }.Distinct().Order().ToArray();
            rows.Add(new FeatureRow(indexes, [.. indexes.Select(_ => (float)random.NextDouble() + 0.2f)], [1f]));
            var target = new float[3];
            target[random.Next(6) == 0 ? (label + 1) % 3 : label] = 1;
            targets.Add(target);
        }

        return new HeadProblem(rows, targets, [.. rows.Select(_ => 1f)], 3, 4, loss);
    }

    private static double Loss(HeadProblem problem, LinearHead head, double penalty)
    {
        var loss = 0.0;
        for (var i = 0; i < problem.Rows.Count; i++)
        {
            var logits = head.Score(problem.Rows[i]);
            for (var label = 0; label < 3; label++)
            {
                var share = problem.Loss == HeadLoss.OneOf ? Probabilities.Softmax(logits, 1)[label] : Probabilities.Sigmoid(logits[label]);
                loss -= problem.Targets[i][label] * Math.Log(share);
                loss -= problem.Loss == HeadLoss.AnyOf ? (1 - problem.Targets[i][label]) * Math.Log(1 - share) : 0;
            }
        }

        for (var feature = 0; feature < 5; feature++)
        {
            foreach (var weight in head.WeightsOf(feature))
            {
                loss += penalty / 2 * weight * weight;
            }
        }

        return loss;
    }
}
