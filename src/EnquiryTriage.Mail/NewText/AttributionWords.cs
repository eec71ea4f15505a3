using System.Buffers;

namespace EnquiryTriage.Mail.NewText;

/// <summary>The words of attributions, language by language.</summary>
internal static class AttributionWords
{
    /// <summary>What somebody did: wrote.</summary>
    internal static readonly SearchValues<string> Verbs = SearchValues.Create(
        [
            "wrote", "writes", "said:", "ysgrifennodd", "ysgrifenodd", "a écrit", "écrivait", "a ecrit", "schrieb", "geschrieben", "escribió", "escribio", "ha scritto", "escreveu", "schreef", "geschreven", "napisał", "napisana przez", "pisze", "skrev", "skreiv", "kirjoitti", "napsal", "пишет", "писал", "написал", "пише", "写道", "寫道", "写到", "撰寫",
            "のメール", "書きました", "は書", "a scris", "írta", "yazdı", "έγραψε", "작성", "쓴 글", "написав", "написа", "napísal", "je napisao", "je napisal", "napisao je", "napisala", "ha escrit", "va escriure", "rašė", "rakstīja", "kirjutas", "đã viết", "menulis", "skrifaði", "כתב", "كتب", "كتابة",
        ],
        StringComparison.OrdinalIgnoreCase);

    /// <summary>First words of an attribution; a line that starts otherwise must carry a time and an address.</summary>
    internal static readonly string[] Starts =
        [
            "On ", "Ar ", "Le ", "Am ", "El ", "Il ", "In data ", "Il giorno ", "Em ", "No dia ", "Às ", "A ", "Op ", "W dniu ", "Dnia ", "Den ", "På ", "Dne ", "Dňa ", "В ", "Во ", "在 ", "於 ", "于", "На ", "La ", "Pe ", "În ", "Στις ", "Quoting ", "O ", "V ", "U ", "Vào ", "Pada ", "At ", "In a message dated ",
        ];

    /// <summary>Webmail of the Horde family says "Quoting Ann &lt;ann@example.org&gt;:" and no more.</summary>
    internal static readonly string[] Quoting = ["Quoting ", "Zitat von ", "Citando ", "Citat av ", "Citat från ", "Citat fra ", "Citeren ", "Citace ", "Cytowanie "];

    /// <summary>Those who tell of their own letters: no mail program names its user so.</summary>
    internal static readonly SearchValues<string> Persons = SearchValues.Create(
        [" i wrote", " he wrote", " she wrote", " we wrote", " they wrote", " who wrote", " i said", " he said", " she said", " they said", " we said", " you said", "schrieb ich", "schrieb er", "schrieb sie ", "schrieben wir", " il a écrit", " elle a écrit"],
        StringComparison.OrdinalIgnoreCase);
}
