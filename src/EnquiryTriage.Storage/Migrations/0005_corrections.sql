-- What a person said of a mail where the model was wrong or unsure. The redacted words are there only once somebody released them
-- for training; they go with the mail.
CREATE TABLE correction (
    id          TEXT NOT NULL PRIMARY KEY,
    enquiry_id  TEXT NOT NULL REFERENCES enquiry (id),
    mail_id     TEXT NOT NULL REFERENCES mail (id),
    actor       TEXT NOT NULL,
    at          TEXT NOT NULL,
    was_topic   TEXT NULL,
    was_kind    TEXT NOT NULL,
    was_urgent  INTEGER NOT NULL,
    topics      TEXT NOT NULL,
    kind        TEXT NOT NULL,
    urgent      INTEGER NOT NULL,
    released_by TEXT NULL,
    released_at TEXT NULL,
    subject     TEXT NULL,
    body        TEXT NULL
) STRICT;
CREATE INDEX correction_enquiry ON correction (enquiry_id);
CREATE INDEX correction_mail ON correction (mail_id);
