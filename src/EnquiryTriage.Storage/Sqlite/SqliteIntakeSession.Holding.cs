using Dapper;
using EnquiryTriage.Core.Enquiries;
using EnquiryTriage.Core.Intake;

namespace EnquiryTriage.Storage.Sqlite;

public sealed partial class SqliteStore
{
    /// <summary>Setting mails aside.</summary>
    private sealed partial class IntakeSession
    {
        public Task HoldAsync(HeldMail held, DateTimeOffset at, CancellationToken cancel) => GuardAsync(async () =>
        {
            const string Keep = """
                INSERT INTO quarantine (mailbox, folder, key, raw_bytes, raw, whole, mail_bytes, content_digest, message_id, sender, subject, urgent, received_at)
                VALUES (@Mailbox, @Folder, @Key, @length, @raw, @Whole, @Bytes, @Digest, @MessageId, @Sender, @Subject, @Urgent, @Received)
                ON CONFLICT (mailbox, folder, key) DO UPDATE
                SET raw_bytes = excluded.raw_bytes, raw = excluded.raw, whole = excluded.whole, mail_bytes = excluded.mail_bytes,
                    content_digest = excluded.content_digest, message_id = excluded.message_id, sender = excluded.sender, subject = excluded.subject,
                    urgent = excluded.urgent, received_at = excluded.received_at
                """;
            var key = held.Key;
            var again = await HeldBeforeAsync(held, at);
            await connection.ExecuteAsync(
                Keep,
                new
                {
                    key.Mailbox,
                    key.Folder,
                    key.Key,
                    length = held.Raw.Length,
                    raw = RawBytes.Pack(held.Raw.Span),
                    held.Whole,
                    held.Bytes,
                    held.Digest,
                    held.MessageId,
                    held.Sender,
                    held.Subject,
                    held.Urgent,
                    held.Received,
                },
                transaction);
            await SettleLedgerAsync(key, LedgerState.Quarantined, held.Reason, null, at);
            if (again)
            {
                return 0;
            }

            await AddOutboxAsync(held.Outbox, null, null, at);
            var quarantined = NewEvent.ByMachine(EventTypes.MailQuarantined, ("mailbox", key.Mailbox), ("folder", key.Folder), ("key", key.Key), ("reason", held.Reason));
            foreach (var happened in held.Events.Prepend(quarantined))
            {
                await AppendAsync(connection, transaction, happened, null, null, at);
            }

            return 0;
        });

        public Task KeepHeldAsync(LedgerKey key, string reason, DateTimeOffset at, CancellationToken cancel) => GuardAsync(async () =>
        {
            await SettleLedgerAsync(key, LedgerState.Quarantined, reason, null, at);
            return 0;
        });

        // The same mail under the number that it had before the server numbered the folder anew: it is held once, under the number by which it can be
        // fetched, and nobody is told twice. A mail that was tried again is known by its own key.
        private async Task<bool> HeldBeforeAsync(HeldMail held, DateTimeOffset at)
        {
            const string Same = """
                SELECT key FROM quarantine WHERE mailbox = @Mailbox AND folder = @Folder AND content_digest = @Digest AND @Digest <> '' AND mail_bytes = @Bytes
                """;
            const string Replace = """
                UPDATE ledger SET state = 'Duplicate', reason = @reason, settled_at = @at WHERE mailbox = @Mailbox AND folder = @Folder AND key = @old;
                DELETE FROM quarantine WHERE mailbox = @Mailbox AND folder = @Folder AND key = @old
                """;
            var key = held.Key;
            var known = await connection.QueryAsync<string>(Same, new { key.Mailbox, key.Folder, held.Digest, held.Bytes }, transaction);
            var again = false;
            foreach (var old in known)
            {
                if (old == key.Key)
                {
                    again = true;
                }
                else if (Numbering(old) is { } before && Numbering(key.Key) is { } now && before != now)
                {
                    again = true;
                    await connection.ExecuteAsync(Replace, new { key.Mailbox, key.Folder, old, reason = $"held again as {key.Key}", at }, transaction);
                }
            }

            return again;
        }

        private static string? Numbering(string key) => key.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 ? key[..colon] : null;
    }
}
