-- Who had an open task before and who got it. Never changed, never taken back: written when it is decided.
CREATE TABLE handed (
    task_id uuid NOT NULL,
    number integer NOT NULL,
    from_holder uuid,
    to_holder uuid,
    cause text NOT NULL,
    why_holder text NOT NULL,
    handed_on date NOT NULL,
    PRIMARY KEY (task_id, number)
);

CREATE INDEX handed_from ON handed (from_holder, handed_on);
CREATE INDEX handed_to ON handed (to_holder, handed_on);

-- Few tasks are shared. An index of all rows, most with an empty array, was written at every change and read through its list of pending
-- entries at every look.
DROP INDEX task_shared;
CREATE INDEX task_shared ON task USING gin (shared_with) WHERE shared_with <> '{}';
