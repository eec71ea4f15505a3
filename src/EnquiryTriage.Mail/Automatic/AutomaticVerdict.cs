namespace EnquiryTriage.Mail.Automatic;

/// <summary>Two separate answers about one mail: whether a machine sent it, and whether a machine may answer it.</summary>
/// <param name="Automatic">Which kind of automatic mail this is; null for a person's mail.</param>
/// <param name="Answerable">Whether an acknowledgement may be sent.</param>
/// <param name="AnswerableReasons">Why not; empty where it may.</param>
/// <param name="ViaList">Whether it came through a mailing list (RFC 2369, RFC 2919).</param>
internal sealed record AutomaticVerdict(
    AutomaticMail? Automatic,
    bool Answerable,
    IReadOnlyList<string> AnswerableReasons,
    bool ViaList);
