-- What a mentor is for, which the mail to the mentor says.
ALTER TABLE mentoring ADD COLUMN kind text NOT NULL DEFAULT 'unknown';
