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
        if (!TryKey(lines[index], out var first) || first is Key.Other or Key.To)
        {
            return false;
        }

        var seen = 1 << (int)first;
        var strangers = 0;
        var last = Math.Min(end, index + MaxLines);
        for (var i = index + 1; i < last && strangers < 3; i++)
        {
            if (TryKey(lines[i], out var key))
            {
                seen |= 1 << (int)key;
                strangers = 0;
            }
            else
            {
                strangers++;
            }
        }

        var from = (seen & (1 << (int)Key.From)) != 0;
        var kinds = System.Numerics.BitOperations.PopCount((uint)seen & 0b01111);
        return from && kinds >= (underRule ? 2 : 3);
    }

    private static bool TryKey(ReadOnlySpan<char> line, out Key key)
    {
        key = Key.Other;
        line = line.TrimStart(" \t*_|>\u00A0");
        var head = line[..Math.Min(line.Length, MaxKey + 6)];
        var colon = head.IndexOfAny(':', '：');
        if (colon <= 0)
        {
            return false;
        }

        var name = head[..colon].Trim(" \t*_\u00A0\u202F");
        return name.Length is > 0 and <= MaxKey && s_lookup.TryGetValue(name, out key);
    }

    private static FrozenDictionary<string, Key> Keys()
    {
        var keys = new Dictionary<string, Key>(StringComparer.OrdinalIgnoreCase);
        Add(Key.From, "From|Oddi wrth|O|Gan|De|Expéditeur|Von|Absender|Da|Mittente|Van|Afzender|Od|Nadawca|Fra|Från|Avsändare|Lähettäjä|Odesílatel|От|От кого|Отправитель|发件人|寄件者|寄件人|差出人|送信者|De la|Feladó|Kimden|Gönderen|Από|보낸 사람|보낸사람|Від|Expeditor|Message de|Remitente|Remetente|Afsender|Avsender");
        Add(Key.Date, "Date|Sent|Sent on|Date Sent|Anfonwyd|Dyddiad|Envoyé|Envoyé le|Message du|Date d'envoi|Datum|Gesendet|Gesendet am|Enviado|Enviado el|Enviado em|Enviada em|Enviada|Fecha|Data|Inviato|Data invio|Verzonden|Wysłano|Wysłane|Data wysłania|Dato|Sendt|Skickat|Skickat den|Lähetetty|Päivämäärä|Päiväys|Pvm|Odesláno|Дата|Отправлено|Дата отправки|发送时间|发送日期|日期|時間|寄件日期|傳送日期|送信日時|日付|日時|送信日|Trimis|Elküldve|Dátum|Gönderme Tarihi|Gönderilen|Tarih|Ημερομηνία|보낸 날짜|날짜|Відправлено");
        Add(Key.To, "To|At|I|À|A|Destinataire|Pour|An|Empfänger|Para|Destinatario|Destinatário|Aan|Do|Til|Till|Vastaanottaja|Komu|Кому|收件人|收件者|宛先|To recipients|Către|Címzett|Kime|Προς|받는 사람|받는사람|Adresat|Mottagare");
        Add(Key.Subject, "Subject|Pwnc|Testun|Objet|Sujet|Betreff|Asunto|Oggetto|Assunto|Onderwerp|Temat|Emne|Ämne|Aihe|Předmět|Тема|主题|主題|主旨|标题|件名|Subiect|Tárgy|Konu|Θέμα|제목|Re");
        Add(Key.Other, "Cc|Copi|Copie à|Copie|Kopie|Kopi|CC|Bcc|DW|Reply-To|Ateb i|Répondre à|Antwort an|Importance|Priority|Wichtigkeit|Priorité|Attachments|Atodiadau|Pièces jointes|Anlagen|抄送|副本|Копия|Organization|Message-ID|Kopia|Kopio|Kopiya|Sensitivity");
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
