using Xunit.Abstractions;

namespace EnquiryTriage.Conformance.Servers;

/// <summary>Base of the tests: what the servers logged during a test is shown where it fails; each test has mailboxes of its own.</summary>
public abstract class ServerTests(MailServers servers, ITestOutputHelper output) : IAsyncLifetime
{
    private (int Dovecot, int Relay) _before;

    /// <summary>Puts a name behind what is different in each test.</summary>
    protected string Unique { get; } = Guid.NewGuid().ToString("N")[..8];

    /// <summary>The shared mailbox of this test: a user name.</summary>
    protected string Mailbox => "strategy-" + Unique;

    /// <summary>Its address.</summary>
    protected string MailboxAddress => $"{Mailbox}@{PostfixServer.OurDomain}";

    /// <summary>IMAP.</summary>
    protected DovecotServer Dovecot => servers.Dovecot;

    /// <summary>SMTP.</summary>
    protected PostfixServer Postfix => servers.Postfix;

    /// <summary>SMTP by another program.</summary>
    protected EximServer Exim => servers.Exim;

    /// <summary>A person's mailbox in this test: a user name.</summary>
    protected string Person(string name) => $"{name}-{Unique}";

    /// <summary>A person's address in this test.</summary>
    protected string PersonAddress(string name) => $"{name}-{Unique}@{PostfixServer.TheirDomain}";

    /// <inheritdoc/>
    public virtual Task InitializeAsync()
    {
        var (dovecot, relay) = servers.Logs;
        _before = (dovecot.Length, relay.Length);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public virtual Task DisposeAsync()
    {
        // The runner shows this for a failed test only.
        var (dovecot, relay) = servers.Logs;
        output.WriteLine("---- Dovecot's log of this test\n" + dovecot[Math.Min(_before.Dovecot, dovecot.Length)..]);
        output.WriteLine("---- The relay's log of this test\n" + relay[Math.Min(_before.Relay, relay.Length)..]);
        return Task.CompletedTask;
    }
}
