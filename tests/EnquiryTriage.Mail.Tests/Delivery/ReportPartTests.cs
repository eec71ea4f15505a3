using System.Text;

namespace EnquiryTriage.Mail.Tests.Delivery;

/// <summary>RFC 3464 reports, whole and broken.</summary>
public sealed class ReportPartTests
{
    private const string Failed = """
        Reporting-MTA: dns; mx.far.example

        Final-Recipient: rfc822; ann@far.example
        Action: failed
        Status: 5.1.1
        Diagnostic-Code: smtp; 550 5.1.1 <ann@far.example>: no such user
        """;

    [Theory]
    [InlineData("failed", "5.1.1", DeliveryAction.Failed, AutomaticKind.Bounce, true)]
    [InlineData("failed", "4.4.7", DeliveryAction.Failed, AutomaticKind.Bounce, false)]
    [InlineData("delayed", "4.4.1", DeliveryAction.Delayed, AutomaticKind.Bounce, false)]
    [InlineData("delivered", "2.0.0", DeliveryAction.Delivered, AutomaticKind.DeliveryReport, false)]
    [InlineData("relayed", "2.0.0", DeliveryAction.Relayed, AutomaticKind.DeliveryReport, false)]
    [InlineData("expanded", "2.0.0", DeliveryAction.Expanded, AutomaticKind.DeliveryReport, false)]
    public void Success_relay_expansion_delay_and_failure_are_told_apart(string word, string status, DeliveryAction action, AutomaticKind kind, bool permanent)
    {
        var automatic = Judge(Report($"Final-Recipient: rfc822; ann@far.example\nAction: {word}\nStatus: {status}"));

        Assert.Equal(kind, automatic.Kind);
        Assert.Equal(action, automatic.Delivery!.Action);
        Assert.Equal(permanent, automatic.Delivery.Permanent);
        Assert.Equal(status, Assert.Single(automatic.Delivery.Recipients).Status);
    }

    [Fact]
    public void One_failure_among_successes_makes_a_bounce()
    {
        var automatic = Judge(Report("""
            Final-Recipient: rfc822; ann@far.example
            Action: delivered
            Status: 2.0.0

            Final-Recipient: rfc822; bob@far.example
            Action: failed
            Status: 5.2.2
            """));

        Assert.Equal(AutomaticKind.Bounce, automatic.Kind);
        Assert.Equal(DeliveryAction.Failed, automatic.Delivery!.Action);
        Assert.Equal("ann@far.example Delivered, bob@far.example Failed", string.Join(", ", automatic.Delivery.Recipients.Select(r => $"{r.Address} {r.Action}")));
    }

    [Fact]
    public void Groups_that_lost_their_blank_lines_are_told_apart_by_their_recipients()
    {
        var delivery = Judge(Report("""
            Final-Recipient: rfc822; ann@far.example
            Action: failed
            Status: 5.1.1
            Final-Recipient: rfc822; bob@far.example
            Action: failed
            Status: 5.2.2
            """)).Delivery!;

        Assert.Equal("ann@far.example 5.1.1, bob@far.example 5.2.2", string.Join(", ", delivery.Recipients.Select(r => $"{r.Address} {r.Status}")));
    }

    [Fact]
    public void A_status_that_is_missing_comes_from_the_diagnostic()
    {
        var delivery = Judge(Report("Final-Recipient: rfc822; ann@far.example\nAction: failed\nDiagnostic-Code: smtp; 552 mailbox full")).Delivery!;

        var recipient = Assert.Single(delivery.Recipients);
        Assert.Equal("5.2.2", recipient.Status);
        Assert.Equal("552 mailbox full", recipient.Diagnostic);
        Assert.True(delivery.Permanent);
    }

    [Fact]
    public void A_local_part_alone_is_completed_from_the_returned_mail()
    {
        var delivery = Judge(Report("Final-Recipient: LOCAL; <ann>\nAction: failed\nStatus: 5.1.1")).Delivery!;

        Assert.Equal("ann@far.example", Assert.Single(delivery.Recipients).Address);
    }

    [Fact]
    public void The_original_recipient_stands_in_for_a_final_one_that_is_no_address()
    {
        var delivery = Judge(Report("Original-Recipient: rfc822;ann@far.example\nFinal-Recipient: X400; /G=ann/O=far/\nAction: failed\nStatus: 5.1.1")).Delivery!;

        Assert.Equal("ann@far.example", Assert.Single(delivery.Recipients).Address);
    }

