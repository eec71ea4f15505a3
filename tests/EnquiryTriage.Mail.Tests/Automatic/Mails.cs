using EnquiryTriage.Mail.Automatic;
using EnquiryTriage.Mail.Tests.Delivery;

namespace EnquiryTriage.Mail.Tests.Automatic;

/// <summary>Small messages for tests.</summary>
internal static class Mails
{
    public static AutomaticVerdict Judge(string header, string body = "I would like to ask about county lines.", ReadingOptions? options = null)
    {
        var from = header.Contains("From:", StringComparison.Ordinal) ? "" : "From: Ann <ann@home.example>\n";
        var subject = header.Contains("Subject:", StringComparison.Ordinal) ? "" : "Subject: A question\n";
        var type = header.Contains("Content-Type:", StringComparison.Ordinal) ? "" : "Content-Type: text/plain; charset=utf-8\n";
        return RealMail.Judge($"{from}{subject}To: strategy@agency.example\nMIME-Version: 1.0\n{type}{header}\n\n{body}\n", options);
    }
}
