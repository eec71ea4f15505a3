using System.Text;

namespace EnquiryTriage.Mail.Tests.Languages;

public sealed class LanguageTests
{
    [Theory]
    [InlineData("cy", "Diolch yn fawr")]
    [InlineData("cy", "Iawn, diolch am hynny")]
    [InlineData("cy", "Pwy sy'n delio gyda chaethwasiaeth fodern yng Ngogledd Cymru?")]
    [InlineData("cy", "A oes gennych chi gynlluniau ar gyfer seiberdroseddu?")]
    [InlineData("cy", "Hoffwn wybod mwy am smyglo pobl ar draws y sianel, os yn bosibl")]
    [InlineData("en", "Thanks very much")]
    [InlineData("en", "Councillor Gwyneth Llewelyn of Llanelli asked what Dyfed-Powys is doing")]
    [InlineData("en", "Ransomware, cryptocurrency laundering and shell companies overseas")]
    [InlineData("fr", "Pouvez-vous m'aider s'il vous plaît ?")]
    [InlineData("de", "Können Sie mir bitte weiterhelfen?")]
    [InlineData("es", "¿Me podrían ayudar con una pregunta, por favor?")]
    [InlineData("it", "Potrebbe aiutarmi per favore con una domanda?")]
    [InlineData("pl", "Czy może mi Pan pomóc w tej sprawie?")]
    [InlineData("pt", "Vocês podem ajudar-me com uma pergunta, por favor?")]
    [InlineData("nl", "Kunt u mij helpen met een vraag alstublieft?")]
    [InlineData("ro", "Mă puteți ajuta cu o întrebare, vă rog?")]
    [InlineData("ru", "Помогите мне, пожалуйста")]
    [InlineData("zh", "请帮助我，谢谢您")]
    [InlineData("ja", "よろしくお願いします")]
    [InlineData("und", "OK")]
    [InlineData("und", "1234 https://example.org/a-long-path-of-words")]
    [InlineData("und", "Waxaan jeclaan lahaa inaan ogaado waxa laga qabanayo daroogada xaafaddayada")]
    public void The_language_of_new_text_is_told(string code, string text) => Assert.Equal(code, MailReader.ReadBody(Encoding.UTF8.GetBytes(text)).Language);
}
