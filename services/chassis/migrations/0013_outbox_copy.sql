-- A default that is another for each row makes COPY write row by row; the moment of the statement is the same for all of them.
ALTER TABLE outbox ALTER COLUMN put_at SET DEFAULT statement_timestamp();
