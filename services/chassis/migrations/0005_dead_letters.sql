-- What an unreadable record still tells, and how it was settled; a settled letter keeps a line and no content.
-- A recreated topic has the same offsets again: a place alone is no key.
ALTER TABLE dead_letter
    DROP CONSTRAINT dead_letter_topic_partition_offset_key,
    ALTER COLUMN headers DROP NOT NULL,
    ADD COLUMN type text,
    ADD COLUMN municipality text,
    ADD COLUMN subject uuid,
    ADD COLUMN epoch integer,
    ADD COLUMN settled text CHECK (settled IN ('read', 'outrun', 'dropped')),
    ADD COLUMN settled_at timestamptz,
    ADD COLUMN settled_by text,
    ADD COLUMN why text;
UPDATE dead_letter SET epoch = CASE WHEN fact IS NOT NULL THEN 0 END,
    subject = CASE WHEN encode(key, 'escape') ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN encode(key, 'escape')::uuid END;
CREATE INDEX dead_letter_open ON dead_letter (id) WHERE settled IS NULL;
CREATE INDEX dead_letter_subject ON dead_letter (subject) WHERE settled IS NULL;
CREATE INDEX dead_letter_fact ON dead_letter (fact) WHERE settled IS NULL;
CREATE UNIQUE INDEX dead_letter_place ON dead_letter (topic, partition, "offset", md5(headers));
