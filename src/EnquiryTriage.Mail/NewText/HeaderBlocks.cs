using System.Collections.Frozen;

namespace EnquiryTriage.Mail.NewText;

/// <summary>The block of From, Sent, To and Subject that Outlook and its like put above an old mail.</summary>
internal static class HeaderBlocks
{
    private const int MaxLines = 14;
    private const int MaxKey = 28;

    private enum Key
    {
        From,
        Date,
        To,
        Subject,
        Other,
    }

    private static readonly FrozenDictionary<string, Key> s_keys = Keys();

    private static readonly FrozenDictionary<string, Key>.AlternateLookup<ReadOnlySpan<char>> s_lookup = s_keys.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Whether a block starts at line <paramref name="index"/>: From, Date or Subject first, and three kinds of field in all, or two under a rule.</summary>
    /// <param name="lines">The text.</param>
    /// <param name="index">Line that might be the first of the block.</param>
    /// <param name="end">One past the last line to look at.</param>
    /// <param name="underRule">Whether a rule or "Original Message" stands above.</param>
    internal static bool StartsAt(TextLines lines, int index, int end, bool underRule)
    {
        if (!TryKey(lines[index], out var first, out var value) || first is Key.Other)
        {
            return false;
        }

        if (first is Key.From && HasAllInOneLine(lines[index]))
        {
            return true;
        }

        var seen = 1 << (int)first;
        var real = IsReal(first, value);
        var address = first is Key.From && value.Contains('@');
        var dated = first is Key.Date && IsMoment(value);
        var strangers = 0;
        var last = Math.Min(end, index + MaxLines);
        for (var i = index + 1; i < last && strangers < 3; i++)
        {
            if (TryKey(lines[i], out var key, out value))
            {
                seen |= 1 << (int)key;
                strangers = 0;
                real |= IsReal(key, value);
                address |= key is Key.From && value.Contains('@');
                dated |= key is Key.Date && i <= index + 2 && IsMoment(value);
            }
            else
            {
                strangers++;
            }
        }

        // A person's own list of date, time and place names no sender; "From" and "Date" alone must say both exactly.
        var from = (seen & (1 << (int)Key.From)) != 0;
        var kinds = System.Numerics.BitOperations.PopCount((uint)seen & 0b01111);
        return from && (real || underRule) && kinds >= (first is Key.To ? 4 : underRule || (address && dated) ? 2 : 3);
    }

    /// <summary>"From: my experience" is prose; a program names an address or a day.</summary>
    private static bool IsReal(Key key, ReadOnlySpan<char> value) => value.Contains('@') || (key is Key.Date && value.IndexOfAnyInRange('0', '9') >= 0);

    /// <summary>Day and time as a program writes them.</summary>
    private static bool IsMoment(ReadOnlySpan<char> value)
    {
        var digits = 0;
        foreach (var c in value)
        {
            digits += char.IsAsciiDigit(c) ? 1 : 0;
        }

        return digits >= 8 && value.Contains(':') && value.Length < 60;
    }

    /// <summary>"From: Ann &lt;ann@example.org&gt; Date: 5/5/2025 09:30 To: Tom Subject: Question", as some phones write it.</summary>
    private static bool HasAllInOneLine(ReadOnlySpan<char> line)
    {
        if (line.Length is < 40 or > 600)
        {
            return false;
        }

        var seen = 0;
        for (var i = 1; i < line.Length; i++)
        {
            if (line[i] is not (':' or '：'))
            {
                continue;
            }

            var before = line[..i].TrimEnd(" \u00A0*");
            var name = before[(before.LastIndexOf(' ') + 1)..].TrimStart('*');
            seen |= name.Length is > 1 and <= MaxKey && s_lookup.TryGetValue(name, out var key) ? 1 << (int)key : 0;
        }

        return System.Numerics.BitOperations.PopCount((uint)seen & 0b01111) >= 3;
    }

    private static bool TryKey(ReadOnlySpan<char> line, out Key key, out ReadOnlySpan<char> value)
    {
        key = Key.Other;
        value = [];
        var table = line.Length > 0 && line[0] is '|';
        line = line.TrimStart(" \t*_|>\u00A0");
        var head = line[..Math.Min(line.Length, MaxKey + 6)];
        var colon = head.IndexOfAny(':', '：');
        if (colon < 0 && table)
        {
            // "| From | Ann Jones |", as NetEase writes it.
            colon = head.IndexOf('|');
        }

        if (colon <= 0)
        {
            return false;
        }

        value = line[(colon + 1)..];
        var name = head[..colon].Trim(" \t*_\u00A0\u202F");
        return name.Length is > 0 and <= MaxKey && s_lookup.TryGetValue(name, out key);
    }

