using System.Text;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Worker.Access;
using EnquiryTriage.Worker.Intake;
using EnquiryTriage.Worker.Outbox;
using EnquiryTriage.Worker.Settings;
using EnquiryTriage.Worker.Tests.Access;
using Microsoft.Extensions.Time.Testing;

namespace EnquiryTriage.Worker.Tests.Graph;

/// <summary>Sending by Graph, against a local stand-in: each answer means what it says, and nothing is sent twice by itself.</summary>
public sealed class GraphRelayTests : IAsyncLifetime, IDisposable
{
    private readonly FakeTimeProvider _time = new(Office.Now);
    private GraphServer _server = null!;
    private GraphRig _rig = null!;

    public async Task InitializeAsync()
    {
        _server = await GraphServer.StartAsync();
        _rig = new GraphRig(_server, _time);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public async Task A_mail_leaves_byte_by_byte()
    {
        var row = Row();
        Assert.Equal(SendOutcomeKind.Accepted, (await Relay().SendAsync(row, default)).Kind);
        Assert.Equal(row.Raw, Assert.Single(_server.Sent));
        Assert.Equal("POST /v1.0/users/strategy@agency.example/sendMail", Assert.Single(_server.Requests));
    }

    [Theory]
    [InlineData(400, SendOutcomeKind.Permanent)]
    [InlineData(413, SendOutcomeKind.Permanent)]
    [InlineData(403, SendOutcomeKind.Temporary)]
    [InlineData(404, SendOutcomeKind.Temporary)]
    [InlineData(429, SendOutcomeKind.Temporary)]
    [InlineData(503, SendOutcomeKind.Temporary)]
    [InlineData(500, SendOutcomeKind.Unknown)]
    [InlineData(502, SendOutcomeKind.Unknown)]
    [InlineData(504, SendOutcomeKind.Unknown)]
    [InlineData(0, SendOutcomeKind.Unknown)]
    public async Task Each_refusal_is_told_apart_and_tried_once(int status, SendOutcomeKind kind)
    {
        _server.Fault = _ => (status, null, "ErrorSomething");
        var reply = await Relay().SendAsync(Row(), default);
        Assert.Equal((kind, kind != SendOutcomeKind.Permanent), (reply.Kind, reply.RelayFault));
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task A_refused_token_is_renewed_and_the_mail_leaves_once()
    {
        _server.Token = "graph-token-2";
        Assert.Equal(SendOutcomeKind.Accepted, (await Relay().SendAsync(Row(), default)).Kind);
        Assert.Single(_server.Sent);
    }

    [Fact]
    public async Task While_Graph_wants_quiet_mail_waits_in_the_outbox()
    {
        _server.Fault = _ => (429, "120", "ApplicationThrottled");
        await Relay().SendAsync(Row(), default);
        _server.Fault = _ => null;
        Assert.Equal(SendOutcomeKind.Temporary, (await Relay().SendAsync(Row(), default)).Kind);
        Assert.Single(_server.Requests);
        _time.Advance(TimeSpan.FromSeconds(120));
        Assert.Equal(SendOutcomeKind.Accepted, (await Relay().SendAsync(Row(), default)).Kind);
    }

    [Fact]
    public async Task A_Graph_that_is_not_there_took_nothing()
    {
        await _server.DisposeAsync();
        Assert.Equal(SendOutcomeKind.Temporary, (await Relay().SendAsync(Row(), default)).Kind);
    }

    [Theory]
    [InlineData("To: other@example.com")]
    [InlineData("To: ann@example.com\r\nCc: other@example.com")]
    [InlineData("X-Note: to nobody")]
    public async Task A_mail_whose_headers_name_others_never_leaves(string headers)
    {
        Assert.Equal(SendOutcomeKind.Permanent, (await Relay().SendAsync(Row(headers), default)).Kind);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task The_probe_names_what_is_missing()
    {
        await Relay().ProbeAsync(default);
        _server.Fault = _ => (403, null, "ErrorAccessDenied");
        Assert.Contains("Mail.Send", (await Assert.ThrowsAsync<MailSourceException>(() => Relay().ProbeAsync(default))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_identity_of_the_settings_gets_a_token_for_Graph()
    {
        using var folder = new TemporaryFolder();
        await using var provider = await TokenProvider.StartAsync();
        _server.Token = "access-token-1";
        var settings = new WorkerSettings { Storage = new() { Path = folder.At("enquiries.db") }, Graph = new() { Url = _server.Url, Identity = "m365" } };
        settings.Credentials.Identities["m365"] = new OAuthSettings
        {
            Authority = provider.Https,
            TenantId = "tenant",
            ClientId = "app",
            ClientSecret = "secret",
            CertificateAuthorityFile = folder.Write(Encoding.UTF8.GetBytes(provider.AuthorityPem), "authority.pem"),
        };
        using var parts = new AccessParts(settings, TimeProvider.System);
        await using var relay = new GraphRelay(parts.Graph(Mails.Us));
        Assert.Equal(SendOutcomeKind.Accepted, (await relay.SendAsync(Row(), default)).Kind);
        Assert.Contains("https://graph.microsoft.com/.default", Assert.Single(provider.Requests).Form["scope"], StringComparison.Ordinal);
        Assert.Contains(parts.HealthSources.SelectMany(s => s.Facts(Office.Now)), f => f is { Code: "oauth-token:m365", Ok: true });
    }

    private GraphRelay Relay() => new(_rig.Mailbox);

    private static ClaimedOutboxRow Row(string headers = "To: Ann <ann@example.com>") => new(
        "a",
        OutboxPurpose.Acknowledgement,
        "a@agency.example",
        Mails.Us,
        "ann@example.com",
        Encoding.ASCII.GetBytes($"From: {Mails.Us}\r\n{headers}\r\nMessage-ID: <a@agency.example>\r\nSubject: x\r\n\r\nWe have your message.\r\n"),
        0,
        0,
        Office.Now);
}
