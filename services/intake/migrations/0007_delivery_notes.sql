-- What is worth knowing of a delivery though no event says it, by word; counted in the transactions that found it.
CREATE TABLE delivery_note (
    delivery uuid NOT NULL REFERENCES delivery ON DELETE CASCADE,
    word text NOT NULL,
    count integer NOT NULL,
    PRIMARY KEY (delivery, word)
);

-- The names of its files, encrypted: a file's name may tell too much.
CREATE TABLE delivery_file (
    delivery uuid NOT NULL REFERENCES delivery ON DELETE CASCADE,
    place integer NOT NULL,
    sealed bytea NOT NULL,
    PRIMARY KEY (delivery, place)
);

-- How often the same came again, and when it last did.
ALTER TABLE delivery
    ADD COLUMN again integer NOT NULL DEFAULT 0,
    ADD COLUMN again_at timestamptz;
