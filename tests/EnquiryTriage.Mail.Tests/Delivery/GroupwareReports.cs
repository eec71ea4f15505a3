namespace EnquiryTriage.Mail.Tests.Delivery;

/// <summary>Reports of groupware, and of mail servers less often met.</summary>
internal static class GroupwareReports
{
    public static IReadOnlyList<ReportSample> All { get; } =
    [
        new("Exchange 5.5", "System Administrator <postmaster@far.example>", "Undeliverable: Letter to candidates",
            """
            Your message

              To:      bob@far.example
              Subject: Letter to candidates
              Sent:    Thu, 8 Apr 2021 09:58:12 +0100

            did not reach the following recipient(s):

            ann@far.example on Thu, 8 Apr 2021 10:00:02 +0100
                The recipient name is not recognized
                    The MTS-ID of the original message is: c=gb;a= ;p=far
                    MSEXCH:IMS:Far:OFFICE:MX 3550 (000B09B6) 550 5.1.1 User unknown
            """, "ann@far.example", "5.1.1"),
        new("Exchange 2000", "postmaster@far.example", "Undeliverable: Letter to candidates",
            """
            Your message did not reach some or all of the intended recipients.

                  Subject:	Letter to candidates
                  Sent:	08/04/2021 09:58

            The following recipient(s) could not be reached:

                  'ann@far.example' on 08/04/2021 10:00
                        The e-mail account does not exist at the organization this message was sent to.
                        <mx.far.example #5.1.1>
            """, "ann@far.example", "5.1.1"),
        new("Exchange 2010", "Microsoft Outlook <postmaster@far.example>", "Undeliverable: Letter to candidates",
            """
            mx.far.example rejected your message to the following e-mail addresses:

            ann@far.example<mailto:ann@far.example>

            mx.far.example gave this error:
            #5.7.1 Your access to submit messages to this e-mail system has been rejected.

            Your message wasn't delivered due to a permission or security issue.

            Diagnostic information for administrators:
            Generating server: mail.agency.example
            ann@far.example
            mx.far.example #550 #5.7.1 Your access has been rejected. ##
            Original message headers:
            Received: from desk.agency.example by mail.agency.example
            """, "ann@far.example", "5.7.1"),
        new("Microsoft 365", "Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@agency.example>", "Undeliverable: Letter to candidates",
            """
            Your message to ann@far.example couldn't be delivered.

            ann wasn't found at far.example.

            strategy	Office 365	ann
            Action Required		Recipient

            Unknown To address

            How to Fix It
            The address may be misspelled or may not exist.

            More Info for Email Admins
            Status code: 550 5.1.10
            """, "ann@far.example", "5.1.10"),
        new("Courier", "Courier mail server at mx.far.example <postmaster@mx.far.example>", "NOTICE: mail delivery status.",
            """
            This is a delivery status notification from mx.far.example,
            running the Courier mail server.

            The original message was received on Thu, 8 Apr 2021 09:58:12 +0100
            from mail.agency.example

            ---------------------------------------------------------------------------

                                       UNDELIVERABLE MAIL

            Your message to the following recipients cannot be delivered:

            <ann@far.example>:
                mx2.far.example [192.0.2.7]:
            >>> RCPT TO:<ann@far.example>
            <<< 550 5.1.1 No such user

            ---------------------------------------------------------------------------
            """, "ann@far.example", "5.1.1"),
        new("James", "postmaster@far.example", "Error in sending",
            """
            Hi. This is the James mail server at far.example.
            I'm afraid I wasn't able to deliver your message to the following addresses.
            This is a permanent error; I've given up. Sorry it didn't work out.  Below
            I include the list of recipients and the reason why I was unable to deliver
            your message.

            Failed recipient(s):
            ann@far.example

            Error message:
            550 5.1.1 no such user
            """, "ann@far.example", "5.1.1"),
        new("OpenSMTPD, delay", "Mailer Daemon <MAILER-DAEMON@mx.far.example>", "Delivery status notification: warning",
            """
                Hi!

                This is the MAILER-DAEMON, please DO NOT REPLY to this e-mail.

                A message is delayed for more than 4 hours for the following
                list of recipients:

            ann@far.example: 451 Greylisted

                Please note that this is only a temporary failure report.
                The message is kept in the queue for up to 4 days.
                You DO NOT NEED to re-send the message to these recipients.
            """, "ann@far.example", "4.0.0", DeliveryAction.Delayed),
        new("Domino", "Postmaster@far.example", "DELIVERY FAILURE: User ann (ann@far.example) not listed in Domino Directory",
            """
            Your message

              Subject: Letter to candidates

            was not delivered to:

              ann@far.example

            because:

              User ann (ann@far.example) not listed in Domino Directory
            """, "ann@far.example", "5.1.1"),
        new("GroupWise", "Mailer-Daemon@far.example", "Message status - undeliverable",
            """
            The message that you sent was undeliverable to the following:
            	ann (User not found)
            	bob@far.example (Mailbox full)
            """, "bob@far.example", "5.2.2"),
        new("GroupWise gateway", "Postmaster <Mailer-Daemon@far.example>", "Message status - undeliverable",
            """
            The attached file had the following undeliverable recipient(s):
            	ann@far.example

            Transcript of session follows:
             Command: Data ... End
             Response: 554 Message refused by filter

            The undelivered message follows.
            """, "ann@far.example", "5.0.0"),
        new("IMail", "Postmaster <postmaster@far.example>", "Undeliverable Mail",
            """
            User mailbox exceeds allowed size: ann@far.example

            Original message follows.

            Received: from mail.agency.example [192.0.2.80] by far.example with ESMTP
            """, "ann@far.example", "5.2.2"),
        new("IMail, host", "Postmaster <postmaster@far.example>", "Undeliverable Mail",
            """
            undeliverable to ann@far.example

            Original message follows.
            """, "ann@far.example", "5.0.0"),
        new("MDaemon", "MAILER-DAEMON@far.example", "MDaemon Notification -- Permanent Delivery Failure",
            """
            The attached message had PERMANENT fatal delivery errors!

            After one or more unsuccessful delivery attempts the attached message has
            been removed from the mail queue on this server.

            Failed address: ann@far.example

            --- Session Transcript ---
             Thu 2021-04-08 10:00:02: --> RCPT To:<ann@far.example>
             Thu 2021-04-08 10:00:02: <-- 550 5.1.1 Unknown user
            --- End Transcript ---
            """, "ann@far.example", "5.1.1"),
        new("PowerMTA", "mailer-daemon@mx.far.example", "Delivery report",
            """
            Hello, this is the mail server on mx.far.example.

            I am sending you this message to inform you on the delivery status of a
            message you previously sent.  Immediately below you will find a list of
            the affected recipients;  also attached is a Delivery Status Notification
            (DSN) report in standard format, as well as the headers of the original
            message.

              <ann@far.example>  delivery failed; will not continue trying
            """, "ann@far.example", "5.0.0"),
        new("Oracle Messaging Server", "postmaster@far.example", "Delivery Notification: Delivery has failed",
            """
            This report relates to a message you sent with the following header fields:

              Message-id: <a1@agency.example>
              From: Strategy <strategy@agency.example>
              To: bob@far.example
              Subject: Letter to candidates

            Your message cannot be delivered to the following recipients:

              Recipient address: ann@far.example
              Reason: Remote SMTP server has rejected address
              Diagnostic code: smtp;550 5.1.1 unknown
              Remote system: dns;mx2.far.example (TCP|192.0.2.80|47323|192.0.2.7|25)
            """, "ann@far.example", "5.1.1"),
        new("DragonFly", "MAILER-DAEMON <>", "Mail delivery failed",
            """
            This is the DragonFly Mail Agent v0.13 at df.far.example.

            There was an error delivering your mail to <ann@far.example>.

            mx2.far.example [192.0.2.7] did not like our RCPT TO:
            550 5.2.2 Over quota

            Original message follows.
            """, "ann@far.example", "5.2.2"),
        new("Lotus SMTP", "postmaster@far.example", "Undeliverable message",
            """
            ------- Failure Reasons  --------

            User not listed in public Name & Address Book
            ann@far.example

            ------- Returned Message --------
            Received: from mail.agency.example by far.example
            """, "ann@far.example", "5.1.1"),
        new("PMDF", "PMDF e-Mail Interconnect <postmaster@far.example>", "Undeliverable mail",
            """
            The message could not be delivered to:

            Addressee: ann@far.example
            Reason:
              %MAIL-E-NOSUCHUSR, no such user ANN at node FAR
            """, "ann@far.example", "5.1.1"),
    ];
}
