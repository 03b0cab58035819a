-- How many derives of a subject have raised in a row: the pause before the next one grows, also across a restart.
ALTER TABLE subject ADD COLUMN tries integer NOT NULL DEFAULT 0;
