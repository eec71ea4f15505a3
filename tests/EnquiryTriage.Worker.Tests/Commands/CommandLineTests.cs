namespace EnquiryTriage.Worker.Tests.Commands;

[Collection(nameof(WorkerProcessTests))]
public sealed class CommandLineTests(TinyModel model) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Help_names_every_verb_and_ends_well()
    {
        var (exit, output, errors) = await RunAsync("--help");

        Assert.Equal((0, ""), (exit, errors));
        Assert.All(
            ["run", "demo", "inspect", "topics", "list", "show", "report", "mailbox", "outbox", "shadow", "doctor", "--config"],
            verb => Assert.Contains(verb, output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("inspect")]
    [InlineData("list", "--format", "xml")]
    [InlineData("report", "--by", "weather")]
    [InlineData("topics", "train")]
    [InlineData("list", "--state", "lost")]
    [InlineData("show", "not-a-reference")]
    [InlineData("outbox", "release", "not-a-reference")]
    [InlineData("mailbox", "adopt", "--from", "yesterday")]
    [InlineData("--config", "nowhere.json", "list")]
    public async Task Wrong_usage_exits_2_with_a_line_that_says_so(params string[] arguments)
    {
        var (exit, output, errors) = await RunAsync(arguments);

        Assert.Equal(2, exit);
        Assert.Equal("", output);
        Assert.NotEqual("", errors);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_setting_exits_2_and_names_key_and_remedy()
    {
        File.WriteAllText(_folder.At("wrong.json"), """{"Outbox":{"Mode":"on"}}""");

        var (exit, _, errors) = await RunAsync("run", "--config", "wrong.json");

        Assert.Equal(2, exit);
        Assert.Equal("Outbox:Mode: 'on' is not one of off, hold, live: use one of these.\n", errors);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("mailbox", "adopt")]
    public async Task A_wrong_time_zone_exits_2_and_names_key_and_remedy(params string[] arguments)
    {
        // The verbs that read the record look for the store first.
        using var office = new Office();
        _ = office.Store;
        office.Close();

        var (exit, _, errors) = await WorkerProcess.RunAsync(office.Folder.Root, arguments, null, ("Clocks__TimeZone", "Mars/Olympus"));

        Assert.Equal(2, exit);
        Assert.Contains("Clocks:TimeZone: 'Mars/Olympus' is not a time zone: use", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_environment_wins_over_every_file()
    {
        var config = model.Configure(_folder.Root);

        var (exit, _, errors) = await WorkerProcess.RunAsync(_folder.Root, ["run", "--config", config], null, ("Outbox__Mode", "on"));

        Assert.Equal(2, exit);
        Assert.StartsWith("Outbox:Mode: 'on'", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("list")]
    [InlineData("report")]
    [InlineData("shadow")]
    [InlineData("show", "ET-04HMASW-F")]
    [InlineData("mailbox", "balance")]
    public async Task A_store_that_is_not_there_exits_3_and_is_not_made(params string[] arguments)
    {
        var (exit, output, errors) = await RunAsync(arguments);

        Assert.Equal((3, ""), (exit, output));
        Assert.StartsWith("Storage:Path: .enquiry-triage/enquiries.db is not there", errors, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Root));
    }

    private Task<(int Exit, string Output, string Errors)> RunAsync(params string[] arguments) => WorkerProcess.RunAsync(_folder.Root, arguments);
}
