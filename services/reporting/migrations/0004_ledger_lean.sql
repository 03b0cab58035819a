-- A ledger is only ever appended to and read in whole ranges of days: no row is looked up by a number, and a summary of its pages
-- finds a range as well as an entry for every row, which cost more to write than the row.
ALTER TABLE ledger DROP COLUMN seq;
DROP INDEX ledger_known;
CREATE INDEX ledger_known ON ledger USING brin (municipality, known_on);

-- Since when anything is known, kept beside what is published: the ledger is not searched for it.
ALTER TABLE publication ADD COLUMN first_known date;
UPDATE publication p SET first_known = (SELECT min(known_on) FROM ledger l WHERE l.municipality = p.municipality);
