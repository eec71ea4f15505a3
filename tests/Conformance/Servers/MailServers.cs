namespace EnquiryTriage.Conformance.Servers;

/// <summary>A Dovecot and, where asked for, a Postfix or an Exim of a test class's own. Not started where servers are missing and may be.</summary>
public abstract class MailServers(bool withPostfix, bool withExim = false) : IAsyncLifetime
{
    private DovecotServer? _dovecot;
    private PostfixServer? _postfix;
    private EximServer? _exim;

    /// <summary>The IMAP server.</summary>
    public DovecotServer Dovecot => _dovecot ?? throw new InvalidOperationException("Not started.");

    /// <summary>The relay.</summary>
    public PostfixServer Postfix => _postfix ?? throw new InvalidOperationException("Not started.");

    /// <summary>The other relay.</summary>
    public EximServer Exim => _exim ?? throw new InvalidOperationException("Not started.");

    /// <summary>The logs so far, the mailbox's and the relay's.</summary>
    public (string Dovecot, string Relay) Logs => (_dovecot?.Log ?? "", _postfix?.Log ?? _exim?.Log ?? "");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if ((withExim ? Requirements.MissingForExim : Requirements.Missing) is { } missing)
        {
            if (Requirements.Required)
            {
                throw new InvalidOperationException(missing);
            }

            return;
        }

        _dovecot = await DovecotServer.StartAsync();
        if (withPostfix)
        {
            _postfix = await PostfixServer.StartAsync(_dovecot);
        }

        if (withExim)
        {
            _exim = await EximServer.StartAsync(_dovecot);
        }
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (_exim is not null)
        {
            await _exim.DisposeAsync();
        }

        if (_postfix is not null)
        {
            await _postfix.DisposeAsync();
        }

        if (_dovecot is not null)
        {
            await _dovecot.DisposeAsync();
        }
    }
}

/// <summary>Dovecot alone.</summary>
public sealed class ImapServers() : MailServers(withPostfix: false);

/// <summary>Dovecot and Exim.</summary>
public sealed class ImapAndEximServers() : MailServers(withPostfix: false, withExim: true);

/// <summary>Dovecot and Postfix.</summary>
public sealed class ImapAndSmtpServers() : MailServers(withPostfix: true);
