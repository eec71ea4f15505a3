using System.Text;

namespace EnquiryTriage.Worker.Tests;

/// <summary>Raw mails, written for these tests.</summary>
internal static class Mails
{
    public const string Us = "strategy@agency.example";

    public static byte[] Raw(
        string body = "What does the Agency do about county lines in small towns?",
        string subject = "County lines",
        string from = "ann@candidates.example",
        string? messageId = "m1@candidates.example",
        string to = Us,
        params (string Name, string Value)[] headers)
    {
        var text = new StringBuilder($"From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nDate: Mon, 12 Apr 2021 09:00:00 +0100\r\n");
        if (messageId is not null)
        {
            text.Append("Message-ID: <").Append(messageId).Append(">\r\n");
        }

        foreach (var (name, value) in headers)
        {
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        return Encoding.UTF8.GetBytes(text.Append("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n").Append(body).Append("\r\n").ToString());
    }
}
