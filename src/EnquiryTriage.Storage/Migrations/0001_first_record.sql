-- The first shape of the record. Times are UTC text of fixed width, so that they sort; enums are their names.
-- Personal data lives in mail, question, outbox and quarantine, whose rows can be destroyed; event holds ids and codes only.

CREATE TABLE setting (
    name  TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;

CREATE TABLE ledger (
    mailbox    TEXT NOT NULL,
    folder     TEXT NOT NULL,
    key        TEXT NOT NULL,
    state      TEXT NOT NULL CHECK (state IN ('Pending', 'Ingested', 'Duplicate', 'Quarantined', 'Ignored', 'Vanished')),
    reason     TEXT NOT NULL,
    mail_id    TEXT NULL,
    seen_at    TEXT NOT NULL,
    settled_at TEXT NULL,
    PRIMARY KEY (mailbox, folder, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX ledger_state ON ledger (mailbox, folder, state);

CREATE TABLE mailbox_check (
    mailbox       TEXT NOT NULL,
    folder        TEXT NOT NULL,
    server_count  INTEGER NOT NULL,
    present_count INTEGER NOT NULL,
    checked_at    TEXT NOT NULL,
    PRIMARY KEY (mailbox, folder)
) STRICT, WITHOUT ROWID;

CREATE TABLE enquiry (
    id         TEXT NOT NULL PRIMARY KEY,
    reference  TEXT NOT NULL UNIQUE,
    kind       TEXT NOT NULL,
    topic      TEXT NULL,
    team       TEXT NOT NULL,
    rule       TEXT NOT NULL,
    urgent     INTEGER NOT NULL,
    language   TEXT NOT NULL,
    state      TEXT NOT NULL,
    received_at TEXT NOT NULL,
    due_at     TEXT NULL
) STRICT;
CREATE INDEX enquiry_received ON enquiry (received_at);

CREATE TABLE mail (
    id             TEXT NOT NULL PRIMARY KEY,
    enquiry_id     TEXT NULL REFERENCES enquiry (id),
    role           TEXT NOT NULL,
    message_id     TEXT NULL,
    content_digest TEXT NOT NULL,
    raw_digest     TEXT NOT NULL,
    raw_bytes      INTEGER NOT NULL,
    sender         TEXT NULL,
    sender_key     TEXT NOT NULL,
    subject        TEXT NOT NULL,
    subject_key    TEXT NOT NULL,
    new_text       TEXT NOT NULL,
    language       TEXT NOT NULL,
    urgent         INTEGER NOT NULL,
    automatic      TEXT NULL,
    decision       TEXT NOT NULL,
    received_at    TEXT NOT NULL,
    fetched_at     TEXT NOT NULL,
    -- Last, so that the small columns are read without walking over it.
    raw            BLOB NOT NULL
) STRICT;
CREATE INDEX mail_enquiry ON mail (enquiry_id);
CREATE INDEX mail_message_id ON mail (message_id);
CREATE INDEX mail_content ON mail (content_digest);
CREATE INDEX mail_fetched ON mail (fetched_at);
CREATE INDEX mail_sender ON mail (sender_key, enquiry_id);
CREATE INDEX mail_subject ON mail (sender_key, subject_key);

-- Every Message-ID that a mail of an enquiry bears or names, foreign ones as they stand: what later mails are matched by.
-- One id can be named in many enquiries (everybody answers the same circular).
CREATE TABLE thread (
    message_id TEXT NOT NULL,
    enquiry_id TEXT NOT NULL REFERENCES enquiry (id),
    borne      INTEGER NOT NULL,
    PRIMARY KEY (message_id, enquiry_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX thread_borne ON thread (message_id) WHERE borne = 1;

CREATE TABLE question (
    id         TEXT NOT NULL PRIMARY KEY,
    enquiry_id TEXT NOT NULL REFERENCES enquiry (id),
    mail_id    TEXT NOT NULL REFERENCES mail (id),
    ordinal    INTEGER NOT NULL,
    text       TEXT NOT NULL,
    topic      TEXT NOT NULL,
    confidence REAL NOT NULL,
    abstained  INTEGER NOT NULL,
    team       TEXT NOT NULL,
    rule       TEXT NOT NULL,
    due_at     TEXT NULL,
    state      TEXT NOT NULL
) STRICT;
CREATE INDEX question_enquiry ON question (enquiry_id);

CREATE TABLE outbox (
    id               TEXT NOT NULL PRIMARY KEY,
    enquiry_id       TEXT NULL REFERENCES enquiry (id),
    mail_id          TEXT NULL REFERENCES mail (id),
    purpose          TEXT NOT NULL,
    state            TEXT NOT NULL,
    message_id       TEXT NOT NULL UNIQUE,
    return_path      TEXT NOT NULL,
    recipient        TEXT NOT NULL,
    recipient_key    TEXT NOT NULL,
    subject          TEXT NOT NULL,
    template         TEXT NOT NULL,
    hold_reason      TEXT NULL,
    stale            INTEGER NOT NULL,
    released         INTEGER NOT NULL DEFAULT 0,
    attempts         INTEGER NOT NULL,
    unknown_attempts INTEGER NOT NULL,
    last_reply       TEXT NULL,
    next_at          TEXT NOT NULL,
    claimed_by       TEXT NULL,
    claimed_until    TEXT NULL,
    created_at       TEXT NOT NULL,
    accepted_at      TEXT NULL,
    raw              BLOB NOT NULL
) STRICT;
CREATE INDEX outbox_due ON outbox (state, next_at);
CREATE INDEX outbox_recipient ON outbox (recipient_key, created_at);
CREATE INDEX outbox_enquiry ON outbox (enquiry_id);

CREATE TABLE quarantine (
    mailbox   TEXT NOT NULL,
    folder    TEXT NOT NULL,
    key       TEXT NOT NULL,
    raw_bytes INTEGER NOT NULL,
    raw       BLOB NOT NULL,
    PRIMARY KEY (mailbox, folder, key)
) STRICT;

CREATE TABLE event (
    sequence   INTEGER PRIMARY KEY AUTOINCREMENT,
    at         TEXT NOT NULL,
    type       TEXT NOT NULL,
    actor      TEXT NOT NULL,
    enquiry_id TEXT NULL,
    mail_id    TEXT NULL,
    outbox_id  TEXT NULL,
    detail     TEXT NOT NULL
) STRICT;
CREATE INDEX event_enquiry ON event (enquiry_id, type);
