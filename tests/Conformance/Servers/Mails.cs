using System.Globalization;
using System.Text;

namespace EnquiryTriage.Conformance.Servers;

/// <summary>Mails written for the tests.</summary>
internal static class Mails
{
    private static readonly string[] Questions =
    [
        "What is the agency doing about county lines dealers who use children to carry drugs into our market towns?",
        "How many regional cyber units are there, and do they help small councils after a ransomware attack?",
        "My late father's savings went in a courier fraud. Who coordinates the police response to fraud nationally?",
        "Farmers here lose tractors and GPS units every week. Is organised plant theft a national priority?",
        "Will there be a recording of the candidates' briefing for those who could not attend?",
    ];

    /// <summary>A candidate's question.</summary>
    /// <param name="from">Author.</param>
    /// <param name="to">The mailbox.</param>
    /// <param name="number">Tells mails apart: in the Message-ID, subject and text.</param>
    /// <param name="padding">Bytes of an attachment that makes the mail larger.</param>
    /// <param name="extraHeaders">Further header lines, each with its CRLF.</param>
    public static byte[] Enquiry(string from, string to, int number, int padding = 0, string extraHeaders = "")
    {
        var date = TimeProvider.System.GetUtcNow().ToString("r", CultureInfo.InvariantCulture).Replace("GMT", "+0000", StringComparison.Ordinal);
        var text = $"Dear team,\r\n\r\n{Questions[number % Questions.Length]}\r\n\r\nThis is mail number {number}.\r\n\r\nYours,\r\nA. Candidate\r\n";
        var head = $"From: A. Candidate <{from}>\r\nTo: {to}\r\nSubject: A question before the poll, no. {number}\r\nDate: {date}\r\n"
            + $"Message-ID: {MessageId(from, number)}\r\n{extraHeaders}MIME-Version: 1.0\r\n";
        if (padding == 0)
        {
            return Encoding.ASCII.GetBytes($"{head}Content-Type: text/plain; charset=us-ascii\r\n\r\n{text}");
        }

        var attachment = string.Join("\r\n", Enumerable.Repeat(new string('A', 76), (padding / 78) + 1));
        return Encoding.ASCII.GetBytes(
            $"{head}Content-Type: multipart/mixed; boundary=\"=_edge\"\r\n\r\n--=_edge\r\nContent-Type: text/plain\r\n\r\n{text}\r\n"
            + "--=_edge\r\nContent-Type: application/octet-stream; name=\"scan.bin\"\r\nContent-Transfer-Encoding: base64\r\n"
            + $"Content-Disposition: attachment; filename=\"scan.bin\"\r\n\r\n{attachment}\r\n--=_edge--\r\n");
    }

    /// <summary>The Message-ID of <see cref="Enquiry"/>, in angle brackets.</summary>
    public static string MessageId(string from, int number) => $"<enquiry-{number}.{from}>";

    /// <summary>A delivery report (RFC 3464) on a mail of ours.</summary>
    /// <param name="to">Where the report goes.</param>
    /// <param name="recipient">Who could not be reached.</param>
    /// <param name="messageId">Message-ID of the mail that it is about.</param>
    public static byte[] Bounce(string to, string recipient, string messageId) => Encoding.ASCII.GetBytes(string.Join("\r\n",
        "From: Mail Delivery System <mailer-daemon@relay.agency.test>",
        $"To: {to}",
        "Subject: Undelivered Mail Returned to Sender",
        "Auto-Submitted: auto-replied",
        $"Message-ID: <{Guid.NewGuid():N}@relay.agency.test>",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=\"=_report\"",
        "",
        "--=_report",
        "Content-Type: text/plain",
        "",
        "The mail could not be delivered.",
        "--=_report",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; relay.agency.test",
        "",
        $"Final-Recipient: rfc822; {recipient}",
        "Action: failed",
        "Status: 5.1.1",
        "",
        "--=_report",
        "Content-Type: message/rfc822",
        "",
        $"From: {to}",
        $"To: {recipient}",
        $"Message-ID: <{messageId}>",
        "Subject: We have your question",
        "",
        "Thank you.",
        "--=_report--",
        ""));
}
