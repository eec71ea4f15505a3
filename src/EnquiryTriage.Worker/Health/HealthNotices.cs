using System.Globalization;
using System.Text.Json;
using EnquiryTriage.Core.Health;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Core.Reporting;
using EnquiryTriage.Mail;
using EnquiryTriage.Worker.Outbox;

namespace EnquiryTriage.Worker.Health;

/// <summary>What is said in a notice: the body of a webhook, the input of a command, and what a mail is made of.</summary>
/// <param name="Event">opened, closed or urgent.</param>
/// <param name="Code">The issue's name; "urgent-mail" for an urgent mail.</param>
/// <param name="Message">What is wrong and the remedy; when it closes, how things are.</param>
/// <param name="Mailbox">Name of the mailbox.</param>
/// <param name="Machine">Name of the machine.</param>
/// <param name="OpenedAt">When the issue opened, or the urgent mail's alert was written.</param>
/// <param name="ClosedAt">When it closed; null while it is open.</param>
/// <param name="Reference">The enquiry of an urgent mail; null where there is none.</param>
public sealed record NoticeDocument(
    string Event, string Code, string Message, string Mailbox, string Machine, DateTimeOffset OpenedAt, DateTimeOffset? ClosedAt, string? Reference);

/// <summary>Words a change for each way of telling it.</summary>
/// <param name="ids">Signs the mail's Message-ID.</param>
/// <param name="from">The mailbox's address.</param>
/// <param name="mailbox">The mailbox's name.</param>
/// <param name="mailTo">Who gets a mail; null for none, or where nothing may leave.</param>
/// <param name="channels">Names of the channels that are told of issues.</param>
/// <param name="newId">Makes an id.</param>
public sealed class HealthNotices(SignedMessageIds ids, string from, string mailbox, string? mailTo, IReadOnlyList<string> channels, Func<string> newId)
{
    /// <summary>Name of the channel that leads past the outbox.</summary>
    public const string DirectMail = "direct-mail";

    /// <summary>Name of the urgent mail's code.</summary>
    public const string UrgentMail = "urgent-mail";

    /// <summary>The notices of a change by channels, and the mail for the outbox.</summary>
    /// <param name="change">The change.</param>
    /// <param name="direct">Whether the mail goes past the outbox, which is itself the trouble.</param>
    /// <param name="now">Now.</param>
    public (IReadOnlyList<NewNotice> Notices, NewOutboxRow? Mail) Of(IssueChange change, bool direct, DateTimeOffset now)
    {
        var (issue, kind) = (change.Issue, change.Opens ? "opened" : "closed");
        var document = new NoticeDocument(kind, issue.Code, change.Message, mailbox, Environment.MachineName, issue.Opened, change.Opens ? null : now, null);
        var body = JsonSerializer.Serialize(document, ContractJson.Line);
        var told = mailTo is not null && direct ? channels.Append(DirectMail) : channels;
        return ([.. told.Select(c => new NewNotice(c, issue.Code, kind, body, now))], mailTo is not null && !direct ? Mail(document, now) : null);
    }

    /// <summary>What a channel is told about an urgent mail: its reference, nothing of its words.</summary>
    public string Urgent(DueNotice notice)
    {
        var message = $"A mail in {from} may mean that somebody is in danger. Enquiry: {notice.Reference ?? "none (automatic mail)"}. Read the mail itself now.";
        return JsonSerializer.Serialize(
            new NoticeDocument("urgent", UrgentMail, message, mailbox, Environment.MachineName, notice.Created, null, notice.Reference), ContractJson.Line);
    }

    /// <summary>The mail of a notice.</summary>
    public NewOutboxRow Mail(NoticeDocument notice, DateTimeOffset now)
    {
        var id = newId();
        var messageId = ids.Create(id);
        var closed = notice.ClosedAt is { } at
            ? string.Create(CultureInfo.InvariantCulture, $"Closed: {at.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC\n")
            : "";
        var raw = MailComposer.Compose(new OutboundDraft
        {
            MessageId = messageId,
            Date = now,
            From = new MailAddress(mailbox, from),
            To = [new MailAddress(null, mailTo!)],
            Subject = $"{(notice.ClosedAt is null ? "Trouble" : "Well again")}: {notice.Code} ({notice.Mailbox} on {notice.Machine})",
            Text = string.Create(
                CultureInfo.InvariantCulture, $"{notice.Message}\n\nIssue: {notice.Code}\nOpened: {notice.OpenedAt.UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC\n{closed}\nThis notice comes once when an issue opens and once when it closes.\n"),
            AutoReplied = false,
            Loop = messageId,
        });
        return new NewOutboxRow(id, OutboxPurpose.Alert, messageId, ids.ReturnPath(from, id), mailTo!, "", "health", raw, null, false);
    }
}

/// <summary>Mails a notice past the outbox, by a relay of its own or by the outbox's: for trouble of the outbox or of the store.</summary>
public sealed class DirectMailChannel(Func<IRelay> relay, HealthNotices notices, TimeProvider time) : IAlertChannel
{
    /// <inheritdoc/>
    public string Name => HealthNotices.DirectMail;

    /// <inheritdoc/>
    public async Task SendAsync(string key, string body, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var mail = notices.Mail(JsonSerializer.Deserialize<NoticeDocument>(body, ContractJson.Line)!, now);
        await using var way = relay();
        var reply = await way.SendAsync(
            new ClaimedOutboxRow(mail.Id, mail.Purpose, mail.MessageId, mail.ReturnPath, mail.Recipient, mail.Raw, 0, 0, now), cancel);
        if (reply.Kind != SendOutcomeKind.Accepted)
        {
            throw new AlertException(reply.Text);
        }
    }
}
