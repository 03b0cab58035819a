-- The inbox: one row per duty that is planned, open or ended; written anew whenever the task's history is derived.
CREATE TABLE task (
    task_id uuid PRIMARY KEY,
    municipality text NOT NULL,
    kind text NOT NULL,
    role text NOT NULL,
    unit_id uuid NOT NULL,
    about_person uuid,
    state text NOT NULL,
    opens date NOT NULL,
    due date NOT NULL,
    closes date NOT NULL,
    missed_after date NOT NULL,
    state_on date,
    link text NOT NULL,
    holder uuid,
    why_holder text,
    shared_with uuid[] NOT NULL,
    escalated_to uuid,
    in_hr_queue boolean NOT NULL
) WITH (fillfactor = 80);

CREATE INDEX task_of_holder ON task (holder) WHERE state IN ('open', 'planned');
CREATE INDEX task_of_unit ON task (unit_id) WHERE state IN ('open', 'planned');
CREATE INDEX task_escalated ON task (escalated_to) WHERE escalated_to IS NOT NULL;
CREATE INDEX task_shared ON task USING gin (shared_with);
CREATE INDEX task_in_hr_queue ON task (municipality) WHERE in_hr_queue;
