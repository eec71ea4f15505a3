-- The outbox follows a mail to its end: the relay's queue id, when it was offered, whether a bounce is for good, when somebody wrote back, and the copy in
-- the Sent folder. queued_at is from when the time to give up counts: a mail that a person releases or retries has its days before it again.
-- The table is made anew, so that raw stays last and the small columns are read without walking over it.
CREATE TABLE outbox_0003 (
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
    queue_id         TEXT NULL,
    next_at          TEXT NOT NULL,
    claimed_by       TEXT NULL,
    claimed_until    TEXT NULL,
    created_at       TEXT NOT NULL,
    queued_at        TEXT NOT NULL,
    offered_at       TEXT NULL,
    accepted_at      TEXT NULL,
    bounce_permanent INTEGER NULL,
    replied_at       TEXT NULL,
    copy_due_at      TEXT NULL,
    raw              BLOB NOT NULL
) STRICT;

INSERT INTO outbox_0003 (id, enquiry_id, mail_id, purpose, state, message_id, return_path, recipient, recipient_key, subject, template, hold_reason, stale,
                         released, attempts, unknown_attempts, last_reply, next_at, claimed_by, claimed_until, created_at, queued_at, offered_at, accepted_at, raw)
SELECT id, enquiry_id, mail_id, purpose, state, message_id, return_path, recipient, recipient_key, subject, template, hold_reason, stale,
       released, attempts, unknown_attempts, last_reply, next_at, claimed_by, claimed_until, created_at, created_at, accepted_at, accepted_at, raw
FROM outbox;

DROP TABLE outbox;
ALTER TABLE outbox_0003 RENAME TO outbox;

CREATE INDEX outbox_due ON outbox (state, next_at);
CREATE INDEX outbox_recipient ON outbox (recipient_key, created_at);
CREATE INDEX outbox_enquiry ON outbox (enquiry_id);
CREATE INDEX outbox_offered ON outbox (offered_at);
CREATE INDEX outbox_copy ON outbox (copy_due_at) WHERE copy_due_at IS NOT NULL;

-- What was suppressed is listed from its events.
CREATE INDEX event_type ON event (type, sequence);
