-- What the calendars show beside the tasks: one entry per task and person who has or had it; written anew with the task.
CREATE TABLE calendar_entry (
    task_id uuid NOT NULL,
    person uuid NOT NULL,
    municipality text NOT NULL,
    kind text NOT NULL,
    due date NOT NULL,
    sequence integer NOT NULL,
    changed_at timestamptz NOT NULL,
    gone_on date,
    PRIMARY KEY (task_id, person)
) WITH (fillfactor = 80);

CREATE INDEX calendar_entry_of_person ON calendar_entry (person, gone_on);

-- Whose calendar an address opens. The address itself is kept nowhere, only the hash of its secret.
CREATE TABLE calendar_address (
    municipality text NOT NULL,
    person uuid NOT NULL,
    secret_hash bytea NOT NULL UNIQUE,
    language text NOT NULL,
    made_at timestamptz NOT NULL,
    form_id uuid NOT NULL,
    PRIMARY KEY (municipality, person)
);
