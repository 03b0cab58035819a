-- Two questions that every transaction begins with, in one each. Every statement of a volatile function sees what was committed
-- before it began: so what is read behind a lock is what stood there once the lock was had.
CREATE FUNCTION forbliv_begin(readers text[], topics text[], OUT stamp timestamptz, OUT until timestamptz)
LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    stamp := forbliv_moment();
    IF cardinality(topics) = 0 THEN
        until := stamp;
    ELSE
        SELECT min(coalesce(c.read_until, timestamptz 'epoch')) INTO until
        FROM consumed c WHERE (c.grp, c.topic) IN (SELECT * FROM unnest(readers, topics))
        HAVING count(DISTINCT c.topic) = cardinality(topics);
        until := coalesce(until, timestamptz 'epoch');
    END IF;
END $$;

CREATE FUNCTION forbliv_reference(lock integer, code text) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(lock, code::integer);
    RETURN coalesce((SELECT version FROM reference_version WHERE municipality = code), 0);
END $$;
