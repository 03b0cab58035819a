-- What the pages show: who leaves, the talks that are owed, and the coded answers of exit talks; written anew whenever the person's
-- history is derived.
CREATE TABLE leaving (
    case_id uuid PRIMARY KEY,
    person_key uuid NOT NULL,
    municipality text NOT NULL,
    employment_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    resignation_fact uuid,
    end_fact uuid,
    received_on date,
    known_on date NOT NULL,
    last_day date NOT NULL,
    withdrawn_on date,
    own_wish boolean
) WITH (fillfactor = 80);

CREATE INDEX leaving_of_person ON leaving (person_key);
CREATE INDEX leaving_of_unit ON leaving (unit_id, last_day);
CREATE INDEX leaving_of_end ON leaving (end_fact);

CREATE TABLE duty (
    fact uuid PRIMARY KEY,
    case_id uuid NOT NULL REFERENCES leaving ON DELETE CASCADE,
    kind text NOT NULL,
    role text NOT NULL,
    state text NOT NULL,
    owed boolean NOT NULL,
    opens date NOT NULL,
    due date NOT NULL,
    closes date NOT NULL,
    missed_after date NOT NULL,
    state_on date NOT NULL,
    offered_on date,
    accepted_on date,
    outcome text
) WITH (fillfactor = 80);

CREATE INDEX duty_of_case ON duty (case_id);

CREATE TABLE answer (
    fact uuid PRIMARY KEY REFERENCES duty ON DELETE CASCADE,
    reasons text[] NOT NULL,
    main_reason text,
    recommends text NOT NULL
);
