using System.Text;

namespace EnquiryTriage.Mail.Tests.NewText;

/// <summary>What mail programs and habits put below the words.</summary>
public sealed class SignatureTests
{
    private const string Own = "These are my own words.\nThere are two lines of them.";

    private static string Find(string body) => MailReader.ReadBody(Encoding.UTF8.GetBytes(body)).NewText;

    [Theory]
    [InlineData("Sent from my Verizon, Samsung Galaxy smartphone")]
    [InlineData("Sent from my BlackBerry 10 smartphone on the EE network.")]
    [InlineData("Sent from my iPhone, please excuse brevity and typos")]
    [InlineData("Sent from my Android device with K-9 Mail. Please excuse my brevity.")]
    [InlineData("Sent from Canary (https://canarymail.io)")]
    [InlineData("-- Sent with Tuta; enjoy secure & ad-free emails:")]
    [InlineData("Get BlueMail for Android")]
    [InlineData("Anfonwyd o Outlook ar gyfer iOS")]
    [InlineData("Téléchargez Outlook pour iOS")]
    [InlineData("Obtenez Outlook pour Android")]
    [InlineData("Provenance : Courrier pour Windows 10")]
    [InlineData("Diese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.")]
    [InlineData("Outlook für iOS herunterladen")]
    [InlineData("Obtén Outlook para Android")]
    [InlineData("Enviado via iPhone")]
    [InlineData("Baixe o Outlook para iOS")]
    [InlineData("Inviato da Posta per Windows 10")]
    [InlineData("Outlook voor Android ophalen")]
    [InlineData("Uzyskaj program Outlook dla systemu Android")]
    [InlineData("Skaff Outlook for Android")]
    [InlineData("Skickades från E-post för Windows 10")]
    [InlineData("Získat Outlook pro iOS")]
    [InlineData("Odoslané z iPhonu")]
    [InlineData("Скачайте Outlook для iOS")]
    [InlineData("Надіслано з мого iPhone")]
    [InlineData("Az iPhone készülékemről küldve")]
    [InlineData("Trimis din Outlook pentru Android")]
    [InlineData("Στάλθηκε από το iPhone μου")]
    [InlineData("Android için Outlook'u edinin")]
    [InlineData("来自我的iPhone")]
    [InlineData("获取 Outlook for iOS")]
    [InlineData("Outlook for iOS を入手")]
    [InlineData("내 iPhone에서 보냄")]
    [InlineData("Android용 Outlook 다운로드")]
    [InlineData("Poslano z iPhone")]
    [InlineData("Dikirim dari iPhone saya")]
    [InlineData("---\nAnn Jones\nann@example.org")]
    [InlineData("___\nAnn Jones\n+44 1234 567890")]
    [InlineData("—\nReply to this email directly, view it on GitHub <https://github.com/x/y/issues/1>, or unsubscribe.")]
    [InlineData("Best wishes\nAnn Jones")]
    [InlineData("Cheers\nAnn")]
    [InlineData("Cofion gorau / Best wishes\nSiân")]
    [InlineData("Pob hwyl,\nSiân")]
    [InlineData("Liebe Grüße,\nAnna")]
    [InlineData("Cumprimentos,\nAna")]
    [InlineData("Üdvözlettel,\nAnna")]
    [InlineData("З повагою,\nАнна")]
    [InlineData("Με εκτίμηση,\nΆννα")]
    [InlineData("Virus-free. www.avast.com")]
    [InlineData("Please consider the environment before printing this email.")]
    [InlineData("CAUTION: This email originated from outside the organisation. Do not click links or open attachments.")]
    public void A_signature_goes_alone_and_above_a_quote(string signature)
    {
        Assert.Equal(Own, Find($"{Own}\n\n{signature}\n"));
        Assert.Equal(Own, Find($"{Own}\n\n{signature}\n\nOn 5 May 2025 at 09:30, Tom <tom@example.org> wrote:\n> Old words.\n"));
    }
}
