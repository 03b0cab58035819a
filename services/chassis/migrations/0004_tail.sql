-- The newest revisions of a history stay on the subject's own row until they fill a chunk: one row less to write per batch.
ALTER TABLE subject ADD COLUMN tail bytea NOT NULL DEFAULT '';
ALTER TABLE subject DROP COLUMN chunk_bytes;
-- `chunk` is now how many chunks of a history are full; chunks were counted from 0.
UPDATE subject s SET chunk = (SELECT count(*) FROM history h WHERE h.kind = s.kind AND h.id = s.id) WHERE version > 0;
UPDATE history SET chunk = chunk + 1;
-- The wake loop asks kind by kind, for which the index on (kind, wake_at) is enough.
DROP INDEX subject_next_wake;
