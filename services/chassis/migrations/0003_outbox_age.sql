-- How long an event has waited to be published: operation, not the domain, so the server's own clock, which nobody moves.
ALTER TABLE outbox ADD COLUMN put_at timestamptz NOT NULL DEFAULT clock_timestamp();
