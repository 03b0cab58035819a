-- Published values are said on the bus once their day is over; which days were, and how often each value was said.
ALTER TABLE publication_day ADD COLUMN said boolean NOT NULL DEFAULT false;
CREATE INDEX publication_day_unsaid ON publication_day (municipality, day) WHERE NOT said;

CREATE TABLE said_value (
    fact uuid PRIMARY KEY,
    revision integer NOT NULL
) WITH (fillfactor = 70);

CREATE INDEX published_from ON published (municipality, known_from);
CREATE INDEX published_to ON published (municipality, known_to);
