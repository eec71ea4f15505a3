namespace EnquiryTriage.Mail.Automatic;

/// <summary>
/// Subjects of out-of-office and other machine answers, by language. A subject alone never makes a mail automatic: people write
/// "Automatic reply" too, so that a second hint is always asked for by the caller.
/// </summary>
internal static class VacationSubjects
{
    /// <summary>Openings that machines write before the subject they answer; matched at the start only, without regard to case.</summary>
    private static readonly PhraseList Openings = new(
        // English
        "automatic reply", "auto reply", "auto-reply", "autoreply", "auto:", "auto response", "auto-response", "autoresponse", "automatic response", "automated reply",
        "automated response", "automatic answer", "auto reply:", "[auto-reply]", "[auto reply]", "[autoreply]", "(auto-reply)", "out of office", "out-of-office", "out of the office", "outofoffice", "ooo:", "oof:",
        "i am out of the office", "i'm out of the office", "i am currently out of the office", "i am away", "i'm away", "away from my mail", "away from my desk", "away from the office", "away from mail", "vacation reply",
        "vacation notice", "vacation message", "vacation response", "vacation:", "on vacation", "on annual leave", "annual leave:", "on holiday", "on leave", "on maternity leave", "away until", "away:", "absence notice", "absence:",
        "not in the office", "parental leave", "delayed response:",
        // Welsh
        "ateb awtomatig", "ymateb awtomatig", "neges awtomatig", "allan o'r swyddfa", "allan o’r swyddfa", "i ffwrdd o'r swyddfa", "i ffwrdd o’r swyddfa", "ar wyliau", "ar fy ngwyliau",
        // Irish, Gaelic
        "freagra uathoibríoch", "as an oifig", "freagairt fèin-ghluasadach",
        // German
        "automatische antwort", "automatische rückantwort", "autom. antwort", "abwesenheitsnotiz", "abwesenheitsnachricht", "abwesenheit:", "abwesend", "nicht im büro", "außer haus", "urlaubsmeldung", "urlaub:", "automatische beantwortung", "automatische abwesenheit", "ich bin nicht im büro",
        // Dutch
        "automatisch antwoord", "afwezigheidsbericht", "afwezigheidsmelding", "afwezig", "niet aanwezig", "afwezigheid", "buiten kantoor", "niet op kantoor", "vakantie:",
        // French
        "réponse automatique", "reponse automatique", "message d'absence", "message d’absence", "absence du bureau", "absent du bureau", "absente du bureau", "notification d'absence", "en congé", "en conges", "en vacances", "hors du bureau", "je suis absent",
        // Spanish, Catalan, Galician, Basque
        "respuesta automática", "respuesta automatica", "respuesta de ausencia", "fuera de la oficina", "fuera de oficina", "ausente de la oficina", "ausencia de la oficina", "de vacaciones", "contestación automática",
        "resposta automàtica", "fora de l'oficina", "fóra da oficina", "erantzun automatikoa",
        // Portuguese
        "resposta automática", "resposta automatica", "fora do escritório", "fora do escritorio", "ausência temporária", "ausente do escritório", "de férias", "ausência do escritório",
        // Italian
        "risposta automatica", "fuori sede", "fuori ufficio", "assente dall'ufficio", "assenza dall'ufficio", "assenza:", "in ferie", "messaggio di assenza",
        // Danish, Swedish, Norwegian, Finnish, Icelandic
        "automatisk svar", "autosvar", "svar automatisk", "ikke til stede", "ikke på kontoret", "ikke på kontoret", "fraværsmeddelelse", "fravær", "autosvar:", "automatiskt svar", "frånvaro", "frånvarande", "inte på kontoret", "ej på kontoret", "semester:", "fraværende", "fraværsmelding", "ferie:",
        "automaattinen vastaus", "poissa toimistosta", "poissaoloviesti", "lomalla", "sjálfvirkt svar", "svara sjálfkrafa", "fjarverandi",
        // Polish, Czech, Slovak
        "odpowiedź automatyczna", "automatyczna odpowiedź", "autoodpowiedź", "autoodpowiedz", "poza biurem", "nieobecność", "nieobecny", "nieobecnosc", "na urlopie",
        "automatická odpověď", "automatická odpoveď", "odpověď v nepřítomnosti", "mimo kancelář", "nepřítomnost", "nepřítomen", "neprítomnosť", "mimo kancelárie", "dovolená",
        // Hungarian, Romanian, Slovene, Croatian, Serbian, Bulgarian
        "automatikus válasz", "házon kívül", "szabadság:", "távollét", "răspuns automat", "raspuns automat", "absent de la birou", "în concediu", "în afara biroului", "samodejni odgovor", "odsotnost", "odsoten", "automatski odgovor", "aутоматски одговор", "аутоматски одговор", "izvan ureda", "van ureda", "автоматичен отговор", "извън офиса", "отсъствие",
        // Greek, Turkish, Maltese, Albanian
        "αυτόματη απάντηση", "εκτός γραφείου", "otomatik yanıt", "otomatik cevap", "ofis dışında", "ofis dışı", "tweġiba awtomatika", "përgjigje automatike",
        // Baltic
        "automātiska atbilde", "automātiskā atbilde", "prombūtnē", "automatinis atsakymas", "nesu biure", "automaatvastus", "automaatne vastus", "kontorist väljas",
        // Russian, Ukrainian
        "автоматический ответ", "автоответ", "нет на рабочем месте", "вне офиса", "отсутствие на рабочем месте", "автоматична відповідь", "автовідповідь", "поза офісом",
        // Hebrew, Arabic, Persian, Urdu, Hindi
        "תשובה אוטומטית", "מענה אוטומטי", "מחוץ למשרד", "رد تلقائي", "الرد التلقائي", "خارج المكتب", "پاسخ خودکار", "خودکار جواب", "स्वचालित उत्तर", "স্বয়ংক্রিয় উত্তর", "ਆਟੋਮੈਟਿਕ ਜਵਾਬ",
        // Chinese, Japanese, Korean
        "自动答复", "自动回复", "自動回覆", "自動回復", "自動回應", "自動答覆", "外出:", "不在办公室", "不在辦公室", "休假通知", "自動応答", "自動返信", "不在通知", "不在のお知らせ", "不在:", "자동 회신", "자동 응답", "자동회신", "자동응답", "부재중", "부재 중",
        // Vietnamese, Thai, Indonesian, Malay, Filipino
        "trả lời tự động", "tự động trả lời", "vắng mặt", "ตอบกลับอัตโนมัติ", "การตอบกลับอัตโนมัติ", "ข้อความตอบกลับอัตโนมัติ", "balasan otomatis", "di luar kantor", "balasan automatik", "jawapan automatik", "di luar pejabat", "awtomatikong tugon");

