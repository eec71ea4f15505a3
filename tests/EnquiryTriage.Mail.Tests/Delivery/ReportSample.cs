using System.Text;
using EnquiryTriage.Mail.Automatic;

namespace EnquiryTriage.Mail.Tests.Delivery;

/// <summary>A delivery report as a mail system words it, and what it says. Names and addresses are made up.</summary>
/// <param name="System">The mail system.</param>
/// <param name="From">Its From header.</param>
/// <param name="Subject">Its subject.</param>
/// <param name="Body">Its text.</param>
/// <param name="Recipients">Whom it could not reach, separated by spaces.</param>
/// <param name="Status">The first recipient's status.</param>
/// <param name="Action">What happened.</param>
/// <param name="More">More header lines.</param>
public sealed record ReportSample(
    string System,
    string From,
    string Subject,
    string Body,
    string Recipients,
    string Status,
    DeliveryAction Action = DeliveryAction.Failed,
    string More = "")
{
    /// <summary>The sender of the mail that was reported on.</summary>
    public const string Sender = "strategy@agency.example";

    internal AutomaticVerdict Judge() => RealMail.Judge(Encoding.UTF8.GetBytes(
        $"""
        Received: from mx.far.example by mail.agency.example; Thu, 8 Apr 2021 10:00:00 +0100
        {(More.Length == 0 ? "X-Seen: yes" : More)}
        From: {From}
        To: {Sender}
        Subject: {Subject}
        MIME-Version: 1.0
        Content-Type: text/plain; charset=utf-8

        {Body}

        """));

    public override string ToString() => System;
}
