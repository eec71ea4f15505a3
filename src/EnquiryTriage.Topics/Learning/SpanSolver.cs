using System.Numerics.Tensors;

namespace EnquiryTriage.Topics.Learning;

/// <summary>
/// Logistic regression with an L2 penalty by L-BFGS, solved in the span of the training rows. Every iterate of L-BFGS
/// from zero is a weighted sum of rows, so vectors are kept as one number for each row and label together with their image
/// (what they score on every row). Inner products, norms and line searches then need no pass over the features: one
/// pass an iteration remains, and memory grows with rows, not with features. Single-threaded and deterministic.
/// </summary>
internal static class SpanSolver
{
    private const int History = 8;
    private const double SufficientDecrease = 1e-4;
    private const double Tolerance = 2e-4;

    /// <summary>Trains a head. <paramref name="penalty"/> is the L2 weight against the sum of losses (1/C elsewhere).</summary>
    public static LinearHead Train(HeadProblem problem, double penalty, int maximumIterations, CancellationToken cancellation) =>
        Train(problem, gram: null, penalty, maximumIterations, cancellation);

    /// <summary>The same; <paramref name="gram"/> holds the rows' inner products, or is null where a pass over the features is to find them.</summary>
    public static LinearHead Train(HeadProblem problem, Gram? gram, double penalty, int maximumIterations, CancellationToken cancellation) =>
        Solve(problem, gram, penalty, maximumIterations, cancellation).ToHead();

    /// <summary>Solves, for those who need the rows' shares in the solution too.</summary>
    public static State Solve(HeadProblem problem, Gram? gram, double penalty, int maximumIterations, CancellationToken cancellation)
    {
        var state = new State(problem, gram, penalty);
        var pairs = new List<Pair>(History);
        var gradient = state.Gradient();
        var first = Math.Sqrt(Inner(gradient, gradient));
        for (var iteration = 0; iteration < maximumIterations && first > 0; iteration++)
        {
            cancellation.ThrowIfCancellationRequested();
            var direction = Direction(gradient, pairs);
            var slope = Inner(direction, gradient);
            if (slope >= 0 || !state.Search(direction, slope, iteration == 0 ? Math.Min(1, 1 / first) : 1, out var step))
            {
                break;
            }

            var next = state.Gradient();
            var (change, turn) = (Scaled(direction, step), Difference(next, gradient));
            gradient = next;
            var curvature = Inner(change, turn);
            if (curvature > 1e-12)
            {
                if (pairs.Count == History)
                {
                    pairs.RemoveAt(0);
                }

                pairs.Add(new Pair(change, turn, 1 / curvature, curvature / Inner(turn, turn)));
            }

            if (Math.Sqrt(Inner(gradient, gradient)) < Tolerance * first)
            {
                break;
            }
        }

        return state;
    }

    private static Vector Direction(Vector gradient, List<Pair> pairs)
    {
        var direction = Scaled(gradient, -1);
        var taken = new double[pairs.Count];
        for (var i = pairs.Count - 1; i >= 0; i--)
        {
            taken[i] = pairs[i].Rho * Inner(pairs[i].Change, direction);
            AddTo(direction, pairs[i].Turn, -taken[i]);
        }

        if (pairs.Count > 0)
        {
            TensorPrimitives.Multiply(direction.Coordinates, (float)pairs[^1].Scale, direction.Coordinates);
            TensorPrimitives.Multiply(direction.Image, (float)pairs[^1].Scale, direction.Image);
        }

        for (var i = 0; i < pairs.Count; i++)
        {
            var given = pairs[i].Rho * Inner(pairs[i].Turn, direction);
            AddTo(direction, pairs[i].Change, taken[i] - given);
        }

        return direction;
    }

    private static double Inner(Vector a, Vector b) => TensorPrimitives.Dot<float>(a.Coordinates, b.Image);

    private static Vector Scaled(Vector a, double factor)
    {
        var result = new Vector(new float[a.Coordinates.Length], new float[a.Image.Length]);
        TensorPrimitives.Multiply(a.Coordinates, (float)factor, result.Coordinates);
        TensorPrimitives.Multiply(a.Image, (float)factor, result.Image);
        return result;
    }

    private static Vector Difference(Vector a, Vector b)
    {
        var result = new Vector(new float[a.Coordinates.Length], new float[a.Image.Length]);
        TensorPrimitives.Subtract<float>(a.Coordinates, b.Coordinates, result.Coordinates);
        TensorPrimitives.Subtract<float>(a.Image, b.Image, result.Image);
        return result;
    }

    private static void AddTo(Vector a, Vector b, double factor)
    {
        TensorPrimitives.MultiplyAdd(b.Coordinates, (float)factor, a.Coordinates, a.Coordinates);
        TensorPrimitives.MultiplyAdd(b.Image, (float)factor, a.Image, a.Image);
    }

    internal sealed record Vector(float[] Coordinates, float[] Image);

    private sealed record Pair(Vector Change, Vector Turn, double Rho, double Scale);

    internal sealed class State
    {
        private readonly HeadProblem problem;
        private readonly float lambda;
        private readonly double total;
        private readonly Gram? gram;
        private float[] features = [];
        private readonly float[] residual;
        private Vector at;
        private double loss;

