-- Who comes and goes in the days ahead, once for each who is told of it: what the digest reads. A row goes when its day is over.
CREATE TABLE coming (
    municipality text NOT NULL,
    recipient uuid NOT NULL,
    day date NOT NULL,
    kind text NOT NULL,
    unit_id uuid NOT NULL,
    person uuid NOT NULL,
    PRIMARY KEY (municipality, recipient, day, kind, unit_id, person)
);

CREATE INDEX coming_of_person ON coming (person);
