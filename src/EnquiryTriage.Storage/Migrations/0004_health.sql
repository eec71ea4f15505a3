-- What is wrong with the worker, and who was told: an issue opens once and closes once, also over restarts, and each notice is given once it can be.
CREATE TABLE health_issue (
    id        INTEGER PRIMARY KEY AUTOINCREMENT,
    code      TEXT NOT NULL,
    message   TEXT NOT NULL,
    opened_at TEXT NOT NULL,
    closed_at TEXT NULL
) STRICT;
CREATE UNIQUE INDEX health_issue_open ON health_issue (code) WHERE closed_at IS NULL;

-- Notices by channels other than the outbox. Bodies name codes, servers and settings, no correspondents.
CREATE TABLE health_notice (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    channel    TEXT NOT NULL,
    subject    TEXT NOT NULL,
    kind       TEXT NOT NULL CHECK (kind IN ('opened', 'closed', 'urgent')),
    body       TEXT NOT NULL,
    created_at TEXT NOT NULL,
    next_at    TEXT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    done_at    TEXT NULL,
    last_error TEXT NULL
) STRICT;
CREATE INDEX health_notice_due ON health_notice (next_at) WHERE next_at IS NOT NULL;
CREATE UNIQUE INDEX health_notice_urgent ON health_notice (subject, channel) WHERE kind = 'urgent';

-- When things last went well.
CREATE TABLE health_beat (
    name TEXT NOT NULL PRIMARY KEY,
    at   TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- How many mails an hour brings is counted without walking over the whole ledger.
CREATE INDEX ledger_seen ON ledger (mailbox, folder, seen_at);
CREATE INDEX outbox_alert ON outbox (created_at) WHERE purpose = 'Alert';
CREATE INDEX event_failed ON event (at, outbox_id) WHERE type IN ('outbound-failed', 'outbound-unknown');
