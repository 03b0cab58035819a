-- What sources told event by event: each id once, and which fact of ours stands for a fact of theirs.
CREATE TABLE told_fact (
    source text NOT NULL,
    chain text NOT NULL,
    fact uuid NOT NULL UNIQUE,
    -- What the fact is and whom it is about; none while only another fact has named it.
    type text,
    subject uuid,
    PRIMARY KEY (source, chain)
);

CREATE TABLE told_event (
    source text NOT NULL,
    id text NOT NULL,
    fact uuid NOT NULL REFERENCES told_fact (fact),
    number integer,
    is_first boolean NOT NULL,
    -- A hash of what was told under our ids: the same id again must tell the same.
    content bytea NOT NULL,
    PRIMARY KEY (source, id)
);
CREATE INDEX told_event_of_fact ON told_event (fact, number);
