using System.Diagnostics;
using EnquiryTriage.Topics;

namespace EnquiryTriage.Benchmarks;

/// <summary>The model on each text, one thread.</summary>
internal static class TopicsBenchmark
{
    private const int Rounds = 5;

    public static int Run(string modelPath, string dataPath)
    {
        var load = Stopwatch.StartNew();
        using var model = TopicModel.Load(modelPath);
        var loadSeconds = load.Elapsed.TotalSeconds;
        var texts = TrainingData.Load(dataPath);
        PredictAll(model, texts);
        var seconds = new double[Rounds];
        for (var i = 0; i < Rounds; i++)
        {
            var watch = Stopwatch.StartNew();
            PredictAll(model, texts);
            seconds[i] = watch.Elapsed.TotalSeconds;
        }

        Result.Print(new
        {
            Texts = texts.Count,
            LoadSeconds = loadSeconds,
            Seconds = seconds,
            MedianTextsPerSecond = texts.Count / seconds.Order().ElementAt(Rounds / 2),
        });
        return 0;
    }

    private static void PredictAll(TopicModel model, IReadOnlyList<TrainingExample> texts)
    {
        foreach (var text in texts)
        {
            model.Predict(text.Subject, text.Text ?? text.Body ?? "");
        }
    }
}
