using MailKit.Net.Imap;

namespace EnquiryTriage.Conformance.Servers;

/// <summary>A mail server with mailboxes: what the tests' hands need of Dovecot and Cyrus alike.</summary>
public interface IMailStore
{
    /// <summary>LMTP (RFC 2033).</summary>
    int LmtpPort { get; }

    /// <summary>A client that is logged in as <paramref name="user"/>.</summary>
    Task<ImapClient> LogInAsync(string user);
}
