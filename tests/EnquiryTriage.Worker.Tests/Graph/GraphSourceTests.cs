using EnquiryTriage.Core.Intake;
using EnquiryTriage.Worker.Intake;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Tests.Graph;

/// <summary>A Microsoft 365 mailbox by Graph, against a local stand-in.</summary>
public sealed class GraphSourceTests : IAsyncLifetime, IDisposable
{
    private readonly Office _office = new();
    private readonly MailboxSettings _settings = new() { Name = "strategy", Address = Mails.Us, Kind = "graph", MaxMessageBytes = 10_000 };
    private GraphServer _server = null!;
    private GraphRig _rig = null!;

    public async Task InitializeAsync()
    {
        _server = await GraphServer.StartAsync();
        _rig = new GraphRig(_server, _office.Time);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose()
    {
        _rig.Dispose();
        _office.Dispose();
    }

    [Fact]
    public async Task Mail_is_listed_oldest_first_under_ids_that_last_and_comes_byte_by_byte()
    {
        var late = Deliver(1, minutes: 2);
        var early = Deliver(2, minutes: 1);
        var source = Source();
        var listed = await ListedAsync(source);
        Assert.Equal([early.Key, late.Key], listed.Select(m => m.Key.Key));
        var fetched = await FetchAsync(source, listed);
        Assert.Equal(early.Raw, fetched[early.Key].Mail!.Raw.ToArray());
        Assert.Equal(Office.Now.AddMinutes(1), fetched[early.Key].Mail!.Received);
    }

    [Fact]
    public async Task After_the_first_listing_only_changes_are_asked_for()
    {
        var (first, second) = (Deliver(1), Deliver(2));
        var source = Source();
        await ListedAsync(source);
        _server.Delete(first);
        var third = Deliver(3, minutes: 3);
        _server.Requests.Clear();
        Assert.Equal([second.Key, third.Key], (await ListedAsync(source)).Select(m => m.Key.Key));
        Assert.Contains("$deltatoken=", Assert.Single(_server.Requests), StringComparison.Ordinal);
        Assert.Equal(2, (await ListedAsync(source)).Count);
    }

    [Fact]
    public async Task A_large_folder_comes_in_pages()
    {
        for (var i = 0; i < 1_001; i++)
        {
            _server.Deliver([], Office.Now);
        }

        Assert.Equal(1_001, (await ListedAsync(Source())).Count);
        Assert.Equal(3, _server.Requests.Count);
    }

    [Fact]
    public async Task A_listing_that_breaks_off_counts_for_nothing()
    {
        for (var i = 0; i < 501; i++)
        {
            _server.Deliver([], Office.Now);
        }

        var source = Source();
        _server.Fault = r => r.QueryString.Value!.Contains("skiptoken", StringComparison.Ordinal) ? (403, null, "ErrorAccessDenied") : null;
        var fault = await Assert.ThrowsAsync<MailSourceException>(() => ListedAsync(source));
        Assert.Contains("Mail.ReadWrite", fault.Message, StringComparison.Ordinal);
        _server.Fault = _ => null;
        Assert.Equal(501, (await ListedAsync(source)).Count);
    }

    [Fact]
    public async Task Where_Graph_has_forgotten_the_state_everything_is_listed_anew()
    {
        var (first, second) = (Deliver(1), Deliver(2));
        var source = Source();
        await ListedAsync(source);
        _server.Delete(first);
        _server.Forget();
        Assert.Equal(second.Key, Assert.Single(await ListedAsync(source)).Key.Key);
    }

    [Fact]
    public async Task A_mail_that_is_gone_has_vanished_and_one_that_is_too_large_is_set_aside()
    {
        var gone = Deliver(1);
        var large = _server.Deliver(new byte[10_001], Office.Now);
        var fits = _server.Deliver(new byte[10_000], Office.Now);
        var source = Source();
        var listed = await ListedAsync(source);
        _server.Delete(gone);
        var fetched = await FetchAsync(source, listed);
        Assert.Equal(LedgerState.Vanished, fetched[gone.Key].State);
        Assert.Equal(LedgerState.Quarantined, fetched[large.Key].State);
        Assert.Contains("Mailbox:MaxMessageBytes", fetched[large.Key].Reason, StringComparison.Ordinal);
        Assert.Equal(10_001, fetched[large.Key].Head!.Raw.Length);
        Assert.Equal(10_000, fetched[fits.Key].Mail!.Raw.Length);
    }

    [Theory]
    [InlineData("30")]
    [InlineData("Mon, 12 Apr 2021 10:00:30 GMT")]
    public async Task Nobody_asks_before_the_time_that_a_throttled_request_was_told(string retryAfter)
    {
        Deliver(1);
        var asked = new System.Collections.Concurrent.ConcurrentQueue<DateTimeOffset>();
        _server.Fault = _ =>
        {
            asked.Enqueue(_office.Time.GetUtcNow());
            return asked.Count == 1 ? (429, retryAfter, "ApplicationThrottled") : null;
        };
        var listing = ListedAsync(Source());
        await Eventually(() => _rig.Mailbox.Quiet > TimeSpan.Zero);

        // Another folder of the same mailbox waits too.
        var other = ListedAsync(Source("Sent", FolderRole.Sent));
        await Eventually(() =>
        {
            _office.Time.Advance(TimeSpan.FromSeconds(1));
            return listing.IsCompleted && other.IsCompleted;
        });
        Assert.Single(await listing);
        Assert.Equal(Office.Now, asked.First());
        Assert.All(asked.Skip(1), t => Assert.True(t >= Office.Now.AddSeconds(30), $"asked at {t:T}"));
    }

    [Fact]
    public async Task A_mailbox_that_is_asked_too_often_for_long_is_told_by_its_setting()
    {
        _server.Fault = _ => (429, "600", "ApplicationThrottled");
        var fault = await Assert.ThrowsAsync<MailSourceException>(() => ListedAsync(Source()));
        Assert.Contains("Mailbox:PollSeconds", fault.Message, StringComparison.Ordinal);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task A_refused_token_is_renewed_once()
    {
        Deliver(1);
        _server.Token = "graph-token-2";
        Assert.Single(await ListedAsync(Source()));
        Assert.Equal(2, _server.Requests.Count);

        _server.Token = "none";
        var fault = await Assert.ThrowsAsync<MailSourceException>(() => ListedAsync(Source()));
        Assert.Contains("Credentials:Identities:m365", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("graph-token", fault.ToString(), StringComparison.Ordinal);
        Assert.Equal(4, _server.Requests.Count);
    }

    [Fact]
    public async Task A_link_to_another_host_gets_no_token()
    {
        await using var stranger = await GraphServer.StartAsync();
        for (var i = 0; i < 501; i++)
        {
            _server.Deliver([], Office.Now);
        }

        _server.LinksTo = new Uri(stranger.Url).GetLeftPart(UriPartial.Authority);
        var listing = ListedAsync(Source());
        await Eventually(() =>
        {
            _office.Time.Advance(TimeSpan.FromSeconds(10));
            return listing.IsCompleted;
        });
        await Assert.ThrowsAsync<MailSourceException>(() => listing);
        Assert.Empty(stranger.Requests);
    }

    [Fact]
    public async Task Categories_are_added_to_those_that_people_gave()
    {
        var mail = _server.Deliver([], Office.Now, "inbox", "Red category");
        var source = Source(after: AfterIntake.Keywords);
        await ListedAsync(source);
        await source.TouchAsync([Untouched(mail)], default);
        Assert.Equal(["Red category", "enquiry", "drugs"], mail.Categories);
    }

    [Fact]
    public async Task Mail_is_moved_to_a_folder_that_is_made_and_keeps_its_key()
    {
        var (mail, gone) = (Deliver(1), Deliver(2));
        _settings.MoveTo = "Triaged/{team}/O'Neill's";
        var source = Source(after: AfterIntake.Move);
        await ListedAsync(source);
        _server.Delete(gone);
        var touched = await source.TouchAsync([Untouched(mail), Untouched(gone)], default);
        Assert.Equal([new LedgerKey("strategy", "Triaged/general/O'Neill's", mail.Key), null], touched.Select(t => t.MovedTo));
        Assert.Equal("O'Neill's", mail.Folder!.Name);
        Assert.Empty(await ListedAsync(source));

        var other = Source("Triaged/general/O'Neill's");
        Assert.Equal(mail.Key, Assert.Single(await ListedAsync(other)).Key.Key);
        Assert.Equal(3, _server.Requests.Count(r => r.StartsWith("POST", StringComparison.Ordinal) && r.EndsWith("olders", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task In_read_only_access_nothing_is_touched()
    {
        var mail = Deliver(1);
        _office.Access = MailboxAccess.ReadOnly;
        var source = Source(after: AfterIntake.Move);
        await source.TouchAsync([Untouched(mail)], default);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_told_by_its_setting()
    {
        var fault = await Assert.ThrowsAsync<MailSourceException>(() => ListedAsync(Source("Enquiries")));
        Assert.Contains("'Enquiries'", fault.Message, StringComparison.Ordinal);
        Assert.Contains("Mailbox:Folder", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mailbox_by_Graph_is_taken_in_and_its_ledger_balances()
    {
        _server.Deliver(Mails.Raw(), Office.Now);
        _server.Deliver(Mails.Raw("A second question: what about drugs?", messageId: "second@example.com"), Office.Now);
        var source = Source();
        using var intake = _office.Intake([source]);
        Assert.Equal(2, await intake.PassAsync(source, default));
        Assert.Equal(0, await intake.PassAsync(source, default));
        var balance = await _office.BalanceAsync();
        Assert.True(balance.Balances);
        Assert.Equal(2, balance.Ingested);
    }

    private GraphMail Deliver(int number, int minutes = 0) => _server.Deliver(Mails.Raw(messageId: $"{number}@example.com"), Office.Now.AddMinutes(minutes));

    private GraphSource Source(string folder = "INBOX", FolderRole role = FolderRole.Inbox, AfterIntake after = AfterIntake.Leave) =>
        new(
        _rig.Mailbox, new CheckedMailbox("Mailbox", _settings, MailboxKind.Graph, _office.Access, after, ConnectionSecurity.Tls, []), folder, role, _office.Time);

    private static async Task<IReadOnlyList<ListedMail>> ListedAsync(GraphSource source)
    {
        var listing = await source.ListAsync(whole: false, default);
        Assert.True(listing.Whole);
        return listing.Mails;
    }

    private static UntouchedMail Untouched(GraphMail mail) => new(new LedgerKey("strategy", "INBOX", mail.Key), "enquiry", "drugs", "general", false);

    private static async Task<Dictionary<string, FetchResult>> FetchAsync(GraphSource source, IReadOnlyList<ListedMail> listed)
    {
        var fetched = new Dictionary<string, FetchResult>(StringComparer.Ordinal);
        await foreach (var result in source.FetchAsync(listed, default))
        {
            fetched.Add(result.Key.Key, result);
        }

        return fetched;
    }

    private static Task Eventually(Func<bool> condition) => GraphRig.Eventually(condition);
}