    /// <summary>What agents write after the name of who is away ("Ann Smith is out of the office"), anywhere in the subject.</summary>
    private static readonly PhraseList AfterName = new(
        " is out of the office", " is out of office", " is away from the office", " is on vacation", " is on leave", " is on annual leave", " is currently out of", " will be out of the office", " ist außer haus", " ist nicht im büro", " ist abwesend", " ist im urlaub",
        " est absent", " est en congé", " está ausente", " está fuera de la oficina", " está fora do escritório", " è fuori ufficio", " è assente", " is afwezig", " är inte på kontoret", " er ikke på kontoret", " on poissa", " は不在", " 不在办公室", "(out of office)", "(auto reply)", "(auto-reply)", "[out of office]");

    private static readonly PhraseList MachineWords = new(
        "auto", "awtom", "uathoib", "fèin-ghlua", "αυτόμ", "otomat", "авто", "аутомат", "aутомат", "自动", "自動", "자동", "อัตโนมัติ", "tự động", "autom", "تلقائي", "خودکار", "אוטומטי", "स्वचालित");

    /// <summary>Words of people who are away, in answers of machines.</summary>
    private static readonly PhraseList Away = new(
        "out of office", "out of the office", "away from", "i am away", "i'm away", "currently away", "on leave", "on annual leave", "on holiday", "on vacation", "limited access", "will return", "back in the office", "upon my return", "on my return", "when i return", "thank you for your e-mail", "thank you for your email", "has been received", "will respond", "will reply",
        "o'r swyddfa", "o’r swyddfa", "ar wyliau", "ar fy ngwyliau", "yn dychwelyd", "byddaf yn ôl", "i ffwrdd", "nicht im büro", "nicht im haus", "im urlaub", "abwesend", "wieder erreichbar", "zurück", "absent", "de retour", "congé", "vacances", "fuera de la oficina", "vacaciones", "ausente", "fora do escritório", "férias", "in ferie", "fuori ufficio", "afwezig", "vakantie", "terug", "på kontoret", "ferie", "semester", "lomalla",
        "urlop", "nieobecn", "dovolen", "nepřítom", "szabadság", "concediu", "отпуск", "отсутств", "відпустк", "不在", "休假", "休暇", "外出", "부재", "휴가", "tatil", "izin");

    private static readonly PhraseList Oneself = new(
        "i am ", "i'm ", "i’m ", "i will ", "i'll ", "i shall ", "we are ", "is closed", "currently", "ich bin", "ich werde", "wir sind", "je suis", "je serai", "nous sommes", "estoy", "estaré", "estou", "estarei", "sono ", "sarò", "ik ben", "jag är", "jeg er", "olen ", "jestem", "jsem", "vagyok", "sunt ", "я ", "rwyf", "rydw i", "byddaf", "ydw i", "不在", "休假", "休暇", "부재");

    /// <summary>The opening found, in lower case, or null. A "Re:" before it is a person answering the machine, so that it doesn't count.</summary>
    public static string? Opening(string subject)
    {
        var start = subject.AsSpan().TrimStart();
        return Openings.Opening(start, EndsWord);
    }

    /// <summary>What an agent wrote after a name ("Ann Smith is out of the office"), or null; asked for only where the text speaks of being away too.</summary>
    public static string? OfAgent(string subject)
    {
        var start = subject.AsSpan().TrimStart();
        return start.StartsWith("Re:", StringComparison.OrdinalIgnoreCase) || start.StartsWith("Fw", StringComparison.OrdinalIgnoreCase) || subject.Contains('?', StringComparison.Ordinal)
            ? null
            : AfterName.FirstIn(start)?.Trim();
    }

    /// <summary>Whether only machines write this opening ("automatic reply"), as people write "on holiday" too.</summary>
    public static bool IsMachines(string opening) => opening is not "auto:" && MachineWords.FirstIn(opening) is not null;

    /// <summary>Whether a text says that its writer is away: people write of holidays as well.</summary>
    public static bool SaysOfOneself(string text) => Away.FirstIn(text) is not null && Oneself.FirstIn(text) is not null;

    /// <summary>What a text says of being away, or null.</summary>
    public static string? AwayWords(string text) => Away.FirstIn(text);

    // "Abwesend" must not match "abwesende Kandidaten": a letter may not follow, unless the script writes no spaces.
    private static bool EndsWord(string opening, char? next) => next is not { } c || !char.IsLetter(c) || opening[^1] > '\u0E00';
}
