namespace EnquiryTriage.Mail.Tests.Delivery;

public sealed class FreeTextReportTests
{
    public static TheoryData<ReportSample> Servers => [.. ServerReports.All];

    public static TheoryData<ReportSample> Groupware => [.. GroupwareReports.All];

    public static TheoryData<ReportSample> Gateways => [.. GatewayReports.All];

    public static TheoryData<ReportSample> Languages => [.. ForeignReports.All];

    [Theory]
    [MemberData(nameof(Servers))]
    [MemberData(nameof(Groupware))]
    [MemberData(nameof(Gateways))]
    [MemberData(nameof(Languages))]
    public void A_report_in_words_names_its_recipients_action_and_status(ReportSample sample)
    {
        var verdict = sample.Judge();

        Assert.True(verdict.Automatic is not null, "not automatic");
        var delivery = verdict.Automatic.Delivery;
        Assert.NotNull(delivery);
        Assert.Equal(sample.Recipients, string.Join(' ', delivery.Recipients.Select(r => r.Address)));
        Assert.Equal(sample.Action, delivery.Action);
        Assert.Equal(sample.Status, delivery.Recipients[0].Status);
        Assert.Equal(sample.Action is DeliveryAction.Failed or DeliveryAction.Delayed ? AutomaticKind.Bounce : AutomaticKind.DeliveryReport, verdict.Automatic.Kind);
        Assert.False(verdict.Answerable);
    }
}