        public State(HeadProblem problem, Gram? gram, double penalty)
        {
            this.problem = problem;
            this.gram = gram;
            total = Math.Max(problem.Weights.Sum(), 1e-9);
            lambda = (float)(penalty / total);
            var size = problem.Rows.Count * problem.Labels;
            residual = new float[size];
            at = new Vector(new float[size], new float[size]);
            loss = Evaluate(at, residual);
        }

        /// <summary>The gradient here: residuals and penalty as coordinates, one pass over the features for the image.</summary>
        internal Vector Gradient()
        {
            var coordinates = new float[residual.Length];
            TensorPrimitives.MultiplyAdd(at.Coordinates, lambda, residual, coordinates);
            var image = new float[coordinates.Length];
            if (gram is null)
            {
                Spread(coordinates);
                Gather(image);
            }
            else
            {
                gram.Multiply(coordinates, problem.Labels, image);
            }

            return new Vector(coordinates, image);
        }

        /// <summary>Halves the step until the loss falls enough; moves there. False where no step helps.</summary>
        internal bool Search(Vector direction, double slope, double firstStep, out double step)
        {
            var trial = new float[residual.Length];
            for (step = firstStep; step > 1e-10; step /= 2)
            {
                var next = Scaled(at, 1);
                AddTo(next, direction, step);
                var reached = Evaluate(next, trial);
                if (reached <= loss + (SufficientDecrease * step * slope))
                {
                    (at, loss) = (next, reached);
                    trial.CopyTo(residual, 0);
                    return true;
                }
            }

            return false;
        }

        /// <summary>What each row gives to each label's weights.</summary>
        public float[] Coordinates => at.Coordinates;

        /// <summary>The weights on the features.</summary>
        public LinearHead ToHead()
        {
            Spread(at.Coordinates);
            return new LinearHead(problem.Labels, problem.SparseFeatures, problem.DenseFeatures, features);
        }

        private double Evaluate(Vector vector, float[] residuals)
        {
            var labels = problem.Labels;
            var sum = 0.0;
            var share = new float[labels];
            for (var row = 0; row < problem.Rows.Count; row++)
            {
                var logits = vector.Image.AsSpan(row * labels, labels);
                var target = problem.Targets[row];
                var weight = problem.Weights[row];
                sum += weight * (problem.Loss == HeadLoss.OneOf ? OneOf(logits, target, share) : AnyOf(logits, target, share));
                TensorPrimitives.Subtract<float>(share, target, share);
                TensorPrimitives.Multiply(share, (float)(weight / total), residuals.AsSpan(row * labels, labels));
            }

            return (sum / total) + (0.5 * lambda * Inner(vector, vector));
        }

        // Targets may be soft, or sum to anything: the residual for a row is (sum of targets) · softmax − target.
        private static double OneOf(ReadOnlySpan<float> logits, float[] target, float[] share)
        {
            var highest = TensorPrimitives.Max(logits);
            TensorPrimitives.Subtract(logits, highest, share);
            TensorPrimitives.Exp<float>(share, share);
            var sum = TensorPrimitives.Sum<float>(share);
            var mass = TensorPrimitives.Sum<float>(target);
            TensorPrimitives.Multiply(share, mass / sum, share);
            return (mass * (highest + Math.Log(sum))) - TensorPrimitives.Dot(logits, target);
        }

        private static double AnyOf(ReadOnlySpan<float> logits, float[] target, float[] share)
        {
            TensorPrimitives.Sigmoid(logits, share);
            var sum = 0.0;
            for (var label = 0; label < target.Length; label++)
            {
                var z = (double)logits[label];
                sum += Math.Max(z, 0) - (z * target[label]) + Math.Log(1 + Math.Exp(-Math.Abs(z)));
            }

            return sum;
        }

        private void Spread(float[] coordinates)
        {
            if (features.Length == 0)
            {
                features = new float[(problem.SparseFeatures + problem.DenseFeatures) * problem.Labels];
            }

            Array.Clear(features);
            var labels = problem.Labels;
            for (var i = 0; i < problem.Rows.Count; i++)
            {
                var from = coordinates.AsSpan(i * labels, labels);
                var row = problem.Rows[i];
                for (var j = 0; j < row.Indexes.Length; j++)
                {
                    var to = features.AsSpan(row.Indexes[j] * labels, labels);
                    TensorPrimitives.MultiplyAdd(from, row.Values[j], to, to);
                }

                for (var j = 0; j < row.Dense.Length; j++)
                {
                    var to = features.AsSpan((problem.SparseFeatures + j) * labels, labels);
                    TensorPrimitives.MultiplyAdd(from, row.Dense[j], to, to);
                }
            }
        }

        private void Gather(float[] image)
        {
            var labels = problem.Labels;
            for (var i = 0; i < problem.Rows.Count; i++)
            {
                var to = image.AsSpan(i * labels, labels);
                var row = problem.Rows[i];
                for (var j = 0; j < row.Indexes.Length; j++)
                {
                    TensorPrimitives.MultiplyAdd(features.AsSpan(row.Indexes[j] * labels, labels), row.Values[j], to, to);
                }

                for (var j = 0; j < row.Dense.Length; j++)
                {
                    TensorPrimitives.MultiplyAdd(features.AsSpan((problem.SparseFeatures + j) * labels, labels), row.Dense[j], to, to);
                }
            }
        }
    }
}
