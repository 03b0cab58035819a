-- Whether the figures that are out are preliminary: an event about somebody who is counted could not be read then.
ALTER TABLE publication ADD COLUMN doubtful boolean NOT NULL DEFAULT false;
