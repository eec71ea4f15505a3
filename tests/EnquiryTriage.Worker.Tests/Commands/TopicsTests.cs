using System.Text.Json;

namespace EnquiryTriage.Worker.Tests.Commands;

[Collection(nameof(WorkerProcessTests))]
public sealed class TopicsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public TopicsTests() => File.WriteAllText(_folder.At("data.jsonl"), TinyModel.Data);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_same_data_gives_the_same_model_byte_for_byte()
    {
        var (exit, output, errors) = await RunAsync("train", "--data", "data.jsonl", "--out", "one.model");
        await RunAsync("train", "--data", "data.jsonl", "--out", "two.model");

        Assert.Equal((0, ""), (exit, errors));
        Assert.Contains("2 topics from 16 texts", output, StringComparison.Ordinal);
        Assert.Equal(File.ReadAllBytes(_folder.At("one.model")), File.ReadAllBytes(_folder.At("two.model")));
    }

    [Fact]
    public async Task A_trained_model_is_evaluated_and_asked()
    {
        await RunAsync("train", "--data", "data.jsonl", "--out", "one.model");

        var (_, evaluated, _) = await RunAsync("evaluate", "--model", "one.model", "--data", "data.jsonl", "--format", "json");
        var (_, predicted, _) = await RunAsync("predict", "--model", "one.model", "--data", "data.jsonl");
        var (exit, words, _) = await RunAsync("evaluate", "--model", "one.model", "--data", "data.jsonl");

        var evaluation = JsonElement.Parse(evaluated);
        Assert.All(
            ["accuracy", "macroF1", "microF1", "perTopic", "confusion", "calibrationError", "coverage", "areaUnderRoc", "n"],
            name => Assert.True(evaluation.TryGetProperty(name, out _), name));
        Assert.Equal(16, evaluation.GetProperty("n").GetInt32());
        Assert.Equal(1.0, evaluation.GetProperty("accuracy").GetDouble());
        var lines = predicted.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonElement.Parse(l)).ToList();
        Assert.Equal(16, lines.Count);
        Assert.Equal(("t0", "drugs"), (lines[0].GetProperty("id").GetString(), lines[0].GetProperty("top").GetString()));
        Assert.Equal(JsonValueKind.Null, lines[0].GetProperty("kind").ValueKind);
        Assert.Equal(JsonValueKind.Null, lines[0].GetProperty("urgent").ValueKind);
        Assert.Equal(0, exit);
        Assert.Contains("accuracy 1.000", words, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"id\":\"a\",\"text\":\"x\",\"topics\":[\"drugs\"]}\nnot json\n", "data2.jsonl, line 2 is not a JSON object")]
    [InlineData("{\"id\":\"a\",\"topics\":[\"drugs\"]}\n", "data2.jsonl, line 1 has no text")]
    [InlineData("{\"id\":\"a\",\"text\":\"x\"}\n", "data2.jsonl, line 1 has no \"topics\"")]
    [InlineData("", "The data holds no texts")]
    public async Task Bad_data_exits_2_and_names_file_and_line(string data, string says)
    {
        File.WriteAllText(_folder.At("data2.jsonl"), data);

        var (exit, output, errors) = await RunAsync("train", "--data", "data2.jsonl", "--out", "x.model");

        Assert.Equal((2, ""), (exit, output));
        Assert.StartsWith(says, errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("x.model")));
    }

    [Theory]
    [InlineData("nowhere.model")]
    [InlineData("data.jsonl")]
    public async Task A_model_that_is_missing_or_none_exits_2_and_is_named(string path)
    {
        var (exit, _, errors) = await RunAsync("predict", "--model", path, "--data", "data.jsonl");

        Assert.Equal(2, exit);
        Assert.Contains(path, errors, StringComparison.Ordinal);
    }

    private Task<(int Exit, string Output, string Errors)> RunAsync(params string[] arguments) =>
        WorkerProcess.RunAsync(_folder.Root, ["topics", .. arguments]);
}
