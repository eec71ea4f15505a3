-- What the mailbox is told after the commit is owed until it was done: a crash or a refusal in between leaves the row to be caught up.
-- Rows from before this were never owed anything.
ALTER TABLE ledger ADD COLUMN touch_wanted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ledger ADD COLUMN touched_at TEXT NULL;
CREATE INDEX ledger_untouched ON ledger (mailbox, folder, seen_at) WHERE touch_wanted = 1 AND touched_at IS NULL;

-- What a held mail shows of itself in a list. raw is the whole mail where whole = 1, else its beginning.
ALTER TABLE quarantine ADD COLUMN whole INTEGER NOT NULL DEFAULT 1;
ALTER TABLE quarantine ADD COLUMN mail_bytes INTEGER NOT NULL DEFAULT 0;
ALTER TABLE quarantine ADD COLUMN content_digest TEXT NOT NULL DEFAULT '';
ALTER TABLE quarantine ADD COLUMN message_id TEXT NULL;
ALTER TABLE quarantine ADD COLUMN sender TEXT NULL;
ALTER TABLE quarantine ADD COLUMN subject TEXT NOT NULL DEFAULT '';
ALTER TABLE quarantine ADD COLUMN urgent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE quarantine ADD COLUMN received_at TEXT NULL;
UPDATE quarantine SET mail_bytes = raw_bytes;
CREATE INDEX quarantine_content ON quarantine (mailbox, content_digest);
