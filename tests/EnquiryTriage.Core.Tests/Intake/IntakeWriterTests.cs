using System.Text;
using EnquiryTriage.Core.Acknowledgements;
using EnquiryTriage.Core.Clocks;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Intake;
using EnquiryTriage.Core.Outbox;
using EnquiryTriage.Mail;
using Microsoft.Extensions.Time.Testing;
using static EnquiryTriage.Core.Tests.Triaging;

namespace EnquiryTriage.Core.Tests.Intake;

public class IntakeWriterTests
{
    private const string Calm = "What is done about county lines?";
    private const string InDanger = "I am going to kill myself tonight, I have the pills in front of me.";

    private readonly FakeTimeProvider _time = new(Now);

    [Fact]
    public void A_new_enquiry_is_opened_routed_and_acknowledged()
    {
        var record = Write(Mails.Raw(Calm));

        Assert.Equal(record.Opens?.Id, record.EnquiryId);
        Assert.True(EnquiryReference.TryParse(record.Opens?.Reference, out _));
        Assert.Equal(("enquiry", "drugs", "drugs", EnquiryState.Assigned), (record.Opens!.Kind, record.Opens.Topic, record.Opens.Team, record.Opens.State));
        Assert.Equal(
            [EventTypes.MailReceived, EventTypes.EnquiryOpened, EventTypes.Routed, EventTypes.AcknowledgementQueued],
            record.Events.Select(e => e.Type));
        Assert.Single(record.Questions);
    }

    [Fact]
    public void Outgoing_mail_is_signed_where_a_key_is_configured()
    {
        using var key = System.Security.Cryptography.RSA.Create(2048);
        var dkim = new DkimSigning { Domain = "agency.example", Selector = "a", PrivateKeyPem = key.ExportRSAPrivateKeyPem() };

        Assert.Contains("DKIM-Signature: ", Encoding.UTF8.GetString(Assert.Single(Write(Mails.Raw(Calm), settings: Settings() with { Dkim = dkim }).Outbox).Raw), StringComparison.Ordinal);
        Assert.DoesNotContain("DKIM-Signature", Encoding.UTF8.GetString(Assert.Single(Write(Mails.Raw(Calm)).Outbox).Raw), StringComparison.Ordinal);
    }

