-- Many are due at one midnight: without the id in the index each look at a thousand of them sorted all of them.
DROP INDEX subject_wake;
CREATE INDEX subject_wake ON subject (kind, wake_at, id) WHERE wake_at IS NOT NULL;
