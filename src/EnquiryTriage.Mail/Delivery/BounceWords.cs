using EnquiryTriage.Mail.Automatic;

namespace EnquiryTriage.Mail.Delivery;

/// <summary>How mail systems word their reports: who speaks, under which subject, with which opening. Tables; a new system is a line.</summary>
internal static class BounceWords
{
    /// <summary>Local parts of mail systems that speak for themselves.</summary>
    public static PhraseList DaemonNames { get; } = new(
        "mailer-daemon", "mailerdaemon", "mailer_daemon", "mail-daemon", "maildaemon", "mailer.daemon", "mail.delivery.system", "mail-delivery-system", "maildeliverysystem", "mdaemon", "smtp-daemon");

    /// <summary>Local parts of those who look after mail: a mail system or, at times, a person speaks.</summary>
    public static PhraseList MailRoles { get; } = new(
        "postmaster", "post_master", "post-master", "mailmaster", "mailadmin", "mail-admin", "mailsystem", "mail-system", "mailer");

    /// <summary>Local parts of machines that send more than reports.</summary>
    public static PhraseList OtherRoles { get; } = new(
        "sysadmin", "sys-admin", "administrator", "exchange", "daemon", "smtp", "mailman", "mail", "notification", "notifications", "complaints", "staff");

    /// <summary>Display names of mail systems, as a part of the name.</summary>
    public static PhraseList DisplayNames { get; } = new(
        "mail delivery", "mail deliver system", "mailer daemon", "mailer-daemon", "mailerdaemon", "mail administrator", "mail system", "system administrator", "postmaster", "post office", "microsoft outlook", "microsoft exchange",
        "interscan", "mail server", "mail router", "delivery subsystem", "delivery system", "delivery status", "ndr administrator", "mailmarshal", "internet mail delivery", "mail transfer", "electronic postmaster", "smtp gateway", "email delivery",
        "message delivery", "administrateur système", "administrador del sistema", "systemadministrator", "amministratore di sistema", "administrador do sistema", "システム管理者", "microsoft 365", "mailsystem");

