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
        while (Prefix().Match(rest) is { Success: true } prefix)
        {
            rest = ProtectiveMarking.Read(rest[prefix.Length..]).Subject;
        }

        // Reading a marking takes reply prefixes around it away too, so they are looked for in all that was taken off.
        var taken = subject.AsSpan(0, Math.Max(0, subject.Length - rest.Length));
        var isReply = Reply().IsMatch(taken);
        return (Whitespace().Replace(rest, " ").Trim().ToLowerInvariant(), isReply);
    }

    [GeneratedRegex(@"^\s*(?:\[[^\]]{1,40}\]\s*)?(?:re|aw|sv|vs|antw|odp|ynt|rif|res|atb|ateb|回复|答复|fwd?|wg|tr|ymlaen)\s*(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*[:：]", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Prefix();

    [GeneratedRegex(@"(?:^|[^\p{L}])(?:re|aw|sv|vs|antw|odp|ynt|rif|res|atb|ateb|回复|答复)\s*(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*[:：]", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Reply();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Whitespace();
}
