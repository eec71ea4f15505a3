using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;

namespace EnquiryTriage.Topics.Learning;

/// <summary>
/// ML.NET's LbfgsMaximumEntropy on the rows' features. Its defaults (L1 and L2 of 1) collapse on few texts,
/// so there is no L1 and the L2 is small; one thread keeps it deterministic.
/// </summary>
internal static class MaximumEntropyTrainer
{
    private const string FeaturesColumn = nameof(Row.Features);
    private const string LabelColumn = nameof(Row.Label);

    /// <summary>Trains and returns the ML.NET pipeline as its own zip file, byte for byte the same for the same rows.</summary>
    public static byte[] Train(HeadProblem problem, double penalty, int maximumIterations)
    {
        var context = new MLContext(seed: 1);
        var features = problem.SparseFeatures + problem.DenseFeatures;
        var schema = SchemaDefinition.Create(typeof(Row));
        schema[FeaturesColumn].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features);
        schema[LabelColumn].ColumnType = new KeyDataViewType(typeof(uint), problem.Labels);
        var data = context.Data.LoadFromEnumerable(Rows(problem, features), schema);
        var trainer = context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(new LbfgsMaximumEntropyMulticlassTrainer.Options
        {
            FeatureColumnName = FeaturesColumn,
            LabelColumnName = LabelColumn,
            ExampleWeightColumnName = nameof(Row.Weight),
            L1Regularization = 0,
            L2Regularization = (float)penalty,
            HistorySize = 8,
            MaximumNumberOfIterations = maximumIterations,
            OptimizationTolerance = 1e-5f,
            NumberOfThreads = 1,
        });
        var model = trainer.Fit(data);
        using var saved = new MemoryStream();
        context.Model.Save(model, data.Schema, saved);
        return WithoutTimes(saved);
    }

    /// <summary>The linear head inside a saved ML.NET pipeline.</summary>
    public static LinearHead Open(byte[] pipeline, int denseFeatures)
    {
        using var stream = new MemoryStream(pipeline, writable: false);
        var model = new MLContext(seed: 1).Model.Load(stream, out _);
        var scorer = model as MulticlassPredictionTransformer<MaximumEntropyModelParameters>
            ?? throw new InvalidDataException("The ML.NET pipeline in it is not a maximum-entropy classifier.");
        VBuffer<float>[] weights = [];
        scorer.Model.GetWeights(ref weights, out var labels);
        var biases = scorer.Model.GetBiases().ToArray();
        var features = weights[0].Length;

        // The constant is the last dense feature of every row, always 1: the bias joins its weight.
        var flat = new float[labels * features];
        for (var label = 0; label < labels; label++)
        {
            foreach (var (feature, weight) in weights[label].Items())
            {
                flat[(feature * labels) + label] = weight;
            }

            flat[((features - 1) * labels) + label] += biases[label];
        }

        return new LinearHead(labels, features - denseFeatures, denseFeatures, flat);
    }

    private static IEnumerable<Row> Rows(HeadProblem problem, int features)
    {
        for (var i = 0; i < problem.Rows.Count; i++)
        {
            var row = problem.Rows[i];
            var count = row.Indexes.Length + row.Dense.Length;
            int[] indexes = [.. row.Indexes, .. Enumerable.Range(problem.SparseFeatures, row.Dense.Length)];
            var vector = new VBuffer<float>(features, count, [.. row.Values, .. row.Dense], indexes);

            // A text with several labels counts once for each, by its share.
            for (var label = 0; label < problem.Labels; label++)
            {
                if (problem.Targets[i][label] > 0)
                {
                    yield return new Row { Label = (uint)label, Weight = problem.Weights[i] * problem.Targets[i][label], Features = vector };
                }
            }
        }
    }

    // ML.NET stamps the hour on the entries of its zip file.
    private static byte[] WithoutTimes(MemoryStream saved)
    {
        saved.Position = 0;
        using var result = new MemoryStream();
        using (var from = new ZipArchive(saved, ZipArchiveMode.Read, leaveOpen: true))
        using (var to = new ZipArchive(result, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var entry in from.Entries.OrderBy(entry => entry.FullName, StringComparer.Ordinal))
            {
                var copy = to.CreateEntry(entry.FullName, CompressionLevel.Fastest);
                copy.LastWriteTime = new DateTimeOffset(2021, 4, 7, 0, 0, 0, TimeSpan.Zero);
                using var target = copy.Open();
                using var source = entry.Open();
                source.CopyTo(target);
            }
        }

        return result.ToArray();
    }

    private sealed class Row
    {
        // A key from an enumerable counts from 0, though ML.NET keeps keys from 1.
        public uint Label { get; set; }

        public float Weight { get; set; }

        public VBuffer<float> Features { get; set; }
    }
}
