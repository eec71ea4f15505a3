using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Mail;

namespace EnquiryTriage.Storage.Tests;

/// <summary>Records as the intake writes them, in the shape that a test asks for.</summary>
internal static class Records
{
    /// <summary>A Monday morning.</summary>
    public static readonly DateTimeOffset Monday = new(2021, 4, 12, 9, 0, 0, TimeSpan.Zero);

    public static LedgerKey Key(int n, string folder = "INBOX") => new("strategy", folder, Number(n));

    /// <summary>Ids rise with their number, as the intake's rise with time.</summary>
    public static string Id(string of, int n) => string.Create(CultureInfo.InvariantCulture, $"{of}{n:0000}");

    public static string Reference(int n) =>
        EnquiryReference.Create("ET", [0, 0, 0, (byte)(n >> 3), (byte)(n << 5)]).ToString();

    public static InboundMail MailOf(int n, string? messageId = "", string from = "ann@candidates.example", string subject = "County lines", string text = "Who tackles county lines?")
    {
        var raw = Raw(n);
        return new InboundMail
        {
            Raw = raw,
            MessageId = messageId?.Length == 0 ? $"m{Number(n)}@candidates.example" : messageId,
            From = new MailAddress(null, from),
            AnswerTo = new MailAddress(null, from),
            Subject = subject,
            Text = text,
            NewText = text,
            Language = "en",
        };
    }

    /// <summary>A mail that opens an enquiry of the same number.</summary>
    public static IntakeRecord Opening(int n, InboundMail? mail = null, Func<NewEnquiry, NewEnquiry>? change = null)
    {
        var enquiry = new NewEnquiry(
            Id("e", n), Reference(n), "enquiry", "drugs", "drugs", "topic: drugs", false, "en", Monday.AddDays(7), EnquiryState.Assigned);
        enquiry = change?.Invoke(enquiry) ?? enquiry;
        return Following(n, enquiry.Id, mail) with
        {
            Opens = enquiry,
            Events = [NewEvent.ByMachine(EventTypes.MailReceived), NewEvent.ByMachine(EventTypes.EnquiryOpened, ("kind", enquiry.Kind))],
        };
    }

    /// <summary>A mail that is set aside whole.</summary>
    public static HeldMail Held(int n, string reason) => new()
    {
        Key = Key(n),
        Reason = reason,
        Raw = Raw(n),
        Whole = true,
        Bytes = Raw(n).Length,
        Digest = Convert.ToHexStringLower(SHA256.HashData(Raw(n))),
        Subject = "County lines",
    };

    /// <summary>A mail that joins an enquiry, or none.</summary>
    public static IntakeRecord Following(int n, string? enquiryId, InboundMail? mail = null) => new()
    {
        Key = Key(n),
        MailId = Id("m", n),
        Raw = Raw(n),
        Mail = mail ?? MailOf(n),
        Received = Monday.AddHours(n),
        Fetched = Monday.AddHours(n).AddMinutes(1),
        Role = FolderRole.Inbox,
        ContentDigest = $"content-{Number(n)}",
        DecisionJson = """{"urgent":false}""",
        Urgent = false,
        EnquiryId = enquiryId,
        Events = [NewEvent.ByMachine(EventTypes.MailReceived)],
    };

    public static NewOutboxRow Row(
        int n,
        OutboxPurpose purpose = OutboxPurpose.Acknowledgement,
        string? hold = null,
        bool stale = false,
        string recipient = "ann@candidates.example",
        string subject = "County lines") => new(
        Id("o", n), purpose, $"et-o{Number(n)}-mac@agency.example", $"strategy+o{Number(n)}@agency.example", recipient, subject, "enquiry",
        Encoding.UTF8.GetBytes($"acknowledgement {Number(n)}"), hold, stale);

    public static NewQuestion Question(int n, int ordinal) => new(
        Id("q", (n * 100) + ordinal), ordinal, $"Question {Number(ordinal)}?", "drugs", 0.75, false, "drugs", "topic: drugs", Monday.AddDays(7));

    public static HistoryQuery Query(
        string? messageId = "new@candidates.example",
        string digest = "content-new",
        string[]? tokens = null,
        string[]? ids = null,
        string? tag = null,
        string? replySubject = null,
        DateTimeOffset? replySince = null,
        string? sender = "ann@candidates.example",
        string? recipient = "ann@candidates.example",
        string subject = "County lines",
        DateTimeOffset? throttleSince = null) => new(
        messageId, digest, tokens ?? [], ids ?? [], tag, replySubject, replySince ?? Monday.AddDays(-60), sender, recipient, subject, throttleSince ?? Monday.AddHours(-3));

    public static byte[] Raw(int n) => Encoding.UTF8.GetBytes($"Subject: {Number(n)}\r\n\r\nWho tackles county lines?\r\n");

    private static string Number(int n) => n.ToString(CultureInfo.InvariantCulture);
}
