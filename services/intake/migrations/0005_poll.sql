-- Until when each stream of a payroll service was read, and until when it is being asked: a question that was interrupted is asked
-- again as it was. `begun`: the day from which on its first load and its tree are asked for; `digest`: of the last tree, times aside.
CREATE TABLE poll_mark (
    municipality text NOT NULL,
    source text NOT NULL,
    stream text NOT NULL,
    begun date NOT NULL,
    read_until timestamptz,
    asking_until timestamptz,
    digest text NOT NULL DEFAULT '',
    PRIMARY KEY (municipality, source, stream)
);
