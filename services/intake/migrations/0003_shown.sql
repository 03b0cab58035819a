-- What the last whole file of a feed showed, so that the next one says only what differs and who is gone.
-- `digest` is of a row without its dates of registration; `person` is opaque.
CREATE TABLE shown (
    municipality text NOT NULL,
    feed text NOT NULL,
    kind text NOT NULL,
    source text NOT NULL,
    digest text NOT NULL,
    person uuid,
    PRIMARY KEY (municipality, feed, kind, source)
);

-- When the source made the delivery, where it says so: an older one than the last that was taken is refused.
ALTER TABLE delivery ADD COLUMN made_at timestamptz;
