using System.Buffers;

namespace EnquiryTriage.Mail.NewText;

/// <summary>"Sent from my iPhone" and the other lines that mail programs add in praise of themselves.</summary>
internal static class PhoneLines
{
    private const int MaxLength = 90;
    private const int MaxSpaces = 9;

    private static readonly SearchValues<char> s_punctuation = SearchValues.Create(",;:?!\"");

    private static readonly string[] s_starts =
    [
        "sent from", "sent via", "sent using", "sent with", "sent by", "securely sent with", "secured by tuta", "get outlook for", "get bluemail for", "anfonwyd o", "anfonwyd oddi", "anfonwyd gan", "wedi'i anfon o", "envoyé de", "envoyé depuis", "envoyé à partir d", "envoyé avec", "envoyé par", "envoyé via", "gesendet von", "gesendet mit", "gesendet mithilfe", "von meinem", "von unterwegs gesendet",
        "diese nachricht wurde von", "enviado desde", "enviado con", "enviado mediante", "enviado do", "enviado de", "enviado a partir d", "enviado através", "enviado via", "enviado pelo", "enviada do", "inviato da", "inviato con", "inviato tramite", "verzonden vanaf", "verzonden met", "verstuurd vanaf", "verstuurd vanuit", "verzonden vanuit", "verstuurd met", "wysłane z", "wysłano z", "wysłane przez",
        "sendt fra", "sendt via", "sendt med", "skickat från", "skickat med", "skickades från", "lähetetty", "odesláno z", "odesláno pomocí", "odoslané z", "отправлено с", "отправлено из", "отправлено со", "отправлено через", "послано с", "надіслано з", "відправлено з", "发自我的", "發自我的", "从我的", "從我的", "来自我的", "來自我的", "发送自", "發送自", "iphoneから送信", "ipadから送信", "androidから送信",
        "trimis de pe", "trimis din", "trimis de la", "나의 iphone에서", "elküldve", "poslano z", "poslano s", "poslato sa", "изпратено от", "στάλθηκε από", "αποστολή από", "εστάλη από", "được gửi từ", "đã gửi từ", "dikirim dari", "dihantar dari", "ส่งจาก", "נשלח מ", "أرسل من", "تم الإرسال من", "enviat des de", "saadetud minu", "išsiųsta iš", "nosūtīts no", "sent on behalf of my phone",
    ];

    private static readonly string[] s_ends = ["から送信", "gönderildi", "gönderilmiştir", "küldve", "küldtem", "에서 보냄", "에서 보냈습니다", "发送", "發送", "傳送", "üzerinden gönderildi", "gesendet"];

    /// <summary>How one asks for a program: "Get Outlook for iOS".</summary>
    private static readonly SearchValues<string> s_get = SearchValues.Create(
        [
            "get ", "download", "télécharge", "obten", "obtén", "obtê", "holen", "herunterladen", "beziehen", "abrufen", "descarg", "scarica", "ottieni", "obter", "obtenha", "baix", "ophalen", "pobierz", "uzyskaj", "hent ", "få ", "skaff", "hämta", "hanki", "lataa", "získ", "stáhn", "скача", "загруз", "получит", "завантаж", "отрима", "beszerz", "letölt", "obțin", "descărc", "edinin", "indirin", "获取", "取得", "下载", "下載", "入手",
            "다운로드", "가져오기", "αποκτήστε", "λήψη", "cael ", "lawrlwytho", "tải ", "dapatkan", "preuzm", "prenes", "изтег",
        ],
        StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> s_devices = SearchValues.Create(["iphone", "ipad", "android", "galaxy", "samsung", "outlook", "phone", "mobile", "handy", "smartphone", "blackberry", "huawei", "xiaomi", "windows", "ios", "yahoo"], StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<string> s_platforms = SearchValues.Create(["ios", "android", "mac", "windows", "mobil"], StringComparison.OrdinalIgnoreCase);

    /// <summary>What may follow the first clause: "Sent from my phone, please excuse any typos".</summary>
    private static readonly SearchValues<string> s_tails = SearchValues.Create(["excuse", "apolog", "typo", "brevity", "samsung", "galaxy", "smartphone", "iphone", "android", "lte", "smart phone", "autocorrect", "spelling", "entschuldig", "erreurs", "enjoy secure"], StringComparison.OrdinalIgnoreCase);

    /// <summary>What a person sends otherwise.</summary>
    private static readonly SearchValues<string> s_post = SearchValues.Create(["by post", "via post", "the post", "courier", "recorded", "royal mail", "by hand", " fax", "letter"], StringComparison.OrdinalIgnoreCase);

    /// <summary>Begins or ends as one, is short, and is no sentence.</summary>
    internal static bool Is(ReadOnlySpan<char> line)
    {
        line = line.Trim("\t *_[]()-–—>\u00A0\u200E ");
        if (line.Length is < 6 or > 200)
        {
            return false;
        }

        var starts = StartsAsOne(line);
        if (!starts && EndsAsOne(line))
        {
            return true;
        }

        line = WithoutLink(line);
        if (starts)
        {
            line = WithoutExcuse(line);
        }

        line = line.TrimEnd(" *.!\t");
        if (line.Length is < 6 or > MaxLength || line.IndexOfAny(s_punctuation) >= 0 || line.Count(' ') > MaxSpaces)
        {
            return line.StartsWith("provenance : ", StringComparison.OrdinalIgnoreCase) && line.Length < 60;
        }

        return starts ? !line.ContainsAny(s_post) && !line.Contains(". ", StringComparison.Ordinal) : Advertises(line);
    }

    private static bool StartsAsOne(ReadOnlySpan<char> line)
    {
        foreach (var start in s_starts)
        {
            if (line.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool EndsAsOne(ReadOnlySpan<char> line)
    {
        if (line.Length > 40)
        {
            return false;
        }

        foreach (var end in s_ends)
        {
            if (line.EndsWith(end, StringComparison.OrdinalIgnoreCase))
            {
                return line.ContainsAny(s_devices);
            }
        }

        return false;
    }

    private static bool Advertises(ReadOnlySpan<char> line) =>
        line.Length < 60 && line.Contains("outlook", StringComparison.OrdinalIgnoreCase) && line.ContainsAny(s_platforms) && line.ContainsAny(s_get);

    /// <summary>The words without what follows a link, unless the link stands amid them: "Mail&lt;https://…&gt; for Windows".</summary>
    private static ReadOnlySpan<char> WithoutLink(ReadOnlySpan<char> line)
    {
        var link = line.IndexOfAny('<', '[');
        link = link < 0 ? line.IndexOf("(http", StringComparison.OrdinalIgnoreCase) : link;
        return link > 0 ? line[..link] : line;
    }

    private static ReadOnlySpan<char> WithoutExcuse(ReadOnlySpan<char> line)
    {
        var clause = line.IndexOfAny(',', ';');
        var stop = line.IndexOf(". ", StringComparison.Ordinal);
        clause = clause < 0 || (stop >= 0 && stop < clause) ? stop : clause;
        return clause > 0 && line[clause..].ContainsAny(s_tails) ? line[..clause] : line;
    }
}
