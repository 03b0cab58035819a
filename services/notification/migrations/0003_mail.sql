-- Mail of our own making: an outbox, who chose what, which digests went out. What a mail says is written when it is sent.
CREATE TABLE mail (
    mail_id uuid PRIMARY KEY,
    municipality text NOT NULL,
    recipient uuid NOT NULL,
    occasion text NOT NULL,
    made_at timestamptz NOT NULL,
    next_try timestamptz NOT NULL,
    tries integer NOT NULL DEFAULT 0,
    -- waiting, then one of: sent, dropped (nothing to say any more), bounced, unaddressed
    state text NOT NULL DEFAULT 'waiting',
    -- taken to be sent: what comes now is the next mail's
    is_closed boolean NOT NULL DEFAULT false,
    settled_at timestamptz,
    why text
) WITH (fillfactor = 80);

CREATE INDEX mail_waits ON mail (next_try, mail_id) WHERE state = 'waiting';
-- What waits for the same person and occasion is told in one mail.
CREATE UNIQUE INDEX mail_gathers ON mail (recipient, occasion) WHERE state = 'waiting' AND NOT is_closed;
CREATE INDEX mail_undelivered ON mail (municipality, settled_at) WHERE state IN ('bounced', 'unaddressed');
CREATE INDEX mail_settled ON mail (settled_at) WHERE state <> 'waiting';

CREATE TABLE mail_about (
    mail_id uuid NOT NULL REFERENCES mail ON DELETE CASCADE,
    about uuid NOT NULL,
    PRIMARY KEY (mail_id, about)
);

CREATE TABLE mail_choice (
    person uuid PRIMARY KEY,
    municipality text NOT NULL,
    language text NOT NULL DEFAULT 'da',
    digest boolean NOT NULL DEFAULT true,
    changed_at timestamptz NOT NULL
);

CREATE TABLE digest (
    municipality text NOT NULL,
    day date NOT NULL,
    made_at timestamptz NOT NULL,
    mails integer NOT NULL,
    -- the card of counts: off, waiting, sent, failed
    card text NOT NULL,
    PRIMARY KEY (municipality, day)
);

CREATE TABLE mentoring (
    fact uuid PRIMARY KEY,
    municipality text NOT NULL,
    mentor uuid NOT NULL,
    newcomer uuid NOT NULL,
    unit_id uuid NOT NULL,
    named_from date NOT NULL,
    until date
);

-- How it is with sending, for who asks: one row. `looked_until`: digests due by then are made.
CREATE TABLE mail_state (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    sends boolean NOT NULL DEFAULT false,
    problem text,
    looked_until timestamptz
);
INSERT INTO mail_state DEFAULT VALUES;
