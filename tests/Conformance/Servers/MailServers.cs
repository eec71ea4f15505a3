namespace EnquiryTriage.Conformance.Servers;

/// <summary>A Dovecot and, where asked for, a Postfix of a test class's own. Not started where servers are missing and may be.</summary>
public abstract class MailServers(bool withPostfix) : IAsyncLifetime
{
    private DovecotServer? _dovecot;
    private PostfixServer? _postfix;

    /// <summary>The IMAP server.</summary>
    public DovecotServer Dovecot => _dovecot ?? throw new InvalidOperationException("Not started.");

    /// <summary>The relay.</summary>
    public PostfixServer Postfix => _postfix ?? throw new InvalidOperationException("Not started.");

    /// <summary>Both logs so far.</summary>
    public (string Dovecot, string Postfix) Logs => (_dovecot?.Log ?? "", _postfix?.Log ?? "");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (Requirements.Missing is { } missing)
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
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
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

/// <summary>Dovecot and Postfix.</summary>
public sealed class ImapAndSmtpServers() : MailServers(withPostfix: true);
