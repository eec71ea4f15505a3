using System.Text;

namespace EnquiryTriage.Mail.Tests.NewText;

/// <summary>Where the older mail begins, in the shapes of many clients and languages.</summary>
public sealed class OlderMailTests
{
    private const string Own = "These are my own words.\nThere are two lines of them.";

    private static string Find(string body) => MailReader.ReadBody(Encoding.UTF8.GetBytes(body)).NewText;

    [Theory]
    [InlineData("On Mon, 5 May 2025, 09:30 Ann Jones, <ann@example.org> wrote:")]
    [InlineData("On Mon, May 5, 2025 at 9:30 AM 'Ann Jones' via Strategy <\nstrategy@example.org> wrote:")]
    [InlineData("On Mon, May 5, 2025 at 9:30 AM Ann Jones\n\n<\nmailto:Ann Jones <ann@example.org>\n> wrote:")]
    [InlineData("On Nov 30, 2024, at 12:47 PM, Ann <\n416ffd3258d4d2fa\n@example.org>wrote:")]
    [InlineData("At 2025-05-05 09:30:12, \"Ann Jones\" <ann@example.org> wrote:")]
    [InlineData("------On 12/29/2024 17:32 PM, Ann Jones wrote-----")]
    [InlineData("---- En Mon, 05 May 2025 09:30:12 +0200 Ann <ann@example.org> escribió ----")]
    [InlineData("Ann Jones wrote on 5/5/2025 9:30 AM:")]
    [InlineData("Quoting Ann Jones <ann@example.org>:")]
    [InlineData("2025-05-05 9:30 GMT+01:00 Ann Jones:")]
    [InlineData("5 May 2025, 09:30 by ann@example.org:")]
    [InlineData("In a message dated 5/5/2025 9:30:12 AM Eastern Standard Time, \nann@example.org writes:")]
    [InlineData("Ar 5 Mai 2025, am 09:30, ysgrifennodd Siân Rees <sian@example.org>:")]
    [InlineData("Wiadomość napisana przez Anna <anna@example.org> w dniu 5 maj 2025, o godz. 09:30:")]
    [InlineData("W dniu 5 maja 2025 09:30 użytkownik Anna <anna@example.org> napisał:")]
    [InlineData("пн, 5 трав. 2025 р. о 09:30 Анна <anna@example.org> пише:")]
    [InlineData("На пн, 5.05.2025 г. в 9:30 Анна <anna@example.org> написа:")]
    [InlineData("Anna <anna@example.org> ezt írta (időpont: 2025. máj. 5., H, 9:30):")]
    [InlineData("În lun., 5 mai 2025 la 09:30, Ana <ana@example.org> a scris:")]
    [InlineData("Στις Δευ 5 Μαΐ 2025 στις 9:30 π.μ., ο/η Άννα <anna@example.org> έγραψε:")]
    [InlineData("5.05.2025 09:30 tarihinde Ayşe yazdı:")]
    [InlineData("pon, 5. svi 2025. u 09:30 Ana <ana@example.org> napisao je:")]
    [InlineData("El dl., 5 de maig 2025, 9:30, Anna <anna@example.org> va escriure:")]
    [InlineData("Vào Th 2, 5 thg 5, 2025 vào lúc 09:30 An <an@example.org> đã viết:")]
    [InlineData("Pada tanggal Sen, 5 Mei 2025 pukul 09.30 Ani <ani@example.org> menulis:")]
    [InlineData("2025-05-05 오전 9:30에 Kim 이(가) 쓴 글:")]
    [InlineData("2025년 5월 5일 (월) 오전 9:30, Kim <kim@example.org>님이 작성:")]
    [InlineData("From: Ann Jones <ann@example.org>\nDate: Mon, 5 May 2025 09:30:02 +0100")]
    [InlineData("From: \"Ann Jones\" <ann@example.org> Sent: Monday, 5 May 2025 09:30 To: Strategy Subject: Re: Question")]
    [InlineData("-------- Original message --------From: Ann Jones <ann@example.org> Date: 05/05/2025  09:30  (GMT+00:00) To: s@example.org Subject: Question")]
    [InlineData("To: s@example.org\nSubject: Question\nDate: Mon, 5 May 2025 09:30:12 +0100\nFrom: ann@example.org")]
    [InlineData("---- Replied Message ----\n| From | Ann Jones<ann@example.org> |\n| Date | 05/05/2025 09:30 |\n| To | <s@example.org> |\n| Subject | Question |")]
    [InlineData("Ann Jones ---05/05/2025 09:30:12---Dear all, please see the")]
    [InlineData(">>> Ann Jones <ann@example.org> 05/05/2025 09:30 >>>")]
    [InlineData("\u2010\u2010\u2010\u2010\u2010\u2010\u2010 Original Message \u2010\u2010\u2010\u2010\u2010\u2010\u2010\nOn Monday, May 5, 2025 9:30 AM, Ann Jones <ann@example.org> wrote:")]
    [InlineData("## In replies all text above this line is added to the ticket ##")]
    [InlineData("Od: Anna\nOdoslané: pondelok 5. mája 2025 9:30\nKomu: S\nPredmet: X")]
    [InlineData("Từ: An <an@example.org>\nGửi: Thứ Hai, 5 Tháng 5, 2025 9:30\nĐến: S\nChủ đề: X")]
    [InlineData("Kimden: Ayşe <a@example.org>\nGönderildi: 5 Mayıs 2025 Pazartesi 09:30\nKime: S\nKonu: X")]
    [InlineData("Від: Анна <a@example.org>\nНадіслано: 5 травня 2025 р. 9:30\nКому: S\nТема: X")]
    [InlineData("Από: Άννα <a@example.org>\nΣτάλθηκε: Δευτέρα, 5 Μαΐου 2025 9:30 πμ\nΠρος: S\nΘέμα: X")]
    [InlineData("보낸 사람: Kim <k@example.org>\n보낸 날짜: 2025년 5월 5일 월요일 오전 9:30\n받는 사람: S\n제목: X")]
    public void An_unmarked_older_mail_is_cut_off(string header) =>
        Assert.Equal(Own, Find($"{Own}\n\n{header}\n\nWhat the other one wrote.\nAnd more of it.\n"));

