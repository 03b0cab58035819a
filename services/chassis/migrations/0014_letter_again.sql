-- Who begins to hear a type reads all of its topic once more: what was settled, and keeps no content, is recognised where it lies.
-- The index of the last version stays for workers that still run it.
ALTER TABLE dead_letter ADD COLUMN headers_md5 text;
UPDATE dead_letter SET headers_md5 = md5(headers);
CREATE UNIQUE INDEX dead_letter_read_again ON dead_letter (topic, partition, "offset", headers_md5);
