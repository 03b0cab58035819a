-- Nobody asks for a statement by its fact, and every one that is written paid for an index of random ids.
DROP INDEX statement_fact;
