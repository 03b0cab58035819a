-- What newcomers themselves are given: a personal link, and short surveys. Written by pages, not by deriving.

-- The link of a plan. The address is kept nowhere, only the hash of its secret; until when it opens follows the plan's days.
CREATE TABLE personal_link (
    plan_id uuid PRIMARY KEY,
    municipality text NOT NULL,
    person_key uuid NOT NULL,
    secret_hash bytea NOT NULL UNIQUE,
    made_on date NOT NULL,
    form_id uuid NOT NULL
);

-- That somebody has answered, so that nobody does twice; never what, and not when.
CREATE TABLE survey_answered (
    plan_id uuid NOT NULL,
    survey text NOT NULL,
    person_key uuid NOT NULL,
    municipality text NOT NULL,
    form_id uuid NOT NULL,
    until date NOT NULL,
    PRIMARY KEY (plan_id, survey, person_key)
);

-- Answers, added up as they come: sheets are not kept. `question` '': the sheets themselves, `total` of them asked and `n` answered.
-- A row goes when its period is counted.
CREATE TABLE survey_tally (
    municipality text NOT NULL,
    survey text NOT NULL,
    period text NOT NULL,
    unit_id uuid NOT NULL,
    question text NOT NULL,
    total integer NOT NULL,
    n integer NOT NULL,
    PRIMARY KEY (municipality, survey, period, unit_id, question)
);

-- Until which day, this included, a survey is counted.
CREATE TABLE survey_closed (
    municipality text NOT NULL,
    survey text NOT NULL,
    until date NOT NULL,
    PRIMARY KEY (municipality, survey)
);
