using System.Text.RegularExpressions;
using EnquiryTriage.Core.Marking;

namespace EnquiryTriage.Core.Enquiries;

/// <summary>The base subject of RFC 5256 section 2.1, in short: what is left without reply prefixes, list tags and a protective marking.</summary>
public static partial class BaseSubject
{
    /// <summary>The base subject in lower case, white space folded; and whether a reply prefix stood before it.</summary>
    public static (string Key, bool IsReply) Of(string subject)
    {
        var rest = ProtectiveMarking.Read(subject).Subject;
        var isReply = false;
        while (Prefix().Match(rest) is { Success: true } prefix)
        {
            isReply |= prefix.Groups["reply"].Success;
            rest = ProtectiveMarking.Read(rest[prefix.Length..]).Subject;
        }

        return (Whitespace().Replace(rest, " ").Trim().ToLowerInvariant(), isReply);
    }

    [GeneratedRegex(@"^\s*(?:\[[^\]]{1,40}\]\s*)?(?:(?<reply>re|aw|sv|vs|antw|odp|ynt|rif|res|atb|ateb|回复|答复)|fwd?|wg|tr|ymlaen)\s*(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*[:：]", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Prefix();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Whitespace();
}