    /// <summary>Subjects of reports, at the start and without regard to case.</summary>
    public static PhraseList SubjectOpenings { get; } = new(
        "undeliver", "undelivered", "undeliverable", "non-deliver", "nondeliver", "non remis", "mail delivery fail", "mail delivery problem", "mail delivery status", "mail delivery error", "mail delivery system",
        "mail delivery subsystem", "mail delivery was delayed", "mail delayed", "mail delivery delayed", "mail could not", "mail fail", "mail error", "mail system error", "mail not delivered", "mail undeliverable", "mail returned", "message delivery", "message could not", "message not delivered",
        "message undeliverable", "message not sent", "message delayed", "your message could", "your email could not", "delivery status", "delivery fail", "delivery error", "delivery notification",
        "delivery problem", "delivery report", "delivery delayed", "delivery delay", "delivery has", "delivery warning", "delivery incomplete", "delivery expired", "delivery receipt", "failed delivery", "failed mail", "failure delivery", "failure notice", "failure:",
        "returned mail", "returned e-mail", "returned email", "returned message", "returned to sender", "returning mail", "return to sender", "rejected mail", "rejected posting", "error sending", "error delivering", "there was an error", "unable to deliver",
        "unable to send", "unzustellbar", "unknown user", "user unknown", "couldn't deliver", "could not deliver", "could not send", "warning: could not send", "warning: message", "warning: mail", "warning - delayed", "non delivery", "nachricht nicht", "nicht zustellbar", "zustellung fehlgeschlagen",
        "fehler bei der", "rückläufer", "e-mail konnte nicht", "echec de la remise", "échec de la remise", "échec de remise", "echec de remise", "échec d'envoi", "message non", "mensaje no", "no se puede entregar", "no se pudo entregar", "no entregado", "no se ha podido", "error de entrega", "correo no", "entrega fallida",
        "devuelto", "falha na entrega", "falha de entrega", "não é possível entregar", "não foi possível", "mensagem não", "mancata consegna", "non recapitabile", "impossibile recapitare", "messaggio non", "non consegnato", "onbestelbaar", "niet bestelbaar", "niet afgeleverd", "kan inte leverera", "ej levererat", "olevererbart",
        "kan ikke leveres", "ikke leveret", "kunne ikke leveres", "leveringen mislyktes", "epäonnistui", "nezdařilo", "gick inte att leverera", "teslim edilemedi", "kézbesít", "doručení", "ei voitu toimittaa", "ei voi toimittaa", "toimittaminen epäonnistui", "nie można dostarczyć", "nie dostarczono", "niedostarczalne", "niedostarcz", "nedoruč", "nelze doručit", "kézbesíthetetlen", "nelivrabil", "nu se poate livra", "недоставлен", "не доставлено", "не удается доставить", "невозможно доставить", "ваше сообщение не", "сообщение не доставлено",
        "teslim edilemedi", "teslim edilemeyen", "nepiegādā", "nav piegādājams", "ziņojums nav", "neapstiprin", "недоставлено", "не може бути доставлено", "退信", "系统退信", "邮件系统退信", "無法傳遞", "无法送达", "无法投递", "未送达", "未傳遞的主旨", "無法投遞", "傳遞失敗", "配信不能", "配信エラー", "配信失敗", "配信できません", "送信エラー", "送信できません", "送信不能", "メールエラー", "メール配信エラー", "メールを送信できません", "メッセージを送信できません", "メッセージ送信エラー",
        "エラー通知", "メール不達", "未配信", "返送", "不達", "전송 실패", "배달되지 않음", "배달할 수 없", "반송", "delivery failure", "dsn:", "ndn:", "ndr:", "bounce action notification", "uncaught bounce notification", "bounced mail", "bounce notification", "bounced:", "permanent delivery failure", "temporary delivery failure", "deferred:", "deferred mail",
        "delayed mail", "problem delivering", "problems delivering", "transient delivery", "e-mail delivery", "email delivery", "email not delivered", "e-mail not delivered", "message send failure", "message rejected", "message blocked", "message quarantined", "blocked mail", "not delivered:", "not delivered", "relayed:", "expanded:", "success notice", "successful mail delivery",
        "\"postmaster notify", "postmaster notify", "local delivery error", "mdaemon notification", "mdaemon warning", "mail loop", "unroutable", "considered unsolicited", "cannot send message", "can't send", "nichtzustell", "automatische nachricht: unzustellbar", "****nicht zustellbar", "[auto-gen] delivery", "mailsystem error", "smtp delivery fail", "undlvd", "retry time", "message frozen", "fml system error", "loop alert", "loop back warning", "not member article", "reject mail", "notice: mail delivery", "return receipt", "sorry, your message", "ignored not member", "spam mail from a spammer", "mensagem devolvida", "mensaje devuelto", "message renvoy", "postfix smtp server: errors", "banned contents", "returned posting", "remise retardée", "entrega retrasada", "entrega demorada", "entrega atrasada", "zustellung verzögert", "verzögerte zustellung", "consegna ritardata", "consegna in ritardo", "bezorging vertraagd", "leveransen är försenad", "leveringen er forsinket", "опоздание доставки", "доставка отложена", "mail nicht", "uw bericht is niet", "uw bericht kon niet", "notification d'état de remise (échec", "echec de distribution", "échec de distribution", "rapport de non-remise", "notifica sullo stato del recapito (errore", "avviso di mancata consegna", "ziņojumu nevar", "送信エラーのメール", "メール配送エラー", "送信エラー通知", "メールが送信できませんでした");

    /// <summary>Words of reports' subjects that don't stand at the start.</summary>
    public static PhraseList SubjectWords { get; } = new(" are not member", "mail failure", "undeliverable mail", "delivery failure", "delivery status notification", "returned mail", "non-delivery");

