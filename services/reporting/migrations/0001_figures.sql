-- What became known when, its sums of today, and what was published. No key of a person anywhere.
CREATE TABLE ledger (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    municipality text NOT NULL,
    known_on date NOT NULL,
    measure text NOT NULL,
    unit text NOT NULL,
    org_month text NOT NULL,
    period text NOT NULL,
    split text NOT NULL,
    amount bigint NOT NULL
);
CREATE INDEX ledger_known ON ledger (municipality, known_on);

CREATE TABLE balance (
    municipality text NOT NULL,
    measure text NOT NULL,
    unit text NOT NULL,
    org_month text NOT NULL,
    period text NOT NULL,
    split text NOT NULL,
    amount bigint NOT NULL,
    PRIMARY KEY (municipality, measure, unit, org_month, period, split)
) WITH (fillfactor = 70);

-- How far publication is behind: `changes` counts what was booked, `published` what of it is out.
CREATE TABLE publication (
    municipality text PRIMARY KEY,
    changes bigint NOT NULL DEFAULT 0,
    changed_at timestamptz,
    published bigint NOT NULL DEFAULT 0,
    reference bigint NOT NULL DEFAULT 0,
    rules text NOT NULL DEFAULT '',
    published_on date
);

CREATE TABLE published (
    municipality text NOT NULL,
    definition_id text NOT NULL,
    definition_version integer NOT NULL,
    population text NOT NULL,
    unit text NOT NULL,
    split text NOT NULL,
    period text NOT NULL,
    known_from date NOT NULL,
    known_to date,
    parameters text NOT NULL,
    is_top boolean NOT NULL,
    period_first date NOT NULL,
    period_last date NOT NULL,
    status text NOT NULL,
    value numeric,
    n numeric,
    numerator numeric,
    denominator numeric,
    beside text NOT NULL,
    restated boolean NOT NULL,
    cause text,
    computed_at timestamptz NOT NULL,
    PRIMARY KEY (municipality, definition_id, unit, split, period, definition_version, population, known_from)
);
CREATE INDEX published_now ON published (municipality, definition_id, period_last) WHERE known_to IS NULL;

-- On which days figures were published: what was known on such a day is what was printed.
CREATE TABLE publication_day (
    municipality text NOT NULL,
    day date NOT NULL,
    with_reasons boolean NOT NULL,
    PRIMARY KEY (municipality, day)
);

-- What was hidden for a cell stays hidden (C2).
CREATE TABLE hidden_cell (
    municipality text NOT NULL,
    table_name text NOT NULL,
    cell text NOT NULL,
    since date NOT NULL,
    PRIMARY KEY (municipality, table_name, cell)
);
