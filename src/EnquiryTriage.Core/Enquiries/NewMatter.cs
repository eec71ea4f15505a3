using System.Text.RegularExpressions;
using EnquiryTriage.Topics;

namespace EnquiryTriage.Core.Enquiries;

/// <summary>Tells a new enquiry that was written into an old thread ("while I have you"). Only an offer: a person splits.</summary>
internal static partial class NewMatter
{
    /// <summary>Why the mail may be about something else than the enquiry it joins; null where nothing says so.</summary>
    public static string? Find(MailAnalysis analysis, Prediction prediction, string? enquiryTopic)
    {
        var text = analysis.Mail.NewText;
        if (Announced().Match(text) is { Success: true } words)
        {
            return $"the sender turns to another matter: \"{words.Value.Trim()}\"";
        }

        return enquiryTopic is not null && !prediction.Abstained && prediction.Topics.All(t => t.Topic != enquiryTopic)
            ? $"the enquiry is about {enquiryTopic}, this mail about {prediction.Top}"
            : null;
    }

    [GeneratedRegex(@"\b(?:while i(?:'|’| ha)ve (?:you|got you)|on (?:an(?:other| unrelated| entirely different)|a (?:different|separate|completely different)) (?:matter|subject|note|topic|issue)|(?:completely |entirely |totally )?unrelated (?:question|matter|query)|(?:a|one) (?:new|different|separate|further and separate) (?:question|matter|enquiry|query)|changing the subject|ar fater arall|mater arall|cwestiwn gwahanol)\b", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Announced();
}
