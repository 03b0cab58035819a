-- The tables every service has; see the architecture page. Times come from forbliv_moment() alone.
CREATE TABLE clock (
    only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    ahead interval NOT NULL DEFAULT interval '0'
);
INSERT INTO clock DEFAULT VALUES;

CREATE FUNCTION forbliv_moment() RETURNS timestamptz LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(730707);
    RETURN clock_timestamp() + (SELECT ahead FROM clock);
END $$;

CREATE TABLE subject (
    kind text NOT NULL,
    id uuid NOT NULL,
    municipality text NOT NULL,
    version integer NOT NULL DEFAULT 0,
    chunk integer NOT NULL DEFAULT 0,
    chunk_bytes integer NOT NULL DEFAULT 0,
    derived_with integer NOT NULL DEFAULT 0,
    rules text NOT NULL DEFAULT '',
    reads text[] NOT NULL DEFAULT '{}',
    wake_at timestamptz,
    booked bytea,
    broken text,
    erased boolean NOT NULL DEFAULT false,
    PRIMARY KEY (kind, id)
) WITH (fillfactor = 70);
CREATE INDEX subject_wake ON subject (kind, wake_at) WHERE wake_at IS NOT NULL;
CREATE INDEX subject_reads ON subject USING gin (reads);

CREATE TABLE history (
    kind text NOT NULL,
    id uuid NOT NULL,
    chunk integer NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (kind, id, chunk)
) WITH (fillfactor = 70);

CREATE TABLE statement (
    kind text NOT NULL,
    id uuid NOT NULL,
    key text NOT NULL,
    fact uuid NOT NULL,
    epoch integer NOT NULL,
    revision integer NOT NULL,
    stands boolean NOT NULL,
    known_at timestamptz NOT NULL,
    type text NOT NULL,
    body text NOT NULL,
    to_kind text,
    to_id uuid,
    PRIMARY KEY (kind, id, key)
) WITH (fillfactor = 80);
CREATE INDEX statement_fact ON statement (fact);

CREATE TABLE reference (
    municipality text NOT NULL,
    fact uuid NOT NULL,
    epoch integer NOT NULL,
    revision integer NOT NULL,
    stands boolean NOT NULL,
    known_at timestamptz NOT NULL,
    type text NOT NULL,
    body text NOT NULL,
    PRIMARY KEY (fact, epoch, revision)
);
CREATE INDEX reference_municipality ON reference (municipality);

CREATE TABLE reference_version (
    municipality text PRIMARY KEY,
    version bigint NOT NULL
);

CREATE TABLE to_wake (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    municipality text NOT NULL,
    name text NOT NULL
);

CREATE TABLE outbox (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    key text NOT NULL,
    headers text NOT NULL,
    body text NOT NULL
);

CREATE TABLE consumed (
    grp text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    next_offset bigint NOT NULL,
    last_id text,
    read_until timestamptz,
    PRIMARY KEY (grp, topic, partition)
) WITH (fillfactor = 50);

CREATE TABLE dead_letter (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    key bytea,
    headers text NOT NULL,
    body bytea,
    fact uuid,
    revision integer,
    reason text NOT NULL,
    attempts integer NOT NULL DEFAULT 1,
    died_at timestamptz NOT NULL,
    UNIQUE (topic, partition, "offset")
);

CREATE TABLE directory (
    person uuid PRIMARY KEY,
    municipality text NOT NULL,
    epoch integer NOT NULL,
    revision integer NOT NULL,
    name text,
    mail text
);
