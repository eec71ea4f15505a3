namespace EnquiryTriage.Worker.Settings;

/// <summary>When something is wrong with the worker, and who is told.</summary>
public sealed record HealthSettings
{
    /// <summary>Seconds between looks.</summary>
    public double LookSeconds { get; set; } = 30;

    /// <summary>Without a successful look at a folder for so many minutes it is an issue.</summary>
    public double NoFetchMinutes { get; set; } = 60;

    /// <summary>Fewer mails than usual are an issue where chance brings so few once in this many times; 0 for never.</summary>
    public double FewMailsOneIn { get; set; } = 100_000;

    /// <summary>A ledger that is out of balance, or a mail that is not settled, is an issue after so many minutes.</summary>
    public double LedgerMinutes { get; set; } = 15;

    /// <summary>So many mails set aside within <see cref="CountHours"/> are an issue.</summary>
    public int QuarantinedMails { get; set; } = 3;

    /// <summary>So many mails that failed within <see cref="CountHours"/> are an issue.</summary>
    public int FailedMails { get; set; } = 3;

    /// <summary>Hours over which mails set aside and failed are counted.</summary>
    public double CountHours { get; set; } = 24;

    /// <summary>A mail that is due and was not tried for so many minutes is an issue.</summary>
    public double OutboxDueMinutes { get; set; } = 15;

    /// <summary>A mail that may leave and could not for so many hours is an issue.</summary>
    public double OutboxWaitHours { get; set; } = 2;

    /// <summary>Less free space than this, where the record lies, is an issue, in MiB.</summary>
    public double DiskMegabytes { get; set; } = 1_024;

    /// <summary>A clock that differs from the mail server's by so many seconds is an issue.</summary>
    public double ClockSeconds { get; set; } = 120;

    /// <summary>An issue closes when all was well for so many minutes.</summary>
    public double SteadyMinutes { get; set; } = 5;

    /// <summary>Address that issues are announced to, through the outbox; empty for none. Mail leaves only where Mailbox:Access and Outbox:Mode let it.</summary>
    public string MailTo { get; set; } = "";

    /// <summary>A relay for notices about the outbox itself; without a host, that of the outbox is asked directly.</summary>
    public ServerSettings Relay { get; set; } = new() { Port = 587, Security = "starttls" };

    /// <summary>Where issues are announced to by HTTP.</summary>
    public WebhookSettings Webhook { get; set; } = new();

    /// <summary>A program that announces issues.</summary>
    public CommandSettings Command { get; set; } = new();

    /// <summary>The sign of life for a monitor outside.</summary>
    public HeartbeatSettings Heartbeat { get; set; } = new();
}

/// <summary>A URL that is told by POST, in JSON.</summary>
public sealed record WebhookSettings
{
    /// <summary>The URL: https, or http on loopback; empty for none.</summary>
    public string Url { get; set; } = "";

    /// <summary>File that holds the secret of the signature; empty for no signature.</summary>
    public string SecretFile { get; set; } = "";

    /// <summary>Seconds for one attempt.</summary>
    public double TimeoutSeconds { get; set; } = 10;

    /// <summary>Attempts in quick succession; after these it is tried again with growing gaps for three days.</summary>
    public int Attempts { get; set; } = 3;
}

/// <summary>A program that is run for each notice, with the notice in JSON on its standard input.</summary>
public sealed record CommandSettings
{
    /// <summary>The program and its arguments; no shell reads them. Empty for none.</summary>
    public IList<string> Run { get; set; } = [];

    /// <summary>Seconds until it is killed.</summary>
    public double TimeoutSeconds { get; set; } = 30;
}

/// <summary>A sign of life, given after a look.</summary>
public sealed record HeartbeatSettings
{
    /// <summary>File that is written anew each time; empty for none.</summary>
    public string File { get; set; } = "";

    /// <summary>URL that is asked each time: https, or http on loopback; empty for none.</summary>
    public string Url { get; set; } = "";

    /// <summary>get or post.</summary>
    public string Method { get; set; } = "get";

    /// <summary>Seconds between two signs.</summary>
    public double EverySeconds { get; set; } = 60;

    /// <summary>Seconds until a request is given up.</summary>
    public double TimeoutSeconds { get; set; } = 10;
}
