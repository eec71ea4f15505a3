using EnquiryTriage.Worker.Access;
using EnquiryTriage.Worker.Health;
using EnquiryTriage.Worker.Settings;

namespace EnquiryTriage.Worker.Tests.Graph;

/// <summary>The worker's client for a stand-in of Graph, with tokens that are numbered.</summary>
internal sealed class GraphRig : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public GraphRig(GraphServer server, TimeProvider time) =>
        Mailbox = new GraphMailbox(new GraphSettings { Url = server.Url, Identity = "m365" }, Mails.Us, new NumberedTokens(), new SocketsHttpHandler(), time);

    public GraphMailbox Mailbox { get; }

    /// <summary>Waits for a condition, far longer than it takes.</summary>
    public static async Task Eventually(Func<bool> condition)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience, "What was waited for did not come.");
            await Task.Delay(5);
        }
    }

    public void Dispose() => Mailbox.Dispose();

    private sealed class NumberedTokens : ITokenSource
    {
        private int _number = 1;

        public Task<AccessToken> TokenAsync(bool renew, CancellationToken cancel)
        {
            _number += renew ? 1 : 0;
            return Task.FromResult(new AccessToken($"graph-token-{_number}", DateTimeOffset.MaxValue));
        }

        public IReadOnlyList<HealthFact> Facts(DateTimeOffset now) => [];
    }
}
