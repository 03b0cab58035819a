-- When something was last heard from a topic about a municipality; moved once a day, so that silence can be told.
CREATE TABLE heard (
    topic text NOT NULL,
    municipality text NOT NULL,
    last_on date NOT NULL,
    PRIMARY KEY (topic, municipality)
);
