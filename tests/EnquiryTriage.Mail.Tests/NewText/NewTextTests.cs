using System.Text;

namespace EnquiryTriage.Mail.Tests.NewText;

public sealed class NewTextTests
{
    private const string Own = "These are my own words.\nThere are two lines of them.";

    private static string Find(string body) => MailReader.ReadBody(Encoding.UTF8.GetBytes(body)).NewText;

    [Theory]
    [InlineData("On Mon, 5 May 2025 at 09:30, Ann Jones <ann@example.org> wrote:")]
    [InlineData("On 5 May 2025, at 09:30, Ann Jones <ann@example.org> wrote:")]
    [InlineData("On Monday, 5 May 2025 at 09:30:12 BST, Ann Jones <ann@example.org>\nwrote:")]
    [InlineData("---- On Mon, 05 May 2025 09:30:12 +0100 ann@example.org wrote ----")]
    [InlineData("Ar Llun, 5 Mai 2025 am 09:30, Siân Rees <sian@example.org> ysgrifennodd:")]
    [InlineData("Le lun. 5 mai 2025 à 09:30, Anne Martin <anne@example.org> a écrit :")]
    [InlineData("Am 05.05.2025 um 09:30 schrieb Anna Schmidt:")]
    [InlineData("Am Mo., 5. Mai 2025 um 09:30 Uhr schrieb Anna Schmidt <anna@example.org>:")]
    [InlineData("El lun, 5 may 2025 a las 9:30, Ana García (<ana@example.org>) escribió:")]
    [InlineData("Il giorno lun 5 mag 2025 alle ore 09:30 Anna Rossi <anna@example.org> ha scritto:")]
    [InlineData("Em seg., 5 de mai. de 2025 às 09:30, Ana Silva <ana@example.org> escreveu:")]
    [InlineData("Op ma 5 mei 2025 om 09:30 schreef Anna de Vries <anna@example.org>:")]
    [InlineData("pon., 5 maj 2025 o 09:30 Anna Nowak <anna@example.org> napisał(a):")]
    [InlineData("man. 5. maj 2025 kl. 09.30 skrev Anna Hansen <anna@example.org>:")]
    [InlineData("Den mån 5 maj 2025 kl 09:30 skrev Anna Berg <anna@example.org>:")]
    [InlineData("ma 5. toukok. 2025 klo 9.30 Anna Virtanen (anna@example.org) kirjoitti:")]
    [InlineData("po 5. 5. 2025 v 9:30 odesílatel Anna Nová <anna@example.org> napsal:")]
    [InlineData("пн, 5 мая 2025 г. в 09:30, Анна Иванова <anna@example.org>:")]
    [InlineData("05.05.2025 09:30, Анна Иванова пишет:")]
    [InlineData("安娜 <anna@example.org> 于2025年5月5日周一 09:30写道：")]
    [InlineData("2025年5月5日(月) 9:30 田中 <tanaka@example.org>:")]
    [InlineData("2025/05/05 9:30、田中 <tanaka@example.org>のメール:")]
    [InlineData("-----Original Message-----")]
    [InlineData("-------- Neges wreiddiol --------")]
    [InlineData("-----Ursprüngliche Nachricht-----")]
    [InlineData("From: Ann Jones <ann@example.org>\nSent: 05 May 2025 09:30\nTo: Strategy\nSubject: Question")]
    [InlineData("________________________________\nFrom: Ann Jones <ann@example.org>\nSent: 05 May 2025 09:30\nTo: Strategy\nSubject: Question")]
    [InlineData("**From:** Ann Jones\n**Sent:** 05 May 2025 09:30\n**To:** Strategy\n**Subject:** Question")]
    [InlineData("Oddi wrth: Siân Rees <sian@example.org>\nAnfonwyd: 05 Mai 2025 09:30\nAt: Strategaeth\nPwnc: Cwestiwn")]
    [InlineData("De : Anne Martin <anne@example.org>\nEnvoyé : lundi 5 mai 2025 09:30\nÀ : Stratégie\nObjet : Question")]
    [InlineData("Von: Anna Schmidt <anna@example.org>\nGesendet: Montag, 5. Mai 2025 09:30\nAn: Strategie\nBetreff: Frage")]
    [InlineData("De: Ana García <ana@example.org>\nEnviado el: lunes, 5 de mayo de 2025 9:30\nPara: Estrategia\nAsunto: Pregunta")]
    [InlineData("Da: Anna Rossi\nInviato: lunedì 5 maggio 2025 09:30\nA: Strategia\nOggetto: Domanda")]
    [InlineData("De: Ana Silva\nEnviada em: segunda-feira, 5 de maio de 2025 09:30\nPara: Estratégia\nAssunto: Pergunta")]
    [InlineData("Van: Anna de Vries\nVerzonden: maandag 5 mei 2025 09:30\nAan: Strategie\nOnderwerp: Vraag")]
    [InlineData("Od: Anna Nowak\nWysłano: poniedziałek, 5 maja 2025 09:30\nDo: Strategia\nTemat: Pytanie")]
    [InlineData("Fra: Anna Hansen\nSendt: 5. maj 2025 09:30\nTil: Strategi\nEmne: Spørgsmål")]
    [InlineData("Från: Anna Berg\nSkickat: den 5 maj 2025 09:30\nTill: Strategi\nÄmne: Fråga")]
    [InlineData("Lähettäjä: Anna Virtanen\nLähetetty: 5. toukokuuta 2025 9:30\nVastaanottaja: Strategia\nAihe: Kysymys")]
    [InlineData("Od: Anna Nová\nOdesláno: pondělí 5. května 2025 9:30\nKomu: Strategie\nPředmět: Dotaz")]
    [InlineData("От: Анна Иванова\nОтправлено: 5 мая 2025 г. 9:30\nКому: Стратегия\nТема: Вопрос")]
    [InlineData("发件人: 安娜\n发送时间: 2025年5月5日 9:30\n收件人: 策略\n主题: 问题")]
    [InlineData("差出人: 田中\n送信日時: 2025年5月5日 9:30\n宛先: 戦略\n件名: 質問")]
    public void An_older_mail_below_is_cut_off_in_many_languages(string header) =>
        Assert.Equal(Own, Find($"{Own}\n\n{header}\n\nWhat the other one wrote.\nAnd more of it.\n"));