    [Theory]
    [InlineData("On Mon, 5 May 2025, 09:30 Ann Jones, <ann@example.org> wrote:")]
    [InlineData("On Mon, May 5, 2025 at 9:30 AM 'Ann Jones' via Strategy <\nstrategy@example.org> wrote:")]
    [InlineData("On Nov 30, 2024, at 12:47 PM, Ann <\n416ffd3258d4d2fa\n@example.org>wrote:")]
    [InlineData("At 2025-05-05 09:30:12, \"Ann Jones\" <ann@example.org> wrote:")]
    [InlineData("------On 12/29/2024 17:32 PM, Ann Jones wrote-----")]
    [InlineData("---- En Mon, 05 May 2025 09:30:12 +0200 Ann <ann@example.org> escribió ----")]
    [InlineData("Ann Jones wrote on 5/5/2025 9:30 AM:")]
    [InlineData("Quoting Ann Jones <ann@example.org>:")]
    [InlineData("2025-05-05 9:30 GMT+01:00 Ann Jones:")]
    [InlineData("5 May 2025, 09:30 by ann@example.org:")]
    [InlineData("In a message dated 5/5/2025 9:30:12 AM Eastern Standard Time, \nann@example.org writes:")]
    [InlineData("Ar 5 Mai 2025, am 09:30, ysgrifennodd Siân Rees <sian@example.org>:")]
    [InlineData("Wiadomość napisana przez Anna <anna@example.org> w dniu 5 maj 2025, o godz. 09:30:")]
    [InlineData("W dniu 5 maja 2025 09:30 użytkownik Anna <anna@example.org> napisał:")]
    [InlineData("пн, 5 трав. 2025 р. о 09:30 Анна <anna@example.org> пише:")]
    [InlineData("На пн, 5.05.2025 г. в 9:30 Анна <anna@example.org> написа:")]
    [InlineData("Anna <anna@example.org> ezt írta (időpont: 2025. máj. 5., H, 9:30):")]
    [InlineData("În lun., 5 mai 2025 la 09:30, Ana <ana@example.org> a scris:")]
    [InlineData("Στις Δευ 5 Μαΐ 2025 στις 9:30 π.μ., ο/η Άννα <anna@example.org> έγραψε:")]
    [InlineData("5.05.2025 09:30 tarihinde Ayşe yazdı:")]
    [InlineData("pon, 5. svi 2025. u 09:30 Ana <ana@example.org> napisao je:")]
    [InlineData("El dl., 5 de maig 2025, 9:30, Anna <anna@example.org> va escriure:")]
    [InlineData("Vào Th 2, 5 thg 5, 2025 vào lúc 09:30 An <an@example.org> đã viết:")]
    [InlineData("Pada tanggal Sen, 5 Mei 2025 pukul 09.30 Ani <ani@example.org> menulis:")]
    [InlineData("2025-05-05 오전 9:30에 Kim 이(가) 쓴 글:")]
    [InlineData("2025년 5월 5일 (월) 오전 9:30, Kim <kim@example.org>님이 작성:")]
    public void A_marked_quote_goes_with_its_attribution_above_and_below_the_answer(string attribution)
    {
        Assert.Equal(Own, Find($"{Own}\n\n{attribution}\n\n> What the other one wrote.\n>> And before.\n"));
        Assert.Equal(Own, Find($"{attribution}\n> What the other one wrote.\n>> And before.\n\n{Own}\n"));
    }

