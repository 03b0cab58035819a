-- Whole introductions instead of three talks: plans, their steps, mentors, what newcomers wondered about, and notes of talks.
-- Rows are written anew whenever the person's history is derived, which the new code does for everybody; only texts come from pages.
DROP TABLE talk;

CREATE TABLE plan (
    plan_id uuid PRIMARY KEY,
    municipality text NOT NULL,
    person_key uuid NOT NULL,
    employment_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    occasion text NOT NULL,
    template text NOT NULL,
    starts_on date NOT NULL,
    last_day date,
    steps integer NOT NULL,
    done integer NOT NULL,
    late integer NOT NULL,
    missed integer NOT NULL,
    approved_on date,
    newcomer_took_part boolean NOT NULL,
    mentors_named boolean,
    closed_on date,
    end_state text
);
CREATE INDEX plan_of_person ON plan (person_key);
CREATE INDEX plan_of_unit ON plan (unit_id, starts_on);

CREATE TABLE step (
    fact uuid PRIMARY KEY,
    plan_id uuid NOT NULL,
    municipality text NOT NULL,
    person_key uuid NOT NULL,
    employment_id uuid NOT NULL,
    unit_id uuid NOT NULL,
    at_unit uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    how text NOT NULL,
    occasion text NOT NULL,
    role text NOT NULL,
    place integer NOT NULL,
    state text NOT NULL,
    opens date NOT NULL,
    due date NOT NULL,
    closes date NOT NULL,
    missed_after date NOT NULL,
    state_on date,
    in_window boolean NOT NULL,
    on_leave boolean NOT NULL,
    hidden boolean NOT NULL,
    required boolean NOT NULL,
    waits_for text NOT NULL,
    course text,
    first_day date NOT NULL,
    last_day date
);
CREATE INDEX step_of_person ON step (person_key);
CREATE INDEX step_of_plan ON step (plan_id, place);
CREATE INDEX step_of_unit ON step (unit_id, first_day);
CREATE INDEX step_at_unit ON step (at_unit) WHERE at_unit <> unit_id;
CREATE INDEX step_not_done ON step (unit_id, closes) WHERE state IN ('open', 'missed', 'never-started');

CREATE TABLE mentor (
    plan_id uuid NOT NULL,
    kind text NOT NULL,
    municipality text NOT NULL,
    person_key uuid NOT NULL,
    unit_id uuid NOT NULL,
    mentor_key uuid,
    team_unit_id uuid,
    named_on date NOT NULL,
    named_from date NOT NULL,
    until date NOT NULL,
    PRIMARY KEY (plan_id, kind)
);
CREATE INDEX mentor_of_person ON mentor (person_key);
CREATE INDEX mentor_load ON mentor (municipality, mentor_key);

CREATE TABLE observation (
    fact uuid PRIMARY KEY,
    municipality text NOT NULL,
    person_key uuid NOT NULL,
    unit_id uuid NOT NULL,
    theme text NOT NULL,
    raised_in text NOT NULL,
    raised_on date NOT NULL,
    state text NOT NULL,
    due date NOT NULL,
    closes date NOT NULL,
    missed_after date NOT NULL,
    state_on date,
    outcome text
);
CREATE INDEX observation_of_person ON observation (person_key);
CREATE INDEX observation_of_unit ON observation (unit_id, raised_on);

-- The text alone is kept here and nowhere else: in no history, on no bus. It goes with its row, which the history keeps until `until`.
CREATE TABLE learning_point (
    fact uuid PRIMARY KEY,
    person_key uuid NOT NULL,
    step uuid NOT NULL,
    noted_on date NOT NULL,
    until date NOT NULL,
    words text CHECK (length(words) <= 2000)
);
CREATE INDEX learning_point_of_person ON learning_point (person_key);
CREATE INDEX learning_point_of_step ON learning_point (step);
