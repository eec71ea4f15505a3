using System.Text.Json;

namespace EnquiryTriage.Worker.Tests.Commands;

/// <summary>What people correct, what may be trained on, and which model is in use.</summary>
[Collection(nameof(WorkerProcessTests))]
public sealed class LearningTests : IAsyncLifetime, IDisposable
{
    private readonly Office _office = new();
    private string _reference = "";

    public async Task InitializeAsync()
    {
        _office.Deliver(Mails.Raw("Lads on bikes call at Barbara Tansell's flat, 07700 900123."), "1.eml");
        await _office.TakeInAsync();
        _reference = (await _office.OnlyLifeAsync()).Summary.Reference;
        _office.Close();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _office.Dispose();

    [Fact]
    public async Task A_correction_routes_anew_and_is_released_without_names()
    {
        var corrected = await RunAsync(0, "correct", _reference, "--topic", "fraud", "drugs", "--kind", "media", "--by", "jo");
        Assert.StartsWith($"{_reference}: media, fraud, drugs; team press", corrected, StringComparison.Ordinal);
        var id = corrected.TrimEnd('.', '\n').Split(' ')[^1];

        var released = await RunAsync(0, "topics", "corrections", "release", id, "--by", "sam");
        Assert.Contains("Lads on bikes call at [name] [name] flat, 00000 000000.", released, StringComparison.Ordinal);

        var listed = JsonElement.Parse(await RunAsync(0, "topics", "corrections", "list", "--format", "json"));
        Assert.Equal(("jo", "drugs", "sam"), (Text("by"), Text("wasTopic"), Text("releasedBy")));
        Assert.Equal(["fraud", "drugs"], listed.GetProperty("topics").EnumerateArray().Select(t => t.GetString()!));

        string? Text(string name) => listed.GetProperty(name).GetString();
    }

    [Fact]
    public async Task A_topic_that_is_on_no_list_is_refused()
    {
        var (exit, _, errors) = await WorkerProcess.RunAsync(_office.Folder.Root, ["correct", _reference, "--topic", "drugz"]);

        Assert.Equal(2, exit);
        Assert.StartsWith("--topic: 'drugz' is not a topic: use ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worse_model_is_refused_unless_forced_and_can_be_taken_back()
    {
        var texts = _office.Folder.At("texts.jsonl");
        await File.WriteAllLinesAsync(texts, Texts("drugs", "pills in the street").Concat(Texts("fraud", "money for a parcel")));
        var swapped = _office.Folder.At("swapped.jsonl");
        await File.WriteAllLinesAsync(swapped, Texts("fraud", "pills in the street").Concat(Texts("drugs", "money for a parcel")));
        await RunAsync(0, "topics", "train", "--data", texts, "--out", "good.model");
        await RunAsync(0, "topics", "train", "--data", swapped, "--out", "bad.model");

        Assert.Contains("is in use from the next start on", await RunAsync(0, "topics", "promote", "good.model", "--data", texts, "--force"), StringComparison.Ordinal);
        await RunAsync(1, "topics", "promote", "bad.model", "--data", texts);
        Assert.Equal("1.000", Json(await RunAsync(0, "topics", "evaluate", "--model", "bad.model", "--data", texts, "--against", "in-use", "--format", "json")).GetProperty("inUse").GetProperty("accuracy").GetDouble().ToString("0.000", null));
        await RunAsync(0, "topics", "promote", "bad.model", "--data", texts, "--force");
        Assert.Contains("0001-", await RunAsync(0, "topics", "rollback"), StringComparison.Ordinal);
        await RunAsync(0, "topics", "rollback");
        await RunAsync(1, "topics", "rollback");
    }

    [Fact]
    public async Task Drift_compares_the_period_with_the_one_before_and_with_training()
    {
        var rows = (await RunAsync(0, "topics", "drift", "--since", "2021-04-01", "--format", "json")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(3, rows.Length);
        Assert.Equal(1, Json(rows[0]).GetProperty("mails").GetInt32());
        Assert.Equal(0, Json(rows[0]).GetProperty("abstained").GetDouble());
        Assert.InRange(Json(rows[0]).GetProperty("unseenWords").GetDouble(), 0, 1);
    }

    private static JsonElement Json(string line) => JsonElement.Parse(line);

    private static IEnumerable<string> Texts(string topic, string words) => Enumerable.Range(0, 12).Select(i =>
        JsonSerializer.Serialize(new { id = $"{topic}{i}", text = $"{words} {(char)('a' + i)}{(char)('k' + i)}", topics = new[] { topic }, source = $"s{i % 4}" }));

    private async Task<string> RunAsync(int expected, params string[] arguments)
    {
        var (exit, output, errors) = await WorkerProcess.RunAsync(_office.Folder.Root, arguments);
        Assert.True(exit == expected, $"exit {exit}: {errors}");
        return output;
    }
}
