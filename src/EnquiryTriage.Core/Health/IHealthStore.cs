using EnquiryTriage.Core.Outbox;

namespace EnquiryTriage.Core.Health;

/// <summary>Health's side of the store: figures to judge by, issues that are open, and notices that are still to be given.</summary>
public interface IHealthStore
{
    /// <summary>Records when things last went well, by name; also the proof that the store can be written.</summary>
    Task BeatAsync(IReadOnlyDictionary<string, DateTimeOffset> beats, CancellationToken cancel);

    /// <summary>When things last went well, by name.</summary>
    Task<IReadOnlyDictionary<string, DateTimeOffset>> BeatsAsync(CancellationToken cancel);

    /// <summary>What the record says of itself now.</summary>
    /// <param name="since">From when failed and quarantined mails are counted.</param>
    /// <param name="now">Now.</param>
    /// <param name="cancel">Cancels.</param>
    Task<HealthFigures> FiguresAsync(DateTimeOffset since, DateTimeOffset now, CancellationToken cancel);

    /// <summary>How many mails the ledger first saw in each hour (UTC, by its beginning), duplicates left out; hours without mail are missing.</summary>
    Task<IReadOnlyDictionary<DateTimeOffset, int>> MailsByHourAsync(string mailbox, string folder, DateTimeOffset since, CancellationToken cancel);

    /// <summary>When the ledger first saw a mail of a folder, or null where it saw none.</summary>
    Task<DateTimeOffset?> FirstSeenAsync(string mailbox, string folder, CancellationToken cancel);

    /// <summary>Issues that are open, oldest first.</summary>
    Task<IReadOnlyList<OpenIssue>> OpenIssuesAsync(CancellationToken cancel);

    /// <summary>Opens an issue and writes its notices, together; returns false where it was open already, and then nothing is written.</summary>
    Task<bool> OpenIssueAsync(OpenIssue issue, IReadOnlyList<NewNotice> notices, NewOutboxRow? mail, CancellationToken cancel);

    /// <summary>Closes an issue and writes its notices, together; returns false where it was not open, and then nothing is written.</summary>
    Task<bool> CloseIssueAsync(string code, DateTimeOffset at, IReadOnlyList<NewNotice> notices, NewOutboxRow? mail, CancellationToken cancel);

    /// <summary>Writes a notice for each alert about an urgent mail that may leave and has none yet on that channel; returns how many.</summary>
    /// <param name="channels">Names of the channels.</param>
    /// <param name="since">Alerts from before are left alone.</param>
    /// <param name="now">Now.</param>
    /// <param name="cancel">Cancels.</param>
    Task<int> NoteUrgentAsync(IReadOnlyList<string> channels, DateTimeOffset since, DateTimeOffset now, CancellationToken cancel);

    /// <summary>Notices that are due, oldest first.</summary>
    Task<IReadOnlyList<DueNotice>> NoticesDueAsync(DateTimeOffset now, CancellationToken cancel);

    /// <summary>Records that a notice was given, or, with a reason, that it failed and is tried again then; without a time it is given up.</summary>
    Task SettleNoticeAsync(long id, DateTimeOffset now, string? fault, DateTimeOffset? tryAgain, CancellationToken cancel);
}

/// <summary>What the record says of itself.</summary>
/// <param name="OldestDue">When the longest waiting mail of those that are due should have been tried; null where none is due.</param>
/// <param name="Due">How many are due.</param>
/// <param name="OldestQueued">When the oldest mail was made that may leave and has not; null where there is none.</param>
/// <param name="Queued">How many such there are.</param>
/// <param name="Failed">Mails that failed since the time asked for, and still are.</param>
/// <param name="Paused">Whether sending is paused.</param>
/// <param name="Capped">Whether the cap on sends per hour holds mails back.</param>
/// <param name="OldestPending">When the oldest mail was listed that is not settled; null where all are.</param>
/// <param name="Pending">How many are not settled.</param>
/// <param name="Quarantined">Mails set aside since the time asked for.</param>
/// <param name="QuarantinedEver">Mails set aside in all.</param>
public sealed record HealthFigures(
    DateTimeOffset? OldestDue,
    long Due,
    DateTimeOffset? OldestQueued,
    long Queued,
    long Failed,
    bool Paused,
    bool Capped,
    DateTimeOffset? OldestPending,
    long Pending,
    long Quarantined,
    long QuarantinedEver);

/// <summary>An issue that is open.</summary>
/// <param name="Code">Its name: a code, where needed with what it is about after a colon.</param>
/// <param name="Message">What is wrong and the remedy, as it was when it opened.</param>
/// <param name="Opened">When it opened.</param>
public sealed record OpenIssue(string Code, string Message, DateTimeOffset Opened);

/// <summary>A notice to be given.</summary>
/// <param name="Channel">Name of the channel.</param>
/// <param name="Subject">What it is about: an issue's code.</param>
/// <param name="Kind">opened, closed or urgent.</param>
/// <param name="Body">What is said, as JSON without personal data.</param>
/// <param name="Created">When.</param>
public sealed record NewNotice(string Channel, string Subject, string Kind, string Body, DateTimeOffset Created);

/// <summary>A notice that is due.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Channel">Name of the channel.</param>
/// <param name="Subject">An issue's code; for an urgent mail the id of its alert.</param>
/// <param name="Kind">opened, closed or urgent.</param>
/// <param name="Body">What is said, as JSON; empty for an urgent mail.</param>
/// <param name="Reference">The enquiry that an urgent mail belongs to; null for automatic mail and for issues.</param>
/// <param name="Created">When it was written.</param>
/// <param name="Attempts">Attempts before this one.</param>
public sealed record DueNotice(long Id, string Channel, string Subject, string Kind, string Body, string? Reference, DateTimeOffset Created, int Attempts);