    [Fact]
    public void The_acknowledgement_answers_the_mail_and_says_that_a_machine_wrote_it()
    {
        var record = Write(Mails.Raw(Calm, headers: ("References", "<older@candidates.example>")));
        var row = Assert.Single(record.Outbox);
        var sent = MailReader.Read(row.Raw);
        var text = Encoding.UTF8.GetString(row.Raw);

        Assert.Equal(OutboxPurpose.Acknowledgement, row.Purpose);
        Assert.Equal(Mails.Candidate, row.Recipient);
        Assert.Equal(["m1@candidates.example"], sent.InReplyTo);
        Assert.Equal(["older@candidates.example", "m1@candidates.example"], sent.References);
        Assert.Equal(row.MessageId, sent.MessageId);
        Assert.True(Ids.TryVerify(row.MessageId, out var token));
        Assert.Equal(row.Id, token);
        Assert.True(Ids.TryVerifyReturnPath(row.ReturnPath, out var verp));
        Assert.Equal(row.Id, verp);
        Assert.Contains("Auto-Submitted: auto-replied", text, StringComparison.Ordinal);
        Assert.StartsWith($"{record.Opens!.Reference}: ", sent.Subject, StringComparison.Ordinal);
        Assert.Contains("Monday 19 April 2021", sent.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Our_acknowledgement_coming_back_is_known_as_a_loop()
    {
        var row = Assert.Single(Write(Mails.Raw(Calm)).Outbox);

        Assert.Equal(AutomaticKind.Loop, MailReader.Read(row.Raw, Reading).Automatic?.Kind);
    }

    [Fact]
    public void Nothing_goes_out_while_the_outbox_is_off()
    {
        var record = Write(Mails.Raw(InDanger), outboxOff: true);

        Assert.Empty(record.Outbox);
        Assert.Contains(record.Events, e => e.Type == EventTypes.AcknowledgementSuppressed && e.Detail["reason"] == "Outbox:Mode is off");
    }

    [Fact]
    public void Everything_waits_in_shadow_mode_alerts_too()
    {
        var record = Write(Mails.Raw(InDanger), hold: "shadow mode");

        Assert.Equal(2, record.Outbox.Count);
        Assert.All(record.Outbox, row => Assert.Equal("shadow mode", row.HoldReason));
        Assert.Equal(2, record.Events.Count(e => e.Type == EventTypes.OutboundHeld));
    }

    [Fact]
    public void The_alert_says_where_to_look_and_quotes_nothing()
    {
        var record = Write(Mails.Raw(InDanger, subject: "Goodbye", from: "\"Ann Example\" <ann@candidates.example>"));
        var alert = Assert.Single(record.Outbox, o => o.Purpose == OutboxPurpose.Alert);
        var text = Encoding.UTF8.GetString(alert.Raw);

        Assert.Equal("duty@agency.example", alert.Recipient);
        Assert.Null(alert.HoldReason);
        Assert.Contains(record.Opens!.Reference, text, StringComparison.Ordinal);
        // Ordinal: an id is made of small letters and may spell a name.
        Assert.All(["Goodbye", "Ann", "candidates.example"], word => Assert.DoesNotContain(word, text, StringComparison.Ordinal));
        Assert.All([" kill", " pills"], word => Assert.DoesNotContain(word, text, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void Urgent_automatic_mail_raises_the_alert_and_opens_nothing()
    {
        var record = Write(Mails.Raw(InDanger, headers: ("Auto-Submitted", "auto-replied")));

        Assert.Null(record.EnquiryId);
        Assert.Equal(OutboxPurpose.Alert, Assert.Single(record.Outbox).Purpose);
        Assert.Contains(record.Events, e => e.Type == EventTypes.UrgencyFound);
    }

    [Fact]
    public void There_is_no_alert_without_a_duty_contact()
    {
        var settings = Settings();
        settings.DutyContact = "";

        Assert.DoesNotContain(Write(Mails.Raw(InDanger), settings: settings).Outbox, o => o.Purpose == OutboxPurpose.Alert);
    }

    [Theory]
    [InlineData("enquiry", false, EnquiryState.Assigned, "drugs")]
    [InlineData("enquiry", true, EnquiryState.Triage, null)]
    [InlineData("spam", false, EnquiryState.NoAnswerNeeded, "drugs")]
    public void The_first_state_says_who_has_to_act(string kind, bool abstained, EnquiryState state, string? topic)
    {
        var record = Write(Mails.Raw(Calm), pipeline: Pipeline((_, _) => Says(kind: kind, abstained: abstained)));

        Assert.Equal((state, topic), (record.Opens!.State, record.Opens.Topic));
    }

    [Fact]
    public void Mail_from_before_the_take_over_needs_no_answer()
    {
        var pipeline = Pipeline();
        var analysis = pipeline.Analyse(Mails.Raw(Calm));
        var decision = pipeline.Decide(analysis, MailHistory.None, Now.AddDays(-1), Now, adoptedBefore: Now);

        Assert.Equal(EnquiryState.NoAnswerNeeded, Writer().Write(Fetched(Mails.Raw(Calm)), analysis, decision, MailHistory.None).Opens!.State);
    }

    [Theory]
    [InlineData("enquiry", EnquiryState.Assigned)]
    [InlineData("logistics", null)]
    [InlineData("spam", null)]
    public void New_words_reopen_an_enquiry_and_thanks_do_not(string kind, EnquiryState? movesTo)
    {
        var record = Write(Mails.Raw(Calm), With(Joined), Pipeline((_, _) => Says(kind: kind)));

        Assert.Equal(movesTo, record.MovesTo);
        Assert.Equal("e1", record.EnquiryId);
        Assert.Null(record.Opens);
        Assert.Equal(kind == "logistics" ? 0 : 1, record.Questions.Count);
    }

    [Fact]
    public void An_out_of_office_in_an_enquiry_moves_nothing()
    {
        var record = Write(Mails.Raw(Calm, headers: ("Auto-Submitted", "auto-replied")), With(Joined));

        Assert.Equal("e1", record.EnquiryId);
        Assert.Null(record.MovesTo);
        Assert.Empty(record.Outbox);
    }

    [Theory]
    [InlineData(null, "sent1")]
    [InlineData("auto-replied", null)]
    public void A_persons_answer_to_a_mail_of_ours_is_its_reply_and_a_machines_is_not(string? autoSubmitted, string? replied)
    {
        (string, string) hangs = ("In-Reply-To", $"<{Ids.Create("sent1")}>");
        var record = Write(Mails.Raw(Calm, headers: autoSubmitted is null ? [hangs] : [hangs, ("Auto-Submitted", autoSubmitted)]), With(Joined));

        Assert.Equal(replied is null ? [] : [replied], record.Replies);
    }

    [Theory]
    [InlineData(DeliveryAction.Failed, OutboxState.Bounced)]
    [InlineData(DeliveryAction.Delayed, OutboxState.Delayed)]
    [InlineData(DeliveryAction.Delivered, OutboxState.Delivered)]
    [InlineData(DeliveryAction.Relayed, OutboxState.Delivered)]
    public void A_delivery_report_moves_the_mail_that_it_reports_on(DeliveryAction action, OutboxState state)
    {
        var report = new DeliveryReport(action, false, Ids.Create("sent1"), [new DeliveryRecipient("a@b.example", action, "5.1.1", "no such user a@b.example")]);
        var mail = Mails.Read("Report.") with { Automatic = new AutomaticMail(AutomaticKind.Bounce, [], report) };
        var pipeline = Pipeline();
        var analysis = pipeline.Analyse(mail);

        var record = Writer().Write(Fetched(Mails.Raw("Report.")), analysis, pipeline.Decide(analysis), MailHistory.None);

        Assert.Equal(new ReportedDelivery("sent1", state, "5.1.1") { Permanent = state == OutboxState.Bounced ? false : null }, record.Reported);
    }

    [Fact]
    public void A_report_on_a_mail_that_is_not_proven_ours_moves_nothing()
    {
        var report = new DeliveryReport(DeliveryAction.Failed, true, "et-sent1-00000000000000000000000000000000@agency.example", []);
        var pipeline = Pipeline();
        var analysis = pipeline.Analyse(Mails.Read("Report.") with { Automatic = new AutomaticMail(AutomaticKind.Bounce, [], report) });

        Assert.Null(Writer().Write(Fetched(Mails.Raw("Report.")), analysis, pipeline.Decide(analysis), MailHistory.None).Reported);
    }

    [Fact]
    public void The_same_id_with_other_content_is_flagged()
    {
        var record = Write(Mails.Raw(Calm), MailHistory.None with { SameIdOtherContent = true });

        Assert.Contains("other content", record.Events[0].Detail["flag"], StringComparison.Ordinal);
    }

    [Fact]
    public void A_persons_answer_stops_the_clock_when_it_was_sent()
    {
        var sentAt = Now.AddHours(-3);
        var pipeline = Pipeline();
        var raw = Mails.Raw("Here is our answer.", from: Mails.Us, to: Mails.Candidate);

        var record = Writer().WriteSent(Fetched(raw) with { Role = FolderRole.Sent, Received = sentAt }, pipeline.Analyse(raw), Joined);

        Assert.Equal(("e1", EnquiryState.Answered, FolderRole.Sent), (record.EnquiryId, record.MovesTo, record.Role));
        var answered = Assert.Single(record.Events);
        Assert.Equal((EventTypes.Answered, sentAt), (answered.Type, answered.At));
        Assert.Empty(record.Outbox);
    }

    /// <summary>Events outlive personal data: whatever a sender writes wherever, none of it is in them.</summary>
    [Fact]
    public void Events_hold_no_word_and_no_address_of_the_sender()
    {
        var random = new Random(20210407);
        for (var i = 0; i < 300; i++)
        {
            var words = new List<string>();
            string Word()
            {
                words.Add("zq" + string.Concat(Enumerable.Range(0, 8).Select(_ => (char)('a' + random.Next(26)))));
                return words[^1];
            }

            var hostile = new (string, string)[]
            {
                ("Precedence", $"bulk; {Word()}"), ("List-Id", $"{Word()} <{Word()}.example>"), ("List-Unsubscribe", $"<https://{Word()}.example>"),
                ("X-Loop", $"{Word()}; {Word()}: {Word()}"), ("X-Auto-Response-Suppress", $"All, {Word()}"), ("Auto-Submitted", $"auto-{Word()}"),
                ("Reply-To", $"{Word()} <owner-{Word()}@{Word()}.example>"), ("Return-Path", "<>"), ("X-Autoreply", Word()), ("Feedback-ID", Word()),
                ("In-Reply-To", $"<{Word()}@{Word()}.example>"), ("X-Failed-Recipients", $"{Word()}@{Word()}.example"),
            };
            var raw = Mails.Raw(
                $"{Word()} {(random.Next(3) == 0 ? InDanger : Calm)} {Word()}",
                $"Re: {Word()} {Word()}",
                $"\"{Word()}\" <{Word()}@{Word()}.example>",
                $"<{Word()}@{Word()}.example>",
                headers: [.. hostile.Where(_ => random.Next(4) == 0)]);
            var pipeline = Pipeline((_, _) => Says(kind: Kinds[random.Next(Kinds.Length)], abstained: random.Next(2) == 0));
            var history = random.Next(2) == 0 ? MailHistory.None : With(Joined) with { AcknowledgedToSender = random.Next(12), SameIdOtherContent = true };

            var record = Write(raw, history, pipeline, hold: random.Next(2) == 0 ? "Outbox:Mode is hold" : null, received: Now.AddHours(-random.Next(100)));

            var told = string.Join('\n', record.Events.SelectMany(e => e.Detail.Select(d => $"{d.Key}={d.Value}").Append(e.Actor)));
            Assert.All(words, word => Assert.DoesNotContain(word, told, StringComparison.OrdinalIgnoreCase));
            Assert.DoesNotContain('@', told);
        }
    }

    private static ConversationCandidate Joined => new("e1", "ET-04HMASW-F", "fraud", MatchEvidence.StoredMessageId, true);

    private static FetchedMail Fetched(byte[] raw, DateTimeOffset? received = null) =>
        new(new LedgerKey("strategy", "INBOX", "1"), raw, received ?? Now, Now, FolderRole.Inbox);

    private IntakeRecord Write(
        byte[] raw,
        MailHistory? history = null,
        TriagePipeline? pipeline = null,
        TriageSettings? settings = null,
        string? hold = null,
        bool outboxOff = false,
        DateTimeOffset? received = null)
    {
        pipeline ??= Pipeline(settings: settings);
        var analysis = pipeline.Analyse(raw);
        var fetched = Fetched(raw, received);
        var decision = pipeline.Decide(analysis, history, fetched.Received);
        return Writer(settings, hold, outboxOff).Write(fetched, analysis, decision, history ?? MailHistory.None);
    }

    private IntakeWriter Writer(TriageSettings? settings = null, string? hold = null, bool outboxOff = false)
    {
        settings ??= Settings();
        return new IntakeWriter(
            settings,
            Ids,
            AcknowledgementTemplates.Build(settings.Acknowledgements, []),
            WorkingCalendar.Default.Zone,
            (label, _) => label,
            hold,
            outboxOff,
            _time);
    }
}