    /// <summary>Openings that other machines and people use as well.</summary>
    public static PhraseList WeakSubjectOpenings { get; } = new(
        "your mail", "your e-mail", "message you sent", "failure", "mail to ", "expanded ", "delivered:", "mail return", "rejected:", "your message has", "failed:", "failure:", "delayed:", "message status", "notification", "warning");

    /// <summary>Phrases that reports hold near their beginning, without regard to case.</summary>
    public static PhraseList Phrases { get; } = new(
        "could not be delivered", "couldn't be delivered", "cannot be delivered", "can't be delivered", "was not delivered", "wasn't delivered", "were not delivered", "not been delivered", "not be delivered", "unable to deliver", "wasn't able to deliver", "could not deliver", "couldn't deliver", "cannot deliver", "not deliver", "did not reach the following", "delivery has failed", "delivery failed", "delivery to the following",
        "failed to deliver", "delivery failure", "failed permanently", "permanent fatal errors", "permanent error", "delivery errors", "delivery problems", "had delivery", "failed recipient", "failed for the following", "returned to sender", "returning message", "returned message", "transcript of session", "mail delivery software", "mail delivery system", "mailer-daemon", "undeliverable", "undelivered", "delivery status notification",
        "remote host said", "remote server returned", "server message", "smtp error", "error was", "error message below", "error occurred while trying to deliver", "error has occurred while", "error delivering", "trouble delivering", "problem delivering", "no valid recipients", "unknown user", "user unknown", "no such user", "invalid user", "invalid recipient", "mailbox full", "mailbox is full", "over quota", "quota exceeded", "final-recipient:", "action: failed", "rejected by",
        "was rejected", "has been rejected", "were rejected", "has been delayed", "is delayed", "will be retried", "will keep trying", "failure reasons", "non-delivered information", "has been returned", "being returned", "unroutable", "host unknown", "not accepted for delivery", "has been delivered", "have been delivered", "delivery to these recipients", "could not be reached", "did not receive", "did not reach", "niet afgeleverd", "est retardée", "se ha retrasado", "verzögert sich", "è in ritardo", "is vertraagd", "no pudo entregarse", "não pode ser entregue", "não pôde ser", "netika piegādāt", "non può essere recapitato", "was undeliverable", "was stopped", "wurde nicht gefunden", "gave up", "given up", "recipient address rejected", "relaying denied", "nicht zugestellt", "nicht zustellen", "konnte nicht", "nicht übermittelt", "unzustellbar",
        "n'a pas pu être", "n’a pas pu être", "n'a pas été", "non remis", "no se pudo entregar", "no se ha podido", "no pudo ser entregado", "no ha sido entregado", "no se entregó", "no se puede entregar", "não foi possível", "não pôde ser entregue", "não foi entregue", "non è stato possibile", "impossibile recapitare", "non recapitato", "niet worden afgeleverd", "niet bezorgd", "не доставлено", "не может быть доставлено", "не удалось доставить", "не было доставлено", "не удается доставить",
        "nie zostało dostarczone", "nie można dostarczyć", "nelze doručit", "kunde inte levereras", "kunne ikke leveres", "nav piegādāt", "nevar piegādāt", "nebija iespējams", "送信できません", "送信に失敗", "配信できません", "配送できません", "お届けできません", "届けることができません", "エラーメッセージ", "宛先が見つかり", "存在しない", "無法", "无法", "退信", "退回", "未能", "전송하지 못", "배달하지 못", "successfully delivered", "successfully relayed", "are not a member", "not member article", "has been frozen", "was frozen on arrival", "could not be sent", "not have permission to post");