    [Fact]
    public void An_answer_below_a_quote_under_original_message_stays_alone() =>
        Assert.Equal("Yes.", Find("-------- Original Message --------\nOn May 5, 2025, 9:30 AM, Ann < ann@example.org> wrote:\n\n> Shall I?\n\nYes.\n"));

    [Fact]
    public void A_second_question_below_the_answer_makes_it_an_answer_between_quotes()
    {
        Assert.Equal("> Who?\n\nI.\n> Where?\n\nHere.", Find("On 5 May 2025 at 09:30, Ann <a@example.org> wrote:\n> Who?\n\nI.\n> Where?\n\nHere.\n> Bye\n"));
        Assert.Equal("Hello.", Find("On 5 May 2025 at 09:30, Ann <a@example.org> wrote:\n> Who?\n\nHello.\n\nOn 4 May 2025 at 09:30, Tom <t@example.org> wrote:\n> Where?\n"));
    }

    [Fact]
    public void A_link_that_broke_a_quoted_line_is_quoted() =>
        Assert.Equal("Blah", Find("Blah\n\nOn Thu, 25 Oct 2012 at 3:03 PM, life is short. on Bob wrote:\n\n>\n> Post a response\n>\n(http://example.org/c/YzOTYzMmE) >\n> life is short. (http://example.org/c/YzMmE)\n>\n"));

    [Theory]
    [InlineData("Début du message réexpédié :")]
    [InlineData("Anfang der weitergeleiteten Nachricht:")]
    [InlineData("Początek przekazywanej wiadomości:")]
    [InlineData("Vidarebefordrat mejl:")]
    [InlineData("Začátek přeposlané zprávy:")]
    [InlineData("Начало переадресованного сообщения:")]
    [InlineData("---------- Пересилане повідомлення ---------")]
    [InlineData("Továbbított levél kezdete:")]
    [InlineData("---------- Προωθημένο μήνυμα ---------")]
    [InlineData("---------- Yönlendirilmiş ileti ---------")]
    [InlineData("开始转发的邮件：")]
    [InlineData("転送されたメール：")]
    [InlineData("---------- 전달된 메일 ---------")]
    public void A_forward_is_content_in_many_languages(string marker) =>
        Assert.EndsWith("What is being done?\n\nKind regards\nTom", Find($"Please see below.\n\n{marker}\nFrom: Tom <t@example.org>\nSubject: Drugs\n\nWhat is being done?\n\nKind regards\nTom\n"), StringComparison.Ordinal);
}
