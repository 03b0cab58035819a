-- The operator asks how many subjects are broken all the time; hardly any ever is.
CREATE INDEX subject_broken ON subject (kind, id) WHERE broken IS NOT NULL;
-- And the wake loop asks for the earliest of all kinds.
CREATE INDEX subject_next_wake ON subject (wake_at) WHERE wake_at IS NOT NULL;
