-- Of whom somebody was told to be the mentor and is no longer: what the mail that takes it back says.
CREATE TABLE mentored (LIKE mentoring INCLUDING DEFAULTS, PRIMARY KEY (fact, mentor));
-- Who has died or emigrated, with the last day they were here: nobody writes to them after it, nor about them.
CREATE TABLE died (
    person uuid PRIMARY KEY,
    last_day date NOT NULL
);
