-- A unit that somebody told of, and whether the rows that were refused for want of it have been tried again since.
ALTER TABLE unit_code ADD COLUMN tried boolean NOT NULL DEFAULT false;
CREATE INDEX unit_code_untried ON unit_code (municipality) WHERE NOT tried;
CREATE INDEX refused_row_of_unit ON refused_row (delivery) WHERE reason = 'unknown-unit' AND settled_by IS NULL;
