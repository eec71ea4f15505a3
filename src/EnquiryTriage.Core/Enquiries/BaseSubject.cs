using System.Text.RegularExpressions;
using EnquiryTriage.Core.Marking;

namespace EnquiryTriage.Core.Enquiries;

/// <summary>The base subject of RFC 5256 section 2.1, in short: what is left without reply prefixes, list tags and a protective marking.</summary>
public static partial class BaseSubject
{
    /// <summary>Characters of a subject that count: more would only make a hostile subject dear.</summary>
    public const int MaxSubject = 1000;

    /// <summary>The base subject in lower case, white space folded; and whether a reply prefix stood before it.</summary>
    public static (string Key, bool IsReply) Of(string subject)
    {
        var rest = subject.Length > MaxSubject ? subject[..MaxSubject] : subject;
        var isReply = false;
        while (true)
        {
            if (Prefix().Match(rest) is { Success: true } prefix)
            {
                isReply |= prefix.Groups["reply"].Success;
                rest = rest[prefix.Length..];
                continue;
            }

            var marking = ProtectiveMarking.Read(rest);
            if (marking.Level == MarkingLevel.None)
            {
                return (string.Join(' ', rest.Split(default(char[]), StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant(), isReply);
            }

            // Reading a marking takes the reply prefixes off that follow it.
            isReply |= ReplyAfterMarking().IsMatch(rest.TrimEnd()[..^marking.Subject.Length]);
            rest = marking.Subject;
        }
    }

    [GeneratedRegex(@"^\s*(?:\[[^\]]{1,40}\]\s*)?(?:(?<reply>re|aw|sv|vs|antw|odp|ynt|rif|res|atb|ateb|回复|答复)|fwd?|wg|tr|ymlaen)\s*(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*[:：]", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Prefix();

    [GeneratedRegex(@"(?:^|[^\p{L}])(?:re|ateb)(?:\[\d{1,3}\])?\s*:", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex ReplyAfterMarking();
}
