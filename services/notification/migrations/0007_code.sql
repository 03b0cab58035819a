-- How the municipality's rules call the step or the course: what tells two tasks of one kind and one person apart.
ALTER TABLE task ADD COLUMN code text;
ALTER TABLE calendar_entry ADD COLUMN code text;
