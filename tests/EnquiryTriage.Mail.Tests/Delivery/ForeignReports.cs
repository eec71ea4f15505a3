namespace EnquiryTriage.Mail.Tests.Delivery;

/// <summary>Reports in other languages.</summary>
internal static class ForeignReports
{
    private const string NullPath = "Return-Path: <>";

    public static IReadOnlyList<ReportSample> All { get; } =
    [
        new("Spanish", "Sistema de correo <MAILER-DAEMON@lejos.example>", "Mensaje no entregado",
            """
            Su mensaje no se pudo entregar a los siguientes destinatarios:

            ana@lejos.example
            El usuario no existe
            """, "ana@lejos.example", "5.1.1"),
        new("German", "postmaster@fern.example", "Unzustellbar: Brief an die Kandidaten",
            """
            Fehler bei der Nachrichtenzustellung an folgende Empfänger oder Verteilerlisten:

            anna@fern.example
            Die eingegebene E-Mail-Adresse konnte nicht gefunden werden.

            Diagnoseinformationen für Administratoren:
            #550 5.1.1 RESOLVER.ADR.RecipNotFound; not found ##
            """, "anna@fern.example", "5.1.1"),
        new("French", "Administrateur système <postmaster@loin.example>", "Échec de la remise : lettre aux candidats",
            """
            Votre message n'a pas pu être remis au destinataire suivant :

              anne@loin.example
              Utilisateur inconnu
            """, "anne@loin.example", "5.1.1"),
        new("Portuguese", "postmaster@longe.example", "Não foi possível entregar: carta",
            """
            A mensagem não foi entregue aos seguintes destinatários:

            ana@longe.example
            O endereço não existe
            """, "ana@longe.example", "5.1.1"),
        new("Italian", "Postmaster <postmaster@lontano.example>", "Mancata consegna: lettera",
            """
            Impossibile recapitare il messaggio ai seguenti destinatari:

            anna@lontano.example
            550 5.1.1 utente sconosciuto
            """, "anna@lontano.example", "5.1.1"),
        new("Dutch", "postmaster@ver.example", "Onbestelbaar: brief",
            """
            Uw bericht kon niet worden afgeleverd bij de volgende geadresseerden:

            anna@ver.example
            550 onbekend
            """, "anna@ver.example", "5.0.0"),
        new("Polish", "postmaster@daleko.example", "Nie można dostarczyć: list",
            """
            Nie można dostarczyć wiadomości do następujących adresatów:

            anna@daleko.example
            550 5.1.1 nieznany
            """, "anna@daleko.example", "5.1.1"),
        new("Latvian", "postmaster@talu.example", "Nevar piegādāt: vēstule",
            """
            Jūsu ziņojumu nevar piegādāt šādiem adresātiem:

            anna@talu.example
            """, "anna@talu.example", "5.0.0", More: NullPath),
        new("Russian", "mailer-daemon@daleko.example", "Ваше сообщение не доставлено. Mail failure.",
            """
            К сожалению, Ваше письмо не может быть доставлено одному или нескольким получателям:

              anna@daleko.example
                550 5.2.2 почтовый ящик переполнен
            """, "anna@daleko.example", "5.2.2"),
        new("Japanese provider", "no-reply@tooi.example", "メールエラー通知",
            """
            送信先のメールボックスが一杯のため、送信できませんでした。

            Your mail sent on: Thu, 8 Apr 2021 10:00:00 +0900
                 Could not be delivered to: <anna@tooi.example>
                 As their mailbox is full.
            """, "anna@tooi.example", "5.2.2"),
        new("Japanese filter", "POSTMASTER <postmaster@tooi.example>", "failure notice",
            """
            以下のメールアドレスへの送信に失敗しました。
            anna@tooi.example


            -------server message
            550 5.1.1 unknown user

            -------SMTP command
            RCPT

            -------original message
            Received: from mail.agency.example by tooi.example
            """, "anna@tooi.example", "5.1.1"),
        new("Chinese", "PostMaster@yuan.example", "系统退信/Systems bounce",
            """
            抱歉，您的邮件被退回来了……

            无法发送到 anna@yuan.example

            退信原因： 550 5.1.1 收件人不存在
            """, "anna@yuan.example", "5.1.1"),
        new("Korean", "postmaster@meolli.example", "배달되지 않음: 편지",
            """
            다음 받는 사람에게 배달하지 못했습니다.

            anna@meolli.example
            550 5.1.1 알 수 없음
            """, "anna@meolli.example", "5.1.1", More: NullPath),
    ];
}
