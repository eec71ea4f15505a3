namespace EnquiryTriage.Core.Intake;

/// <summary>What the ledger says of mails that a mailbox lists.</summary>
/// <param name="Pending">Those not settled yet, in the order in which they were listed.</param>
/// <param name="New">Those that the ledger did not know before.</param>
public sealed record Sighting(IReadOnlyList<LedgerKey> Pending, IReadOnlySet<LedgerKey> New);

/// <summary>A committed mail that is still to be marked or moved in the mailbox.</summary>
/// <param name="Key">Its ledger key.</param>
/// <param name="Kind">Its kind; null for automatic mail.</param>
/// <param name="Topic">Its best topic; null for automatic mail.</param>
/// <param name="Team">The team that has its enquiry now; null where it belongs to none.</param>
/// <param name="Answer">Whether it is a person's answer that came to the inbox as a copy.</param>
public sealed record UntouchedMail(LedgerKey Key, string? Kind, string? Topic, string? Team, bool Answer);

/// <summary>A mail that was marked or moved.</summary>
/// <param name="Key">Its ledger key.</param>
/// <param name="MovedTo">Its key in a watched folder that it was moved to, where the server named it (RFC 4315, COPYUID); else null.</param>
public sealed record TouchedMail(LedgerKey Key, LedgerKey? MovedTo);
