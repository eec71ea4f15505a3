namespace EnquiryTriage.Core.Acknowledgements;

/// <summary>Who gets an acknowledgement, and in which words.</summary>
public sealed record AcknowledgementSettings
{
    /// <summary>What to do for each kind; a kind that is not named is sent the "enquiry" template.</summary>
    public IDictionary<string, KindPolicy> Kinds { get; set; } = new Dictionary<string, KindPolicy>(StringComparer.Ordinal);

    /// <summary>What to do for urgent mail of any kind.</summary>
    public KindPolicy Urgent { get; set; } = new();

    /// <summary>Template pairs by name; each has a text and may have a Welsh one.</summary>
    public IDictionary<string, TemplateSettings> Templates { get; set; } = new Dictionary<string, TemplateSettings>(StringComparer.Ordinal);

    /// <summary>At most so many acknowledgements to one recipient within <see cref="WindowMinutes"/>.</summary>
    public int PerSender { get; set; } = 10;

    /// <summary>At most so many acknowledgements to one recipient for one subject within <see cref="WindowMinutes"/>.</summary>
    public int PerSenderAndSubject { get; set; } = 2;

    /// <summary>The throttle's window, in minutes.</summary>
    public int WindowMinutes { get; set; } = 180;

    /// <summary>At most so many acknowledgements to one recipient in one enquiry, a limit for each window.</summary>
    public IList<ThrottleWindow> PerEnquiry { get; set; } = [];

    /// <summary>At most so many acknowledgements to one recipient in all, a limit for each window.</summary>
    public IList<ThrottleWindow> PerRecipient { get; set; } = [];

    /// <summary>Mail that was received longer ago than this, in hours, has its acknowledgement held in any mode.</summary>
    public int HoldOlderThanHours { get; set; } = 72;

    /// <summary>Whether a further mail in an enquiry that was acknowledged is acknowledged again.</summary>
    public bool FollowUps { get; set; }

    /// <summary>Link to the privacy notice, shown in every acknowledgement.</summary>
    public string PrivacyUrl { get; set; } = "";
}

/// <summary>A throttle's window.</summary>
public sealed record ThrottleWindow
{
    /// <summary>Its length, in minutes.</summary>
    public int Minutes { get; set; }

    /// <summary>At most so many within it.</summary>
    public int Most { get; set; }
}

/// <summary>What to do for a kind of mail.</summary>
public sealed record KindPolicy
{
    /// <summary>send, hold or none.</summary>
    public AcknowledgementAction Action { get; set; } = AcknowledgementAction.Send;

    /// <summary>Name of the template; not needed for none.</summary>
    public string Template { get; set; } = "enquiry";
}

/// <summary>What to do with an acknowledgement.</summary>
public enum AcknowledgementAction
{
    /// <summary>Goes as the outbox's mode allows.</summary>
    Send,

    /// <summary>Waits for a named person's release in any mode.</summary>
    Hold,

    /// <summary>None is written.</summary>
    None,
}

/// <summary>A template: lines of Handlebars. Values are escaped in HTML and subjects are one line.</summary>
public sealed record TemplateSettings
{
    /// <summary>Subject.</summary>
    public string Subject { get; set; } = "";

    /// <summary>Plain text, a line each.</summary>
    public IList<string> Text { get; set; } = [];

    /// <summary>HTML, a line each.</summary>
    public IList<string> Html { get; set; } = [];

    /// <summary>Welsh subject.</summary>
    public string SubjectCy { get; set; } = "";

    /// <summary>Welsh plain text; the English one where it is empty.</summary>
    public IList<string> TextCy { get; set; } = [];

    /// <summary>Welsh HTML.</summary>
    public IList<string> HtmlCy { get; set; } = [];
}

/// <summary>Whether a mail is acknowledged, and why (not).</summary>
/// <param name="Send">Whether an acknowledgement is written.</param>
/// <param name="Template">The template's name; null where none is written.</param>
/// <param name="Reason">Why, in words.</param>
/// <param name="HoldReason">Why it waits for a person; null where it may go as the outbox's mode allows.</param>
/// <param name="Stale">Whether the mail was too old when it was fetched, or its sender's address is not proven: released by its reference only.</param>
public sealed record AcknowledgementDecision(bool Send, string? Template, string Reason, string? HoldReason, bool Stale)
{
    /// <summary>
    /// The reason as an event may keep it: events outlive personal data, and <see cref="Reason"/> may quote a header that the sender wrote.
    /// </summary>
    public string Code { get; init; } = Reason;
}
