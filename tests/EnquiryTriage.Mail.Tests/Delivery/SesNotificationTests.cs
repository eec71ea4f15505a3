using EnquiryTriage.Mail.Tests.Automatic;

namespace EnquiryTriage.Mail.Tests.Delivery;

public sealed class SesNotificationTests
{
    private const string Header = "From: AWS Notifications <no-reply@sns.amazonaws.com>\nSubject: AWS Notification Message";

    [Fact]
    public void A_bounce_told_in_JSON_is_a_bounce()
    {
        var automatic = Mails.Judge(Header, """
            {"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"Ann <ann@far.example>","action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 5.1.1 unknown"}]},"mail":{"commonHeaders":{"messageId":"<our.letter@agency.example>"}}}

            --
            If you wish to stop receiving notifications, visit the link.
            """).Automatic!;

        var recipient = Assert.Single(automatic.Delivery!.Recipients);
        Assert.Equal((AutomaticKind.Bounce, "ann@far.example", "5.1.1"), (automatic.Kind, recipient.Address, recipient.Status));
        Assert.Equal("our.letter@agency.example", automatic.Delivery.OriginalMessageId);
        Assert.True(automatic.Delivery.Permanent);
    }

    [Fact]
    public void A_notification_wrapped_in_the_SNS_envelope_is_unwrapped() =>
        Assert.Equal(AutomaticKind.FeedbackReport, Mails.Judge(Header, """{"Type":"Notification","Message":"{\"notificationType\":\"Complaint\",\"complaint\":{}}"}""").Automatic?.Kind);

    [Fact]
    public void A_delivery_told_in_JSON_is_a_success() =>
        Assert.Equal(DeliveryAction.Delivered, Mails.Judge(Header, """{"notificationType":"Delivery","delivery":{"recipients":["ann@far.example"]},"mail":{}}""").Automatic?.Delivery?.Action);

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"notificationType\":\"Bounce\"}")]
    [InlineData("{\"notificationType\":7,\"bounce\":[]}")]
    [InlineData("}{")]
    [InlineData("{{{{")]
    public void What_is_no_notification_is_left_to_the_other_rules(string text) => Assert.Null(Mails.Judge(Header, text).Automatic);

    [Fact]
    public void A_person_who_quotes_such_JSON_is_a_person() =>
        Assert.Null(Mails.Judge("Subject: What is this?", """{"notificationType":"Bounce","bounce":{"bouncedRecipients":[{"emailAddress":"ann@far.example"}]}}""").Automatic);
}
