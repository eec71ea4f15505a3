using System.Numerics.Tensors;

namespace EnquiryTriage.Topics.Learning;

/// <summary>
/// The inner products of every row with every other. What the rows' features say to a linear head trained in their span is all in here:
/// long texts touch a thousand features each, and a product with this table costs less than a pass over them, and is shared by all heads and folds.
/// </summary>
internal sealed class Gram
{
    // From here on the table is larger than what a pass over the rows reads: 6,000 rows are 144 MB.
    private const int MostRows = 6000;

    // Below this many features a row (short texts), a pass over the features is quicker.
    private const int FewFeatures = 200;

    private readonly float[] values;

    internal Gram(float[] values, int rows) => (this.values, Rows) = (values, rows);

    /// <summary>How many rows there are.</summary>
    public int Rows { get; }

    /// <summary>Whether the table pays for these rows.</summary>
    public static bool Pays(IReadOnlyList<FeatureRow> rows) =>
        rows.Count is > 0 and <= MostRows && rows.Average(row => row.Indexes.Length) >= FewFeatures;

    /// <summary>Computes the table, on all processors; each row's sums are always taken in the same order.</summary>
    public static Gram Of(IReadOnlyList<FeatureRow> rows, int sparseFeatures, CancellationToken cancellation)
    {
        var postings = Postings.Of(rows, sparseFeatures);
        var table = new float[rows.Count * rows.Count];
        Parallel.For(0, rows.Count, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            var sums = table.AsSpan(i * rows.Count, i + 1);
            for (var j = 0; j < rows[i].Indexes.Length; j++)
            {
                postings.AddTo(sums, rows[i].Indexes[j], rows[i].Values[j]);
            }

            for (var other = 0; other <= i; other++)
            {
                sums[other] += TensorPrimitives.Dot<float>(rows[i].Dense, rows[other].Dense);
            }
        });
        Mirror(table, rows.Count);
        return new Gram(table, rows.Count);
    }

    /// <summary>The table with another symmetric one added, given line by line up to the diagonal.</summary>
    public Gram Plus(Func<int, float[]> line)
    {
        var sums = values.ToArray();
        Parallel.For(0, Rows, i => TensorPrimitives.Add(sums.AsSpan(i * Rows, i + 1), line(i).AsSpan(0, i + 1), sums.AsSpan(i * Rows, i + 1)));
        Mirror(sums, Rows);
        return new Gram(sums, Rows);
    }

    /// <summary>The same table on some of its rows.</summary>
    public Gram Only(IReadOnlyList<int> rows)
    {
        var chosen = new float[rows.Count * rows.Count];
        for (var i = 0; i < rows.Count; i++)
        {
            var from = values.AsSpan(rows[i] * Rows, Rows);
            for (var j = 0; j < rows.Count; j++)
            {
                chosen[(i * rows.Count) + j] = from[rows[j]];
            }
        }

        return new Gram(chosen, rows.Count);
    }

    /// <summary>The table times a matrix of one line of <paramref name="labels"/> numbers a row.</summary>
    public void Multiply(float[] matrix, int labels, float[] result)
    {
        var columns = new float[matrix.Length];
        for (var i = 0; i < Rows; i++)
        {
            for (var label = 0; label < labels; label++)
            {
                columns[(label * Rows) + i] = matrix[(i * labels) + label];
            }
        }

        Parallel.For(0, Rows, i =>
        {
            var row = values.AsSpan(i * Rows, Rows);
            for (var label = 0; label < labels; label++)
            {
                result[(i * labels) + label] = TensorPrimitives.Dot<float>(row, columns.AsSpan(label * Rows, Rows));
            }
        });
    }

    private static void Mirror(float[] table, int rows)
    {
        for (var i = 0; i < rows; i++)
        {
            for (var other = i + 1; other < rows; other++)
            {
                table[(i * rows) + other] = table[(other * rows) + i];
            }
        }
    }

    /// <summary>For each sparse feature the rows that have it, ascending.</summary>
    private sealed class Postings(int[] starts, int[] rows, float[] values)
    {
        public static Postings Of(IReadOnlyList<FeatureRow> rows, int sparseFeatures)
        {
            var starts = new int[sparseFeatures + 1];
            foreach (var index in rows.SelectMany(row => row.Indexes))
            {
                starts[index + 1]++;
            }

            for (var i = 0; i < sparseFeatures; i++)
            {
                starts[i + 1] += starts[i];
            }

            var next = starts.ToArray();
            var (holders, values) = (new int[starts[^1]], new float[starts[^1]]);
            for (var row = 0; row < rows.Count; row++)
            {
                for (var j = 0; j < rows[row].Indexes.Length; j++)
                {
                    var at = next[rows[row].Indexes[j]]++;
                    (holders[at], values[at]) = (row, rows[row].Values[j]);
                }
            }

            return new Postings(starts, holders, values);
        }

        /// <summary>Adds the feature's part to the sums of the first rows.</summary>
        public void AddTo(Span<float> sums, int feature, float value)
        {
            for (var i = starts[feature]; i < starts[feature + 1] && rows[i] < sums.Length; i++)
            {
                sums[rows[i]] += value * values[i];
            }
        }
    }
}
