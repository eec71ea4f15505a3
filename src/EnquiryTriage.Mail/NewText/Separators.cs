using System.Buffers;

namespace EnquiryTriage.Mail.NewText;

/// <summary>Lines that stand between what was written now and what was written before.</summary>
internal static class Separators
{
    private static readonly SearchValues<string> s_original = SearchValues.Create(
        [
            "original message", "original appointment", "reply message", "neges wreiddiol", "message d'origine", "message d’origine", "message original", "mail original", "ursprüngliche nachricht", "original-nachricht", "originalnachricht", "ursprüngliche e-mail", "mensaje original",
            "messaggio originale", "messaggio di origine", "mensagem original", "oorspronkelijk bericht", "origineel bericht", "oryginalna wiadomość", "wiadomość oryginalna", "oprindelig meddelelse", "oprindelig besked", "ursprungligt meddelande",
            "originalmeddelande", "replied message", "originalbesked", "oprindelig e-mail", "antwort nachricht", "回复的原邮件", "originální zpráva", "původní zprávy", "thư gốc", "tin nhắn gốc", "izvirno", "pesan asli", "pradinis laiškas", "algne kiri", "מקורית", "الرسالة الأصلية", "opprinnelig melding", "original melding", "alkuperäinen viesti", "původní zpráva", "původní e-mail", "исходное сообщение", "оригинальное сообщение", "原始邮件", "原始郵件", "原邮件", "元のメッセージ", "original-mail", "mesaj original", "mesajul original",
            "eredeti üzenet", "orijinal mesaj", "özgün ileti", "αρχικό μήνυμα", "оригінальне повідомлення", "원본 메시지", "pôvodná správa", "izvirno sporočilo", "izvorna poruka",
        ],
        StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> s_forwarded = SearchValues.Create(
        [
            "forwarded message", "forwarded by", "begin forwarded", "neges wedi'i hanfon ymlaen", "neges a anfonwyd ymlaen", "message transféré", "message transmis", "weitergeleitete nachricht", "weitergeleitete mail", "weitergeleitet von", "mensaje reenviado", "messaggio inoltrato",
            "messaggio originale inoltrato", "mensagem encaminhada", "mensagem reencaminhada", "doorgestuurd bericht", "przekazana wiadomość", "wiadomość przekazana", "wiadomość przesłana dalej", "videresendt meddelelse", "videresendt besked", "videresendt melding",
            "vidarebefordrat meddelande", "välitetty viesti", "edelleenlähetetty viesti", "přeposlaná zpráva", "přeposílaná zpráva", "пересылаемое сообщение", "пересланное сообщение", "转发的邮件", "转发邮件", "轉寄的郵件", "轉寄郵件", "転送メッセージ", "転送されたメッセージ", "mesaj redirecționat",
            "továbbított üzenet", "továbbított levél", "iletilmiş ileti", "yönlendirilmiş ileti", "yönlendirilen ileti", "ileti aktarma", "aktarma başlangıcı", "iletilen ileti", "전달된 메시지", "전달된 메일", "message réexpédié", "courriel transféré", "weitergeleiteten nachricht", "przekazywanej wiadomości", "przesyłana dalej", "vidarebefordrat brev",
            "vidarebefordrat mejl", "vidarebefordrat mail", "vidarebefordrade mejl", "videresendte meddelelse", "videresendt e-post", "videresendte melding", "přeposlané zprávy", "přeposílané zprávy", "preposlaná správa", "переадресованного сообщения", "пересылаемое письмо", "пересилане повідомлення", "переслане повідомлення", "προωθημένο μήνυμα", "προωθημένου μηνύματος",
            "mesajului redirecționat", "mesaj redirectionat", "転送されたメール", "препратено съобщение", "proslijeđena poruka", "posredovano sporočilo", "thư được chuyển tiếp", "pesan yang diteruskan", "messaggio inoltrato", "missatge reenviat",
        ],
        StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> s_replyAbove = SearchValues.Create(
        ["reply above this line", "reply above the line", "type your reply above", "write above this line", "atebwch uwchben y llinell hon", "répondez au-dessus de cette ligne", "antworten sie über dieser zeile", "antwort über dieser zeile", "responder por encima de esta línea", "[quoted text hidden]", "text above this line"],
        StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<char> s_rule = SearchValues.Create("-_=*~#‐−–—―─ ");

    /// <summary>Nothing but dashes, underscores, equals signs, stars and the like, three or more.</summary>
    internal static bool IsRule(ReadOnlySpan<char> line)
    {
        line = line.Trim();
        return line.Length >= 3 && line.IndexOfAnyExcept(s_rule) < 0;
    }

    /// <summary>"-----Original Message-----" in the languages of the common clients: what follows was written before.</summary>
    internal static bool IsOriginal(ReadOnlySpan<char> line) => Dashed(line, out var inner) && inner.ContainsAny(s_original);

    /// <summary>"---------- Forwarded message ---------" and its like: what follows is the content of this mail.</summary>
    internal static bool IsForwarded(ReadOnlySpan<char> line)
    {
        // "Begin forwarded message:" (Apple Mail) stands without dashes.
        return line.Length < 120 && (line[^1] is ':' or '：' || Dashed(line, out _)) && line.ContainsAny(s_forwarded);
    }

    /// <summary>The line under which help-desk systems ask not to write.</summary>
    internal static bool IsReplyAbove(ReadOnlySpan<char> line) =>
        line.Length < 200 && (!char.IsLetterOrDigit(line.TrimStart()[0]) || line.Contains("above", StringComparison.OrdinalIgnoreCase)) && line.ContainsAny(s_replyAbove);

    /// <summary>
    /// Lotus Notes' "Ann Jones ---05/05/2025 09:30:12---Dear all, please" and GroupWise's "&gt;&gt;&gt; Ann Jones 05/05/2025 09:30 &gt;&gt;&gt;":
    /// a line of its own kind above the old mail.
    /// </summary>
    internal static bool IsGroupware(ReadOnlySpan<char> line)
    {
        if (line.Length > 300)
        {
            return false;
        }

        if (line[0] is '>')
        {
            return line.StartsWith(">>> ", StringComparison.Ordinal) && line.EndsWith(" >>>", StringComparison.Ordinal) && Attributions.HasTime(line) && line[4] is not '>';
        }

        var dashes = line.IndexOf("---", StringComparison.Ordinal);
        if (dashes < 3 || dashes + 12 > line.Length || !char.IsAsciiDigit(line[dashes + 3]))
        {
            return false;
        }

        var stamp = line[(dashes + 3)..];
        var end = stamp.IndexOf("---", StringComparison.Ordinal);
        return end is > 8 and < 40 && Attributions.HasTime(stamp[..end]);
    }

    private static bool Dashed(ReadOnlySpan<char> line, out ReadOnlySpan<char> inner)
    {
        line = line.Trim().Trim('*').Trim();
        inner = line.Trim("-_=‐−—–―─ ");
        var dashes = line.Length - inner.Length;
        if (inner.IndexOf("---", StringComparison.Ordinal) is > 0 and var second)
        {
            // Some phones forget the line break: "-------- Original message --------From: Ann".
            inner = inner[..second].TrimEnd();
        }

        return dashes >= 2 && inner.Length is > 0 and < 80 && line[0] is '-' or '_' or '=' or '‐' or '−' or '—' or '–' or '―' or '─';
    }
}
