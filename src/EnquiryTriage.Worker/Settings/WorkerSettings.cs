using EnquiryTriage.Core.Acknowledgements;
using EnquiryTriage.Core.Routing;

namespace EnquiryTriage.Worker.Settings;

/// <summary>The whole configuration as written: bound from appsettings.json, --config files and the environment, then checked.</summary>
public sealed record WorkerSettings
{
    /// <summary>The mailbox that is read; the first where there are several.</summary>
    public MailboxSettings Mailbox { get; set; } = new();

    /// <summary>Further mailboxes, each with the same keys as <see cref="Mailbox"/>.</summary>
    public IList<MailboxSettings> Mailboxes { get; set; } = [];

    /// <summary>What goes out, and how.</summary>
    public OutboxSettings Outbox { get; set; } = new();

    /// <summary>OAuth identities, and when to warn of what runs out.</summary>
    public CredentialSettings Credentials { get; set; } = new();

    /// <summary>Microsoft Graph.</summary>
    public GraphSettings Graph { get; set; } = new();

    /// <summary>Where the record is kept.</summary>
    public StorageSettings Storage { get; set; } = new();

    /// <summary>The topic model.</summary>
    public ModelSettings Model { get; set; } = new();

    /// <summary>What proves our mails ours.</summary>
    public IdentitySettings Identity { get; set; } = new();

    /// <summary>Working time.</summary>
    public ClockSettings Clocks { get; set; } = new();

    /// <summary>The page.</summary>
    public WebSettings Web { get; set; } = new();

    /// <summary>Urgent mail.</summary>
    public UrgencySettings Urgency { get; set; } = new();

    /// <summary>Teams by id.</summary>
    public IDictionary<string, TeamSettings> Teams { get; set; } = new Dictionary<string, TeamSettings>(StringComparer.Ordinal);

    /// <summary>The routing table.</summary>
    public RoutingSettings Routing { get; set; } = new();

    /// <summary>Acknowledgements.</summary>
    public AcknowledgementSettings Acknowledgements { get; set; } = new();

    /// <summary>The worker's own health.</summary>
    public HealthSettings Health { get; set; } = new();

    /// <summary>A log of what is said to the servers.</summary>
    public ProtocolLogSettings ProtocolLog { get; set; } = new();
}

/// <summary>The mailbox that is read.</summary>
public sealed record MailboxSettings
{
    /// <summary>Name in the ledger: never change it for the same mailbox.</summary>
    public string Name { get; set; } = "";

    /// <summary>The address that people write to, and that acknowledgements come from.</summary>
    public string Address { get; set; } = "";

    /// <summary>The name shown with it.</summary>
    public string DisplayName { get; set; } = "";

    /// <summary>Other addresses of ours: never acknowledged.</summary>
    public IList<string> OwnAddresses { get; set; } = [];

    /// <summary>
    /// The receiving server's name in Authentication-Results (RFC 8601); empty where it writes none. Where it is set, a sender that it does not vouch
    /// for joins no enquiry by a tag, a subject or a circular's id.
    /// </summary>
    public string AuthservId { get; set; } = "";

    /// <summary>folder, maildir, imap or graph.</summary>
    public string Kind { get; set; } = "folder";

    /// <summary>read-only (shadow mode: nothing is touched and nothing is sent) or read-write.</summary>
    public string Access { get; set; } = "read-only";

    /// <summary>What happens to a mail in the mailbox after the commit, in read-write access: leave, keywords or move.</summary>
    public string AfterIntake { get; set; } = "leave";

    /// <summary>Folder that mail is moved to, for AfterIntake = move, with / between levels; {team} stands for the id of the team that has the enquiry.</summary>
    public string MoveTo { get; set; } = "Triaged";

    /// <summary>Path, for folder and maildir.</summary>
    public string Path { get; set; } = "";

    /// <summary>Path of the Sent folder, for folder and maildir; empty for none.</summary>
    public string SentPath { get; set; } = "";

    /// <summary>Folder that is read, for imap and graph.</summary>
    public string Folder { get; set; } = "INBOX";

    /// <summary>Sent folder that is watched for people's answers, for imap and graph; empty for none.</summary>
    public string SentFolder { get; set; } = "";

    /// <summary>Junk folder that is screened, for imap; empty for none.</summary>
    public string JunkFolder { get; set; } = "";

    /// <summary>Further folders.</summary>
    public IList<FolderSettings> Folders { get; set; } = [];

    /// <summary>The IMAP server.</summary>
    public ServerSettings Server { get; set; } = new();

    /// <summary>Seconds between looks at the mailbox; on IMAP this counts where the server has no IDLE (RFC 2177).</summary>
    public double PollSeconds { get; set; } = 5;

    /// <summary>Minutes after which IDLE is renewed: servers and the networks before them drop it after 10 to 29.</summary>
    public double IdleRenewMinutes { get; set; } = 9;

