-- The numbers of people stand nowhere in the clear: a keyed hash finds a row, and beside it the number is sealed (`vault.py`).
DO $$
BEGIN
    IF EXISTS (SELECT FROM person_key) OR EXISTS (SELECT FROM employment_key) OR EXISTS (SELECT FROM told_fact) THEN
        RAISE EXCEPTION 'this database of intake was filled before any release and holds person numbers in the clear'
            USING HINT = 'Begin with an empty one and deliver again; a local stack: forbliv down --wipe.';
    END IF;
END $$;

-- Which keys the hashes of this database were made with. The latest one (`number`) makes new hashes; whoever lacks one of them may look
-- nothing up and mint nothing, since it would not find who is known.
CREATE TABLE vault_key (
    id text PRIMARY KEY,
    number integer GENERATED ALWAYS AS IDENTITY UNIQUE
);

-- `hash` is of the kind, the municipality and the number; `sealed` is the same text, for a hash under another key.
-- A person whose number was changed has two rows with one key.
DROP TABLE person_key;
CREATE TABLE person_key (
    hash bytea PRIMARY KEY,
    municipality text NOT NULL,
    key uuid NOT NULL,
    sealed bytea NOT NULL
);
CREATE INDEX person_key_key ON person_key (key);

DROP TABLE employment_key;
CREATE TABLE employment_key (
    hash bytea PRIMARY KEY,
    municipality text NOT NULL,
    key uuid NOT NULL UNIQUE,
    sealed bytea NOT NULL
);

-- Under which person each employment was shown, by its first day ('-infinity': by what does not tell it). All opaque.
CREATE TABLE employment_person (
    employment uuid NOT NULL,
    first_day date NOT NULL,
    person uuid NOT NULL,
    PRIMARY KEY (employment, first_day, person)
);
CREATE INDEX employment_person_person ON employment_person (person);

-- Hashes of persons and employments that were erased: what is told of them until that day is passed over.
CREATE TABLE stopped (
    hash bytea PRIMARY KEY,
    erased_on date NOT NULL
);

-- `thing` is the employment's id or the unit's.
DROP TABLE shown;
CREATE TABLE shown (
    municipality text NOT NULL,
    feed text NOT NULL,
    kind text NOT NULL,
    thing uuid NOT NULL,
    digest text NOT NULL,
    person uuid,
    PRIMARY KEY (municipality, feed, kind, thing)
);
CREATE INDEX shown_person ON shown (person) WHERE person IS NOT NULL;

-- A source's name of an event or a fact may hold a person number.
DROP TABLE told_event;
DROP TABLE told_fact;
CREATE TABLE told_fact (
    hash bytea PRIMARY KEY,
    fact uuid NOT NULL UNIQUE,
    -- What the fact is and whom it is about; none while only another fact has named it.
    type text,
    subject uuid,
    sealed bytea NOT NULL
);
CREATE INDEX told_fact_subject ON told_fact (subject);

CREATE TABLE told_event (
    hash bytea PRIMARY KEY,
    fact uuid NOT NULL REFERENCES told_fact (fact),
    number integer,
    is_first boolean NOT NULL,
    -- A hash of what was told under our ids: the same id again must tell the same.
    content bytea NOT NULL,
    sealed bytea NOT NULL
);
CREATE INDEX told_event_of_fact ON told_event (fact, number);

-- Rows about persons who were erased, which were passed over.
ALTER TABLE delivery ADD COLUMN erased_before integer NOT NULL DEFAULT 0;
