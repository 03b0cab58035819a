-- Of a duty that is local only: mails and calendars say no more than that somebody is to be followed up.
ALTER TABLE task ADD COLUMN is_local boolean NOT NULL DEFAULT false;