    [Theory]
    [InlineData("On Mon, 5 May 2025 at 09:30, Ann Jones <ann@example.org> wrote:")]
    [InlineData("Ann Jones wrote:")]
    [InlineData("Ysgrifennodd Siân Rees ar 5 Mai 2025:")]
    [InlineData("2025/5/5 Ann Jones <ann@example.org>")]
    public void A_marked_quote_goes_with_the_line_above_it(string attribution) =>
        Assert.Equal(Own, Find($"{Own}\n\n{attribution}\n> What the other one wrote.\n>> And before.\n"));

    [Fact]
    public void An_answer_below_a_quote_stays_alone() =>
        Assert.Equal("Yes, please do.", Find("On Mon, 5 May 2025 at 09:30, Ann <ann@example.org> wrote:\n> Shall I send it?\n\nYes, please do.\n"));

    [Fact]
    public void Answers_between_quotes_stay_with_what_they_answer()
    {
        var found = Find("On Mon, 5 May 2025 at 09:30, Ann <ann@example.org> wrote:\n> First question?\nFirst answer.\n> Second question?\nSecond answer.\n> The rest.\n");

        Assert.Equal("> First question?\n\nFirst answer.\n> Second question?\n\nSecond answer.".Replace("\n\n", "\n", StringComparison.Ordinal), found.Replace("\n\n", "\n", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("---------- Forwarded message ---------")]
    [InlineData("Begin forwarded message:")]
    [InlineData("-------- Weitergeleitete Nachricht --------")]
    public void A_forwarded_mail_is_content(string marker)
    {
        var found = Find($"Please see below.\n\n{marker}\nFrom: Ann <ann@example.org>\nSubject: Drugs\n\nWhat is being done?\n");

        Assert.Contains("Please see below.", found, StringComparison.Ordinal);
        Assert.Contains("What is being done?", found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mail_that_is_nothing_but_a_copy_is_kept() =>
        Assert.Contains("What is being done?", Find("From: Ann <ann@example.org>\nSent: 5 May 2025 09:30\nTo: Me\nSubject: Drugs\n\nWhat is being done?\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("-- \nAnn Jones\nOffice of the Commissioner")]
    [InlineData("Kind regards\n\nAnn Jones\nOffice of the Commissioner\n01234 567890")]
    [InlineData("Cofion gorau,\nSiân Rees")]
    [InlineData("Sent from my iPhone")]
    [InlineData("Sent from Outlook for iOS<https://aka.ms/x>")]
    [InlineData("Anfonwyd o fy iPhone")]
    [InlineData("Envoyé de mon iPhone")]
    [InlineData("Von meinem iPhone gesendet")]
    [InlineData("-Ann Jones")]
    [InlineData("This email and any attachments are confidential and intended solely for the addressee.\nIf you have received this email in error please notify the sender and delete it.")]
    [InlineData("Mae'r e-bost hwn ac unrhyw atodiadau yn gyfrinachol ac ar gyfer y derbynnydd bwriadedig yn unig.\nOs ydych wedi ei dderbyn trwy gamgymeriad, rhowch wybod i'r anfonwr.")]
    public void A_signature_goes(string signature) => Assert.Equal(Own, Find($"{Own}\n\n{signature}\n"));

    [Theory]
    [InlineData("On the other hand, it is 10:30 and nobody has come.\nWhat shall we do?")]
    [InlineData("In 2019 the Home Secretary wrote:\nwe will act. Has that been done?")]
    [InlineData("The notification was sent from my iPhone app to all users.")]
    [InlineData("These are the points:\n-- the first\n-- the second")]
    [InlineData("From: London\nwe went to Cardiff. Who pays?")]
    [InlineData("Is my information confidential, and who is the intended recipient of it? Please delete it if not.")]
    public void A_persons_words_stay(string words) => Assert.Equal(words, Find(words));

    [Fact]
    public void Html_names_what_is_quoted()
    {
        Assert.Equal("My words.", Html("<div>My words.</div><div id=\"appendonsend\"></div><hr><div id=\"divRplyFwdMsg\"><b>Gwrw:</b> Ann<br></div><div>Old words.</div>"));
        Assert.Equal("My words.", Html("<div>My words.</div><div class=\"gmail_quote\"><div class=\"gmail_attr\">Zapisal je Janez:<br></div><blockquote class=\"gmail_quote\">Old words.</blockquote></div>"));
        Assert.Equal("My words.", Html("<p>My words.</p><div class=\"moz-cite-prefix\">5/5 Ann:<br></div><blockquote type=\"cite\">Old words.</blockquote>"));
        Assert.Equal("My words.", Html("<p>My words.</p><div class=\"yahoo_quoted\"><div>Ann:</div><div>Old words.</div></div>"));
        Assert.Equal("My words.", Html("<p>My words.</p><div class=\"gmail_signature\">Ann<br>Boss</div>"));
        Assert.Equal("My words.\n\nIndented words.", Html("<p>My words.</p><blockquote style=\"margin: 0 0 0 40px; border: none\">Indented words.</blockquote>"));
    }

    [Fact]
    public void Html_helps_where_the_plain_text_beside_it_hides_the_quote()
    {
        const string Message = "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nMy words.\r\n\r\nOld words.\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>My words.</p><div class=\"yahoo_quoted\">Old words.</div>\r\n--b--\r\n";

        Assert.Equal("My words.", MailReader.Read(Encoding.UTF8.GetBytes(Message)).NewText);
    }

    private static string Html(string html) => MailReader.Read(Encoding.UTF8.GetBytes("Content-Type: text/html; charset=utf-8\r\n\r\n" + html)).NewText;
}
