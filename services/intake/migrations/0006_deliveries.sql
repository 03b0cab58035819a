-- Who brought a delivery, how it was read, what came of it, and which one it puts right.
ALTER TABLE delivery
    ADD COLUMN way_in text NOT NULL DEFAULT '',
    -- `operator` and a login name, `source` and its name, or `hr` and a person key.
    ADD COLUMN brought_as text NOT NULL DEFAULT '',
    ADD COLUMN brought_by text NOT NULL DEFAULT '',
    ADD COLUMN mapping text,
    -- Which call of its source it answers, where one feed has several: each has an order of its own.
    ADD COLUMN call text NOT NULL DEFAULT '',
    -- Of which delivery it puts rows right, of which of its files (none: all), and which lines (none: all).
    ADD COLUMN corrects uuid REFERENCES delivery ON DELETE SET NULL,
    ADD COLUMN corrects_file text,
    ADD COLUMN corrects_lines integer[],
    -- Why it was refused whole, and what the reason tells of it (counts, names of columns; never a value).
    ADD COLUMN turned_down text,
    ADD COLUMN turned_down_fields text;
CREATE INDEX delivery_latest ON delivery (municipality, received_at DESC);
CREATE INDEX delivery_corrects ON delivery (corrects) WHERE corrects IS NOT NULL;

-- The content of every mapping that was used, by its digest: what is put right is read as the first was.
CREATE TABLE mapping_used (
    digest text PRIMARY KEY,
    body text NOT NULL
);

-- How many revisions of each type a delivery said; counted in the transactions that said them.
CREATE TABLE delivery_said (
    delivery uuid NOT NULL REFERENCES delivery ON DELETE CASCADE,
    type text NOT NULL,
    count integer NOT NULL,
    PRIMARY KEY (delivery, type)
);

-- A refused row is kept encrypted until it is settled. What stood in the clear before any release goes; its place and reason stay.
ALTER TABLE refused_row
    DROP COLUMN cells,
    ADD COLUMN sealed bytea,
    ADD COLUMN settled_by uuid REFERENCES delivery ON DELETE SET NULL;

-- Name and columns of a file with refused rows, encrypted too: a file's name may tell too much.
CREATE TABLE refused_file (
    delivery uuid NOT NULL REFERENCES delivery ON DELETE CASCADE,
    file_ref text NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (delivery, file_ref)
);

-- Who fetched refused rows, which and how many; never what stood in them.
CREATE TABLE download (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    delivery uuid NOT NULL REFERENCES delivery ON DELETE CASCADE,
    file_ref text NOT NULL,
    by_person uuid NOT NULL,
    rows integer NOT NULL,
    at timestamptz NOT NULL
);
CREATE INDEX download_of_delivery ON download (delivery, at);

-- A delivery that would end too many employments: what it would do, and what a person decided of it.
CREATE TABLE hold (
    delivery uuid PRIMARY KEY REFERENCES delivery ON DELETE CASCADE,
    ending integer NOT NULL,
    employed integer NOT NULL,
    percent numeric NOT NULL,
    held_at timestamptz NOT NULL,
    decided text CHECK (decided IN ('released', 'dropped')),
    decided_as text,
    decided_by text,
    decided_at timestamptz,
    why text
);

-- Its content, encrypted in parts, until it is taken or dropped.
CREATE TABLE held_part (
    delivery uuid NOT NULL REFERENCES delivery ON DELETE CASCADE,
    file integer NOT NULL,
    part integer NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (delivery, file, part)
);
