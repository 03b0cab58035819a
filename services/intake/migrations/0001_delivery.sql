-- What came in, what of it was refused, and the only place where the keys of the sources are held.
CREATE TABLE delivery (
    id uuid PRIMARY KEY,
    municipality text NOT NULL,
    feed text NOT NULL,
    digest text NOT NULL,
    received_at timestamptz NOT NULL,
    first_load boolean NOT NULL,
    done boolean NOT NULL DEFAULT false,
    seen integer NOT NULL,
    refused integer NOT NULL
);
CREATE INDEX delivery_of_feed ON delivery (municipality, feed, received_at);

-- The raw cells are kept so that a row can be put right and sent again; they are never printed, logged or said.
CREATE TABLE refused_row (
    delivery uuid NOT NULL REFERENCES delivery ON DELETE CASCADE,
    file_ref text NOT NULL,
    line integer NOT NULL,
    reason text NOT NULL,
    field text NOT NULL,
    cells text[] NOT NULL,
    PRIMARY KEY (delivery, file_ref, line)
);

CREATE TABLE person_key (
    municipality text NOT NULL,
    source text NOT NULL,
    key uuid NOT NULL UNIQUE,
    PRIMARY KEY (municipality, source)
);

CREATE TABLE employment_key (
    municipality text NOT NULL,
    source text NOT NULL,
    key uuid NOT NULL UNIQUE,
    PRIMARY KEY (municipality, source)
);

CREATE TABLE unit_code (
    municipality text NOT NULL,
    code text NOT NULL,
    PRIMARY KEY (municipality, code)
);
