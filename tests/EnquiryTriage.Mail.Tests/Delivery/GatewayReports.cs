namespace EnquiryTriage.Mail.Tests.Delivery;

/// <summary>Reports of mail providers, filters, mailing lists and mobile networks.</summary>
internal static class GatewayReports
{
    private const string NullPath = "Return-Path: <>";

    public static IReadOnlyList<ReportSample> All { get; } =
    [
        new("Gmail", "Mail Delivery Subsystem <mailer-daemon@googlemail.com>", "Delivery Status Notification (Failure)",
            """
            ** Address not found **

            Your message wasn't delivered to ann@far.example because the address couldn't be found or is unable to receive email.

            Learn more here: https://support.example/mail/?p=NoSuchUser

            The response was:

            550 5.1.1 The email account that you tried to reach does not exist.
            """, "ann@far.example", "5.1.1", More: NullPath),
        new("Gmail, delay", "Mail Delivery Subsystem <mailer-daemon@googlemail.com>", "Delivery Status Notification (Delay)",
            """
            ** Delivery incomplete **

            There was a temporary problem delivering your message to ann@far.example. Gmail will retry for 46 more hours. You'll be notified if the delivery fails permanently.

            The response was:

            The recipient server did not accept our requests to connect.
            """, "ann@far.example", "4.0.0", DeliveryAction.Delayed, NullPath),
        new("Yahoo", "MAILER-DAEMON@yahoo.example", "Failure Notice",
            """
            Sorry, we were unable to deliver your message to the following address.

            <ann@far.example>:
            554: delivery error: dd This user doesn't have a yahoo.example account (ann@far.example) [0]

            --- Below this line is a copy of the message.
            """, "ann@far.example", "5.1.1"),
        new("AOL", "Mail Delivery Subsystem <MAILER-DAEMON@aol.example>", "Returned mail: User unknown",
            """
            The original message was received at Thu, 8 Apr 2021 05:58:12 -0400 (EDT)
            from mail.agency.example [192.0.2.80]

            *** ATTENTION ***

            Your e-mail is being returned to you because there was a problem with its
            delivery.

               ----- The following addresses had permanent fatal errors -----
            <ann@far.example>

               ----- Transcript of session follows -----
            ... while talking to air.aol.example.:
            >>> RCPT To:<ann@far.example>
            <<< 550 MAILBOX NOT FOUND
            550 <ann@far.example>... User unknown
            """, "ann@far.example", "5.1.1"),
        new("Amazon SES", "MAILER-DAEMON@eu-west-1.amazonses.com", "Delivery Status Notification (Failure)",
            """
            An error occurred while trying to deliver the mail to the following recipients:
            ann@far.example
            """, "ann@far.example", "5.0.0", More: NullPath),
        new("SendGrid", "MAILER-DAEMON@sendgrid.example", "Undelivered Mail Returned to Sender",
            """
            This is an automatically generated message from SendGrid.

            I'm sorry to have to tell you that your message was not able to be delivered
            to one of its intended recipients.

            If you require assistance with this, please contact SendGrid support.

            ann@far.example: 550 5.1.1 unknown or illegal alias
            """, "ann@far.example", "5.1.1"),
        new("1&1", "\"Mail Delivery System\" <mailer-daemon@kundenserver.example>", "Mail delivery failed: returning message to sender",
            """
            This message was created automatically by mail delivery software.

            A message that you sent could not be delivered to one or more of
            its recipients. The following addresses failed:

            ann@far.example:

            For the following reason:

            Mail size limit exceeded. For explanation visit
            http://postmaster.kundenserver.example/error?ip=192.0.2.80

            --- The header of the original message is following. ---

            To: bob@far.example
            """, "ann@far.example", "5.3.4"),
        new("MailMarshal", "<postmaster@far.example>", "Undeliverable Mail: \"Letter to candidates\"",
            """
            Your message:
               From:    strategy@agency.example
               Subject: Letter to candidates

            Could not be delivered because of

            550 5.1.1 User unknown

            The following recipients were affected:
                ann@far.example

            Additional Information
            ======================
            Original Sender:    <strategy@agency.example>
            Sender-MTA:         <192.0.2.80>
            """, "ann@far.example", "5.1.1"),
        new("SurfControl", "postmaster@far.example", "Message could not be sent",
            """
            Your message could not be sent.
            A transcript of the attempts to send the message follows.
            The number of attempts made: 1
            Addressed To: ann@far.example

            Thu 08 Apr 2021 10:00:02 +0100
            Failed to send to identified host,
            ann@far.example: [192.0.2.7], 550 ann@far.example... No such user
            --- Message non-deliverable.
            """, "ann@far.example", "5.1.1"),
        new("InterScan", "\"InterScan MSS\" <postmaster@far.example>", "Mail could not be delivered",
            """
            ****** Message from InterScan Messaging Security Suite ******

            Sent <<< RCPT TO:<ann@far.example>
            Received >>> 550 5.1.1 <ann@far.example>... user unknown
            Unable to deliver message to <ann@far.example>.

            ************************     End of message     **********************
            """, "ann@far.example", "5.1.1"),
        new("McAfee", "Mail Delivery System <MAILER-DAEMON@gate.far.example>", "Delivery Status",
            """
            This is an automatic message generated by gate.far.example.

            --- The following addresses had delivery problems ---

            <ann@far.example>   (User unknown ann@far.example)
            """, "ann@far.example", "5.1.1"),
        new("Barracuda", "MAILER-DAEMON@spam.far.example", "**Message you sent blocked by our bulk email filter**",
            """
            Your message to: ann@far.example
            was blocked by our Spam Firewall. The email you sent with the following subject has NOT BEEN DELIVERED:

            Subject: Letter to candidates
            """, "ann@far.example", "5.7.1"),
        new("Mimecast", "postmaster@agency.example", "[Postmaster] Email Delivery Failure",
            """
            Email Delivery Failure

            This is a delivery failure notification message indicating that
            an email you addressed to email address :
            -- ann@far.example

            could not be delivered. The problem appears to be :
            -- Recipient email address is possibly incorrect

            Additional information follows :
            -- 5.1.1 User unknown

            This condition occurred after 1 attempt(s) to deliver over
            a period of 0 hour(s).
            """, "ann@far.example", "5.1.1"),
        new("Proofpoint", "Mail Delivery Subsystem <MAILER-DAEMON@mx0a.pphosted.example>", "Returned mail: see transcript for details",
            """
               ----- The following addresses had permanent fatal errors -----
            <ann@far.example>
                (reason: 552 5.2.2 Over quota)
            """, "ann@far.example", "5.2.2"),
        new("MessageLabs", "MAILER-DAEMON@messagelabs.example", "Mail Delivery Failure",
            """
            This message was created automatically by mail delivery software.

            A message that you sent could not be delivered to one or more of its recipients.

            <ann@far.example>:
            550 mailbox unavailable
            """, "ann@far.example", "5.2.0"),
        new("Google Groups", "Mail Delivery Subsystem <mailer-daemon@googlemail.com>", "Delivery Status Notification (Failure)",
            """
            Hello strategy@agency.example,

            We're writing to let you know that the group you tried to contact (pcc-talk) may not exist, or you may not have permission to post messages to the group.

            ----- Original message -----

            To: pcc-talk@groups.example
            """, "pcc-talk@groups.example", "5.7.1", More: "X-Failed-Recipients: pcc-talk@groups.example"),
        new("fml", "ops-admin@far.example", "You strategy@agency.example are not member (ops ML)",
            """
            You are not a member of this mailing list <ops@far.example>.
            If you know the general guide of this list, please send mail with
            the mail body "guide".

            Original mail as follows:

               To: ops@far.example
            """, "ops@far.example", "5.7.1", More: "X-MLServer: fml [fml 4.0.3]"),
        new("Verizon", "post_master@vtext.example", "Undeliverable Message",
            """
            Error: Invalid user address

            Message details:
              Subject: Letter to candidates
              MAIL FROM: strategy@agency.example
              RCPT TO: 5550001234@vtext.example
              From: strategy@agency.example
            """, "5550001234@vtext.example", "5.1.1"),
        new("ezweb", "<Postmaster@ezweb.example>", "Mail System Error - Returned Mail",
            """
            The user(s) account is disabled.

            <ann@ezweb.example>: 550 user unknown

            Each of the following recipients was rejected by a remote mail server.
            """, "ann@ezweb.example", "5.1.1"),
        new("docomo", "MAILER-DAEMON@docomo.example", "Returned mail: see transcript for details",
            """
               ----- The following addresses had permanent fatal errors -----
            <ann@docomo.example>
                (reason: 550 Unknown user ann@docomo.example)
            """, "ann@docomo.example", "5.1.1"),
        new("Facebook", "Facebook <mailer-daemon@mx.facebook.example>", "Sorry, your message could not be delivered",
            """
            This message was created automatically by Facebook.

            Sorry, your message could not be delivered to: ann@far.example.
            550 5.1.1 RCP-P2 The recipient does not exist
            """, "ann@far.example", "5.1.1"),
        new("Bigfoot", "Mail Delivery Subsystem <MAILER-DAEMON@bigfoot.example>", "Returned mail: service unavailable",
            """
               ----- The following addresses had delivery problems -----
            <ann@far.example>  (unrecoverable error)

               ----- Transcript of session follows -----
            >>> RCPT To:<ann@far.example>
            <<< 553 Invalid recipient ann@far.example (Mode: normal)
            """, "ann@far.example", "5.1.1"),
        new("an unknown gateway", "Notification <notification@gate.far.example>", "Your mail was not delivered",
            """
            Recipient: ann@far.example
            Result: 554 5.7.1 rejected by content filter
            """, "ann@far.example", "5.7.1", More: NullPath),
    ];
}
