using System.Text.Json;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Tests.Commands;

/// <summary>The verbs that look at the record, and those that change what becomes of outgoing mail.</summary>
[Collection(nameof(WorkerProcessTests))]
public sealed class RecordTests : IAsyncLifetime, IDisposable
{
    private readonly Office _office = new() { Mode = OutboxMode.Hold };
    private string _reference = "";

    public async Task InitializeAsync()
    {
        _office.Deliver(Mails.Raw(subject: "=cmd|' /C calc'!A0\t\"quoted, with comma\""), "1.eml");
        _office.Deliver(Mails.Raw("I am away.", messageId: "m2@candidates.example", headers: ("Auto-Submitted", "auto-replied")), "2.eml");
        _office.Deliver(Mails.Raw(from: "ben@candidates.example", messageId: "m3@candidates.example"), "3.eml", Office.Now.AddDays(-4));
        await _office.TakeInAsync();
        _reference = _office.Outcomes.Single(o => o.Record?.Mail.From?.Address == "ann@candidates.example" && o.Record.Opens is not null).Record!.Opens!.Reference;
        _office.Close();
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => _office.Dispose();

    [Fact]
    public async Task A_list_is_a_table_CSV_or_JSON()
    {
        var table = await RunAsync("list");
        var csv = (await RunAsync("list", "--format", "csv")).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var json = Lines(await RunAsync("list", "--format", "json"));

        Assert.Contains(_reference, table, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', table);
        Assert.Equal("reference,state,kind,topic,team,urgent,received,due,acknowledged,answered,questions,subject", csv[0]);
        Assert.Equal(3, csv.Length);
        Assert.Equal(2, json.Count);
        Assert.Equal(_reference, json[0].GetProperty("reference").GetString());
        Assert.Equal("assigned", json[0].GetProperty("state").GetString());
        Assert.Equal("2021-04-12T10:00:00Z", json[0].GetProperty("received").GetString());
        Assert.Equal(JsonValueKind.Null, json[0].GetProperty("answered").ValueKind);
    }

    [Fact]
    public async Task A_subject_is_no_formula_in_a_spreadsheet() =>
        Assert.Contains("\"'=cmd|' /C calc'!A0", await RunAsync("list", "--format", "csv"), StringComparison.Ordinal);

    [Fact]
    public async Task A_list_is_narrowed()
    {
        Assert.Equal(2, Lines(await RunAsync("list", "--topic", "drugs", "--state", "assigned", "--format", "json")).Count);
        Assert.Single(Lines(await RunAsync("list", "--limit", "1", "--format", "json")));
        Assert.Empty(Lines(await RunAsync("list", "--topic", "fraud", "--format", "json")));
    }

    [Fact]
    public async Task A_life_is_shown_however_its_reference_is_typed()
    {
        var people = await RunAsync("show", _reference.Replace("-", " ", StringComparison.Ordinal).ToLowerInvariant());
        var events = await RunAsync("show", _reference, "--format", "csv");
        var life = Assert.Single(Lines(await RunAsync("show", _reference, "--format", "json")));

        Assert.All([_reference, "acknowledgement", "topic: drugs", "Events"], word => Assert.Contains(word, people, StringComparison.Ordinal));
        Assert.StartsWith("sequence,at,type,actor,detail", events, StringComparison.Ordinal);
        Assert.All(["summary", "rule", "mails", "questions", "outbox", "events"], name => Assert.True(life.TryGetProperty(name, out _), name));
        Assert.Equal("drugs", life.GetProperty("mails")[0].GetProperty("decision").GetProperty("triage").GetProperty("top").GetString());
    }

    [Fact]
    public async Task A_report_adds_up_in_every_format()
    {
        var table = await RunAsync("report", "--by", "team");
        var csv = await RunAsync("report", "--by", "kind", "--format", "csv");
        var json = Lines(await RunAsync("report", "--format", "json"));
        var none = Lines(await RunAsync("report", "--from", "2021-04-13", "--format", "json"));

        Assert.Contains("drugs", table, StringComparison.Ordinal);
        Assert.StartsWith("kind,received,acknowledged,", csv, StringComparison.Ordinal);
        Assert.Equal(["drugs", "all"], json.Select(r => r.GetProperty("group").GetString()));
        Assert.Equal((2, 2), (json[1].GetProperty("received").GetInt32(), json[1].GetProperty("unanswered").GetInt32()));
        Assert.Equal(0, Assert.Single(none).GetProperty("received").GetInt32());
    }

    [Fact]
    public async Task A_shadow_says_in_a_line_each_what_would_have_been_done()
    {
        var lines = (await RunAsync("shadow")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var json = Lines(await RunAsync("shadow", "--format", "json"));

        Assert.Equal((3, 3), (lines.Length, json.Count));
        Assert.Contains(lines, l => l.Contains(_reference, StringComparison.Ordinal) && l.Contains("acknowledge with 'enquiry'", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("AutoReply: no acknowledgement", StringComparison.Ordinal));
        Assert.Empty(Lines(await RunAsync("shadow", "--since", "2021-04-13", "--format", "json")));
    }

    [Fact]
    public async Task The_ledger_is_printed_and_balances() =>
        Assert.Contains("strategy,INBOX,3,3,0,0,0,0,0,3,True", await RunAsync("mailbox", "balance", "--format", "csv"), StringComparison.Ordinal);

    [Fact]
    public async Task Sending_is_paused_and_resumed()
    {
        Assert.Equal("Sending is paused.\n", await RunAsync("outbox", "pause"));
        Assert.StartsWith("paused\n", await RunAsync("outbox", "status"), StringComparison.Ordinal);
        Assert.Equal("Sending goes on.\n", await RunAsync("outbox", "resume"));
        Assert.StartsWith("not paused\n", await RunAsync("outbox", "status"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Held_mail_that_has_waited_too_long_goes_only_when_asked_for()
    {
        Assert.Equal("0 released, 2 still held.\n", await RunAsync("outbox", "release"));
        Assert.Equal("2 released, 0 still held.\n", await RunAsync("outbox", "release", "--older"));

        Assert.Equal(OutboxState.Queued, Assert.Single(await _office.Store.CountAsync(default)).Key);
    }

    [Fact]
    public async Task Held_mail_of_one_enquiry_is_released_by_its_reference()
    {
        Assert.Equal("1 released, 1 still held.\n", await RunAsync("outbox", "release", _reference.ToLowerInvariant()));

        var life = (await _office.Store.FindAsync(_reference, default))!;
        Assert.Equal((OutboxState.Queued, Environment.UserName), (life.Outbox[0].State, life.Events[^1].Actor));
    }

    [Fact]
    public async Task Outgoing_mails_are_listed_with_their_recipients_and_narrowed_by_state()
    {
        var lines = Lines(await RunAsync("outbox", "list", "--format", "json"));

        Assert.Equal(["held", "held"], lines.Select(l => l.GetProperty("state").GetString()));
        Assert.Contains(lines, l => l.GetProperty("reference").GetString() == _reference && l.GetProperty("recipient").GetString() == "ann@candidates.example");
        Assert.Contains(lines, l => l.GetProperty("why").GetString() == "received more than 72 hours before it was fetched");
        Assert.Empty(Lines(await RunAsync("outbox", "list", "--state", "failed", "--format", "json")));
        Assert.Contains("ann@candidates.example", await RunAsync("outbox", "list"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_mail_goes_again_by_its_reference_or_with_all_that_failed()
    {
        await RunAsync("outbox", "release", _reference);
        var row = Assert.Single(await _office.Store.ClaimAsync("a", 9, TimeSpan.FromMinutes(5), null, TimeProvider.System.GetUtcNow(), default));
        await _office.Store.SettleAsync(row.Id, "a", new SendOutcome(SendOutcomeKind.Permanent, "550 to RCPT", null) { Words = "nobody here" }, Office.Now, default);
        _office.Close();

        Assert.Contains("550 to RCPT: nobody here", await RunAsync("outbox", "list", "--state", "failed"), StringComparison.Ordinal);
        Assert.Equal("1 queued again.\n", await RunAsync("outbox", "retry", "--failed"));
        Assert.Equal("0 queued again.\n", await RunAsync("outbox", "retry", _reference));
        Assert.Empty(Lines(await RunAsync("outbox", "list", "--state", "failed", "--format", "json")));
    }

    [Fact]
    public async Task A_retry_says_what_it_is_about()
    {
        var (exit, _, errors) = await WorkerProcess.RunAsync(_office.Folder.Root, ["outbox", "retry"]);

        Assert.Equal(2, exit);
        Assert.StartsWith("outbox retry: name one enquiry's reference, or use --failed", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mailbox_is_taken_over_at_a_date_in_the_deployments_zone()
    {
        Assert.Equal("strategy: mail received before 2021-04-12 23:00:00 UTC is recorded and never acted on.\n", await RunAsync("mailbox", "adopt", "--from", "2021-04-13"));

        Assert.Equal(new DateTimeOffset(2021, 4, 12, 23, 0, 0, TimeSpan.Zero), await _office.Store.AdoptedBeforeAsync("strategy", default));
    }

    [Fact]
    public async Task A_reference_that_is_on_no_record_exits_2()
    {
        var (exit, output, errors) = await WorkerProcess.RunAsync(_office.Folder.Root, ["show", "ET-04HMASW-F"]);

        Assert.Equal((2, ""), (exit, output));
        Assert.StartsWith("show: there is no enquiry ET-04HMASW-F", errors, StringComparison.Ordinal);
    }

    private static List<JsonElement> Lines(string output) => [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonElement.Parse(l))];

    private async Task<string> RunAsync(params string[] arguments)
    {
        var (exit, output, errors) = await WorkerProcess.RunAsync(_office.Folder.Root, arguments);
        Assert.Equal((0, ""), (exit, errors));
        return output;
    }
}
