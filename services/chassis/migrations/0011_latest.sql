-- When the newest of what a history holds became known: what became known later cannot be in it, and the history need not be read to
-- see that. Of the histories kept until now nobody has noted it, so they are always read; an empty one knows of nothing.
ALTER TABLE subject ADD COLUMN latest timestamptz NOT NULL DEFAULT '9999-12-31 00:00:00Z';
ALTER TABLE subject ALTER COLUMN latest SET DEFAULT '1970-01-01 00:00:00Z';
