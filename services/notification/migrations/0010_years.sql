-- Of an anniversary: after how many years of employment. Of who comes and goes: 0.
ALTER TABLE coming ADD COLUMN years integer NOT NULL DEFAULT 0;