    /// <summary>Seconds between looks beneath IDLE, for servers that forget to announce.</summary>
    public double IdlePollSeconds { get; set; } = 120;

    /// <summary>Minutes between listings of the whole folder, which are compared with the ledger; also made after each reconnect.</summary>
    public double ReconcileMinutes { get; set; } = 60;

    /// <summary>Mails fetched and committed together.</summary>
    public int BatchSize { get; set; } = 50;

    /// <summary>A larger mail is quarantined without its body, in bytes.</summary>
    public long MaxMessageBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>Bytes of mail that are fetched and not committed yet, at most; a single larger mail passes alone.</summary>
    public long MaxBytesInFlight { get; set; } = 48L * 1024 * 1024;

    /// <summary>How long each step may take.</summary>
    public TimeoutSettings Timeouts { get; set; } = new();
}

/// <summary>A further folder of a mailbox.</summary>
public sealed record FolderSettings
{
    /// <summary>Its name on the server and in the ledger.</summary>
    public string Name { get; set; } = "";

    /// <summary>inbox, sent or junk.</summary>
    public string Role { get; set; } = "inbox";

    /// <summary>Its path, for folder and maildir.</summary>
    public string Path { get; set; } = "";
}

/// <summary>How long each step on an IMAP server may take, in seconds.</summary>
public sealed record TimeoutSettings
{
    /// <summary>Connect, TLS and login.</summary>
    public double ConnectSeconds { get; set; } = 45;

    /// <summary>Listing a folder.</summary>
    public double ListSeconds { get; set; } = 360;

    /// <summary>Sizes and dates of some mails; marking and moving; the end of IDLE.</summary>
    public double MetadataSeconds { get; set; } = 120;

    /// <summary>The wait for the next body of a batch.</summary>
    public double BodySeconds { get; set; } = 240;
}

/// <summary>A server and how to log in.</summary>
public sealed record ServerSettings
{
    /// <summary>Host name.</summary>
    public string Host { get; set; } = "";

    /// <summary>Port.</summary>
    public int Port { get; set; }

    /// <summary>tls (from the first byte), starttls (required), or none (loopback only).</summary>
    public string Security { get; set; } = "tls";

    /// <summary>User name; empty for no login.</summary>
    public string User { get; set; } = "";

    /// <summary>Password: from the environment, never from a file that is shared.</summary>
    public string Password { get; set; } = "";

    /// <summary>File that holds the password.</summary>
    public string PasswordFile { get; set; } = "";

    /// <summary>PEM file of a certificate authority that is trusted besides the system's; empty for none.</summary>
    public string CertificateAuthorityFile { get; set; } = "";

    /// <summary>Name of the OAuth identity (<see cref="CredentialSettings.Identities"/>) to log in with in place of a password; User is then the mailbox's address.</summary>
    public string Identity { get; set; } = "";

    /// <summary>
    /// SHA-256 of the server's certificate or of its public key (hexadecimal, or base64 as in RFC 7469): one of these must be shown, and then neither authority
    /// nor name is asked for, unless CertificateAuthorityFile is set too. Several, so that the next certificate can be announced.
    /// </summary>
    public IList<string> PinnedSha256 { get; set; } = [];

    /// <summary>PFX or PEM file of our own certificate, where the server wants one.</summary>
    public string ClientCertificateFile { get; set; } = "";

    /// <summary>PEM file of its key, where the certificate's file does not hold it.</summary>
    public string ClientCertificateKeyFile { get; set; } = "";

    /// <summary>File that holds the password of the PFX file or of the key.</summary>
    public string ClientCertificatePasswordFile { get; set; } = "";

    /// <summary>What was made of these settings at start; null where nobody did.</summary>
    internal Access.ServerAccess? Access { get; set; }

    /// <summary>Never the password.</summary>
    public override string ToString() => $"{Host}:{Port.ToString(System.Globalization.CultureInfo.InvariantCulture)} {Security}";
}

/// <summary>What goes out, and how.</summary>
public sealed record OutboxSettings
{
    /// <summary>off (nothing is written), hold (mails wait for release), or live.</summary>
    public string Mode { get; set; } = "hold";

    /// <summary>smtp, folder or graph.</summary>
    public string Kind { get; set; } = "smtp";

    /// <summary>Folder that outgoing mail is written to, for folder.</summary>
    public string Path { get; set; } = "";

    /// <summary>The relay, for smtp.</summary>
    public ServerSettings Server { get; set; } = new();

    /// <summary>The DKIM signature of outgoing mail, where the relay does not add one.</summary>
    public DkimSettings Dkim { get; set; } = new();

    /// <summary>A mail that could not be sent for so many hours has failed.</summary>
    public double GiveUpHours { get; set; } = 96;

    /// <summary>Minutes to the first retry; the gap doubles up to four hours.</summary>
    public double RetryMinutes { get; set; } = 5;

    /// <summary>Minutes that a sender may hold a mail; then it counts as an attempt of unknown outcome. Longer than the relay's slowest answer.</summary>
    public double ClaimMinutes { get; set; } = 5;