    [Fact]
    public void An_internationalised_recipient_is_read_from_its_seven_bit_form()
    {
        var delivery = Judge(Report(@"Final-Recipient: utf-8; anni\x{E9}@far.example" + "\nAction: failed\nStatus: 5.1.1")).Delivery!;

        Assert.Equal("annié@far.example", Assert.Single(delivery.Recipients).Address);
    }

    [Fact]
    public void A_report_part_in_base64_is_read()
    {
        var coded = Convert.ToBase64String(Encoding.ASCII.GetBytes(Failed));
        var delivery = Judge(Report(coded, "Content-Transfer-Encoding: base64\n")).Delivery!;

        Assert.Equal("ann@far.example", Assert.Single(delivery.Recipients).Address);
        Assert.Equal("5.1.1", delivery.Recipients[0].Status);
    }

    [Theory]
    [InlineData("message/rfc822")]
    [InlineData("text/rfc822-headers")]
    public void The_original_is_known_by_its_message_id(string type)
    {
        var delivery = Judge(Report(Failed, originalType: type)).Delivery!;

        Assert.Equal("our.letter@agency.example", delivery.OriginalMessageId);
    }

    [Fact]
    public void A_report_that_a_list_wrapped_is_still_a_bounce()
    {
        var inner = Report(Failed);
        var mail = "From: ops-bounces@lists.example\nTo: strategy@agency.example\nSubject: Uncaught bounce notification\nMIME-Version: 1.0\n"
            + "Content-Type: multipart/mixed; boundary=outer\n\n--outer\nContent-Type: text/plain\n\nThe attached message was received as a bounce.\n\n"
            + "--outer\nContent-Type: message/rfc822\n\n" + inner + "\n--outer--\n";

        var automatic = Judge(mail);

        Assert.Equal(AutomaticKind.Bounce, automatic.Kind);
        Assert.Equal("ann@far.example", Assert.Single(automatic.Delivery!.Recipients).Address);
        Assert.Equal("our.letter@agency.example", automatic.Delivery.OriginalMessageId);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("This came back when I wrote to you. Which address is right?", false)]
    public void A_report_passed_on_is_a_bounce_only_without_a_word_of_ones_own(string words, bool bounce)
    {
        var mail = "From: Ann <ann@home.example>\nTo: strategy@agency.example\nSubject: Fwd: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n"
            + $"Content-Type: multipart/mixed; boundary=outer\n\n--outer\nContent-Type: text/plain\n\n{words}\n\n"
            + "--outer\nContent-Type: message/rfc822\n\n" + Report(Failed) + "\n--outer--\n";

        Assert.Equal(bounce, RealMail.Judge(mail).Automatic?.Kind == AutomaticKind.Bounce);
    }

    [Fact]
    public void Fields_in_the_middle_of_a_text_count_as_a_report()
    {
        var mail = "Return-Path: <>\nFrom: MAILER-DAEMON@far.example\nTo: strategy@agency.example\nSubject: Delivery Status Notification (Failure)\n\n"
            + "An error occurred while trying to deliver the mail.\n\nTechnical report:\n\nReporting-MTA: dsn; mx.far.example\n\n"
            + "Action: failed\nFinal-Recipient: rfc822; ann@far.example\nDiagnostic-Code: smtp; 550 5.1.1 no\nStatus: 5.1.1\n";

        var recipient = Assert.Single(Judge(mail).Delivery!.Recipients);

        Assert.Equal(("ann@far.example", DeliveryAction.Failed, "5.1.1"), (recipient.Address, recipient.Action, recipient.Status));
    }

    [Fact]
    public void A_german_report_in_UTF_7_is_read()
    {
        var mail = "Return-Path: <>\nFrom: postmaster@fern.example\nTo: strategy@agency.example\nSubject: Unzustellbar: Brief\nMIME-Version: 1.0\n"
            + "Content-Type: text/plain; charset=unicode-1-1-utf-7\n\nDie Nachricht wurde nicht zugestellt. Empf+AOQ-nger:\n\nanna+AEA-fern.example\n550 5.1.1 unbekannt\n";

        Assert.Equal("anna@fern.example", Assert.Single(Judge(mail).Delivery!.Recipients).Address);
    }

    [Fact]
    public void A_report_that_names_nobody_is_linked_by_the_signed_return_path()
    {
        var ours = new SignedMessageIds("agency.example", [new byte[32]]);
        var mail = $"Return-Path: <>\nFrom: MAILER-DAEMON@far.example\nTo: {ours.ReturnPath("strategy@agency.example", "a1b2")}\nSubject: failure notice\n\nGone.\n";

        var automatic = RealMail.Judge(mail, new ReadingOptions { Ours = ours }).Automatic!;

        Assert.Equal(ours.Create("a1b2"), automatic.Delivery!.OriginalMessageId);
    }

