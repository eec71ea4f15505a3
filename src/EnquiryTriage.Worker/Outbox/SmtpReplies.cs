using System.Text.RegularExpressions;
using EnquiryTriage.Core.Outbox;

namespace EnquiryTriage.Worker.Outbox;

/// <summary>What a server's reply means for a mail (RFC 5321 section 4.2, RFC 3463), and what can be read from its words.</summary>
internal static partial class SmtpReplies
{
    /// <summary>The server shuts down, and closes the connection whatever was asked (RFC 5321 section 3.8).</summary>
    public const int ShuttingDown = 421;

    /// <summary>Temporary, permanent, or unknown: the mail's fate after a reply.</summary>
    public static SendOutcomeKind KindOf(SmtpReply reply) => reply switch
    {
        { Step: SmtpStep.Message, Code: >= 200 and < 300 } => SendOutcomeKind.Accepted,
        { Step: SmtpStep.Message, Code: < 400 or > 599 } => SendOutcomeKind.Unknown,

        // Too large (RFC 1870 section 6.1): it will not shrink.
        { Step: SmtpStep.Sender, Code: 552 } => SendOutcomeKind.Permanent,

        // Up to here nothing was said about the mail: what is wrong is the relay, our login, or our own address, and somebody mends it.
        { Step: < SmtpStep.Recipient } => SendOutcomeKind.Temporary,

        // Login required or refused in the middle: our configuration again.
        { Code: 530 or 535 or 538 } => SendOutcomeKind.Temporary,

        // RFC 5321 section 4.5.3.1.10: a 552 to RCPT is "too many recipients", to be tried again, unless the enhanced code says otherwise.
        { Step: SmtpStep.Recipient, Code: 552 } when Enhanced(reply) is null => SendOutcomeKind.Temporary,

        // QUIRK: "550 4.7.1 greylisted" (RFC 2034 section 4: both classes must agree). Where they do not, unknown means temporary.
        { Code: >= 500 and <= 599 } => EnhancedClass().IsMatch(reply.Text) ? SendOutcomeKind.Temporary : SendOutcomeKind.Permanent,
        _ => SendOutcomeKind.Temporary,
    };

    /// <summary>The enhanced status code that a reply's text starts with (RFC 2034), where its class is the reply's; null for none.</summary>
    public static string? Enhanced(SmtpReply reply) =>
        EnhancedCode().Match(reply.Text) is { Success: true } found && found.Value[0] - '0' == reply.Code / 100 ? found.Value : null;

    /// <summary>Codes and step, as an event may keep them: "554 5.7.1 to RCPT".</summary>
    public static string Codes(SmtpReply reply) => $"{reply.Code}{(Enhanced(reply) is { } enhanced ? " " + enhanced : "")} to {Name(reply.Step)}";

    /// <summary>The command that a step is known by.</summary>
    public static string Name(SmtpStep step) => step switch
    {
        SmtpStep.Connect => "connection",
        SmtpStep.Hello => "EHLO",
        SmtpStep.StartTls => "STARTTLS",
        SmtpStep.Login => "AUTH",
        SmtpStep.Sender => "MAIL",
        SmtpStep.Recipient => "RCPT",
        SmtpStep.Data => "DATA",
        SmtpStep.Message => "message",
        _ => "command",
    };

    /// <summary>The id under which the server queued the mail, as far as its words give one: what its administrator finds in the log.</summary>
    public static string? QueueId(string accepted) => QueuedAs().Match(accepted) is { Success: true } found ? found.Groups["id"].Value : null;

    /// <summary>Words without addresses.</summary>
    public static string WithoutAddresses(string words) => Address().Replace(words.ReplaceLineEndings(" "), "(address)");

    [GeneratedRegex(@"^[245]\.\d{1,3}\.\d{1,3}\b", RegexOptions.NonBacktracking)]
    private static partial Regex EnhancedCode();

    [GeneratedRegex(@"^4\.\d{1,3}\.\d{1,3} ", RegexOptions.NonBacktracking)]
    private static partial Regex EnhancedClass();

    // Postfix; Exim; Exchange; qmail; Sendmail; then those that give it right after "OK".
    [GeneratedRegex(
        @"queued as (?<id>[\w.-]+)|\bid=(?<id>[\w-]+)|InternalId=(?<id>\d+)|\bqp (?<id>\d+)|(?<id>\w{8,}) Message accepted|^(2\.\d\.\d )?ok:? +(?<id>[\w.-]*\d[\w.-]{7,})",
        RegexOptions.NonBacktracking | RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex QueuedAs();

    [GeneratedRegex(@"<?[^\s<>]+@[^\s<>]+>?", RegexOptions.NonBacktracking)]
    private static partial Regex Address();
}
