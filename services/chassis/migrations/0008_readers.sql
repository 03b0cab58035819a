-- Who read what, as rows. An inverted index on the array cost more than all the rest of saving a subject, at every save;
-- these rows change only when what is read does. By a trigger, so that workers of the last version keep them right, too.
CREATE TABLE reader (
    municipality text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    id uuid NOT NULL,
    PRIMARY KEY (municipality, name, kind, id)
);

CREATE FUNCTION forbliv_note_readers() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM reader r USING unnest(OLD.reads) gone(name)
    WHERE r.municipality = NEW.municipality AND r.name = gone.name AND r.kind = NEW.kind AND r.id = NEW.id AND gone.name <> ALL (NEW.reads);
    INSERT INTO reader SELECT NEW.municipality, name, NEW.kind, NEW.id FROM unnest(NEW.reads) now(name) ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

LOCK TABLE subject IN SHARE ROW EXCLUSIVE MODE;
INSERT INTO reader SELECT municipality, unnest(reads), kind, id FROM subject ON CONFLICT DO NOTHING;
CREATE TRIGGER subject_reads AFTER UPDATE ON subject FOR EACH ROW
    WHEN (OLD.reads IS DISTINCT FROM NEW.reads) EXECUTE FUNCTION forbliv_note_readers();
DROP INDEX subject_reads;
