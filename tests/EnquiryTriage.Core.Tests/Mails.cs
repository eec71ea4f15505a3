using System.Text;
using EnquiryTriage.Mail;

namespace EnquiryTriage.Core.Tests;

/// <summary>Raw mails of candidates, written for these tests.</summary>
internal static class Mails
{
    public const string Us = "strategy@agency.example";
    public const string Candidate = "ann@candidates.example";

    public static byte[] Raw(
        string body,
        string subject = "A question",
        string from = Candidate,
        string? messageId = "<m1@candidates.example>",
        string to = Us,
        params (string Name, string Value)[] headers)
    {
        var text = new StringBuilder()
            .Append("From: ").Append(from).Append("\r\n")
            .Append("To: ").Append(to).Append("\r\n")
            .Append("Subject: ").Append(subject).Append("\r\n")
            .Append("Date: Mon, 12 Apr 2021 09:00:00 +0100\r\n");
        if (messageId is not null)
        {
            text.Append("Message-ID: ").Append(messageId).Append("\r\n");
        }

        foreach (var (name, value) in headers)
        {
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        text.Append("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n").Append(body).Append("\r\n");
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public static InboundMail Read(string body, string subject = "A question", string from = Candidate, params (string Name, string Value)[] headers) =>
        MailReader.Read(Raw(body, subject, from, headers: headers), Triaging.Reading);
}