    [Fact]
    public void A_report_that_encloses_nothing_is_linked_by_the_id_that_we_gave_the_relay()
    {
        var ours = new SignedMessageIds("agency.example", [new byte[32]]);
        var mail = $"Return-Path: <>\nFrom: MAILER-DAEMON@far.example\nTo: strategy@agency.example\nSubject: failure\nMIME-Version: 1.0\n"
            + "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nGone.\n--b\nContent-Type: message/delivery-status\n\n"
            + $"Reporting-MTA: dns; far.example\nOriginal-Envelope-Id: {ours.Create("a1b2")}\n\nFinal-Recipient: rfc822; ann@far.example\nAction: failed\nStatus: 5.1.1\n\n--b--\n";

        Assert.Equal(ours.Create("a1b2"), RealMail.Judge(mail, new ReadingOptions { Ours = ours }).Automatic!.Delivery!.OriginalMessageId);
        var forged = mail.Replace(ours.Create("a1b2"), $"et-a1b2-{new string('0', 32)}@agency.example", StringComparison.Ordinal);
        Assert.Null(RealMail.Judge(forged, new ReadingOptions { Ours = ours }).Automatic!.Delivery!.OriginalMessageId);
    }

    [Fact]
    public void A_classic_VERP_address_names_the_recipient()
    {
        var mail = "Return-Path: <>\nFrom: MAILER-DAEMON@far.example\nTo: strategy+ann=far.example@agency.example\nSubject: failure notice\n\nGone.\n";

        Assert.Equal("ann@far.example", Assert.Single(Judge(mail).Delivery!.Recipients).Address);
    }

    [Fact]
    public void Whom_the_returned_mail_was_for_is_the_last_resort()
    {
        var mail = "Return-Path: <>\nFrom: MAILER-DAEMON@far.example\nTo: strategy@agency.example\nSubject: Returned mail: Cannot send message for 4 days\n\n"
            + "   ----- Transcript of session follows -----\n421 far.example (smtp)... Deferred: Connection timed out\n\n"
            + "   ----- Unsent message follows -----\nReceived: by mail.agency.example; Thu, 8 Apr 2021 09:58:12 +0100\nFrom: strategy@agency.example\nTo: ann@far.example\nMessage-ID: <m1@agency.example>\n\nDear\n";

        var delivery = Judge(mail).Delivery!;

        Assert.Equal("ann@far.example", Assert.Single(delivery.Recipients).Address);
        Assert.Equal("4.4.1", delivery.Recipients[0].Status);
        Assert.Equal("m1@agency.example", delivery.OriginalMessageId);
        Assert.False(delivery.Permanent);
    }

    [Fact]
    public void A_report_without_a_boundary_is_read_all_the_same()
    {
        var mail = "From: MAILER-DAEMON@far.example\nTo: strategy@agency.example\nSubject: Returned mail\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status\n\n"
            + "--lost\nContent-Type: message/delivery-status\n\n" + Failed + "\n--lost--\n";

        Assert.Equal("ann@far.example", Assert.Single(Judge(mail).Delivery!.Recipients).Address);
    }

    [Fact]
    public void A_million_lines_of_addresses_are_read_in_bounded_memory()
    {
        var mail = "From: MAILER-DAEMON@far.example\nTo: strategy@agency.example\nSubject: failure notice\n\n"
            + string.Concat(Enumerable.Range(0, 200_000).Select(i => $"<u{i}@far.example>:\n550 no\n"));

        Assert.InRange(Judge(mail).Delivery!.Recipients.Count, 1, 1_000);
    }

    private static AutomaticMail Judge(string mail) => RealMail.Judge(mail).Automatic ?? throw new InvalidOperationException("Not automatic.");

    private static string Report(string status, string statusHeader = "", string originalType = "message/rfc822") =>
        "From: Mail Delivery System <MAILER-DAEMON@mx.far.example>\nTo: strategy@agency.example\nSubject: Undelivered Mail Returned to Sender\n"
        + "Message-ID: <report.1@far.example>\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        + "--b\nContent-Type: text/plain\n\nYour message came back.\n\n"
        + $"--b\nContent-Type: message/delivery-status\n{statusHeader}\n{status}\n\n"
        + $"--b\nContent-Type: {originalType}\n\nFrom: strategy@agency.example\nTo: ann@far.example\nSubject: Letter\nMessage-ID: <our.letter@agency.example>\n\nDear candidate\n\n--b--\n";
}