    /// <summary>Lines after which the original message (or its header) follows; matched without regard to case, anywhere in the line.</summary>
    public static PhraseList OriginalMarkers { get; } = new(
        "this is a copy of the message", "below this line is a copy", "below is a copy of", "below this line is the original", "copy of the message header", "copy of the original message", "copy of your message", "original message follows", "original message headers", "original message header", "original message is following", "original message -----", "original message ---", "---original message", "--- original message", "-----original message",
        "header of the original message", "headers of the original message", "message headers follow", "message header follows", "message headers:", "unsent message follows", "unsent message below", "unsent message", "returned message ---", "returned message follows", "returned message below", "returned mail follows", "returned content", "the original message was:", "the original message is", "your original message", "your message headers", "headers follow", "header follows",
        "begin message", "start of returned message", "undelivered message", "text of your message", "text of message follows", "texte original", "message d'origine -----", "mensaje original", "nachricht im original", "ursprüngliche nachricht", "original-nachricht", "originalnachricht", "kopfzeilen der", "копия сообщения", "заголовки исходного", "исходное сообщение", "оригинал сообщения", "元のメール", "元のメッセージ", "原始邮件", "原郵件", "原始郵件", "received headers", "mail header",
        "the first 100 lines", "included is a copy", "contents of the message", "here is a copy of", "the body of the message", "message content follows", "original mail as follows", "the following is the original", "the header of the", "cabeceras", "en-têtes");

    /// <summary>Words of a report that the mail is still being tried.</summary>
    public static PhraseList DelayedPhrases { get; } = new(
        "has been delayed", "is delayed", "was delayed", "delivery delayed", "delayed delivery", "warning message only", "will be retried", "will keep trying", "will continue to try", "continue trying", "keep trying", "still trying", "will retry", "will try again", "still being retried", "has not yet been delivered", "not yet been delivered", "have not yet been", "not been able to deliver yet", "do not need to resend", "don't need to resend", "no need to resend", "not need to resend your message", "no action is required on your part", "non-fatal errors", "could not send message for past",
        "has been frozen", "was frozen on arrival", "yet to be delivered", "delivery temporarily", "temporarily suspended", "delivery attempts will continue", "attempts to deliver the message will continue", "queued for", "message is being delayed", "verzögert", "wird weiterhin versucht", "retardé", "retardée", "se ha retrasado", "demora en la entrega", "atrasada", "in ritardo", "vertraagd", "försenad", "forsinket", "opóźnion", "задерж", "遅延", "遅れて", "延迟", "延遲", "지연");

    /// <summary>Words of a report that it is over.</summary>
    public static PhraseList FailedPhrases { get; } = new(
        "permanent", "will not continue", "will not be retried", "given up", "giving up", "gave up", "failed permanently", "returned to sender", "undeliverable", "could not be delivered", "couldn't be delivered", "delivery has failed", "too long", "too many", "time expired", "retry timeout exceeded", "unrouteable", "no such user", "user unknown", "not listed");

    /// <summary>Words of a report of success, with what it says.</summary>
    public static IReadOnlyList<(string Phrase, DeliveryAction Action)> SuccessPhrases { get; } =
    [
        ("successfully relayed", DeliveryAction.Relayed), ("no delivery notification was sent", DeliveryAction.Relayed), ("was relayed", DeliveryAction.Relayed), ("has been relayed", DeliveryAction.Relayed), ("delivery notification by the remote server", DeliveryAction.Relayed), ("delivery notification is not available", DeliveryAction.Relayed),
        ("has been expanded", DeliveryAction.Expanded), ("was expanded", DeliveryAction.Expanded), ("group has been expanded", DeliveryAction.Expanded),
        ("successfully delivered", DeliveryAction.Delivered), ("has been delivered", DeliveryAction.Delivered), ("was delivered to the following", DeliveryAction.Delivered), ("have been delivered", DeliveryAction.Delivered), ("erfolgreich zugestellt", DeliveryAction.Delivered), ("has been successfully", DeliveryAction.Delivered), ("a été remis", DeliveryAction.Delivered), ("se ha entregado", DeliveryAction.Delivered),
    ];
}
