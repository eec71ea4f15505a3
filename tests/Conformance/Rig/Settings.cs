using EnquiryTriage.Conformance.Servers;

namespace EnquiryTriage.Conformance.Rig;

/// <summary>Settings of the worker for the test servers, as keys of the configuration.</summary>
internal static class TestSettings
{
    /// <summary>A mailbox on Dovecot over STARTTLS, read-write and live, with everything it keeps in <paramref name="state"/>.</summary>
    public static Dictionary<string, string?> For(DovecotServer dovecot, PrivateFolder state, string user) => new(StringComparer.Ordinal)
    {
        ["Mailbox:Name"] = "strategy",
        ["Mailbox:Address"] = $"{user}@{PostfixServer.OurDomain}",
        ["Mailbox:DisplayName"] = "Strategy team",
        ["Mailbox:Kind"] = "imap",
        ["Mailbox:Access"] = "read-write",
        ["Mailbox:AfterIntake"] = "leave",
        ["Mailbox:SentFolder"] = "Sent",
        ["Mailbox:PollSeconds"] = "0.2",
        ["Mailbox:BatchSize"] = "7",
        ["Mailbox:Server:Host"] = "localhost",
        ["Mailbox:Server:Port"] = Text(dovecot.ImapPort),
        ["Mailbox:Server:Security"] = "starttls",
        ["Mailbox:Server:User"] = user,
        ["Mailbox:Server:PasswordFile"] = state.Write("password", DovecotServer.Password + "\n"),
        ["Mailbox:Server:CertificateAuthorityFile"] = dovecot.AuthorityFile,
        ["Outbox:Mode"] = "off",
        ["Storage:Path"] = state["enquiries.db"],
        ["Identity:SigningKeyFile"] = state["signing.key"],
        ["Web:Enabled"] = "false",
        ["Urgency:DutyContact"] = "",
    };

    /// <summary>The same on Cyrus, without TLS.</summary>
    public static Dictionary<string, string?> For(CyrusServer cyrus, PrivateFolder state, string user) => new(StringComparer.Ordinal)
    {
        ["Mailbox:Name"] = "strategy",
        ["Mailbox:Address"] = "strategy@agency.test",
        ["Mailbox:DisplayName"] = "Strategy team",
        ["Mailbox:Kind"] = "imap",
        ["Mailbox:Access"] = "read-write",
        ["Mailbox:BatchSize"] = "7",
        ["Mailbox:PollSeconds"] = "0.2",
        ["Mailbox:Server:Host"] = "127.0.0.1",
        ["Mailbox:Server:Port"] = Text(cyrus.ImapPort),
        ["Mailbox:Server:Security"] = "none",
        ["Mailbox:Server:User"] = user,
        ["Mailbox:Server:PasswordFile"] = state.Write("password", CyrusServer.Password + "\n"),
        ["Outbox:Mode"] = "off",
        ["Storage:Path"] = state["enquiries.db"],
        ["Identity:SigningKeyFile"] = state["signing.key"],
        ["Web:Enabled"] = "false",
        ["Urgency:DutyContact"] = "",
    };

    /// <summary>Adds live sending by Postfix's submission port.</summary>
    public static Dictionary<string, string?> Sending(this Dictionary<string, string?> settings, PostfixServer postfix, DovecotServer dovecot)
    {
        settings["Outbox:Mode"] = "live";
        settings["Outbox:Kind"] = "smtp";
        settings["Outbox:Server:Host"] = "localhost";
        settings["Outbox:Server:Port"] = Text(postfix.SubmissionPort);
        settings["Outbox:Server:Security"] = "starttls";
        settings["Outbox:Server:User"] = settings["Mailbox:Server:User"];
        settings["Outbox:Server:PasswordFile"] = settings["Mailbox:Server:PasswordFile"];
        settings["Outbox:Server:CertificateAuthorityFile"] = dovecot.AuthorityFile;
        return settings;
    }

    /// <summary>Adds live sending by Exim.</summary>
    public static Dictionary<string, string?> Sending(this Dictionary<string, string?> settings, EximServer exim, DovecotServer dovecot)
    {
        settings["Outbox:Mode"] = "live";
        settings["Outbox:Kind"] = "smtp";
        settings["Outbox:Server:Host"] = "localhost";
        settings["Outbox:Server:Port"] = Text(exim.Port);
        settings["Outbox:Server:Security"] = "starttls";
        settings["Outbox:Server:User"] = settings["Mailbox:Server:User"];
        settings["Outbox:Server:PasswordFile"] = settings["Mailbox:Server:PasswordFile"];
        settings["Outbox:Server:CertificateAuthorityFile"] = dovecot.AuthorityFile;
        return settings;
    }

    /// <summary>Changes one setting.</summary>
    public static Dictionary<string, string?> With(this Dictionary<string, string?> settings, string key, string? value)
    {
        settings[key] = value;
        return settings;
    }

    /// <summary>A number as configuration holds it.</summary>
    public static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
