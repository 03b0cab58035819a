-- How it is with each feed that a municipality watches; derived from what was seen. `opens`: the first day on which silence is too long
-- (none: not watched any more); `asked_on`: since when HR is asked.
CREATE TABLE watched_feed (
    municipality text NOT NULL,
    feed text NOT NULL,
    last_seen timestamptz,
    waiting_since date NOT NULL,
    opens date,
    asked_on date,
    PRIMARY KEY (municipality, feed)
);

-- When the same content of a feed last came again, without looking at all that came.
CREATE INDEX delivery_again ON delivery (municipality, feed, again_at) WHERE again_at IS NOT NULL;

-- Which feed the answers of a stream belong to: an answer that tells of nobody is no delivery, and yet its source was heard.
ALTER TABLE poll_mark ADD COLUMN feed text NOT NULL DEFAULT '';