    /// <summary>Seconds that the relay may take for one answer.</summary>
    public double TimeoutSeconds { get; set; } = 60;

    /// <summary>
    /// What the relay is asked to report on (RFC 3461 NOTIFY), where it can: success, failure and delay, separated by commas; never for nothing at all;
    /// empty to ask for nothing, which leaves it to the relay.
    /// </summary>
    public string Notify { get; set; } = "failure, delay";

    /// <summary>At most so many acknowledgements leave within an hour; the others wait, and an alarm is raised.</summary>
    public int MaxPerHour { get; set; } = 1_000;

    /// <summary>Whether a copy of each mail that was accepted is put into Mailbox:SentFolder (IMAP).</summary>
    public bool CopyToSent { get; set; }
}

/// <summary>A log of what is said to the servers, without secrets.</summary>
public sealed record ProtocolLogSettings
{
    /// <summary>The file; empty for none.</summary>
    public string Path { get; set; } = "";

    /// <summary>A file is followed by a new one before it grows beyond this, in bytes.</summary>
    public long MaxBytes { get; set; } = 10L * 1024 * 1024;

    /// <summary>How many files are kept.</summary>
    public int Files { get; set; } = 5;

    /// <summary>Whether what mails contain is logged too.</summary>
    public bool Content { get; set; }
}

/// <summary>A DKIM signature (RFC 6376); all empty for none.</summary>
public sealed record DkimSettings
{
    /// <summary>The signing domain (d=).</summary>
    public string Domain { get; set; } = "";

    /// <summary>The selector (s=) under which the public key is published.</summary>
    public string Selector { get; set; } = "";

    /// <summary>File with the private key, PEM.</summary>
    public string KeyFile { get; set; } = "";
}

/// <summary>Where the record is kept.</summary>
public sealed record StorageSettings
{
    /// <summary>The SQLite file.</summary>
    public string Path { get; set; } = ".enquiry-triage/enquiries.db";
}

/// <summary>The topic model.</summary>
public sealed record ModelSettings
{
    /// <summary>The model file; empty for the shipped one.</summary>
    public string Path { get; set; } = "";

    /// <summary>The taxonomy file; empty for the shipped one.</summary>
    public string TaxonomyPath { get; set; } = "";
}

/// <summary>What proves our mails ours.</summary>
public sealed record IdentitySettings
{
    /// <summary>File with the signing key (created with a random key where it does not exist). Old keys may follow, a line each.</summary>
    public string SigningKeyFile { get; set; } = ".enquiry-triage/signing.key";

    /// <summary>Right-hand side of our Message-IDs; empty for the mailbox's domain.</summary>
    public string Domain { get; set; } = "";

    /// <summary>Letters that start an enquiry's reference.</summary>
    public string ReferencePrefix { get; set; } = "ET";
}

/// <summary>Working time.</summary>
public sealed record ClockSettings
{
    /// <summary>IANA name of the time zone in which days are counted and times are shown.</summary>
    public string TimeZone { get; set; } = "Europe/London";

    /// <summary>Working hours by weekday, as "09:00-12:30, 13:30-17:00"; Monday to Friday 09:00 to 17:00 where none are given.</summary>
    public IDictionary<string, string> Hours { get; set; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Divisions whose bank holidays are days off: england-and-wales, scotland, northern-ireland.</summary>
    public IList<string> Divisions { get; set; } = [];

    /// <summary>Bank holidays in the government's JSON format; empty for the shipped ones.</summary>
    public string HolidayFile { get; set; } = "";

    /// <summary>Further days off, as yyyy-MM-dd.</summary>
    public IList<string> Closures { get; set; } = [];
}

/// <summary>The page.</summary>
public sealed record WebSettings
{
    /// <summary>Whether there is one.</summary>
    public bool Enabled { get; set; } = true;

    /// <summary>Where it listens: a loopback address; port 0 for any free one.</summary>
    public string Url { get; set; } = "http://127.0.0.1:5080";
}

/// <summary>Urgent mail.</summary>
public sealed record UrgencySettings
{
    /// <summary>Address that urgent mail is announced to; empty for none.</summary>
    public string DutyContact { get; set; } = "";

    /// <summary>Where urgent mail is announced to besides, by HTTP.</summary>
    public WebhookSettings Webhook { get; set; } = new();

    /// <summary>A program that announces urgent mail besides.</summary>
    public CommandSettings Command { get; set; } = new();

    /// <summary>The model's second opinion counts from this score, 0 to 1; 0 for the model's own threshold.</summary>
    public double ModelScore { get; set; }

    /// <summary>A phrase of the screen counts where the model's score is at least this, 0 to 1; 0 for always.</summary>
    public double PhraseScore { get; set; }
}

/// <summary>The routing table.</summary>
public sealed record RoutingSettings
{
    /// <summary>Rules, first match wins.</summary>
    public IList<RoutingRule> Rules { get; set; } = [];
}
