using EnquiryTriage.Core.Intake;

namespace EnquiryTriage.Worker.Commands;

/// <summary>The ledger as a list.</summary>
internal static class LedgerTable
{
    public static readonly Column<LedgerBalance>[] Columns =
    [
        new("Mailbox", b => b.Mailbox),
        new("Folder", b => b.Folder),
        new("Seen", b => b.Seen),
        new("Ingested", b => b.Ingested),
        new("Duplicate", b => b.Duplicate),
        new("Quarantined", b => b.Quarantined),
        new("Ignored", b => b.Ignored),
        new("Vanished", b => b.Vanished),
        new("Pending", b => b.Pending),
        new("Server Count", b => b.ServerCount),
        new("Balances", b => b.Balances),
    ];
}
