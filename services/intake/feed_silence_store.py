"""Every SQL statement about the silence of feeds: when each was last heard, and how it was last seen."""

from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime

from services.chassis.service import Changed, Connection
from services.intake.domain.feed_silence import FeedRow

# A delivery of which all was refused gives nothing, and one that puts rows right is brought by HR. An answer that tells of nobody is no
# delivery, but the mark of its question moves.
LAST_SEEN = """
with watched as (select * from unnest($1::text[], $2::text[]) as t (municipality, feed))
select municipality, feed, greatest(
    (select received_at from delivery d where d.municipality = w.municipality and d.feed = w.feed
     and done and corrects is null and (seen = 0 or refused < seen) order by received_at desc limit 1),
    (select again_at from delivery d where d.municipality = w.municipality and d.feed = w.feed and again_at is not null
     and done and corrects is null and (seen = 0 or refused < seen) order by again_at desc limit 1),
    (select max(read_until) from poll_mark p where p.municipality = w.municipality and p.feed = w.feed)
) as last_seen from watched w
"""
UPSERT = """
insert into watched_feed (municipality, feed, last_seen, waiting_since, opens, asked_on)
select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::date[], $5::date[], $6::date[])
on conflict (municipality, feed) do update set last_seen = excluded.last_seen, waiting_since = excluded.waiting_since,
    opens = excluded.opens, asked_on = excluded.asked_on
"""
ROWS = "select municipality, feed, last_seen, waiting_since, opens, asked_on from watched_feed order by municipality, feed"


async def last_seen(conn: Connection, feeds: Sequence[tuple[str, str]]) -> dict[tuple[str, str], datetime | None]:
    """When each feed, by municipality and name, last gave something; none where it never did."""
    found = await conn.fetch(LAST_SEEN, [code for code, _ in feeds], [feed for _, feed in feeds])
    return {(row["municipality"], row["feed"]): row["last_seen"] for row in found}


async def rows(conn: Connection) -> list[FeedRow]:
    """How it was last seen everywhere."""
    return [FeedRow(**dict(row)) for row in await conn.fetch(ROWS)]


async def save(conn: Connection, changed: Sequence[Changed]) -> None:
    """How it is now with these feeds; other subjects of intake have no rows."""
    found = [row for change in changed for row in change.situation.rows if isinstance(row, FeedRow)]
    if found:
        await conn.execute(UPSERT, *(list(column) for column in zip(*map(astuple, found), strict=True)))
