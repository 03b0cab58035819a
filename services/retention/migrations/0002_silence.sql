-- How it is with each kind of silence now; derived from what was seen.
CREATE TABLE silence (
    municipality text NOT NULL,
    what text NOT NULL,
    heard_on date,
    waiting_since date,
    unit_id uuid NOT NULL,
    opens date,
    PRIMARY KEY (municipality, what)
);
