namespace EnquiryTriage.Mail.NewText;

/// <summary>Confidentiality notes, disclaimers and requests to save trees, which say nothing about the enquiry.</summary>
internal static class Notices
{
    private const int MinLength = 40;
    private const int MaxLines = 40;

    /// <summary>Characters of a line that are looked at: a note says what it is at its beginning.</summary>
    private const int MaxTelling = 600;

    private static readonly PhraseSet s_strong = new(
        [
            "intended recipient", "intended solely for", "intended only for", "intended for the addressee", "received this email in error", "received this e-mail in error", "received this message in error", "received it in error", "received this in error", "received this communication in error", "confidentiality notice", "confidentiality note",
            "privileged and confidential", "confidential and privileged", "may be confidential", "may contain confidential", "contains confidential", "is confidential", "are confidential", "strictly confidential and", "legally privileged", "email disclaimer", "e-mail disclaimer", "before printing this", "think before you print", "consider the environment",
            "scanned for viruses", "checked for viruses", "swept for", "virus-free", "accept no liability", "accepts no liability", "no liability is accepted", "do not necessarily reflect", "do not necessarily represent", "views or opinions", "views expressed in this", "registered in england", "registered office", "may be monitored", "monitored and recorded",
            "dderbynnydd bwriadedig", "mae'r e-bost hwn", "mae'r neges hon", "mae’r e-bost hwn", "mae’r neges hon", "trwy gamgymeriad", "drwy gamgymeriad", "yn gyfrinachol", "amgylchedd cyn argraffu", "vertrauliche", "rechtlich geschützte", "irrtümlich erhalten", "nicht der richtige adressat", "confidentiel", "destinataire", "reçu ce message par erreur",
            "reçu par erreur", "confidencial", "destinatario", "por error", "destinatário", "por engano", "riservate", "riservato", "ricevuto per errore", "ricevete questo messaggio per errore", "vertrouwelijk", "geadresseerde", "poufne", "adresata", "fortroligt", "konfidentiell", "luottamuksell", "důvěrné", "конфиденциальн",
        ]);

    /// <summary>Phrases that no person writes: a line that holds one is a note by itself.</summary>
    private static readonly PhraseSet s_sure = new(
        [
            "consider the environment before printing", "think before you print", "amgylchedd cyn argraffu", "virus-free. www.", "virus-free.www.", "https://www.avast.com/sig-email", "https://www.avast.com/antivirus", "checked for viruses by", "no virus found in this", "originated from outside", "sent from outside the organisation", "you received this message because you are subscribed",
            "to unsubscribe from this group", "#dab4fad8-2dd7-40bb-a1b8-4e2aa1f9fdf2", "you don't often get email from", "virenfrei. www.", "libre de virus. www.", "garanti sans virus. www.", "mail priva di virus. www.", "livre de vírus. www.", "wolny od wirusów. www.", "virusvrij. www.",
        ]);

    private static readonly PhraseSet s_weak = new(
        [
            "this email and any", "this e-mail and any", "this message and any", "this email is", "this e-mail is", "this message is", "this email may", "this communication", "any attachments", "attachments", "notify the sender", "notify us", "inform the sender", "advise the sender", "contact the sender", "delete it", "delete this", "delete the", "please delete", "unauthorised",
            "unauthorized", "disclosure", "disseminat", "prohibited", "disclaimer", "addressee", "recipient", "individual or entity", "copying", "liability", "virus", "error", "privileged", "confidential", "atodiad", "dileu", "dilëwch", "anfonwr", "löschen", "absender", "anhänge", "supprimer", "expéditeur", "eliminar", "remitente", "adjuntos", "cancell", "mittente", "allegati", "verwijder", "usunąć",
            "notice", "please print", "paper", "printing", "company no", "england and wales",
        ]);

    /// <summary>Whether the paragraph of lines from <paramref name="first"/> to <paramref name="last"/> is such a note: one telling phrase and further words of the kind.</summary>
    internal static bool IsNotice(TextLines lines, int first, int last)
    {
        // A note is a paragraph of prose; a long mail of one paragraph is no note.
        if (last - first <= 2 && !IsPersonal(lines, first, last) && Holding(lines, first, last, s_sure, enough: 1) > 0)
        {
            return true;
        }

        if (last - first > MaxLines || (last == first && lines[first].Length < MinLength))
        {
            return false;
        }

        var length = 0;
        for (var i = first; i <= last; i++)
        {
            var line = lines.Trimmed(i);
            length += line.Length;
        }

        if (length < MinLength || IsPersonal(lines, first, last))
        {
            return false;
        }

        // The tables are the dear part: the second is asked only where it can still decide.
        var strong = Holding(lines, first, last, s_strong, enough: 2);
        return strong >= 2
            || (strong >= 1 && (last > first || length > 100) && Holding(lines, first, last, s_weak, enough: 1) >= 1)
            || (last - first >= 3 && Holding(lines, first, last, s_weak, enough: 4) >= 4);
    }

    /// <summary>A question, or a sentence about oneself, is the sender's own: notes speak of recipients.</summary>
    private static bool IsPersonal(TextLines lines, int first, int last)
    {
        for (var i = first; i <= last; i++)
        {
            var line = lines.Trimmed(i);
            if (line.EndsWith('?') || line.Contains("? ", StringComparison.Ordinal) || line.Contains(" I ", StringComparison.Ordinal) || line.StartsWith("I ", StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static int Holding(TextLines lines, int first, int last, PhraseSet phrases, int enough)
    {
        var holding = 0;
        for (var i = first; i <= last && holding < enough; i++)
        {
            var line = lines.Trimmed(i);
            holding += phrases.IsIn(line.Length > MaxTelling ? line[..MaxTelling] : line) ? 1 : 0;
        }

        return holding;
    }

    /// <summary>Start of the notes at the end of the text; <paramref name="end"/> where there are none.</summary>
    internal static int TailStart(TextLines lines, int end)
    {
        var result = end;
        var last = end - 1;
        while (true)
        {
            while (last >= 0 && (lines.IsBlank(last) || Separators.IsRule(lines[last])))
            {
                last--;
            }

            if (last < 0)
            {
                return result;
            }

            var first = last;
            while (first > 0 && !lines.IsBlank(first - 1) && !Separators.IsRule(lines[first - 1]))
            {
                first--;
            }

            if (lines.IsQuote(first) || !IsNotice(lines, first, last))
            {
                return result;
            }

            result = first;
            last = first - 1;
        }
    }
}