    private static FrozenDictionary<string, Key> Keys()
    {
        var keys = new Dictionary<string, Key>(StringComparer.OrdinalIgnoreCase);
        Add(Key.From, "From|Oddi wrth|O|Gan|De|Expéditeur|Von|Absender|Da|Mittente|Van|Afzender|Od|Nadawca|Fra|Från|Avsändare|Lähettäjä|Odesílatel|От|От кого|Отправитель|发件人|寄件者|寄件人|差出人|送信者|De la|Feladó|Kimden|Gönderen|Από|보낸 사람|보낸사람|Від|Expeditor|Message de|Remitente|Remetente|Afsender|Avsender|Šalje|Pošiljatelj|Odosielateľ|Dari|Từ|จาก|מאת|من|Saatja|Nuo|Frá");
        Add(Key.Date, "Date|Sent|Sent on|Date Sent|Anfonwyd|Dyddiad|Envoyé|Envoyé le|Message du|Date d'envoi|Datum|Gesendet|Gesendet am|Enviado|Enviado el|Enviado em|Enviada em|Enviada|Fecha|Data|Inviato|Data invio|Verzonden|Wysłano|Wysłane|Data wysłania|Dato|Sendt|Skickat|Skickat den|Lähetetty|Päivämäärä|Päiväys|Pvm|Odesláno|Дата|Отправлено|Дата отправки|发送时间|发送日期|日期|時間|寄件日期|傳送日期|送信日時|日付|日時|送信日|Trimis|Elküldve|Dátum|Gönderme Tarihi|Gönderilen|Tarih|Ημερομηνία|보낸 날짜|날짜|Відправлено|Send|Message from|Odoslané|Odoslaná|Poslano|Poslato|Datum a čas|Gửi|Đã gửi|Dikirim|Tanggal|ส่ง|วันที่|נשלח|תאריך|تاريخ الإرسال|التاريخ|Saadetud|Kuupäev|Išsiųsta|Nosūtīts|Sent at|Gönderildi|Gönderim|Στάλθηκε|Αποστολή|傳送|傳送時間|寄件時間|时间|送信|Надіслано|Дата надсилання|Изпратено|Date d’envoi|Envoyée|Invio|Enviat el|Anfonwyd ar|Sendt den|Fecha de envío|Data de envio|Data de Envio");
        Add(Key.To, "To|At|I|À|A|Destinataire|Pour|An|Empfänger|Para|Destinatario|Destinatário|Aan|Do|Til|Till|Vastaanottaja|Komu|Кому|收件人|收件者|宛先|To recipients|Către|Címzett|Kime|Προς|받는 사람|받는사람|Adresat|Mottagare|Prima|Za|Kepada|Đến|Tới|ถึง|אל|إلى|Kam|Adressaat|Per a|До|Destinatari|Destinatarios|Destinatários|Ontvanger|Pro|Primatelj");
        Add(Key.Subject, "Subject|Pwnc|Testun|Objet|Sujet|Betreff|Asunto|Oggetto|Assunto|Onderwerp|Temat|Emne|Ämne|Aihe|Předmět|Тема|主题|主題|主旨|标题|件名|Subiect|Tárgy|Konu|Θέμα|제목|Re|Predmet|Chủ đề|Subjek|Perihal|เรื่อง|נושא|الموضوع|Teema|Tema|Относно|Assumpte|Ogg|Efni");
        Add(Key.Other, "Cc|Copi|Copie à|Copie|Kopie|Kopi|CC|Bcc|DW|Reply-To|Ateb i|Répondre à|Antwort an|Importance|Priority|Wichtigkeit|Priorité|Attachments|Atodiadau|Pièces jointes|Anlagen|抄送|副本|Копия|Organization|Message-ID|Kopia|Kopio|Kopiya|Sensitivity|Copia|Cópia|Ç.N.|Másolat|Κοιν.|Bilgi|참조|Копія|Másolatot kap|Připojené|Přílohy|Bilagor|Vedhæftede filer|Załączniki|Allegati|Adjuntos|Anexos|Bijlagen|附件|添付ファイル|Liitteet|Vedlegg|Tags");
        return keys.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

        void Add(Key key, string names)
        {
            foreach (var name in names.Split('|'))
            {
                keys.TryAdd(name, key);
            }
        }
    }
}
