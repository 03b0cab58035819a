-- Until when a subject has been derived: its time never runs backwards, whatever the clock or what is read does.
ALTER TABLE subject ADD COLUMN reached timestamptz;
