using System.Globalization;
using EnquiryTriage.Conformance.Servers;
using MailKit;

namespace EnquiryTriage.Conformance.Rig;

/// <summary>A Dovecot and a Postfix on bad days: their connections break, a third of what is offered is put off, and a folder is numbered anew.</summary>
internal sealed class BadServers : IAsyncDisposable
{
    private readonly RefusingPolicy _policy;
    private readonly CuttingProxy _imap;
    private readonly CuttingProxy _smtp;

    private BadServers(DovecotServer dovecot, PostfixServer postfix, RefusingPolicy policy, int seed, int mails)
    {
        (Dovecot, Postfix, _policy) = (dovecot, postfix, policy);
        // A line lasts from within its first commands to many batches. The outbox rests for seconds after a break: the relay's lines break more seldom.
        var (imap, smtp) = (new Random(seed + 1), new Random(seed + 2));
        var mostAtRelay = Math.Max(400_000, mails * 300);
        _imap = new CuttingProxy(dovecot.ImapPort, () => (long)Math.Pow(10, 3.5 + (imap.NextDouble() * 3)));
        _smtp = new CuttingProxy(postfix.SubmissionPort, () => 2_000 + smtp.Next(mostAtRelay));
    }

    /// <summary>The mailboxes, reached past what breaks.</summary>
    public DovecotServer Dovecot { get; }

    /// <summary>The relay, reached past what breaks.</summary>
    public PostfixServer Postfix { get; }

    /// <summary>What went wrong so far, in words.</summary>
    public string Figures => string.Create(
        CultureInfo.InvariantCulture, $"{_imap.Cuts} IMAP and {_smtp.Cuts} SMTP connections cut, {_policy.Refused} of {_policy.Offered} offers refused");

    /// <summary>Starts them.</summary>
    /// <param name="seed">Of the bad moments.</param>
    /// <param name="mails">How many mails will pass.</param>
    public static async Task<BadServers> StartAsync(int seed, int mails)
    {
        var dovecot = await DovecotServer.StartAsync();
        var policy = new RefusingPolicy(seed);
        return new BadServers(dovecot, await PostfixServer.StartAsync(dovecot, policy.Port), policy, seed, mails);
    }

    /// <summary>Settings of a worker that reaches them through what breaks.</summary>
    public Dictionary<string, string?> Settings(PrivateFolder state, string user) => TestSettings.For(Dovecot, state, user).Sending(Postfix, Dovecot)
        .With("Mailbox:Server:Port", TestSettings.Text(_imap.Port))
        .With("Outbox:Server:Port", TestSettings.Text(_smtp.Port));

    /// <summary>Numbers a mailbox anew, as after a restore: while nobody is connected, or a session would write down the old numbers again.</summary>
    public async Task NumberAnewAsync(string user)
    {
        _imap.Down();
        var before = (await Dovecot.StatusAsync(user, StatusItems.UidValidity)).UidValidity;
        await Eventually.TrueAsync(
            async () =>
            {
                Dovecot.ForgetUids(user);
                return (await Dovecot.StatusAsync(user, StatusItems.UidValidity)).UidValidity != before;
            },
            () => $"UIDVALIDITY stays {before}.");
        _imap.Up();
    }

    /// <summary>From now on connections last; those that were doomed are broken.</summary>
    public void Calm()
    {
        foreach (var line in (CuttingProxy[])[_imap, _smtp])
        {
            line.Lasting = true;
            line.Down();
            line.Up();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _imap.DisposeAsync();
        await _smtp.DisposeAsync();
        await Postfix.DisposeAsync();
        await _policy.DisposeAsync();
        await Dovecot.DisposeAsync();
    }
}
